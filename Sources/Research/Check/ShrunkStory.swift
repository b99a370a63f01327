/// A small journal told event by event: what happened, what was decided, what the account then was, and
/// where it fails.

internal import TradingCore

extension ShrunkJournal {
  /// A line for each event, numbers of the account under those that changed them, and the failure where
  /// it is. O(events).
  public var story: String {
    var lines = [
      "\(property) fails in \(subject.events.count) events, at sequence \(failure.sequence): "
        + failure.detail, "",
    ]
    var fields = EventFields()
    var state = State()
    for (index, event) in subject.events.enumerated() {
      let sequence = Sequence64(index) + 1
      if event.kind.isDefinition { fields.names.learn(event) }
      let before = Account(state)
      reduce(&state, event)
      lines.append(ShrunkJournal.line(event, sequence, fields))
      let after = Account(state)
      if after != before { lines.append(ShrunkJournal.indent + after.text(fields.names)) }
      if sequence == failure.sequence {
        lines.append(ShrunkJournal.indent + "^ here it fails: \(failure.kind)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static let indent = String(repeating: " ", count: 11)

  private static func line(
    _ event: Event, _ sequence: Sequence64, _ fields: EventFields
  ) -> String {
    var bytes: [UInt8] = []
    bytes.appendLine(event, sequence, fields, asJSON: false)
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// What an account is worth and holds.
  private struct Account: Equatable {
    var equity: Money
    var held: [Quantity]
    var live: Int

    init(_ state: State) {
      equity = state.account.equity
      held = state.account.positions.map(\.lots)
      live = state.orders.live.count
    }

    func text(_ names: Names) -> String {
      let holdings = held.enumerated().compactMap { index, quantity -> String? in
        let id = InstrumentID(UInt16(index))
        guard quantity != .zero, let definition = names.definition(id) else { return nil }
        return "\(definition.text(quantity)) of \(names.symbol(id) ?? "#\(index)")"
      }
      let orders = live == 1 ? "1 order open" : "\(live) orders open"
      return "= equity \(equity.text(decimals: 8)), holds "
        + (holdings.isEmpty ? "nothing" : holdings.joined(separator: ", ")) + ", \(orders)"
    }
  }
}
