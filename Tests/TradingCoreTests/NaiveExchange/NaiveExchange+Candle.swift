/// The naive exchange walks a candle tick by tick: open, nearer extreme, other extreme, close.
@testable import TradingCore

extension NaiveExchange {
  func walk(_ candle: Candle, from start: Timestamp) {
    let close = now
    let instrument = candle.instrument
    for order in orders { order.takesPart = order.arrival <= start }
    walk = Walk(
      price: candle.open.ticks, budget: capped(candle.volume.lots), volume: candle.volume.lots)
    if volumeCap < 0 { walk?.budget = NaiveMarket.endless }
    now = start
    tradeAtOpen(instrument)
    now = close
    let path = path(of: candle)
    for (from, to) in zip(path, path.dropFirst()) { walkLeg(instrument, from, to) }
    walk = nil
  }

  private func path(of candle: Candle) -> [Int64] {
    let (open, high, low) = (candle.open.ticks, candle.high.ticks, candle.low.ticks)
    let lowFirst = open - low <= high - open
    return [open, lowFirst ? low : high, lowFirst ? high : low, candle.close.ticks]
  }

  // MARK: The open

  private func tradeAtOpen(_ instrument: InstrumentID) {
    guard let price = walk?.price else { return }
    let resting = orders.filter {
      $0.stage == .resting && $0.takesPart && $0.terms.instrument == instrument
    }
    for order in resting.sorted(by: { $0.turn < $1.turn }) where order.stage == .resting {
      tradeInWalk(order)
    }
    for order in waiting(instrument) where order.stage == .waiting && order.takesPart {
      order.trail(price)
      if order.isReached(by: price) { setOffInWalk(order) }
    }
  }

  /// Trades a resting order at the price of the walk, if it accepts that; one that must trade at once
  /// ends where it does not.
  func tradeInWalk(_ order: NaiveOrder) {
    guard let walk, order.stage == .resting else { return }
    guard order.accepts(walk.price) else {
      return order.mayRest ? () : end(order, .expired, .noLiquidity)
    }
    let wanted = wanted(order, at: walk.price)
    if wanted == 0 { return end(order, .expired, .other) }
    fillInWalk(order, min(wanted, walk.budget), .taker)
    if order.isAlive, order.isInQuote, self.wanted(order, at: walk.price) == 0 {
      end(order, .expired, .other)
    }
  }

  private func fillInWalk(_ order: NaiveOrder, _ lots: Int64, _ liquidity: Liquidity) {
    guard let walk, lots > 0, let lots = cutToPosition(order, lots) else { return }
    self.walk?.budget -= lots
    use("candle \(liquidity)")
    let price =
      liquidity == .maker
      ? order.price : moved(order, walk.price, lots, volume: walk.volume)
    fill(order, lots, at: price, liquidity, quoted: walk.price)
    settle(order)
  }

  // MARK: The legs

  private func walkLeg(_ instrument: InstrumentID, _ from: Int64, _ to: Int64) {
    let step: Int64 = to < from ? -1 : 1
    for price in stride(from: from, through: to, by: Int(step)) {
      walk?.price = price
      var seen: [NaiveOrder] = []
      while let order = nextReached(instrument, price, to, seen) {
        seen.append(order)
        if order.stage == .waiting {
          setOffInWalk(order)
        } else {
          fillInWalk(order, min(order.open, walk?.budget ?? 0), .maker)
        }
      }
    }
  }

  /// The oldest order that the path reaches at a price and that was not served there.
  private func nextReached(
    _ instrument: InstrumentID, _ price: Int64, _ end: Int64, _ seen: [NaiveOrder]
  ) -> NaiveOrder? {
    let live = orders.filter {
      $0.takesPart && $0.terms.instrument == instrument && !seen.contains(identicalTo: $0)
    }
    for order in live where order.stage == .waiting { order.trail(price) }
    let reached = live.filter { order in
      switch order.stage {
      case .waiting: order.isReached(by: price)
      case .resting: order.mayRest && order.price == price && order.isThrough(end)
      default: false
      }
    }
    return reached.min { $0.turn < $1.turn }
  }

  private func setOffInWalk(_ order: NaiveOrder) {
    reportTriggered(order)
    rest(order)
    tradeInWalk(order)
  }
}
