/// A text message of a client: a method, its parameters and the id under which it is answered.

internal import Dialects

/// A request over a WebSocket connection.
struct Frame {
  /// The id as JSON, exactly as sent; `null` without one.
  var id: [UInt8] = Array("null".utf8)
  var method: String?
  /// The parameters of an object: text without quotes, numbers and booleans as they were written.
  var parameters = Parameters()
  /// The parameters of an array.
  var list: [String] = []

  /// - Throws: -1135 for text that is no JSON object.
  init(_ bytes: [UInt8]) throws(APIError) {
    do {
      try read(bytes.span)
    } catch {
      throw .badJSON
    }
  }

  private mutating func read(_ text: Span<UInt8>) throws(LineFault) {
    var scanner = JSONScanner()
    try scanner.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try scanner.nextKey(text, isFirst: isFirst) {
      isFirst = false
      switch text.whole(key) {
      case "id": id = Array(try Self.raw(&scanner, text).utf8)
      case "method": method = Self.unescaped(text.whole(try scanner.string(text)))
      case "params" where scanner.peek(text) == UInt8(ascii: "["): try readList(&scanner, text)
      case "params" where scanner.peek(text) == UInt8(ascii: "{"): try readMembers(&scanner, text)
      default: try scanner.skipValue(text)
      }
    }
    try scanner.finish(text)
  }

  private mutating func readList(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) {
    try scanner.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try scanner.nextElement(text, isFirst: isFirst) {
      isFirst = false
      list.append(try Self.value(&scanner, text))
    }
  }

  private mutating func readMembers(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) {
    try scanner.expect(UInt8(ascii: "{"), text)
    var items: [Parameters.Item] = []
    var isFirst = true
    while let key = try scanner.nextKey(text, isFirst: isFirst) {
      isFirst = false
      let name = Self.unescaped(text.whole(key))
      items.append(Parameters.Item(name: name, value: try Self.value(&scanner, text)))
    }
    parameters = Parameters(items)
  }

  /// A value as text: a string without its quotes, anything else as it stands.
  private static func value(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> String {
    guard scanner.peek(text) == UInt8(ascii: "\"") else { return try raw(&scanner, text) }
    return unescaped(text.whole(try scanner.string(text)))
  }

  private static func raw(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> String {
    _ = scanner.peek(text)
    let start = scanner.position
    try scanner.skipValue(text)
    return text.whole(start..<scanner.position)
  }

  /// A JSON string's text (RFC 8259, section 7); an escape that is broken stays as it is.
  static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var units: [UInt16] = []
    var rest = Array(text.utf16)[...]
    while let unit = rest.popFirst() {
      guard unit == 0x5C, let kind = rest.popFirst() else {
        units.append(unit)
        continue
      }
      switch UnicodeScalar(kind) {
      case "n": units.append(10)
      case "t": units.append(9)
      case "r": units.append(13)
      case "b": units.append(8)
      case "f": units.append(12)
      case "u":
        let digits = String(decoding: rest.prefix(4), as: UTF16.self)
        guard digits.utf8.count == 4, let value = UInt16(digits, radix: 16) else { continue }
        units.append(value)
        rest = rest.dropFirst(4)
      default: units.append(kind)
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}

extension Span<UInt8> {
  /// The text of some bytes, all of it.
  fileprivate func whole(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }
}
