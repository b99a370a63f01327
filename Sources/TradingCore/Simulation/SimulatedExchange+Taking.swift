/// How an arriving order takes: recorded lots less what we took of them, and our own orders.
extension SimulatedExchange {
  /// Takes what the order accepts, best price first.
  /// - Returns: false when the order ended on the way, its end reported.
  mutating func take(_ order: inout RestingOrder, at time: Timestamp) -> Bool {
    let index = order.terms.instrument.index
    guard let definition = markets[index].definition else { return false }
    var depth = 0
    while order.isOpen {
      let touch = markets[index].touchable(order.side, depth, rule)
      if let touch, touch.lots == 0 {
        depth += 1
        continue
      }
      let level = touch.flatMap { order.accepts($0.price) ? $0 : nil }
      if let own = firstOwn(against: order), isFirst(own, level?.price, order.side) {
        guard order.wanted(at: own.terms.price, definition) > 0 else { return true }
        guard trade(&order, with: own, definition, at: time) else { return false }
        continue
      }
      guard let level else { return true }
      let lots = min(order.wanted(at: level.price, definition), level.lots)
      guard lots > 0 else { return true }
      let price = markets[index].impacted(
        level.price, order, cut(lots, of: order), settings, at: time)
      let filled = fill(&order, lots, price, .taker, at: time)
      guard filled > 0 else { return false }
      markets[index].take(order.side, filled, at: level.price, rule)
    }
    return true
  }

  // MARK: Whole or not at all

  /// Whether an order that arrives must be filled at once and whole. Under candles the open says.
  func mustFillWhole(_ order: RestingOrder) -> Bool {
    order.terms.timeInForce == .fillOrKill && rule != .candle && !order.terms.type.waitsForTrigger
  }

  /// What would end an order that takes now before it is filled whole; `nil` when nothing would.
  ///
  /// It takes in a copy of the exchange: whatever a fill depends on (levels, own orders, the position,
  /// money and fees) is asked where it always is, and nothing is foreseen by a second rule. The copy
  /// shares its storage but for what the fills change.
  func shortfall(of order: RestingOrder, at time: Timestamp) -> RejectReason? {
    var trial = self
    var order = order
    trial.reports = Queue()
    _ = trial.take(&order, at: time)
    guard order.isOpen else { return nil }
    while let report = trial.reports.popFirst() {
      if case .expired(let end) = report.body, end.order == order.id { return end.reason }
    }
    return .noLiquidity
  }

  // MARK: Own orders

  /// Whether an own order comes before a recorded level: only at a better price.
  private func isFirst(_ own: RestingOrder, _ level: Price?, _ side: Side) -> Bool {
    guard let level else { return true }
    return side == .buy ? own.terms.price < level : own.terms.price > level
  }

  /// An order meets one of the same account.
  private mutating func trade(
    _ order: inout RestingOrder, with own: RestingOrder, _ definition: InstrumentDefinition,
    at time: Timestamp
  ) -> Bool {
    let said = order.terms.flags.selfTrade
    let choice = said == .allow ? settings.selfTrade : said
    switch choice {
    case .allow: return fillBoth(&order, own, definition, at: time)
    case .expireTaker:
      end(order, .expired, .selfTrade, at: time)
      return false
    case .expireMaker, .expireBoth:
      let isBoth = choice == .expireBoth
      if let maker = markets[own.terms.instrument.index].remove(own.id) {
        end(maker, .expired, .selfTrade, at: time)
      }
      if isBoth { end(order, .expired, .selfTrade, at: time) }
      return !isBoth
    }
  }

  /// Both orders trade at the resting one's price: the maker's fill, then the taker's.
  private mutating func fillBoth(
    _ order: inout RestingOrder, _ own: RestingOrder, _ definition: InstrumentDefinition,
    at time: Timestamp
  ) -> Bool {
    let lots = min(cut(order.wanted(at: own.terms.price, definition), of: order), own.open)
    if lots == 0, cut(own.open, of: own) > 0 {
      end(order, .expired, .reduceOnly, at: time)
      return false
    }
    let filled = fillResting(own, at: 0, max(1, lots), at: time)
    return filled == 0 || fill(&order, filled, own.terms.price, .taker, at: time) > 0
  }
}
