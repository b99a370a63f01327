/// A request's parameters, by name, in the order they were sent, with the exchange's own complaints
/// about what is missing or malformed.

internal import Dialects
internal import TradingCore

/// VenueNames and values of one request.
struct RequestParameters {
  struct Item {
    var name: String
    var value: String
  }

  private(set) var items: [Item] = []

  init(_ items: [Item] = []) { self.items = items }

  /// Parameters of an HTTP request. A parameter sent in both places counts as the query has it.
  /// - Throws: -1101 for a name sent twice in one place, -1100 for broken percent-encoding.
  init(query: [UInt8], body: [UInt8]) throws(APIError) {
    items = try RequestParameters.read(query)
    for item in try RequestParameters.read(body) where self[item.name] == nil { items.append(item) }
  }

  /// Parameters of a query in which a name may come several times.
  /// - Throws: -1100 for broken percent-encoding.
  init(repeating query: [UInt8]) throws(APIError) {
    items = try RequestParameters.read(query, mayRepeat: true)
  }

  private static func read(
    _ form: [UInt8], mayRepeat: Bool = false
  ) throws(APIError) -> [Item] {
    var items: [Item] = []
    for part in form.split(separator: UInt8(ascii: "&")) {
      let middle = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      guard let name = formText(part[..<middle]), let value = formText(part[middle...].dropFirst())
      else { throw APIError(-1100, "Illegal characters found in a parameter.") }
      guard mayRepeat || !items.contains(where: { $0.name == name }) else { throw .duplicate }
      items.append(Item(name: name, value: value))
    }
    return items
  }

  /// What a form's text stands for; `nil` where its encoding is broken or it is no UTF-8.
  private static func formText(_ bytes: ArraySlice<UInt8>) -> String? {
    PercentEncoding.decode(bytes, plusIsSpace: true).flatMap {
      String(validating: $0, as: UTF8.self)
    }
  }

  /// The value of a parameter; `nil` when it was not sent.
  subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  /// The values of a parameter that may come several times.
  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  func has(_ name: String) -> Bool { self[name] != nil }

  /// Leaves a parameter's value out and puts another in its place.
  mutating func set(_ name: String, _ value: String) {
    items.removeAll { $0.name == name }
    items.append(Item(name: name, value: value))
  }

  // MARK: Typed

  /// A text that may be left out.
  /// - Throws: -1105 when it is there and empty.
  func text(_ name: String) throws(APIError) -> String? {
    guard let value = self[name] else { return nil }
    guard !value.isEmpty else { throw .empty(name) }
    return value
  }

  /// - Throws: -1102 without it.
  func required(_ name: String) throws(APIError) -> String {
    guard let value = self[name], !value.isEmpty else { throw .missing(name) }
    return value
  }

  /// A whole number that may be left out.
  /// - Throws: -1100 for other characters, -1108 beyond 64 bits.
  func integer(_ name: String) throws(APIError) -> Int64? {
    guard let value = try text(name) else { return nil }
    guard value.utf8.count <= 20, value.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw .illegal(name, range: "^[0-9]{1,20}$")
    }
    guard let number = Int64(value) else { throw .overflow(name) }
    return number
  }

  /// How many items are wanted, at most `most`; more are cut.
  /// - Throws: -1100 for zero and other characters.
  func limit(_ usual: Int, most: Int) throws(APIError) -> Int {
    guard let limit = try integer("limit") else { return usual }
    guard limit > 0 else { throw .illegal("limit", range: "^[1-9][0-9]{0,19}$") }
    return Int(min(limit, Int64(most)))
  }

  /// - Throws: -1130 for anything but `true` and `false`.
  func flag(_ name: String) throws(APIError) -> Bool {
    switch try text(name)?.uppercased() {
    case nil, "FALSE": false
    case "TRUE": true
    default: throw .invalid(name)
    }
  }

  /// A moment in milliseconds, or microseconds where it has that many digits.
  func time(_ name: String) throws(APIError) -> Timestamp? {
    guard let number = try integer(name) else { return nil }
    let unit: Int64 = number >= 100_000_000_000_000 ? 1_000 : 1_000_000
    let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: unit)
    return Timestamp(nanoseconds: overflow ? .max : nanoseconds)
  }
}
