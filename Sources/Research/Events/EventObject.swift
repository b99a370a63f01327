/// An event's fields as values: to compare two events field by field, and for JSON that holds events
/// among other things.

public import TradingCore

/// A field that two events do not share.
public struct FieldDifference: Equatable, Sendable {
  public var name: String
  /// As text; `nil` where that event has no such field.
  public var left: String?
  public var right: String?
}

extension EventFields {
  /// The event's fields but those it leaves at their default, in order.
  public func list(_ event: Event, _ sequence: Sequence64) -> [(name: String, value: FieldValue)] {
    var visitor = FieldList()
    visit(event, sequence: sequence, by: &visitor)
    return visitor.fields
  }

  /// The event as `journal export` writes it.
  public func json(_ event: Event, _ sequence: Sequence64) -> JSONValue {
    .object(list(event, sequence).map { ($0.name, $0.value.json) })
  }

  /// The event as `journal cat` shows it.
  public func line(_ event: Event, _ sequence: Sequence64) -> String {
    var bytes: [UInt8] = []
    bytes.appendLine(event, sequence, self, asJSON: false)
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// The fields in which two events differ, the left one's first.
  public func differences(_ left: Event, _ right: Event) -> [FieldDifference] {
    let (left, right) = (list(left, 0), list(right, 0))
    let shared: [FieldDifference] = left.compactMap { field in
      let other = right.first { $0.name == field.name }?.value
      guard other != field.value else { return nil }
      return FieldDifference(name: field.name, left: field.value.text, right: other?.text)
    }
    let new = right.filter { field in !left.contains { $0.name == field.name } }
    return shared + new.map { FieldDifference(name: $0.name, left: nil, right: $0.value.text) }
  }
}

/// Gathers fields.
private struct FieldList: FieldVisitor {
  private(set) var fields: [(name: String, value: FieldValue)] = []

  mutating func visit(_ name: String, _ value: FieldValue) {
    if value != .unused { fields.append((name, value)) }
  }
}

extension FieldValue {
  /// The value as text; `nil` where there is none.
  public var text: String? {
    switch self {
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .decimal(let mantissa, let scale): decimalText(mantissa, scale: scale)
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .number(let number): "\(number)"
    case .missing, .unused: nil
    }
  }

  /// The value as `journal export` writes it.
  public var json: JSONValue {
    switch self {
    case .integer(let number): .count(number)
    case .unsigned(let number): .count(number)
    case .decimal(let mantissa, let scale): .string(decimalText(mantissa, scale: scale))
    case .text(let text): .string(text)
    case .flag(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .missing, .unused: .null
    }
  }
}
