/// The one table of the state's fields by name: `audit state` prints it, `--watch` reads one of them
/// after every event, and `audit diff` says which of them differ.
///
/// The table is complete: each part of the state's canonical bytes has a `fingerprint` field, and so two
/// states of different fingerprints differ in at least one field.

public import TradingCore

public enum StateFields {
  static let families: [FieldFamily] =
    [core, settings, risk, limits, metrics, anomalies]
    + [instruments, markets, balances, positions, lots, books, bookPositions]
    + [orders, parents, lastTrip, rest]

  /// Every field of a state, in a fixed order. O(size of the state).
  public static func all(_ state: borrowing State, _ names: Names) -> [StateField] {
    var fields: [StateField] = []
    for family in families {
      for place in family.places(state, names) {
        let prefix = family.prefix(place.key)
        for field in family.fields {
          fields.append(
            StateField(
              path: prefix + field.name, unit: text(field.unit, state, place.number, names),
              value: field.read(state, place.number, names)))
        }
      }
    }
    return fields
  }

  /// The fields that are not the same in two states, in the order of `all`; those that only the second
  /// has come last. A fingerprint of a part stands only for what no other field of that part shows.
  /// Empty for states of one fingerprint. O(size of both).
  public static func differences(
    _ first: borrowing State, _ second: borrowing State, _ names: Names
  ) -> [StateDifference] {
    let before = all(first, names)
    let after = all(second, names)
    var values: [String: StateField] = [:]
    for field in after { values[field.path] = field }
    var differences: [StateDifference] = []
    for field in before {
      let other = values.removeValue(forKey: field.path)?.value ?? .null
      if other != field.value {
        differences.append(
          StateDifference(field: field.path, unit: field.unit, first: field.value, second: other))
      }
    }
    for field in after where values[field.path] != nil && field.value != .null {
      differences.append(
        StateDifference(field: field.path, unit: field.unit, first: .null, second: field.value))
    }
    return plainest(differences)
  }

  /// Leaves out fingerprints of parts of which a plainer field differs.
  private static func plainest(_ differences: [StateDifference]) -> [StateDifference] {
    let word = "fingerprint"
    let plain = differences.filter { !$0.field.hasSuffix(word) }
    return differences.filter { difference in
      guard difference.field.hasSuffix(word) else { return true }
      let part = difference.field.dropLast(word.count)
      let isNarrower = differences.contains {
        $0.field != difference.field && $0.field.hasPrefix(part)
      }
      return !isNarrower && !(part.isEmpty && !plain.isEmpty)
    }
  }

  /// The reader of one field; `nil` where this state has no such field, as before its definition.
  public static func reader(
    of path: String, _ state: borrowing State, _ names: Names
  ) -> StateFieldReader? {
    for family in families where family.name.isEmpty || path.hasPrefix(family.name) {
      for place in family.places(state, names) {
        let prefix = family.prefix(place.key)
        guard path.hasPrefix(prefix) else { continue }
        let name = path.dropFirst(prefix.count)
        guard let field = family.fields.first(where: { $0.name == name }) else { continue }
        return StateFieldReader(
          path: path, unit: text(field.unit, state, place.number, names), place: place.number,
          field: field)
      }
    }
    return nil
  }

  /// Whether some state could have a field of this path: the family and the last word are known.
  public static func isConceivable(_ path: String) -> Bool {
    families.contains { family in
      guard family.name.isEmpty || path.hasPrefix(family.name + ".") else { return false }
      return family.fields.contains { $0.name == path || path.hasSuffix("." + $0.name) }
    }
  }

  /// The patterns of all paths with their meaning: `markets.SYMBOL.bid`, for help.
  public static var patterns: [(path: String, meaning: String)] {
    families.flatMap { family in
      family.fields.map { (family.prefix(family.example) + $0.name, $0.meaning) }
    }
  }

  private static func text(
    _ unit: FieldUnit, _ state: borrowing State, _ place: UInt64, _ names: Names
  ) -> String {
    let asset: AssetID? =
      switch unit {
      case .none, .named: nil
      case .reporting: state.settings.reporting.asset
      case .asset: AssetID(UInt16(truncatingIfNeeded: place))
      case .base: definition(state, place)?.base
      case .quote: definition(state, place)?.quote
      }
    if case .named(let text) = unit { return text }
    return asset.flatMap { names.code($0) } ?? ""
  }

  /// The definition of the instrument at a place, whose low 16 bits are its number.
  static func definition(_ state: borrowing State, _ place: UInt64) -> InstrumentDefinition? {
    let index = Int(UInt16(truncatingIfNeeded: place))
    return index < state.instruments.count ? state.instruments[index] : nil
  }
}

/// Reads one field after event upon event, without looking it up again. O(1) but for fingerprints and
/// metrics.
public struct StateFieldReader: Sendable {
  public let path: String
  public let unit: String
  private let place: UInt64
  private let field: FieldDefinition

  init(path: String, unit: String, place: UInt64, field: FieldDefinition) {
    self.path = path
    self.unit = unit
    self.place = place
    self.field = field
  }

  /// The field's value; `.null` where the state does not have it.
  public func value(_ state: borrowing State, _ names: Names) -> JSONValue {
    field.read(state, place, names)
  }
}

/// Tables for a terminal.
extension StateFields {
  /// One field a line, those without a value left out.
  public static func text(_ fields: [StateField]) -> String {
    var table = TextTable(.left, .left, .left)
    table.append("field", "value", "unit")
    for field in fields where field.value != .null {
      table.append(field.path, field.text, field.unit)
    }
    return table.lines().joined(separator: "\n")
  }

  /// The patterns of all paths with their meaning.
  public static var listing: String {
    var table = TextTable(.left, .left)
    for (path, meaning) in patterns { table.append(path, meaning) }
    return table.lines().joined(separator: "\n")
  }
}
