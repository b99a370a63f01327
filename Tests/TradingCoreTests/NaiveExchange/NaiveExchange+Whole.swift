/// The naive exchange asks whether an order that must be filled whole would be: it takes on paper, with
/// lots, own orders, position and balances in numbers of its own.
@testable import TradingCore

extension NaiveExchange {
  /// What an order would find, and leave of it.
  private struct Paper {
    var open: Int64
    var levels: [NaiveMarket.Lots]
    var own: [(order: NaiveOrder, open: Int64)]
    var position: Int64
    var base: Int128
    var quote: Int128

    /// Lots that an order may trade: for a reduce-only one no more than shrinks the position.
    func closable(_ order: NaiveOrder) -> Int64 {
      guard order.terms.reduceOnly else { return .max }
      return max(0, order.side == .sell ? position : -position)
    }

    /// An own order is gone, and the rest of its list with it.
    mutating func remove(_ own: NaiveOrder) { self.own.removeAll { $0.order.list == own.list } }
  }

  /// Rule 7: what would end an order that must be filled whole before it is; `nil` if nothing would.
  func shortfall(_ order: NaiveOrder) -> RejectReason? {
    guard rule != .candle, order.terms.timeInForce == .fillOrKill,
      !order.terms.type.waitsForTrigger || order.stage == .taking,
      let market = market(order.terms.instrument)
    else { return nil }
    var paper = Paper(
      open: order.open,
      levels: market.touchable(to: order.side, rule).filter { order.accepts($0.price) },
      own: resting(order.terms.instrument, order.side.opposite)
        .filter { order.accepts($0.price) }.map { ($0, $0.open) },
      position: market.position, base: balance(market.definition.base),
      quote: balance(market.definition.quote))
    while paper.open > 0 {
      let level = paper.levels.first?.price
      guard let price = bestPrice(order.side, level, paper.own.first?.order.price) else {
        use("fill-or-kill killed by noLiquidity")
        return .noLiquidity
      }
      let end = price == level ? take(order, &paper, market) : meet(order, &paper, market)
      if let end {
        use("fill-or-kill killed by \(end)")
        return end
      }
    }
    use("fill-or-kill filled")
    return nil
  }

  private func take(
    _ order: NaiveOrder, _ paper: inout Paper, _ market: NaiveMarket
  ) -> RejectReason? {
    let lots = min(paper.open, paper.levels[0].lots, paper.closable(order))
    guard lots > 0 else { return .reduceOnly }
    let price = moved(order, paper.levels[0].price, lots, volume: market.volume(before: now))
    let amount = Int128(lots) * market.definition.lotAmount
    let value = Int128(lots) * Int128(price) * Int128(market.definition.tickValue)
    if account == .spot, order.side == .sell ? paper.base < amount : paper.quote < value {
      return .insufficientBalance
    }
    paper.open -= lots
    paper.position += order.side.sign * lots
    paper.base += Int128(order.side.sign) * amount
    paper.quote -= Int128(order.side.sign) * value
    paper.levels[0].lots -= lots
    if paper.levels[0].lots == 0 { paper.levels.removeFirst() }
    return nil
  }

  /// Both sides of a self trade together change neither position nor balances.
  private func meet(
    _ order: NaiveOrder, _ paper: inout Paper, _ market: NaiveMarket
  ) -> RejectReason? {
    let (own, open) = paper.own[0]
    switch order.terms.flags.selfTrade {
    case .expireTaker, .expireBoth: return .selfTrade
    case .expireMaker: paper.remove(own)
    case .allow:
      let offered = min(paper.open, open, paper.closable(own))
      let lots = min(offered, paper.closable(order))
      if offered > 0, lots == 0 { return .reduceOnly }
      let amount = Int128(lots) * market.definition.lotAmount
      let value = Int128(lots) * Int128(own.price) * Int128(market.definition.tickValue)
      let isPaid = own.side == .sell ? paper.base >= amount : paper.quote >= value
      guard lots > 0, account == .margin || isPaid else {
        paper.remove(own)
        return nil
      }
      paper.open -= lots
      paper.own[0].open -= lots
      paper.own.removeAll { ($0.order === own) ? $0.open == 0 : $0.order.list == own.list }
    }
    return nil
  }
}
