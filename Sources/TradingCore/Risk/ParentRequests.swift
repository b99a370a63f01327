/// How targets and commands become parent orders.
extension PositionSizer {
  /// Ends the parents of an instrument, or of all; those of one book, or of all.
  static func endParents(
    _ instrument: InstrumentID, of book: BookID = .all, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    for place in 0..<state.parents.count {
      let parent = state.parents[place]
      guard parent.ending == nil, instrument == .none || parent.terms.instrument == instrument,
        book == .all || parent.terms.book == book
      else { continue }
      requests.append(.end(parent.id))
    }
  }

  /// Reaches a target by a parent order. The parent of the target before is taken back, unless what is
  /// open of it is just what is wanted; its children count as gone, which a fill that is under way may
  /// belie. O(live orders).
  static func work(
    toward target: Int64, _ instrument: InstrumentID, _ book: BookID, _ rule: ExecutionRule,
    _ state: borrowing State, _ requests: inout Requests
  ) {
    guard instrument.index < state.instruments.count,
      let definition = state.instruments[instrument.index]
    else { return }
    let held = state.held(definition, book, everywhere: rule.algorithm == .route)
    let difference = Int128(target) - held - Int128(state.underwayAlone(instrument, book))
    let side = difference > 0 ? Side.buy : .sell
    let whole = state.markets[instrument.index].wholeSteps(Int64(clamping: difference.magnitude))
    let quantity = Quantity(lots: whole)
    if let running = state.parents.target(instrument, book) {
      let isWanted = running.terms.side == side && running.openLots(definition) == quantity.lots
      if isWanted, quantity.lots > 0 { return }
      requests.append(.end(running.id))
    }
    guard quantity.lots > 0 else { return }
    requests.append(.begin(rule.parent(instrument, side, quantity, book)))
  }
}

extension State {
  /// Lots that a book holds of an instrument, or in its lots of all instruments of the same two assets.
  fileprivate func held(
    _ definition: InstrumentDefinition, _ book: BookID, everywhere: Bool
  ) -> Int128 {
    guard everywhere else { return Int128(position(definition.instrument, in: book).lots) }
    var sum = Money.zero
    for other in instruments {
      guard let other, other.base == definition.base, other.quote == definition.quote else {
        continue
      }
      let lots = position(other.instrument, in: book).lots
      sum += Money(units: other.lotAmount).scaled(by: Int128(lots), over: 1)
    }
    return sum.units / definition.lotAmount
  }

  /// Lots that a book's orders on both sides trade now, bought less sold: without those that wait for a
  /// trigger or for their entry, and without the children of targets.
  fileprivate func underwayAlone(_ instrument: InstrumentID, _ book: BookID) -> Int64 {
    var sum: Int64 = 0
    for order in orders.live
    where order.terms.instrument == instrument && order.terms.book == book {
      let waits = order.terms.type.waitsForTrigger || order.terms.list.role == .exit
      guard !waits, parents[order.parent]?.isTarget != true else { continue }
      let lots = order.open.lots
      sum = order.terms.side == .buy ? sum.addingClamped(lots) : sum.subtractingClamped(lots)
    }
    return sum
  }
}
