/// Named values of a request in their order, as a query and as JSON: the same request speaks both.

/// The parameters of one request. Decimals are texts; a signature needs every value as it is sent. The
/// key's id and the signature are among them, so they describe themselves by their names.
struct RequestParameters: Equatable, Sendable, Redacted {
  /// A value with its JSON type.
  enum Value: Equatable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([String])
    /// A decimal, bare in JSON.
    case digits(String)
    case object(RequestParameters)
  }

  private(set) var items: [(name: String, value: Value)] = []

  mutating func add(_ item: (name: String, value: Value)) { items.append(item) }
  mutating func add(_ name: String, _ text: String) { items.append((name, .text(text))) }
  mutating func add(_ name: String, _ number: Int64) { items.append((name, .number(number))) }
  mutating func add(_ name: String, _ flag: Bool) { items.append((name, .flag(flag))) }
  mutating func add(_ name: String, _ list: [String]) { items.append((name, .list(list))) }
  mutating func add(_ name: String, digits: String) { items.append((name, .digits(digits))) }
  mutating func add(_ name: String, _ object: RequestParameters) {
    items.append((name, .object(object)))
  }

  var description: String { items.map(\.name).joined(separator: "&") }

  static func == (left: Self, right: Self) -> Bool {
    left.items.elementsEqual(right.items) { $0.name == $1.name && $0.value == $1.value }
  }

  /// `name=value` joined by `&`, percent-encoded, in the order of addition.
  var query: String {
    items.map { "\($0.name)=\(PercentEncoding.encode($0.value.plain))" }.joined(separator: "&")
  }

  /// `name=value` joined by `&`, sorted by name and not encoded: what a WebSocket request's signature
  /// covers.
  var sortedPayload: String {
    items.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
      .map { "\($0.name)=\($0.value.plain)" }.joined(separator: "&")
  }

  /// Whether a value is a list, for which a form has no words of its own.
  var hasList: Bool { items.contains { if case .list = $0.value { true } else { false } } }

  /// The JSON object.
  var json: String {
    "{" + items.map { "\(jsonText($0.name)):\($0.value.json)" }.joined(separator: ",") + "}"
  }
}

extension RequestParameters.Value {
  /// As it stands in a query.
  var plain: String {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .flag(let flag): flag ? "true" : "false"
    case .digits(let digits): digits
    case .list, .object: json
    }
  }

  /// As it stands in JSON.
  var json: String {
    switch self {
    case .text(let text): jsonText(text)
    case .number(let number): "\(number)"
    case .flag(let flag): flag ? "true" : "false"
    case .list(let list): "[" + list.map(jsonText).joined(separator: ",") + "]"
    case .digits(let digits): digits
    case .object(let object): object.json
    }
  }
}

/// A text between quotes with what RFC 8259 section 7 wants escaped.
package func jsonText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{0}"..."\u{1f}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
