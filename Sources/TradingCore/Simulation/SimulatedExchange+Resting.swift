/// What the market's events do to resting orders: trades reach them, books and quotes go through them.
extension SimulatedExchange {
  mutating func observe(_ trade: Trade) {
    let index = trade.instrument.index
    guard index < markets.count, trade.quantity.lots > 0 else { return }
    markets[index].observe(trade, settings.impact, at: clock)
    guard markets[index].hasOrders, isOpen(index), rule != .candle else { return }
    message += 1
    markets[index].allowance = rule == .sameEvent ? .max : capped(trade.quantity.lots)
    meet(trade, .buy)
    meet(trade, .sell)
    placeExits(at: clock)
    trigger(index)
  }

  mutating func observe(_ quote: Quote) {
    let index = quote.instrument.index
    guard index < markets.count else { return }
    markets[index].observe(quote, rule)
    guard markets[index].hasOrders else { return }
    if rule.usesBook {
      return markets[index].isQuoteNewer ? endMessage(index) : triggerByQuote(index)
    }
    guard rule == .quote else { return }
    message += 1
    cross(.buy, index)
    cross(.sell, index)
    placeExits(at: clock)
    if markets[index].last == nil { trigger(index) }
  }

  /// A quote that is older than the book moves nothing, but triggers are looked at.
  private mutating func triggerByQuote(_ index: Int) {
    if markets[index].last == nil, isOpen(index) { trigger(index) }
  }

  @inline(__always)
  mutating func observe(_ depth: Depth) {
    let index = depth.instrument.index
    guard rule.usesBook, index < markets.count else { return }
    markets[index].observe(depth, queueModel)
    guard depth.flags.contains(.last) else { return }
    markets[index].forgetQuote()
    if markets[index].hasOrders { endMessage(index) }
  }

  mutating func observe(_ level: BookSnapshot) {
    let index = level.instrument.index
    guard rule.usesBook, index < markets.count, !markets[index].isOld(level) else { return }
    markets[index].observe(level)
    if level.flags.contains(.last), markets[index].hasOrders { endMessage(index) }
  }

  /// A depth run or a snapshot is complete: the book may have reached our orders.
  private mutating func endMessage(_ index: Int) {
    guard isOpen(index) else { return }
    message += 1
    cross(.buy, index)
    cross(.sell, index)
    placeExits(at: clock)
    if markets[index].last == nil { trigger(index) }
  }

  /// The share of a quantity that our orders may fill.
  func capped(_ lots: Int64) -> Int64 {
    guard settings.volumeCap >= 0 else { return .max }
    return Int64(clamping: Int128(max(0, lots)) * Int128(settings.volumeCap) / 1_000_000)
  }

  // MARK: Trades

  /// A trade reaches the resting orders of a side at its price and beyond, best first.
  private mutating func meet(_ trade: Trade, _ side: Side) {
    let index = trade.instrument.index
    var given: Int64 = 0
    var place = 0
    while let order = order(side, place, index) {
      guard order.terms.price == trade.price || order.isBehind(trade.price) else { return }
      if order.joined != message { meet(trade, order, at: place, &given) }
      place = self.place(after: order)
    }
  }

  private mutating func meet(
    _ trade: Trade, _ order: RestingOrder, at place: Int, _ given: inout Int64
  ) {
    let isThrough = order.isBehind(trade.price)
    guard isThrough || (rule.usesBook && trade.aggressor != order.side) else { return }
    let traded = rule == .sameEvent ? .max : trade.quantity.lots
    markets[order.terms.instrument.index].update(order.side, place) { order in
      order.ahead = isThrough ? 0 : max(0, order.ahead - traded)
      if !isThrough { order.traded = order.traded.addingClamped(traded) }
    }
    let left = (traded - given).subtractingClamped(isThrough ? 0 : order.ahead)
    let index = order.terms.instrument.index
    let lots = min(rule.usesBook ? order.shown : order.open, left, markets[index].allowance)
    guard lots > 0 else { return }
    let filled = fillResting(order, at: place, lots, at: clock)
    if traded != .max { given += filled }
    markets[index].use(filled)
  }

  // MARK: The other side of the book or the quote

  /// Resting orders of a side that the other side has reached are filled from it, at their own price.
  private mutating func cross(_ side: Side, _ index: Int) {
    var place = 0
    while let order = order(side, place, index) {
      guard let touch = firstTouch(side, index), isReached(order, by: touch) else { return }
      if order.joined != message { cross(order, at: place) }
      place = self.place(after: order)
    }
  }

  /// A book that shows the order's price on the other side has reached it; a quote must go through.
  private func isReached(_ order: RestingOrder, by touch: Price) -> Bool {
    rule.usesBook ? order.accepts(touch) : order.isBehind(touch)
  }

  private mutating func cross(_ resting: RestingOrder, at place: Int) {
    let index = resting.terms.instrument.index
    var order = markets[index].queue(resting.side) { $0.remove(at: place) }
    var depth = 0
    while order.isOpen, rule.usesBook || depth == 0,
      let level = markets[index].touchable(order.side, depth, rule),
      isReached(order, by: level.price)
    {
      let lots = min(order.open, level.lots)
      if lots > 0 {
        let filled = fill(&order, lots, order.terms.price, .maker, at: clock)
        guard filled > 0 else { return }
        markets[index].take(order.side, filled, at: level.price, rule)
      }
      depth += 1
    }
    putBack(filled: order)
  }

  // MARK: Fills of what rests

  /// Fills a resting order at its price as maker.
  /// - Returns: the lots filled; 0 when it ended instead.
  mutating func fillResting(
    _ resting: RestingOrder, at place: Int, _ lots: Int64, at time: Timestamp
  ) -> Int64 {
    let index = resting.terms.instrument.index
    var order = markets[index].queue(resting.side) { $0.remove(at: place) }
    let filled = fill(&order, lots, order.terms.price, .maker, at: time)
    if filled > 0 { putBack(filled: order) }
    return filled
  }

  /// What is complete leaves; an iceberg whose part is filled shows the next at the back of the queue.
  private mutating func putBack(filled order: RestingOrder) {
    guard order.isOpen else { return }
    var order = order
    if order.shown == 0 {
      order.priority = nextPriority()
      order.joined = message
      join(&order)
    }
    markets[order.terms.instrument.index].queue(order.side) { $0.insert(order) }
  }

  // MARK: Looking without a copy

  /// Reads a market where it is. Asked through the array, it would first be copied whole, with a retain
  /// for each queue in it; what could be changed is not.
  @inline(__always)
  private mutating func look<Answer>(
    at index: Int, _ question: (inout SimulatedMarket) -> Answer
  ) -> Answer {
    question(&markets[index])
  }

  private mutating func isOpen(_ index: Int) -> Bool {
    let rule = rule
    return look(at: index) { $0.isOpen(rule) }
  }

  private mutating func firstTouch(_ side: Side, _ index: Int) -> Price? {
    let rule = rule
    return look(at: index) { $0.firstTouch(side, rule) }
  }

  mutating func order(_ side: Side, _ place: Int, _ index: Int) -> RestingOrder? {
    look(at: index) { $0.order(side, place) }
  }

  mutating func place(after order: RestingOrder) -> Int {
    look(at: order.terms.instrument.index) { $0.place(after: order) }
  }
}
