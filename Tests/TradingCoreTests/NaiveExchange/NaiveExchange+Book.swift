/// The naive exchange reads the recorded book: what its levels do to the queue before our orders, to
/// the lots we took, and which orders the other side has come to.
@testable import TradingCore

extension NaiveExchange {
  func apply(_ level: BookSnapshot) {
    let instrument = level.instrument
    if let book = market(instrument)?.book, book.isValid, level.updateID < book.updateID {
      return use("snapshot older than the book")
    }
    change(instrument) { market in
      if level.flags.contains(.first) {
        if rule.isBook { market.taken = [] }
        market.replacesValid = market.book.isValid
      }
      market.book.load(level.level)
    }
    guard level.flags.contains(.last), let market = market(instrument) else { return }
    if market.book.isValid { queueAnew(instrument, isFirst: !market.replacesValid) }
    endRun(instrument)
  }

  func apply(_ depth: Depth) {
    guard let before = market(depth.instrument) else { return }
    change(depth.instrument) { market in
      market.book.update(depth.level)
      if depth.flags.contains(.first) {
        market.takesRun = depth.lastUpdateID > before.book.updateID
      }
    }
    guard let after = market(depth.instrument) else { return }
    if before.book.isValid, !after.book.isValid { use("jump in the ids") }
    if before.book.isValid, after.book.isValid, after.takesRun, !depth.flags.contains(.empty) {
      setLevel(depth, lotsBefore: before.displayed(depth.side, at: depth.price.ticks))
    }
    guard depth.flags.contains(.last) else { return }
    change(depth.instrument) { market in
      if rule.isBook, !market.isQuoteNewer {
        let seen = market
        market.taken.removeAll { seen.recorded($0.side, at: $0.price) == 0 }
      }
    }
    endRun(depth.instrument)
  }

  private func setLevel(_ depth: Depth, lotsBefore: Int64) {
    let (side, price, lots) = (depth.side, depth.price.ticks, max(0, depth.quantity.lots))
    for order in resting(depth.instrument, side) where order.price == price {
      if rule == .bookProbabilistic {
        let decrease = lotsBefore - lots - order.tradedSince
        order.ahead = shortened(order.ahead, of: lotsBefore, by: decrease)
      }
      order.tradedSince = 0
      order.ahead = min(order.ahead, lots)
    }
    change(depth.instrument) { market in
      guard rule.isBook else { return }
      let taken = NaiveMarket.lots(in: market.taken, side, price)
      let left = taken - max(0, lotsBefore - lots)
      NaiveMarket.set(&market.taken, side, price, lots == 0 ? 0 : left)
    }
  }

  /// The queue before an order after cancellations that nobody saw the place of: the share of them
  /// that hftbacktest's `ProbQueueModel` puts before it.
  private func shortened(_ ahead: Int64, of before: Int64, by decrease: Int64) -> Int64 {
    guard decrease > 0 else { return ahead }
    let (front, back) = (weight(ahead), weight(before - ahead))
    guard front + back > 0 else { return ahead }
    use("queue shortened by a cancellation")
    let share = back / (back + front)
    let left = (Double(ahead) - (1 - share) * Double(decrease)).rounded(.up)
    return max(0, Int64(left))
  }

  private func weight(_ lots: Int64) -> Double {
    queueIsLogarithm
      ? Elementary.log(1 + Double(lots))
      : Elementary.pow(Double(lots), Double(queueExponent) / 1_000_000)
  }

  /// A snapshot has come: where the book was not valid, nobody saw what happened to the queue.
  private func queueAnew(_ instrument: InstrumentID, isFirst: Bool) {
    for order in resting(instrument, .buy) + resting(instrument, .sell) {
      let shown = displayedBeside(order)
      order.ahead = isFirst ? shown : min(order.ahead, shown)
      order.tradedSince = 0
    }
  }

  // MARK: The end of a message

  func endRun(_ instrument: InstrumentID) {
    guard let market = market(instrument) else { return }
    if rule.isBook, market.isOpen(rule) {
      for side in Side.allCases {
        for order in resting(instrument, side) { meetOtherSide(order) }
      }
    }
    placeExits()
    if market.last == nil { lookAtTriggers(instrument) }
  }

  /// The other side of the book has come to a resting order: each level fills it once.
  private func meetOtherSide(_ order: NaiveOrder) {
    let levels = market(order.terms.instrument)?.touchable(to: order.side, rule) ?? []
    order.isBeingMet = true
    for level in levels where order.stage == .resting && order.accepts(level.price) {
      let lots = fillAtRest(order, min(order.open, level.lots), "other side")
      count(lots, asTakenFrom: level, order.terms.instrument)
    }
    order.isBeingMet = false
    finish(order)
  }
}
