/// How the simulated exchange goes on where a venue left off: what a state knows of an account and its live
/// orders becomes the exchange's own.
///
/// What only the venue knew is assumed: an order it had accepted stands at the back of the queue at its
/// price; one that it had not answered, or was asked to cancel, is asked again now; an amendment without an
/// answer was refused; an order that nobody knows of was accepted.
extension SimulatedExchange {
  /// Takes note of a fill that the venue made: for tiers of fees, and for trade ids, which count up.
  mutating func recall(_ fill: Fill) {
    lastTradeID = max(lastTradeID, fill.tradeID)
    guard fill.instrument.index < markets.count,
      let definition = markets[fill.instrument.index].definition,
      definition.canValue(fill.price, fill.quantity)
    else { return }
    note(value: definition.notional(fill.price, fill.quantity), in: definition.quote, at: clock)
  }

  /// Takes over the account and its live orders. O(orders).
  mutating func adopt(_ state: borrowing State, at time: Timestamp) {
    account = state.account
    for index in markets.indices where index < state.account.positions.count {
      markets[index].position = state.account.positions[index].lots.lots
    }
    let orders = state.orders.live
    for order in orders where order.status != .pending { adopt(order, among: orders, at: time) }
    for order in orders where order.status == .pending {
      submit(order.id, .place(order.terms), at: time)
    }
    for order in orders where order.status == .canceling {
      submit(order.id, .cancel(order.id), at: time)
    }
  }

  private mutating func adopt(
    _ live: LiveOrder, among all: ContiguousArray<LiveOrder>, at time: Timestamp
  ) {
    guard live.terms.instrument.index < markets.count else { return }
    var order = RestingOrder(adopting: live, since: time)
    for _ in 0..<live.amendments.count {
      emit(
        .amended(
          Amended(
            order: order.id, price: order.terms.price, quantity: order.whole,
            instrument: order.terms.instrument)), at: time)
    }
    if live.terms.list.role == .exit, isUnfilledEntry(of: live, among: all) {
      order.stage = .kept
      order.priority = nextPriority()
      directory.insert(order)
      markets[order.terms.instrument.index].kept.append(order)
    } else if order.terms.type.hasLimit, !order.terms.type.waitsForTrigger {
      adopt(resting: order)
    } else {
      enter(order, at: time)
    }
  }

  /// Lets a limit order rest, even where the book as recorded would let it trade at once.
  private mutating func adopt(resting order: RestingOrder) {
    var order = order
    directory.insert(order)
    if !order.terms.expiry.isNone { nextExpiry = min(nextExpiry, order.terms.expiry) }
    order.priority = nextPriority()
    rest(order)
  }

  private func isUnfilledEntry(
    of exit: LiveOrder, among all: ContiguousArray<LiveOrder>
  ) -> Bool {
    let entry = OrderID(exit.id.raw &- UInt64(exit.terms.list.offset))
    return all.contains { $0.id == entry && $0.terms.list.role == .entry }
  }
}
