/// Every strategy through the whole engine on generated markets: it trades, its run audits clean, and
/// its metrics agree with what the fills did to the account.
import Testing

@testable import TradingCore

@Suite("Strategy runs")
struct StrategyRunTests {
  static let capital = Money(whole: 100_000)

  static func preamble(_ rule: FillRule, bars: Interval) -> [Event] {
    let rows: [EventBody] = [
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))),
      .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
      .configure(Configure(.reportingAsset, value: 1)),
      .configure(Configure(.barInterval, value: bars.nanoseconds)),
      .configure(Configure(.sampleInterval, value: Interval.minute.nanoseconds)),
      .fee(FeeSchedule(instrument: .none, maker: 20_000, taker: 50_000)),
      .balance(AssetAmount(asset: AssetID(1), amount: capital)),
    ]
    return rows.map { Event(receiveTime: GeneratorSettings().start, $0) }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var strategy: String
    var candles: Bool
    var testDescription: String { "\(strategy) on \(candles ? "candles" : "order flow")" }
  }

  static let cases = [
    Case(strategy: "ema-cross", candles: false), Case(strategy: "ema-cross", candles: true),
    Case(strategy: "mean-reversion", candles: false),
    Case(strategy: "mean-reversion", candles: true), Case(strategy: "breakout", candles: false),
    Case(strategy: "breakout", candles: true), Case(strategy: "market-making", candles: false),
    Case(strategy: "buy-and-hold", candles: false), Case(strategy: "buy-and-hold", candles: true),
  ]

  static func settings(_ test: Case) -> GeneratorSettings {
    var settings = MarketGeneratorTests.settings(seed: 21, [.normal, .crash, .outage, .gap])
    settings.duration = Interval(nanoseconds: 300 * Interval.second.nanoseconds)
    if test.candles {
      settings.duration = Interval(nanoseconds: 2 * Interval.day.nanoseconds)
      settings.candleInterval = .minute
    }
    return settings
  }

  @Test("each trades, audits clean, folds to the same state and balances", arguments: cases)
  func run(test: Case) throws {
    let entry = try #require(StrategyRegistry.entry(named: test.strategy))
    var values = ParameterValues(defaultsOf: entry.parameters)
    if test.strategy == "market-making" { try values.set("spread", to: 1) }
    let recorder = Recorder()
    let outcome = try entry.backtest(
      RunSetup(
        feed: MarketGenerator(Self.settings(test)),
        preamble: Self.preamble(
          test.candles ? .candle : .bookConservative, bars: test.candles ? .zero : .second),
        journal: recorder, watcher: recorder),
      values: values, instruments: [InstrumentID(0)])
    let state = outcome.state
    #expect(state.metrics.fillCount > 0)
    #expect(state.anomalies == Anomalies())
    let again = Recorder()
    let audited = try entry.audit(
      RunSetup(
        feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      values: values, instruments: [InstrumentID(0)])
    #expect(audited.state == state)
    #expect(audited.strategyFingerprint == outcome.strategyFingerprint)
    #expect(again.events == recorder.events)
    #expect(recorder.events.reduce(into: State(), reduce) == state)
    expectBalance(state, recorder)
  }

  /// Equity − capital is the round trips' profit plus what the open position has made.
  func expectBalance(_ state: State, _ recorder: Recorder) {
    let metrics = state.metrics
    #expect(metrics.capital == Self.capital)
    #expect(metrics.equity == state.account.equity)
    let closed = recorder.trips.reduce(Money.zero) { $0 + $1.profit }
    #expect(metrics.trips.grossProfit - metrics.trips.grossLoss == closed)
    #expect(metrics.trips.count == Int64(recorder.trips.count))
    if state.position(InstrumentID(0)) == .zero {
      #expect(metrics.equity - metrics.capital == closed)
    }
    #expect(metrics.sampleCount == Int64(recorder.samples.count))
  }
}
