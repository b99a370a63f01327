/// JSON, written key by key in the order of the calls, so that two equal results are equal bytes.

struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// The text so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written and keeps the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// An object, as a value or as a whole document.
  mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    try nested(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  /// An array.
  mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    try nested(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  /// A key; its value must follow.
  mutating func key(_ name: String) {
    separate()
    bytes.appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func field(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }

  mutating func field(_ name: String, _ value: some BinaryInteger) {
    key(name)
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  mutating func field(_ name: String, _ value: Bool) {
    key(name)
    literal(value ? "true" : "false")
  }

  /// A number; one that is not finite becomes `null`.
  mutating func field(_ name: String, _ value: Double?) {
    key(name)
    number(value)
  }

  mutating func string(_ value: String?) {
    guard let value else { return literal("null") }
    separate()
    bytes.appendQuoted(value)
  }

  mutating func number(_ value: Double?) {
    guard let value, value.isFinite else { return literal("null") }
    literal("\(value)")
  }

  /// Text that is JSON already.
  mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func nested(
    _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    separate()
    bytes.append(open)
    needsComma = false
    try body(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}

extension [UInt8] {
  /// Appends a string in quotes with JSON's escapes (RFC 8259, section 7).
  mutating func appendQuoted(_ text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case 0..<0x20:
        append(contentsOf: "\\u00".utf8)
        append(hexDigit(byte >> 4))
        append(hexDigit(byte & 15))
      default:
        append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}

/// The lower-case hexadecimal digit of 0…15.
func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// A fingerprint as people read it: 16 hexadecimal digits.
func hexadecimal(_ value: UInt64) -> String {
  let digits = stride(from: 60, through: 0, by: -4).map {
    hexDigit(UInt8(truncatingIfNeeded: value >> UInt64($0)) & 15)
  }
  return String(decoding: digits, as: UTF8.self)
}

/// Bytes as hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }, as: UTF8.self)
}
