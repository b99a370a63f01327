/// Every change of one field of the state, each with the event that caused it.

public import Journal
internal import TradingCore

/// A field took another value.
public struct StateChange: Sendable {
  /// The event that changed it.
  public let cause: NumberedEvent
  public let first: JSONValue
  public let second: JSONValue
  /// The event in a line: kind and fields.
  public let line: String

  static func line(_ one: NumberedEvent, _ names: Names) -> String {
    var fields = EventFields()
    fields.names = names
    var visitor = FieldWords(shared: [])
    fields.visit(one.event, sequence: one.sequence, by: &visitor)
    return ReportText.visible(visitor.text)
  }

  /// The change as JSON with stable keys.
  public var json: JSONValue {
    .object([
      ("sequence", .count(cause.sequence)),
      ("timeNanoseconds", .count(cause.event.receiveTime.nanoseconds)), ("from", first),
      ("to", second), ("kind", .string(cause.event.kind.shortName)), ("cause", .string(line)),
    ])
  }

  /// `#1,234  2024-…  0.01 → 0.02  fill …`.
  public var text: String {
    "#\(NumberText.grouped(cause.sequence))  \(cause.event.receiveTime.iso8601)  "
      + "\(StateField.text(first)) → \(StateField.text(second))  \(line)"
  }
}

extension StateFields {
  /// Follows a field through a journal. Before the field exists its value is `null`.
  /// - Parameters:
  ///   - limit: where to stop.
  ///   - watch: told how far it is.
  ///   - body: given each change, in order.
  /// - Returns: the field's unit; `nil` when the journal never had such a field.
  /// - Throws: `JournalError`, and what `body` throws.
  public static func watch(
    _ path: String, in journal: String, upTo limit: FoldLimit, watch: Watch,
    _ body: (StateChange) throws -> Void
  ) throws -> String? {
    var steps = try JournalSteps(opening: journal)
    var reader: StateFieldReader?
    var unit: String?
    var value = JSONValue.null
    while try steps.forward(), let current = steps.current, limit.includes(current) {
      if current.sequence % 65_536 == 0 {
        guard watch(current.sequence, steps.lastSequence) else { throw JournalError.stopped }
      }
      // A path may come to be with a definition, with an order, and with a book's first order.
      if reader == nil, current.sequence == 1 || current.event.mayAdd(path, steps.names) {
        reader = StateFields.reader(of: path, steps.state, steps.names)
        unit = reader?.unit ?? unit
      }
      guard let now = reader?.value(steps.state, steps.names), now != value else { continue }
      try body(
        StateChange(
          cause: current, first: value, second: now,
          line: StateChange.line(current, steps.names)))
      value = now
    }
    return unit
  }
}

extension FoldLimit {
  fileprivate func includes(_ one: NumberedEvent) -> Bool {
    switch self {
    case .none: true
    case .sequence(let last): one.sequence <= last
    case .time(let last): one.event.receiveTime <= last
    }
  }
}

extension Event {
  /// Whether a path may be there after it that was not before. A lookup costs O(things of a kind), so
  /// that one after every definition would be quadratic in their number: only those of its name count.
  fileprivate func mayAdd(_ path: String, _ names: Names) -> Bool {
    func speaks(of name: String?) -> Bool { name.map { path.contains(".\($0)") } ?? false }
    switch body {
    case .instrument(let definition): return speaks(of: names.symbol(definition.instrument))
    case .asset(let definition): return speaks(of: names.code(definition.asset))
    case .text(let text):
      return text.flags.contains(.last) && speaks(of: names.text(text.subject, text.id))
    case .order, .parent, .fill, .balance, .configure: return true
    default: return kind.isDefinition
    }
  }
}
