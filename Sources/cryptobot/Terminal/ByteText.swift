/// Text straight into bytes: JSON strings and hexadecimal digits, for lines written by the million.

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
