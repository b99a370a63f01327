/// The agents of a generated market and the book they meet in. Trades, depth and quotes come out of
/// one book, so they agree with each other as a venue's do.
///
/// Makers place and withdraw levels around the fair price; takers buy and sell by chance, by the
/// recent direction, and wherever a quote lies on the wrong side of fair; now and then one sweeps far
/// into the book. Makers never cross: what would is placed one tick behind the other side.
struct OrderFlow: Sendable {
  /// Levels a side grows to before its farthest is withdrawn, and below which makers hurry.
  static let mostLevels = 64
  static let fewestLevels = 12
  /// The most events one step or snapshot can append.
  static let mostEvents = 4 * mostLevels

  private let instrument = InstrumentID(0)
  private var random: RandomSource
  private var bids = BookSide(.buy)
  private var asks = BookSide(.sell)
  private var updateID: Int64
  private var tradeID: Int64
  /// Recent direction of trades, −1…1.
  private var momentum = 0.0
  /// Levels changed in this step, in order, with their new quantity.
  private var changes: ContiguousArray<BookChange> = []
  private var trades: ContiguousArray<Trade> = []

  init(seed: UInt64) {
    random = RandomSource(seed: seed, label: "order flow")
    updateID = random.integer(in: 1_000_000...2_000_000)
    tradeID = random.integer(in: 100_000...200_000)
    changes.reserveCapacity(OrderFlow.mostEvents)
    trades.reserveCapacity(OrderFlow.mostEvents)
  }

  /// Empties the book and fills it anew, as venues do while nobody is looking.
  mutating func rebuild(_ market: FlowConditions) {
    bids.removeAll()
    asks.removeAll()
    for _ in 0..<OrderFlow.mostLevels {
      place(.buy, market)
      place(.sell, market)
    }
    changes.removeAll(keepingCapacity: true)
    updateID += random.integer(in: 1...100_000)
    tradeID += random.integer(in: 1...10_000)
  }

  /// Appends the whole book as a snapshot, then its best quotes.
  func snapshot(at stamp: EventStamp, into events: inout ContiguousArray<Event>) {
    let count = bids.count + asks.count
    for index in 0..<count {
      let side: Side = index < bids.count ? .buy : .sell
      let level = side == .buy ? bids[index] : asks[index - bids.count]
      var flags: RunFlags = index == 0 ? .first : []
      if index == count - 1 { flags.insert(.last) }
      let body = BookSnapshot(
        instrument: instrument, side: side, price: level.price, quantity: level.quantity,
        updateID: updateID, flags: flags)
      events.append(Event(receiveTime: stamp.receive, .bookSnapshot(body)))
    }
    events.append(Event(receiveTime: stamp.receive, .quote(top)))
  }

  /// Lets one agent act and appends what the venue would publish: trades, then the changed levels as
  /// one message whose ids continue the last, then the best quotes if they changed.
  mutating func step(
    _ market: FlowConditions, at stamp: EventStamp, into events: inout ContiguousArray<Event>
  ) {
    let before = top
    act(market)
    hurry(market)
    for trade in trades {
      events.append(Event(receiveTime: stamp.receive, venueTime: stamp.venue, .trade(trade)))
    }
    publishDepth(at: stamp, into: &events)
    var after = top
    after.updateID = before.updateID
    if after != before { events.append(Event(receiveTime: stamp.receive, .quote(top))) }
    changes.removeAll(keepingCapacity: true)
    trades.removeAll(keepingCapacity: true)
  }

  /// The best quotes of the book, which is never empty between steps.
  private var top: Quote {
    let bid = bids.best
    let ask = asks.best
    return Quote(
      instrument: instrument, bidPrice: bid?.price ?? .zero, bidQuantity: bid?.quantity ?? .zero,
      askPrice: ask?.price ?? .zero, askQuantity: ask?.quantity ?? .zero, updateID: updateID)
  }

  private mutating func publishDepth(
    at stamp: EventStamp, into events: inout ContiguousArray<Event>
  ) {
    guard !changes.isEmpty else { return }
    updateID += Int64(changes.count)
    for (index, change) in changes.enumerated() {
      var flags: RunFlags = index == 0 ? .first : []
      if index == changes.count - 1 { flags.insert(.last) }
      let body = Depth(
        instrument: instrument, side: change.side, price: change.price, quantity: change.quantity,
        lastUpdateID: updateID, updateSpan: UInt32(changes.count - 1), flags: flags)
      events.append(Event(receiveTime: stamp.receive, venueTime: stamp.venue, .depth(body)))
    }
  }

  // MARK: - Agents

  private mutating func act(_ market: FlowConditions) {
    let fair = Price(ticks: Int64(market.fair))
    if let bid = bids.best, bid.price > fair { return correct(.buy, market, fair) }
    if let ask = asks.best, ask.price < fair { return correct(.sell, market, fair) }
    let choice = random.uniform()
    if choice < 0.6 {
      place(random.chance(0.5) ? .buy : .sell, market)
    } else if choice < 0.82 {
      withdraw(random.chance(0.5) ? .buy : .sell)
    } else {
      trade(market)
    }
  }

  /// A quote on the wrong side of fair: someone takes it, or its maker withdraws it in time.
  private mutating func correct(_ side: Side, _ market: FlowConditions, _ fair: Price) {
    if random.chance(0.4) {
      take(from: side, lots: takerLots(market, scale: 2), beyond: fair)
      return
    }
    while let level = best(side), side == .buy ? level.price > fair : level.price < fair,
      changes.count < OrderFlow.mostLevels
    {
      set(side, level.price, .zero)
    }
    place(side, market)
  }

  private mutating func trade(_ market: FlowConditions) {
    let middle = Double(top.bidPrice.ticks &+ top.askPrice.ticks) / 2
    let value = max(-1, min(1, (market.fair - middle) / (2 * market.halfSpread)))
    let isBuy = random.chance(0.5 + 0.35 * value + 0.1 * momentum)
    let scale = random.chance(0.001) ? 40.0 : 0.6
    take(from: isBuy ? .sell : .buy, lots: takerLots(market, scale: scale), beyond: nil)
  }

  private mutating func takerLots(_ market: FlowConditions, scale: Double) -> Int64 {
    max(1, Int64(min(1e15, market.levelLots * scale * random.exponential())))
  }

  /// Trades against the best levels of `side` until `lots` are done, the limit is reached, or few
  /// levels are left.
  private mutating func take(from side: Side, lots: Int64, beyond limit: Price?) {
    var rest = lots
    while rest > 0, count(side) > 2, let level = best(side), changes.count < OrderFlow.mostLevels {
      if let limit, side == .buy ? level.price <= limit : level.price >= limit { break }
      let quantity = min(rest, level.quantity.lots)
      tradeID += 1
      trades.append(
        Trade(
          instrument: instrument, price: level.price, quantity: Quantity(lots: quantity),
          aggressor: side.opposite, id: tradeID))
      set(side, level.price, Quantity(lots: level.quantity.lots - quantity))
      rest -= quantity
    }
    momentum += 0.05 * ((side == .sell ? 1 : -1) - momentum)
  }

  /// Puts a level on a side: near the fair price, rarely far from it.
  private mutating func place(_ side: Side, _ market: FlowConditions) {
    let reach = random.chance(0.35) ? 0.7 + 0.6 * random.uniform() : 1 + 6 * random.exponential()
    let distance = market.halfSpread * reach
    let ticks: Int64
    switch side {
    case .buy:
      let limit = (asks.best?.price.ticks ?? .max) - 1
      ticks = min(Int64((market.fair - distance).rounded(.down)), limit)
    case .sell:
      let limit = (bids.best?.price.ticks ?? 0) + 1
      ticks = max(Int64((market.fair + distance).rounded(.up)), limit)
    }
    let lots = max(1, Int64(min(1e15, market.levelLots * (0.2 + random.exponential()))))
    guard ticks > 0 else { return }
    set(side, Price(ticks: ticks), Quantity(lots: lots))
    if count(side) > OrderFlow.mostLevels { withdrawFarthest(side) }
  }

  private mutating func withdraw(_ side: Side) {
    let count = count(side)
    guard count > OrderFlow.fewestLevels else { return }
    let depth = Int(random.below(UInt64(count)))
    set(side, side == .buy ? bids[depth].price : asks[depth].price, .zero)
  }

  private mutating func withdrawFarthest(_ side: Side) {
    let depth = count(side) - 1
    set(side, side == .buy ? bids[depth].price : asks[depth].price, .zero)
  }

  /// Makers come back where a side has run thin.
  private mutating func hurry(_ market: FlowConditions) {
    for side in [Side.buy, .sell] where count(side) < OrderFlow.fewestLevels {
      place(side, market)
      place(side, market)
    }
  }

  // MARK: - Book

  private func count(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }

  private func best(_ side: Side) -> (price: Price, quantity: Quantity)? {
    side == .buy ? bids.best : asks.best
  }

  private mutating func set(_ side: Side, _ price: Price, _ quantity: Quantity) {
    switch side {
    case .buy: bids.set(price, quantity)
    case .sell: asks.set(price, quantity)
    }
    changes.append(BookChange(price: price, quantity: quantity, side: side))
  }
}

/// What the agents know at a moment.
struct FlowConditions: Equatable, Sendable {
  /// The fair price in ticks.
  var fair: Double
  /// What makers stay away from it, in ticks.
  var halfSpread: Double
  /// Lots of a typical level.
  var levelLots: Double
}

/// When the venue published something and when we received it.
struct EventStamp: Equatable, Sendable {
  var venue: Timestamp
  var receive: Timestamp
}

/// A level's new absolute quantity.
private struct BookChange: Equatable, Sendable, BitwiseCopyable {
  var price: Price
  var quantity: Quantity
  var side: Side
}
