/// Runs to check, in memory: a random market of candles and whatever decides on them.
import Testing

@testable import Research
@testable import TradingCore

/// Keeps every event of a run.
final class Kept: BatchSink {
  private(set) var events: [Event] = []
  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    #expect(batch.firstSequence == Sequence64(events.count) + 1)
    events += batch.events
  }
}

enum CheckFixture {
  static let coin = InstrumentID(0)

  static func at(_ minute: Int64, _ body: EventBody) -> Event {
    let open = Timestamp(nanoseconds: (minute - 1) * Interval.minute.nanoseconds)
    return Event(
      receiveTime: Timestamp(nanoseconds: minute * Interval.minute.nanoseconds),
      venueTime: body.kind == .candle ? open : .none, body)
  }

  /// What a run is told at its start; `more` stands before the money.
  static func preamble(
    rule: FillRule = .candle, lots: Int64 = 3, _ more: [EventBody] = []
  ) -> [Event] {
    let settings: [EventBody] = [
      .configure(Configure(.tradedInstrument, value: 1, instrument: coin)),
      .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
      .configure(Configure(.reportingAsset, value: 1)),
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))),
      .configure(Configure(.latency, value: 0)),
      .configure(Configure(.sizing, value: lots, index: UInt16(SizingMode.fixedLots.rawValue))),
      .fee(FeeSchedule(instrument: .none, maker: 12_345, taker: 54_321)),
    ]
    let money = AssetAmount(asset: AssetID(1), amount: Money(units: 100_000 * Money.one.units))
    return (settings + more + [.balance(money)]).map { at(0, $0) }
  }

  static var definitions: [Event] {
    [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(
        InstrumentDefinition(
          instrument: coin, base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))),
    ].map { at(0, $0) }
      + Text.run(subject: .instrument, id: 0, "BTCUSDT").map { at(0, .text($0)) }
  }

  /// Definitions, then a random walk of candles of a minute.
  static func market(seed: UInt64, count: Int64) -> [Event] {
    var random = RandomSource(seed: seed, label: "check fixture")
    var last: Int64 = 1_000_000
    return definitions
      + (1...count).map { minute in
        let close = max(100_000, last + random.integer(in: -3_000...3_000))
        let (low, high) = (min(last, close), max(last, close))
        let candle = Candle(
          instrument: coin, intervalSeconds: 60, open: Price(ticks: last),
          high: Price(ticks: high + random.integer(in: 0...500)),
          low: Price(ticks: low - random.integer(in: 0...500)), close: Price(ticks: close),
          volume: Quantity(lots: random.integer(in: 1...100_000)))
        last = close
        return at(minute, .candle(candle))
      }
  }

  /// An engine of anything that decides, made anew for each run of all its facts.
  static func engine<Algorithm: Decider>(
    warmUpBars: Int = 0, _ make: @escaping @Sendable ([Event]) -> Algorithm
  ) -> CheckEngine {
    CheckEngine(
      warmUpBars: warmUpBars, hasBooks: false,
      backtest: { setup in
        let facts = try all(of: setup.feed)
        var setup = setup
        setup.feed = ArrayFeed(facts)
        return try Run.backtest(setup, make(facts))
      },
      audit: { setup in
        let facts = try all(of: setup.feed)
        var setup = setup
        setup.feed = ArrayFeed(facts)
        return try Run.audit(setup, make(facts))
      },
      live: { try Run.live($0, make([])) })
  }

  private static func all(of feed: any Feed) throws -> [Event] {
    var (facts, batch): ([Event], EventBatch) = ([], EventBatch())
    while try feed.next(into: &batch) { facts += batch.events }
    return facts
  }

  /// The journal of a run, to be checked.
  static func subject(
    _ engine: CheckEngine, preamble: [Event] = preamble(), seed: UInt64 = 1, count: Int64 = 300
  ) throws -> CheckSubject {
    let kept = Kept()
    _ = try engine.simulate(preamble, ArrayFeed(market(seed: seed, count: count)), into: kept)
    return try CheckSubject(kept.events, engineMaker: { _ in engine })
  }

  /// The journal of a strategy of the registry, whose head says what decided.
  static func subject(
    of strategy: String, rule: FillRule = .candle, seed: UInt64 = 1, count: Int64 = 300
  ) throws -> CheckSubject {
    let number = try #require(StrategyRegistry.number(of: strategy))
    let values = StrategyRegistry.all[Int(number)].parameters
    let parameters = values.enumerated().map { place, parameter in
      EventBody.configure(
        Configure(
          .strategyParameter, value: Int64(bitPattern: parameter.defaultValue.bitPattern),
          place: UInt8(place), book: BookID(0)))
    }
    let head = preamble(
      rule: rule, [.configure(Configure(.strategy, value: Int64(number)))] + parameters)
    let engine = try #require(try CheckEngine.recorded(in: head))
    let kept = Kept()
    _ = try engine.simulate(head, ArrayFeed(market(seed: seed, count: count)), into: kept)
    return try CheckSubject(kept.events)
  }

  /// The verdicts of properties, one thread.
  static func verdicts(
    _ subject: CheckSubject, _ properties: [any Property] = PropertyList.all, seed: UInt64 = 1,
    cases: Int = 6, jobs: Int = 1
  ) throws -> [PropertyResult] {
    try CheckRun(subject, properties, seed: seed, cases: cases, jobs: jobs).run()
  }
}
