/// JSON as clients send it: objects and arrays one level deep, their values as text. What is deeper stays
/// JSON, to be read in its turn.

internal import Dialects

enum JSONForm {
  /// An object's members; see `value`.
  static func members(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> [RequestParameters.Item] {
    try scanner.expect(UInt8(ascii: "{"), text)
    var items: [RequestParameters.Item] = []
    while let key = try scanner.nextKey(text, isFirst: items.isEmpty) {
      let name = unescaped(text.whole(key))
      items.append(RequestParameters.Item(name: name, value: try value(&scanner, text)))
    }
    return items
  }

  /// An array's elements; see `value`.
  static func elements(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> [String] {
    try scanner.expect(UInt8(ascii: "["), text)
    var values: [String] = []
    while try scanner.nextElement(text, isFirst: values.isEmpty) {
      values.append(try value(&scanner, text))
    }
    return values
  }

  /// The elements of a whole text.
  /// - Throws: -1135 for anything but an array.
  static func elements(_ text: [UInt8]) throws(APIError) -> [String] {
    do throws(LineFault) {
      var scanner = JSONScanner()
      let values = try elements(&scanner, text.span)
      try scanner.finish(text.span)
      return values
    } catch {
      throw .badJSON
    }
  }

  /// A value as text: a string without its quotes, anything else as it stands.
  static func value(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> String {
    guard scanner.peek(text) == UInt8(ascii: "\"") else { return try raw(&scanner, text) }
    return unescaped(text.whole(try scanner.string(text)))
  }

  /// A value as it stands.
  static func raw(
    _ scanner: inout JSONScanner, _ text: Span<UInt8>
  ) throws(LineFault) -> String {
    _ = scanner.peek(text)
    let start = scanner.position
    try scanner.skipValue(text)
    return text.whole(start..<scanner.position)
  }

  /// A JSON string's text (RFC 8259, section 7); an escape that is broken stays as it is.
  private static func unescaped(_ text: String) -> String {
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

extension RequestParameters {
  /// The members of a JSON object, the whole text.
  /// - Throws: -1135 for anything else.
  init(json text: [UInt8]) throws(APIError) {
    do throws(LineFault) {
      var scanner = JSONScanner()
      self.init(try JSONForm.members(&scanner, text.span))
      try scanner.finish(text.span)
    } catch {
      throw .badJSON
    }
  }
}

extension Span<UInt8> {
  /// The text of some bytes, all of it.
  func whole(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }
}
