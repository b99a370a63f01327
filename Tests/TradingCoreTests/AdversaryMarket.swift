/// Two random markets with gaps, and an operator who halts, resumes and flattens while they trade; at
/// the end a last halt, and then the markets go on.
@testable import TradingCore

struct AdversaryMarket {
  private let test: AdversaryTests.Case
  private var random: RandomSource
  private(set) var facts: [Event] = []
  private(set) var commands: [EventBody] = []

  init(_ test: AdversaryTests.Case) {
    self.test = test
    random = RandomSource(seed: test.seed, label: "adversary market")
    for id in UInt16(0)..<2 {
      add(
        0,
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(id), base: AssetID(id * 2), quote: AssetID(1),
            tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3),
            minQuantity: Quantity(lots: 2))))
    }
    trade()
  }

  private func at(_ second: Int64, _ body: EventBody) -> Event {
    Event(receiveTime: Timestamp(nanoseconds: second * Interval.second.nanoseconds), body)
  }

  private mutating func add(_ second: Int64, _ body: EventBody) { facts.append(at(second, body)) }

  /// A command rides as a reading, see `CommandedSource`.
  private mutating func command(_ second: Int64, _ body: EventBody) {
    commands.append(body)
    let feature = UInt16(commands.count - 1)
    add(second, .reading(Reading(instrument: .none, feature: feature, value: 0)))
  }

  // MARK: The account

  /// Settings, fees, money, latencies and limits, one of them forgotten.
  func preamble(without forgotten: LimitKind?) -> [Event] {
    let account = test.isSpot ? AccountKind.spot : .margin
    let settings: [EventBody] = [
      .configure(Configure(.fillRule, value: Int64(test.rule.rawValue))),
      .configure(Configure(.account, value: Int64(account.rawValue))),
      .configure(Configure(.reportingAsset, value: 1)),
      .configure(Configure(.sizing, value: test.isSpot ? 800_000 : 1_000)),
      .fee(FeeSchedule(instrument: .none, maker: -10_000, taker: 50_000)),
    ]
    let money = (test.isSpot ? [3, 40, 2] : [0, 100_000, 0]).enumerated().map { asset, whole in
      EventBody.balance(AssetAmount(asset: AssetID(UInt16(asset)), amount: Money(whole: whole)))
    }
    let limits = LimitKind.allCases.filter { $0 != forgotten }.compactMap { kind in
      test.limits[kind].map { EventBody.limit(LimitChange(kind, value: $0)) }
    }
    return (settings + money + latencies + limits).map { at(0, $0) }
  }

  private var latencies: [EventBody] {
    guard test.hasLatency else { return [] }
    let legs: [(LatencyAction, Int64)] = [(.place, 900), (.cancel, 100), (.amend, 400)]
    return legs.map { action, milliseconds in
      .latency(
        LatencyRow(
          entry: Interval(nanoseconds: milliseconds * 1_000_000),
          response: Interval(nanoseconds: 300_000_000), spread: Interval(nanoseconds: 200_000_000),
          action: action))
    }
  }

  // MARK: The market

  private mutating func trade() {
    let isSlow = test.rule == .candle
    let (length, silence): (Int64, Int64) = isSlow ? (24_000, 3_600) : (400, 200)
    var prices: [Int64] = [1_000, 1_000]
    for second in 1...(length + silence) {
      for id in 0..<2 {
        prices[id] = max(500, prices[id] + random.integer(in: -3...3))
        pass(second, InstrumentID(UInt16(id)), prices[id])
      }
      if second < length { interfere(second, 15 / Double(length)) }
      if second == length { command(second, .halt(HaltCommand(reason: 0))) }
    }
  }

  private mutating func interfere(_ second: Int64, _ chance: Double) {
    if random.chance(chance) { command(second, .halt(HaltCommand(reason: 0))) }
    if random.chance(4 * chance) { command(second, .resume(HaltCommand(reason: 0))) }
    if random.chance(2 * chance) { command(second, .flatten(Flatten(instrument: .none))) }
    guard random.chance(2 * chance) else { return }
    add(
      second,
      .gap(Gap(instrument: InstrumentID(0), stream: .any, count: 1, reason: .sequence)))
  }

  /// A second of a market: a candle where there are only candles, else a book, a quote and a trade.
  private mutating func pass(_ second: Int64, _ id: InstrumentID, _ price: Int64) {
    guard test.rule == .candle else {
      book(second, id, price)
      return quoteAndTrade(second, id, price)
    }
    guard second % 60 == 0 else { return }
    let open = price + random.integer(in: -3...3)
    add(
      second,
      .candle(
        Candle(
          instrument: id, intervalSeconds: 60, open: Price(ticks: open),
          high: Price(ticks: max(open, price) + 3), low: Price(ticks: min(open, price) - 3),
          close: Price(ticks: price), volume: Quantity(lots: 100_000))))
  }

  private mutating func book(_ second: Int64, _ id: InstrumentID, _ price: Int64) {
    for (place, distance) in ([-1, -2, -4, 1, 3, 4] as [Int64]).enumerated() {
      add(
        second,
        .bookSnapshot(
          BookSnapshot(
            instrument: id, side: distance < 0 ? .buy : .sell,
            price: Price(ticks: price + distance),
            quantity: Quantity(lots: random.integer(in: 1...4_000)), updateID: second,
            flags: place == 0 ? .first : place == 5 ? .last : [])))
    }
  }

  private mutating func quoteAndTrade(_ second: Int64, _ id: InstrumentID, _ price: Int64) {
    add(
      second,
      .quote(
        Quote(
          instrument: id, bidPrice: Price(ticks: price - 1),
          bidQuantity: Quantity(lots: random.integer(in: 0...4_000)),
          askPrice: Price(ticks: price + 1),
          askQuantity: Quantity(lots: random.integer(in: 1...4_000)), updateID: second)))
    add(
      second,
      .trade(
        Trade(
          instrument: id, price: Price(ticks: price),
          quantity: Quantity(lots: random.integer(in: 1...5_000)),
          aggressor: random.chance(0.5) ? .buy : .sell, id: 0)))
  }
}
