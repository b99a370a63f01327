/// A text message of a client: a method, its parameters and the id under which it is answered.

internal import Dialects

/// A request over a WebSocket connection.
struct Frame {
  /// The id as JSON, exactly as sent; `null` without one.
  var id: [UInt8] = JSONText.null
  var method: String?
  /// The parameters of an object: text without quotes, numbers and booleans as they were written.
  var parameters = RequestParameters()
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
      case "id": id = Array(try JSONForm.raw(&scanner, text).utf8)
      case "method": method = try JSONForm.value(&scanner, text)
      case "params" where scanner.peek(text) == UInt8(ascii: "["):
        list = try JSONForm.elements(&scanner, text)
      case "params" where scanner.peek(text) == UInt8(ascii: "{"):
        parameters = RequestParameters(try JSONForm.members(&scanner, text))
      default: try scanner.skipValue(text)
      }
    }
    try scanner.finish(text)
  }
}
