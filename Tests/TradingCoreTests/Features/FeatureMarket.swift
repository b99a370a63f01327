/// A small random market for features: trades, quotes, book messages with sound update ids and with jumps,
/// books that cross or run dry, losses of every kind, a second instrument, clocks that step back.
@testable import TradingCore

struct FeatureMarket {
  /// With `losses` 0 nothing is ever lost.
  let losses: Double
  private var random: RandomSource
  private var time: Int64 = 1_700_000_000_000_000_000
  private var middle: Int64 = 10_000
  private var updateID: Int64 = 100
  /// The id that the last message of the book went up to; quotes take ids of the same count.
  private var bookID: Int64 = 100
  /// Price to lots, as the venue has them.
  private var bids: [Int64: Int64] = [:]
  private var asks: [Int64: Int64] = [:]

  init(seed: UInt64, losses: Double = 0.01) {
    random = RandomSource(seed: seed, label: "feature market")
    self.losses = losses
  }

  /// Definitions, a snapshot, then `count` messages.
  static func events(_ count: Int, seed: UInt64, losses: Double = 0.01) -> [Event] {
    var market = FeatureMarket(seed: seed, losses: losses)
    var events = market.definitions() + market.snapshot()
    for _ in 0..<count { events += market.message() }
    return events
  }

  static func definition(_ id: UInt16) -> InstrumentDefinition {
    InstrumentDefinition(
      instrument: InstrumentID(id), base: AssetID(id * 2), quote: AssetID(1),
      tick: Decimal64(mantissa: 5, scale: 3), lot: Decimal64(mantissa: 1, scale: 3))
  }

  private func definitions() -> [Event] {
    (UInt16(0)..<2).map { event(.instrument(Self.definition($0))) }
  }

  private mutating func message() -> [Event] {
    time += Int64(random.below(400_000_000))
    if random.chance(0.01) { time += 3_000_000_000 }
    if random.chance(losses) { return loss() }
    switch random.below(10) {
    case 0...3: return [trade(of: random.chance(0.1) ? 1 : 0)]
    case 4...5: return [quote()]
    case 6 where random.chance(0.1): return snapshot()
    default: return update()
    }
  }

  private func event(_ body: EventBody, back: Int64 = 0) -> Event {
    Event(receiveTime: Timestamp(nanoseconds: time - back), body)
  }

  private mutating func lots() -> Int64 { 1 + Int64(random.below(5_000)) }

  private mutating func trade(of id: UInt16) -> Event {
    let isBuy = random.chance(0.5)
    let ticks = middle + (isBuy ? 1 : -1) * Int64(random.below(4))
    let back: Int64 = random.chance(0.02) ? 700_000_000 : 0
    return event(
      .trade(
        Trade(
          instrument: InstrumentID(id), price: Price(ticks: ticks),
          quantity: Quantity(lots: random.chance(0.02) ? 60_000 : lots()),
          aggressor: isBuy ? .buy : .sell, id: 0)), back: back)
  }

  private mutating func quote() -> Event {
    move()
    let isDry = random.chance(0.02)
    updateID += 1
    return event(
      .quote(
        Quote(
          instrument: InstrumentID(0), bidPrice: Price(ticks: middle - 1 - Int64(random.below(2))),
          bidQuantity: Quantity(lots: isDry ? 0 : lots()),
          askPrice: Price(ticks: middle + 1 + Int64(random.below(2))),
          askQuantity: Quantity(lots: lots()), updateID: updateID)))
  }

  private mutating func move() { middle += Int64(random.below(3)) - 1 }

  /// Some levels at new quantities; now and then the middle moves on and leaves levels across it.
  private mutating func update() -> [Event] {
    if random.chance(0.3) { move() }
    var levels: [(Side, Int64, Int64)] = []
    for ticks in bids.keys.sorted() where ticks >= middle && random.chance(0.97) {
      levels.append((.buy, ticks, 0))
    }
    for ticks in asks.keys.sorted() where ticks <= middle && random.chance(0.97) {
      levels.append((.sell, ticks, 0))
    }
    for _ in 0...random.below(3) {
      let side: Side = random.chance(0.5) ? .buy : .sell
      let away = 1 + Int64(random.below(12))
      let ticks = side == .buy ? middle - away : middle + away
      levels.append((side, ticks, random.chance(0.25) ? 0 : lots()))
    }
    for (side, ticks, lots) in levels {
      let kept = lots == 0 ? nil : lots
      if side == .buy { bids[ticks] = kept } else { asks[ticks] = kept }
    }
    updateID += 1
    let isJump = random.chance(losses)
    if isJump { updateID += 5 }
    let span = UInt32(updateID - bookID - (isJump ? 4 : 1))
    bookID = updateID
    return levels.enumerated().map { index, level in
      event(
        .depth(
          Depth(
            instrument: InstrumentID(0), side: level.0, price: Price(ticks: level.1),
            quantity: Quantity(lots: level.2), lastUpdateID: updateID, updateSpan: span,
            flags: flags(index, of: levels.count))))
    }
  }

  private mutating func snapshot() -> [Event] {
    (bids, asks) = ([:], [:])
    for away in Int64(1)...10 {
      if random.chance(0.9) { bids[middle - away] = lots() }
      if random.chance(0.9) { asks[middle + away] = lots() }
    }
    updateID += 1
    bookID = updateID
    let levels =
      bids.sorted { $0.key < $1.key }.map { (Side.buy, $0.key, $0.value) }
      + asks.sorted { $0.key < $1.key }.map { (Side.sell, $0.key, $0.value) }
    return levels.enumerated().map { index, level in
      event(
        .bookSnapshot(
          BookSnapshot(
            instrument: InstrumentID(0), side: level.0, price: Price(ticks: level.1),
            quantity: Quantity(lots: level.2), updateID: updateID,
            flags: flags(index, of: levels.count))))
    }
  }

  private func flags(_ index: Int, of count: Int) -> RunFlags {
    var flags: RunFlags = index == 0 ? .first : []
    if index == count - 1 { flags.insert(.last) }
    return flags
  }

  private mutating func loss() -> [Event] {
    let streams: [StreamKind] = [.trade, .quote, .depth, .any, .candle]
    let stream = streams[Int(random.below(5))]
    let owner: InstrumentID = random.chance(0.2) ? .none : InstrumentID(0)
    let gap = Gap(instrument: owner, stream: stream, count: 1, reason: .overflow)
    let isDepth = stream == .depth || stream == .any
    return [event(.gap(gap))] + (isDepth && random.chance(0.7) ? snapshot() : [])
  }
}
