/// What a field of the state is: a path such as `positions.BTCUSDT.amount`, a unit, a meaning, and how it
/// is read. `StateFields` lists them all.

internal import TradingCore

/// A field as it stands in one state.
public struct StateField: Equatable, Sendable {
  /// The stable name: the family, what it is of, the field.
  public var path: String
  /// What it is counted in; empty for words, identities and moments.
  public var unit: String
  public var value: JSONValue

  /// The value as a table shows it, `n/a` where there is none.
  public var text: String { StateField.text(value) }

  /// A value for people: exact, without quotes.
  public static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "n/a"
    case .string(let text): ReportText.visible(text)
    case .bool, .integer, .number, .array, .object: value.text(pretty: false)
    }
  }
}

/// A field that is not the same in two states.
public struct StateDifference: Equatable, Sendable {
  public var field: String
  public var unit: String
  /// `.null` where the state has no such field.
  public var first: JSONValue
  public var second: JSONValue
}

/// One thing of its kind in a state: a market, an order, an asset; its number and what it is called.
struct StatePlace: Sendable {
  /// What reading takes: an index, or an id.
  var number: UInt64
  /// Its name in paths; empty where there is only one.
  var key: String

  static let only = StatePlace(number: 0, key: "")
}

/// How a field is read of a state.
struct FieldDefinition: Sendable {
  typealias Reading = @Sendable (borrowing State, UInt64, Names) -> JSONValue

  let name: String
  let unit: FieldUnit
  /// One short sentence.
  let meaning: String
  let read: Reading

  init(_ name: String, _ unit: FieldUnit, _ meaning: String, _ read: @escaping Reading) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
    self.read = read
  }

  /// The fingerprint of a part of the state, so that what no other field names is not lost.
  static func fingerprint(
    _ name: String,
    _ part: @escaping @Sendable (borrowing State, Int) -> (any CanonicallyEncodable)?
  ) -> FieldDefinition {
    FieldDefinition(name, .none, "Fingerprint of all that this part of the state holds.") {
      state, place, _ in
      part(state, Int(place)).map { .string(hexadecimal($0.fingerprint)) } ?? .null
    }
  }
}

/// What a field is counted in.
enum FieldUnit: Sendable {
  /// Words, identities, moments, counts.
  case none
  /// The reporting asset.
  case reporting
  /// The quote asset of the instrument at this place.
  case quote
  /// The base asset of the instrument at this place.
  case base
  /// The asset at this place.
  case asset
  case named(String)
}

/// Fields that are read alike of everything of one kind.
struct FieldFamily: Sendable {
  /// The first word of the paths; empty for what stands alone.
  let name: String
  /// What stands for the key in a pattern: `SYMBOL`; empty where there is only one.
  let example: String
  /// What there is of the kind in a state, in order of number.
  let places: @Sendable (borrowing State, Names) -> [StatePlace]
  let fields: [FieldDefinition]

  init(
    _ name: String, of example: String = "",
    at places: @escaping @Sendable (borrowing State, Names) -> [StatePlace] = { _, _ in [.only] },
    _ fields: [FieldDefinition]
  ) {
    self.name = name
    self.example = example
    self.places = places
    self.fields = fields
  }

  /// `positions.BTCUSDT.` or `risk.` or nothing.
  func prefix(_ key: String) -> String {
    [name, key].filter { !$0.isEmpty }.map { $0 + "." }.joined()
  }
}
