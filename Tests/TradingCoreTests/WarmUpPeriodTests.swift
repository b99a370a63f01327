/// Before trading begins strategies see the market, and nothing is traded or measured; what they then
/// want is wanted of the first fact after.

import Testing

@testable import TradingCore

@Suite("Before trading begins")
struct WarmUpPeriodTests {
  private static let minute = Interval.minute.nanoseconds

  /// A market of candles whose closes are `closes`, one a minute from minute 1 on.
  private static func market(_ closes: [Int64]) -> [Event] {
    let definitions: [EventBody] = [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))),
    ]
    return definitions.map { Event(receiveTime: Timestamp(nanoseconds: 1), $0) }
      + closes.enumerated().map { place, close in
        let price = Price(ticks: close)
        return Event(
          receiveTime: Timestamp(nanoseconds: Int64(place + 1) * minute),
          .candle(
            Candle(
              instrument: InstrumentID(0), intervalSeconds: 60, open: price, high: price,
              low: price,
              close: price, volume: Quantity(lots: 1_000))))
      }
  }

  private final class Log: BatchSink, RunWatcher {
    var events: [Event] = []
    var samples: [RunSample] = []
    func append(_ batch: borrowing EventBatch) throws(EngineFault) { events += batch.events }
    func sampled(_ sample: RunSample) { samples.append(sample) }
    func closed(_ trip: RoundTrip) {}
  }

  private static func run(
    _ name: String, _ closes: [Int64], warmUpEnd: Int64?, _ values: [(String, Double)] = [],
    rule: FillRule = .sameEvent, then more: [Event] = []
  ) throws -> (outcome: RunOutcome, log: Log) {
    var settings = [
      Configure(.fillRule, value: Int64(rule.rawValue)),
      Configure(.reportingAsset, value: 1), Configure(.account, value: 1),
      Configure(.tradedInstrument, value: 1, instrument: InstrumentID(0)),
      Configure(.sizing, value: 1000, index: UInt16(SizingMode.fixedLots.rawValue)),
      Configure(.sampleInterval, value: minute),
    ]
    if let warmUpEnd { settings.append(Configure(.warmUpEnd, value: warmUpEnd * minute)) }
    let balance = AssetAmount(
      asset: AssetID(1), amount: Money(units: 1_000_000 * Money.one.units))
    let preamble = settings.map { EventBody.configure($0) } + [.balance(balance)]
    let entry = try #require(StrategyRegistry.entry(named: name))
    var parameters = ParameterValues(defaultsOf: entry.parameters)
    for (name, value) in values { try parameters.set(name, to: value) }
    let log = Log()
    let outcome = try entry.backtest(
      RunSetup(
        feed: ArrayFeed(market(closes) + more),
        preamble: preamble.map { Event(receiveTime: Timestamp(nanoseconds: 1), $0) },
        journal: log, watcher: log),
      values: parameters, instruments: [InstrumentID(0)])
    return (outcome, log)
  }

  private static let rising = (0..<40).map { 10_000 + 100 * Int64($0) }

  @Test("the last target of the warm-up is bought at the first candle after it")
  func lastTarget() throws {
    let (outcome, log) = try Self.run("buy-and-hold", Self.rising, warmUpEnd: 20)
    let orders = log.events.filter { $0.kind == .order }
    #expect(orders.map(\.receiveTime.nanoseconds) == [20 * Self.minute])
    #expect(outcome.state.metrics.fillCount == 1)
    #expect(outcome.state.position(InstrumentID(0)).lots == 1000)
    #expect(log.events.contains { $0.kind == .refused } == false)
  }

  @Test("averages know the warm-up: without it they begin later")
  func averagesKnow() throws {
    let values = [("fast", 3.0), ("slow", 12.0)]
    let warm = try Self.run("ema-cross", Self.rising, warmUpEnd: 20, values)
    let cold = try Self.run("ema-cross", Array(Self.rising[19...]), warmUpEnd: nil, values)
    let first = { (log: Log) in log.events.first { $0.kind == .order }?.receiveTime.nanoseconds }
    #expect(first(warm.log) == 20 * Self.minute)
    #expect(try #require(first(cold.log)) == 12 * Self.minute)
  }

  @Test("a target that is thought better of by the first fact after the warm-up is not sent")
  func overruled() throws {
    // Up, then down by the candle at which trading begins: the strategy turns with that very fact.
    let closes = (0..<20).map { 10_000 + 100 * Int64($0) } + [1_000, 900, 800]
    let (_, log) = try Self.run(
      "ema-cross", closes, warmUpEnd: 21, [("fast", 2), ("slow", 5), ("short", 1)])
    let signals = log.events.compactMap { event -> Int32? in
      if case .signal(let signal) = event.body { signal.weightMillionths } else { nil }
    }
    #expect(signals == [-1_000_000])
  }

  @Test("performance counts from the end of the warm-up")
  func performance() throws {
    let (outcome, log) = try Self.run("buy-and-hold", Self.rising, warmUpEnd: 20)
    let metrics = outcome.state.metrics
    #expect(metrics.firstTime.nanoseconds == 20 * Self.minute)
    #expect(metrics.capital == Money(units: 1_000_000 * Money.one.units))
    #expect(log.samples.allSatisfy { $0.time.nanoseconds > 20 * Self.minute })
    #expect(log.samples.count == 20)
    #expect(metrics.summary.exposure.value == 1)
  }

  @Test("the cost of the first fill is the period's, also where only a quote comes before it")
  func firstFillCosts() throws {
    let quote = Quote(
      instrument: InstrumentID(0), bidPrice: Price(ticks: 11_000),
      bidQuantity: Quantity(lots: 10_000),
      askPrice: Price(ticks: 12_000), askQuantity: Quantity(lots: 10_000), updateID: 1)
    let late = Event(receiveTime: Timestamp(nanoseconds: 21 * Self.minute), .quote(quote))
    let last = Event(
      receiveTime: Timestamp(nanoseconds: 22 * Self.minute),
      .trade(
        Trade(
          instrument: InstrumentID(0), price: Price(ticks: 11_000), quantity: Quantity(lots: 1),
          aggressor: .buy, id: 1)))
    let (outcome, _) = try Self.run(
      "buy-and-hold", Array(Self.rising[..<10]), warmUpEnd: 20, rule: .quote, then: [late, last])
    #expect(outcome.state.metrics.fillCount == 1)
    #expect(outcome.state.metrics.capital == Money(units: 1_000_000 * Money.one.units))
    // Bought at 120, marked at 110.
    #expect(outcome.state.account.equity < outcome.state.metrics.capital)
  }

  @Test("no fall before trading begins halts it")
  func noHalt() throws {
    var state = State()
    let instrument = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    let settings: [EventBody] = [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(instrument), .configure(Configure(.reportingAsset, value: 1)),
      .configure(Configure(.warmUpEnd, value: 20 * Self.minute)),
      .limit(LimitChange(.maxDrawdown, value: 10_000)),
      .balance(AssetAmount(asset: AssetID(0), amount: Money(units: 10 * Money.one.units))),
    ]
    for body in settings { reduce(&state, Event(receiveTime: Timestamp(nanoseconds: 1), body)) }
    for event in Self.market([10_000, 5_000, 4_000]).dropFirst(3) { reduce(&state, event) }
    #expect(state.risk.halt == nil)
    // The same fall within the period halts.
    for (minute, ticks) in [(20, 4_000), (21, 2_000)] as [(Int64, Int64)] {
      let trade = Trade(
        instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: 1),
        aggressor: .buy, id: minute)
      reduce(
        &state, Event(receiveTime: Timestamp(nanoseconds: minute * Self.minute), .trade(trade)))
    }
    #expect(state.risk.halt != nil)
  }

  @Test("a market that ends within the warm-up trades nothing")
  func neverBegins() throws {
    let (outcome, log) = try Self.run("buy-and-hold", Self.rising, warmUpEnd: 1_000)
    #expect(outcome.state.metrics.fillCount == 0)
    #expect(log.events.allSatisfy { $0.isFact })
    #expect(log.samples.isEmpty)
  }

  @Test("a run with a warm-up decides the same when it is audited")
  func audited() throws {
    let (outcome, log) = try Self.run(
      "ema-cross", Self.rising, warmUpEnd: 20, [("fast", 3), ("slow", 12)])
    let entry = try #require(StrategyRegistry.entry(named: "ema-cross"))
    var values = ParameterValues(defaultsOf: entry.parameters)
    try values.set("fast", to: 3)
    try values.set("slow", to: 12)
    let again = try entry.audit(
      RunSetup(
        feed: ArrayFeed(log.events), preamble: [], journal: NullSink(), watcher: NullWatcher()),
      values: values, instruments: [InstrumentID(0)])
    #expect(again.state.fingerprint == outcome.state.fingerprint)
    #expect(again.strategyFingerprint == outcome.strategyFingerprint)
  }

  @Test("settings with a warm-up come back from their bytes, and without one they are as before")
  func settingsBytes() throws {
    var settings = Settings()
    var before = CanonicalBytes()
    settings.encode(into: &before)
    let isTaken = settings.apply(Configure(.warmUpEnd, value: 77))
    #expect(isTaken)
    var after = CanonicalBytes()
    settings.encode(into: &after)
    #expect(after.bytes.count == before.bytes.count + 8)
    #expect(try Settings(canonicalBytes: after.bytes) == settings)
  }

  @Test("held back wishes that do not fit into one fact come with the next ones")
  func inPortions() {
    var decisions = Decisions()
    var state = State()
    reduce(
      &state,
      Event(receiveTime: Timestamp(nanoseconds: 1), .configure(Configure(.warmUpEnd, value: 10))))
    for group in 0..<3 {
      decisions.removeAll()
      for place in 0..<16 {
        decisions.target(InstrumentID(UInt16(16 * group + place)), weight: 0.5)
      }
      decisions.holdBack(untilTradingBegins: state)
      #expect(decisions.count == 0)
    }
    reduce(
      &state, Event(receiveTime: Timestamp(nanoseconds: 10), .configure(Configure(.seed, value: 1)))
    )
    var instruments: [Int] = []
    for _ in 0..<4 {
      decisions.removeAll()
      decisions.holdBack(untilTradingBegins: state)
      for index in 0..<decisions.count {
        if case .signal(let signal) = decisions[index] {
          instruments.append(signal.instrument.index)
        }
      }
      #expect(decisions.droppedCount == 0)
    }
    #expect(instruments == Array(0..<48))
  }
}
