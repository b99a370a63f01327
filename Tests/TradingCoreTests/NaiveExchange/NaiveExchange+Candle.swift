/// The naive exchange walks a candle tick by tick: open, nearer extreme, other extreme, close.
@testable import TradingCore

extension NaiveExchange {
  /// The open is a moment of its own, which is known when the candle is.
  func open(_ candle: Candle) {
    guard market(candle.instrument) != nil else { return }
    walk = Walk(
      price: candle.open.ticks, budget: capped(candle.volume.lots), volume: candle.volume.lots)
    if volumeCap < 0 { walk?.budget = NaiveMarket.endless }
    tradeAtOpen(candle.instrument)
    opened[candle.instrument.index] = walk
    walk = nil
  }

  /// The rest of the path, at the close.
  func walk(_ candle: Candle) {
    walk = opened.removeValue(forKey: candle.instrument.index)
    let path = path(of: candle)
    for (from, to) in zip(path, path.dropFirst()) { walkLeg(candle.instrument, from, to) }
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
    let there = orders.filter { $0.takesPart && $0.terms.instrument == instrument }
    for order in there.sorted(by: { $0.turn < $1.turn }) {
      if order.stage == .resting, !order.terms.flags.contains(.postOnly) {
        tradeAtOnce(order)
      } else if order.stage == .waiting {
        order.trail(price)
        if order.isReached(by: price) { setOffInWalk(order) }
      }
    }
    placeExits()
  }

  /// An order that can trade now does so as a taker; one that must trade at once ends.
  private func tradeAtOnce(_ order: NaiveOrder) {
    guard let walk else { return }
    if order.accepts(walk.price) {
      let wanted = wanted(order, at: walk.price)
      if order.isInQuote, wanted == 0 { return end(order, .expired, .other) }
      let lots = min(wanted, walk.budget)
      if order.terms.timeInForce == .fillOrKill, min(lots, shrinkable(order)) < wanted {
        return end(order, .expired, shrinkable(order) < lots ? .reduceOnly : .noLiquidity)
      }
      fillInWalk(order, lots, .taker)
    }
    guard order.isAlive else { return }
    if order.isInQuote, wanted(order, at: walk.price) == 0 {
      end(order, .expired, .other)
    } else if order.isImmediate {
      end(order, .expired, .noLiquidity)
    }
  }

  private func fillInWalk(_ order: NaiveOrder, _ lots: Int64, _ liquidity: Liquidity) {
    guard let walk, lots > 0, let lots = cutToPosition(order, lots) else { return }
    let price =
      liquidity == .maker
      ? order.price : moved(order, walk.price, lots, volume: walk.volume)
    guard canPay(order, lots, at: price) else { return }
    self.walk?.budget -= lots
    use("candle \(liquidity)")
    fill(order, lots, at: price, liquidity)
    settle(order)
  }

  private func setOffInWalk(_ order: NaiveOrder) {
    reportTriggered(order)
    rest(order)
    tradeAtOnce(order)
  }

  // MARK: The legs

  private func walkLeg(_ instrument: InstrumentID, _ from: Int64, _ to: Int64) {
    for price in stride(from: from, through: to, by: to < from ? -1 : 1) {
      walk?.price = price
      while let order = nextReached(instrument, price, to) {
        if order.stage == .waiting {
          setOffInWalk(order)
        } else {
          // It is gone through once in a candle, whatever cut the fill.
          order.takesPart = false
          fillInWalk(order, min(order.open, walk?.budget ?? 0), .maker)
        }
        placeExits()
      }
    }
  }

  /// The oldest order that the path reaches at a price, or has passed.
  private func nextReached(
    _ instrument: InstrumentID, _ price: Int64, _ end: Int64
  ) -> NaiveOrder? {
    let live = orders.filter { $0.takesPart && $0.terms.instrument == instrument }
    for order in live where order.stage == .waiting { order.trail(price) }
    let reached = live.filter { order in
      switch order.stage {
      case .waiting: order.isReached(by: price)
      case .resting:
        order.mayRest
          && (order.isThrough(price) || (order.price == price && order.isThrough(end)))
      default: false
      }
    }
    return reached.min { $0.turn < $1.turn }
  }
}
