/// The naive exchange lets orders rest, and fills them by trades, quotes and candles.
@testable import TradingCore

extension NaiveExchange {
  func rest(_ order: NaiveOrder) {
    order.stage = .resting
    use("rest")
    join(order)
  }

  /// Joins the queue at its price behind everything displayed there.
  func join(_ order: NaiveOrder) {
    order.joined = nextCount()
    order.shown = order.terms.displayed(of: order.open)
    order.ahead = displayedBeside(order)
    order.tradedSince = 0
  }

  func displayedBeside(_ order: NaiveOrder) -> Int64 {
    market(order.terms.instrument)?.displayed(order.side, at: order.price) ?? 0
  }

  /// Fills a resting order at its own price, as far as its position goes.
  /// - Returns: the lots filled.
  @discardableResult
  func fillAtRest(_ order: NaiveOrder, _ lots: Int64, _ cause: String) -> Int64 {
    guard lots > 0, let lots = cutToPosition(order, lots), canPay(order, lots, at: order.price)
    else { return 0 }
    use("filled at rest: \(cause)")
    order.shown -= lots
    fill(order, lots, at: order.price, .maker)
    settle(order)
    return lots
  }

  // MARK: Trades

  /// What the cap lets a trade or a candle fill of all orders together.
  func capped(_ lots: Int64) -> Int64 {
    guard volumeCap >= 0 else { return lots }
    return Int64(Int128(lots) * Int128(volumeCap) / 1_000_000)
  }

  func fillResting(by trade: Trade) {
    guard rule != .candle, let market = market(trade.instrument) else { return }
    guard market.isOpen(rule) else { return use("trade beside a market that is not known") }
    let price = trade.price.ticks
    let bids = resting(trade.instrument, .buy).filter { $0.price >= price }
    let asks = resting(trade.instrument, .sell).filter { $0.price <= price }
    var given: Int64 = 0
    for order in bids + asks where order.stage == .resting {
      given += rule.isBook ? meetInQueue(order, trade, given) : meetAnyLots(order, trade, given)
    }
  }

  private func meetInQueue(_ order: NaiveOrder, _ trade: Trade, _ given: Int64) -> Int64 {
    let left = trade.quantity.lots - given
    let allowed = capped(trade.quantity.lots) - given
    if order.isThrough(trade.price.ticks) {
      order.ahead = 0
      return fillAtRest(order, min(order.shown, left, allowed), "trade through")
    }
    guard trade.aggressor != order.side else {
      use("trade of the order's own side")
      return 0
    }
    let lots = min(order.shown, left - order.ahead, allowed)
    order.tradedSince += trade.quantity.lots
    order.ahead = max(0, order.ahead - trade.quantity.lots)
    return fillAtRest(order, lots, "trade at its price")
  }

  /// Without a queue: only trades through the price, and `sameEvent` asks for no size.
  private func meetAnyLots(_ order: NaiveOrder, _ trade: Trade, _ given: Int64) -> Int64 {
    guard order.isThrough(trade.price.ticks) else { return 0 }
    if rule == .sameEvent {
      return fillAtRest(order, order.open, "trade through, whole")
    }
    let left = min(trade.quantity.lots, capped(trade.quantity.lots)) - given
    return fillAtRest(order, min(order.open, left), "trade through, quotes")
  }

  // MARK: Quotes

  func fillResting(byQuoteOf instrument: InstrumentID) {
    for side in Side.allCases {
      for order in resting(instrument, side) where order.stage == .resting {
        guard let best = market(instrument)?.touchable(to: side, rule).first,
          best.lots < NaiveMarket.endless, order.isThrough(best.price)
        else { continue }
        let lots = fillAtRest(order, min(order.open, best.lots), "quote through")
        count(lots, asTakenFrom: best, instrument)
      }
    }
  }

  func count(_ lots: Int64, asTakenFrom level: NaiveMarket.Lots, _ instrument: InstrumentID) {
    guard lots > 0 else { return }
    change(instrument) { market in
      let before = NaiveMarket.lots(in: market.taken, level.side, level.price)
      NaiveMarket.set(&market.taken, level.side, level.price, before + lots)
    }
  }

  // MARK: Candles of the optimistic rule

  func fillResting(by candle: Candle, from start: Timestamp) {
    let bids = resting(candle.instrument, .buy).filter { $0.isThrough(candle.low.ticks) }
    let asks = resting(candle.instrument, .sell).filter { $0.isThrough(candle.high.ticks) }
    for order in bids + asks where order.stage == .resting && order.arrival <= start {
      fillAtRest(order, order.open, "candle through, whole")
    }
  }
}
