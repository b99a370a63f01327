/// How orders meet candles: at the open, then along the path open → nearer extreme → other extreme →
/// close, which is pessimistic about nothing but order: nobody recorded it.
extension SimulatedExchange {
  /// What the opening of a candle fills, before the candle itself is known.
  mutating func open(_ candle: Candle, at start: Timestamp) {
    let index = candle.instrument.index
    guard rule == .candle, index < markets.count, markets[index].hasOrders else { return }
    let time = max(clock, start)
    if time >= nextExpiry { expire(by: time) }
    message += 1
    markets[index].allowance = capped(candle.volume.lots)
    markets[index].candle += 1
    markets[index].candleVolume = candle.volume.lots
    // Exits that come to life see the open; whoever arrives before the close does not.
    let last = markets[index].last
    defer { markets[index].last = last }
    markets[index].last = candle.open
    let newest = lastPriority
    var age: UInt64 = 0
    while let order = markets[index].oldest(after: age, upTo: newest, since: start) {
      age = order.priority
      open(order, candle.open, at: time)
    }
    placeExits(at: time, onPathOf: markets[index].candle)
  }

  private mutating func open(_ order: RestingOrder, _ price: Price, at time: Timestamp) {
    let index = order.terms.instrument.index
    if order.stage == .waiting {
      guard follow(order, price) else { return }
      _ = markets[index].remove(order.id)
      return setOff(order, at: price, time)
    }
    let rests = order.stage == .resting && order.terms.flags.contains(.postOnly)
    if order.stage == .opening || (order.accepts(price) && !rests) {
      _ = markets[index].remove(order.id)
      take(order, at: price, time)
    }
  }

  /// Lets a waiting order's trail see a price.
  /// - Returns: whether the price sets the order off.
  private mutating func follow(_ order: RestingOrder, _ price: Price) -> Bool {
    let index = order.terms.instrument.index
    guard let place = markets[index].waiting.firstIndex(where: { $0.id == order.id }) else {
      return false
    }
    markets[index].waiting[place].trail(price)
    return markets[index].waiting[place].isSetOff(by: price)
  }

  /// A trigger was reached at a price, where the order then trades.
  private mutating func setOff(_ waiting: RestingOrder, at price: Price, _ time: Timestamp) {
    var order = waiting
    report(.triggered, order, at: time)
    chooseAlternative(order, at: time)
    order.stage = .arrived
    order.priority = nextPriority()
    take(order, at: price, time)
  }

  /// Takes at a price what volume allows; what is left rests, waits for the next open, or ends.
  private mutating func take(_ arrived: RestingOrder, at price: Price, _ time: Timestamp) {
    var order = arrived
    let index = order.terms.instrument.index
    guard let definition = markets[index].definition else { return }
    let wanted = order.wanted(at: price, definition)
    let lots = order.accepts(price) ? min(wanted, markets[index].allowance) : 0
    if order.terms.timeInForce == .fillOrKill, cut(lots, of: order) < wanted {
      let isCut = cut(lots, of: order) < lots
      return end(order, .expired, isCut ? .reduceOnly : .noLiquidity, at: time)
    }
    if lots > 0 {
      let paid = markets[index].impacted(
        price, order, cut(lots, of: order), settings, at: time)
      let filled = fill(&order, lots, paid, .taker, at: time)
      guard filled > 0 else { return }
      markets[index].use(filled)
    }
    if order.isInQuote, order.wanted(at: price, definition) <= 0 {
      return end(order, .expired, .other, at: time)
    }
    guard order.isOpen else { return }
    if order.terms.timeInForce == .immediateOrCancel {
      return end(order, .expired, .noLiquidity, at: time)
    }
    rest(order)
  }

  // MARK: The path

  /// Takes a candle. Inlined as far as most of them come: there is an order of ours to meet but seldom.
  @inline(__always)
  mutating func observe(_ candle: Candle, _ event: Event) {
    let index = candle.instrument.index
    guard index < markets.count else { return }
    if markets[index].hasOrders {
      meet(candle, from: event.start(of: candle))
    } else {
      markets[index].last = candle.close
    }
  }

  @inline(never)
  private mutating func meet(_ candle: Candle, from start: Timestamp) {
    let index = candle.instrument.index
    message += 1
    if rule == .candle { walk(candle, from: start) }
    markets[index].last = candle.close
    if rule == .sameEvent {
      passThrough(candle, .buy, from: start)
      passThrough(candle, .sell, from: start)
      placeExits(at: clock)
    }
    if rule != .candle, markets[index].isOpen(rule) { trigger(index) }
  }

  /// Fills whole what a candle went through after it had arrived.
  private mutating func passThrough(_ candle: Candle, _ side: Side, from start: Timestamp) {
    let index = candle.instrument.index
    var place = 0
    while let order = order(side, place, index) {
      guard order.isBehind(side == .buy ? candle.low : candle.high) else { return }
      if order.since <= start, order.joined != message {
        _ = fillResting(order, at: place, order.open, at: clock)
      }
      place = self.place(after: order)
    }
  }

  private mutating func walk(_ candle: Candle, from start: Timestamp) {
    markets[candle.instrument.index].candleVolume = candle.volume.lots
    let (open, high, low) = (candle.open.ticks, candle.high.ticks, candle.low.ticks)
    let isLowFirst = open.subtractingClamped(low) <= high.subtractingClamped(open)
    let (first, second) = isLowFirst ? (candle.low, candle.high) : (candle.high, candle.low)
    let index = candle.instrument.index
    walk(index, from: candle.open, to: first, start)
    walk(index, from: first, to: second, start)
    walk(index, from: second, to: candle.close, start)
  }

  /// One leg of the path: what it reaches, in the order it reaches it.
  private mutating func walk(_ index: Int, from a: Price, to b: Price, _ start: Timestamp) {
    var position = a
    while let hit = markets[index].next(from: position, to: b, since: start, message) {
      position = hit.price
      markets[index].last = position
      guard let order = markets[index].remove(hit.order.id) else { return }
      if order.stage == .waiting {
        setOff(order, at: position, clock)
      } else {
        fillOnPath(order)
      }
      placeExits(at: clock, onPathOf: markets[index].candle)
    }
    for place in markets[index].waiting.indices
    where markets[index].takesPart(markets[index].waiting[place], since: start) {
      markets[index].waiting[place].trail(b)
    }
  }

  private mutating func fillOnPath(_ resting: RestingOrder) {
    var order = resting
    let index = order.terms.instrument.index
    order.met = message
    let lots = min(order.open, markets[index].allowance)
    if lots > 0 {
      let filled = fill(&order, lots, order.terms.price, .maker, at: clock)
      guard filled > 0 else { return }
      markets[index].use(filled)
    }
    if order.isOpen { markets[index].queue(order.side) { $0.insert(order) } }
  }
}

extension SimulatedMarket {
  /// Whether an order arrived by a candle's open, or came to life on its path.
  fileprivate func takesPart(_ order: RestingOrder, since start: Timestamp) -> Bool {
    order.since <= start || (order.born > 0 && order.born == candle)
  }

  /// The oldest order in a range of ages that arrived by a time and takes part in a candle.
  fileprivate func oldest(
    after age: UInt64, upTo newest: UInt64, since: Timestamp
  ) -> RestingOrder? {
    var oldest: RestingOrder?
    forEachLive { order in
      guard order.priority > age, order.priority <= newest, order.since <= since,
        order.stage != .kept, oldest.map({ order.priority < $0.priority }) ?? true
      else { return }
      oldest = order
    }
    return oldest
  }

  /// The order that a leg of a candle's path reaches first, oldest first at a price, and where.
  fileprivate func next(
    from position: Price, to end: Price, since start: Timestamp, _ message: UInt64
  ) -> (order: RestingOrder, price: Price)? {
    var found: (order: RestingOrder, price: Price, distance: UInt64)?
    forEachLive { order in
      guard takesPart(order, since: start), order.met != message,
        let price = order.reached(from: position, to: end)
      else { return }
      let distance = (price.ticks.subtractingClamped(position.ticks)).magnitude
      if let best = found,
        (best.distance, best.order.priority) < (distance, order.priority)
      {
        return
      }
      found = (order, price, distance)
    }
    return found.map { ($0.order, $0.price) }
  }
}

extension RestingOrder {
  /// Where on the way from one price to another the order is set off or gone through; `nil` if nowhere.
  /// A limit's own price may lie behind the start, where it is gone through already.
  fileprivate func reached(from position: Price, to end: Price) -> Price? {
    switch stage {
    case .waiting:
      if isSetOff(by: position) { return position }
      return isSetOff(by: end) ? triggerTicks.map { Price(ticks: $0) } : nil
    case .resting:
      if isBehind(position) { return position }
      return isBehind(end) ? terms.price : nil
    case .arrived, .kept, .opening: return nil
    }
  }
}
