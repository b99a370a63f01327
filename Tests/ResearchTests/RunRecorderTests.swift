/// The recorder beside a real engine: what it reports must be what the run's events and the final
/// state say when somebody else counts.
import Testing
import TradingCore

@testable import Research

@Suite struct RunRecorderTests {
  /// Keeps every event of a run.
  private final class Memory: BatchSink {
    private(set) var events: [Event] = []
    func append(_ batch: borrowing EventBatch) throws(EngineFault) {
      #expect(batch.firstSequence == Sequence64(events.count) + 1)
      events += batch.events
    }
  }

  private struct Run {
    var report: RunReport
    var events: [Event]
    var state: State
  }

  private func run(
    _ strategy: String, hours: Int64 = 6, warmUpBars: Int = 0, capital: Int128 = 100_000,
    more: [Configure] = [], limits: [LimitChange] = []
  ) throws -> Run {
    var settings = GeneratorSettings()
    settings.seed = 11
    settings.duration = Interval(nanoseconds: hours * Interval.hour.nanoseconds)
    settings.eventsPerSecond = 2
    settings.volatility = 0.2
    let entry = try #require(StrategyRegistry.entry(named: strategy))
    let facts: [EventBody] = [
      .configure(Configure(.tradedInstrument, value: 1, instrument: InstrumentID(0))),
      .configure(Configure(.barInterval, value: Interval.minute.nanoseconds)),
      .configure(Configure(.sampleInterval, value: Interval.minute.nanoseconds)),
      .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
      .configure(Configure(.reportingAsset, value: Self.quote(settings))),
      .configure(Configure(.fillRule, value: Int64(FillRule.quote.rawValue))),
      .fee(FeeSchedule(instrument: .none, maker: 20_000, taker: 50_000)),
      .balance(
        AssetAmount(
          asset: AssetID(UInt16(Self.quote(settings))),
          amount: Money(units: capital * Money.one.units))),
    ]
    let memory = Memory()
    let recorder = RunRecorder(passingTo: memory, chart: InstrumentID(0))
    let setup = RunSetup(
      feed: try MarketGenerator(settings),
      preamble: (facts + more.map { .configure($0) } + limits.map { .limit($0) }).map {
        Event(receiveTime: settings.start, $0)
      }, journal: recorder,
      watcher: recorder)
    let outcome = try entry.backtest(
      setup, values: ParameterValues(defaultsOf: entry.parameters),
      instruments: [InstrumentID(0)])
    let identity = RunIdentity(
      runID: "r", scenarioName: "generated", strategy: strategy, fingerprint: 0,
      source: "generator", build: "test")
    return Run(
      report: recorder.report(identity, state: outcome.state, warmUpBars: warmUpBars),
      events: memory.events, state: outcome.state)
  }

  /// The asset id the generator gives its quote asset.
  private static func quote(_ settings: GeneratorSettings) -> Int64 {
    var batch = EventBatch()
    guard let feed = try? MarketGenerator(settings), (try? feed.next(into: &batch)) == true else {
      return 0
    }
    for event in batch.events {
      if case .instrument(let definition) = event.body { return Int64(definition.quote.raw) }
    }
    return 0
  }

  @Test("rows and counts are those of the run's own events")
  func counts() throws {
    let run = try run("ema-cross")
    let fills = run.events.compactMap { event -> Fill? in
      if case .fill(let fill) = event.body { fill } else { nil }
    }
    let counts = run.report.counts
    #expect(fills.count > 8)
    #expect(run.report.fills.map(\.fill) == fills)
    #expect(counts.fills == UInt64(fills.count) && counts.events == UInt64(run.events.count))
    #expect(counts.orders == UInt64(run.events.count { $0.kind == .order }))
    #expect(counts.refused == UInt64(run.events.count { $0.kind == .refused }))
    #expect(counts.marketEvents == UInt64(run.events.count { $0.kind.rawValue <= 7 }))
    for row in run.report.fills {
      #expect(run.events[Int(row.sequence) - 1].body == .fill(row.fill))
    }
    for row in run.report.orders {
      #expect(run.events[Int(row.id.raw) - 1].body == .order(row.order))
    }
    #expect(run.report.fills.last?.positionAfter == run.state.position(InstrumentID(0)))
  }

  @Test(
    "a report names the latency that orders had, not one that the fill rule passes over",
    arguments: [(FillRule.quote, Int64(50_000_000)), (.sameEvent, 0), (.candle, 0)])
  func latency(rule: FillRule, nanoseconds: Int64) throws {
    let settings = [
      Configure(.fillRule, value: Int64(rule.rawValue)), Configure(.latency, value: 50_000_000),
    ]
    let report = try run("observer", hours: 1, more: settings).report
    #expect(report.assumptions.latency == Interval(nanoseconds: nanoseconds))
  }

  @Test("folding the run's events again gives the state that the report names")
  func fingerprint() throws {
    let run = try run("ema-cross")
    let again = run.events.reduce(into: State(), reduce)
    #expect(run.report.identity.fingerprint == again.fingerprint)
    #expect(run.report.fills.count == Int(again.metrics.fillCount))
    #expect(run.report.roundTrips.count == Int(again.metrics.trips.count))
  }

  @Test("profit is round trips, what is open, and nothing else; the curve ends at the equity")
  func books() throws {
    let run = try run("ema-cross")
    let report = run.report
    let last = try #require(report.equity.last)
    #expect(last.equity == run.state.account.equity && last.time == run.state.time)
    #expect(report.equity.first?.equity == report.capital)
    let fees = report.fills.reduce(Money.zero) { $0 + report.market.fee($1.fill) }
    #expect(fees == run.state.metrics.fees)
    let cash = report.fills.reduce(report.capital) { cash, row in
      let value = report.market.instruments[0].definition.notional(
        row.fill.price, row.fill.quantity)
      return (row.fill.side == .buy ? cash - value : cash + value) - report.market.fee(row.fill)
    }
    let quote = report.market.reportingAsset
    #expect(report.balances.first { $0.asset == quote }?.amount == cash)
  }

  @Test("the curve's benchmark and drawdown follow from its own prices and equity")
  func curve() throws {
    let report = try run("breakout").report
    let entry = try #require(report.equity.first { $0.price != nil }?.price)
    var peak = Money.zero
    for point in report.equity {
      peak = max(peak, point.equity)
      #expect((point.drawdown - (1 - point.equity.approximate / peak.approximate)).magnitude < 1e-9)
      if let price = point.price {
        let share = Double(price.ticks) / Double(entry.ticks)
        let held = point.benchmark?.approximate ?? 0
        #expect((held / report.capital.approximate - share).magnitude < 1e-9)
      }
    }
    let final = try #require(report.equity.last?.benchmark)
    let line = try #require(report.metrics.first { $0.name == "return" })
    let held = final.approximate / report.capital.approximate - 1
    #expect(((line.benchmark.value ?? .nan) - held).magnitude < 1e-9)
  }

  @Test("names, fees and rule come from the events")
  func assumptions() throws {
    let report = try run("ema-cross", hours: 1).report
    #expect(report.market.symbol(InstrumentID(0)) == "BTCUSDT")
    #expect(report.market.reportingCode == "USDT")
    #expect(report.assumptions.fees == "maker 0.02 %, taker 0.05 % in quote")
    #expect(report.assumptions.fillRule == "quote" && !report.assumptions.isOptimistic)
    #expect(report.assumptions.account == "margin")
  }

  @Test("a run without orders says so, and a warm-up longer than the data too")
  func warnings() throws {
    let report = try run("observer", hours: 1, warmUpBars: 61).report
    #expect(report.warnings.map(\.code) == ["warmUp", "noFills"])
    #expect(report.warnings[1].text == "No fills: the strategy placed no order.")
    let enough = try run("observer", hours: 1, warmUpBars: 30).report
    #expect(enough.warnings.map(\.code) == ["noFills"])
  }

  @Test("a run over several instruments names them, and says whose price is drawn")
  func severalInstruments() throws {
    var report = try run("observer", hours: 1).report
    #expect(ReportText.traded(report.market) == report.market.symbol(InstrumentID(0)))
    let one = report.market.instruments[0]
    report.market.instruments = ["A", "B", "C", "D"].map {
      ReportInstrument(symbol: $0, definition: one.definition)
    }
    for (count, text) in [(1, "A"), (2, "A and B"), (3, "A, B and C"), (4, "A, B and 2 more")] {
      report.market.tradedInstruments = (0..<UInt16(count)).map { InstrumentID($0) }
      #expect(ReportText.traded(report.market) == text)
      #expect(TerminalReport.text(report).contains("observer on \(text)\n"))
      let warnings = RunWarning.all(
        report, halt: nil, haltSequence: 0, unvalued: [], warmUpBars: 0, bars: 1)
      #expect(warnings.contains { $0.code == "severalInstruments" } == (count > 1))
    }
  }

  @Test("a report states the limits in force, each with its scope")
  func limits() throws {
    let report = try run(
      "observer", hours: 1,
      limits: [
        LimitChange(.maxPosition, value: 105_000), LimitChange(.flattenOnHalt, value: 1),
        LimitChange(.maxOpenOrders, value: 1_200),
        LimitChange(.maxOrder, value: 20_000, instrument: InstrumentID(0)),
        LimitChange(.orderRate, value: 5, book: BookID(1)),
      ]
    ).report
    let text = report.assumptions.details.first { $0.key == "limits" }?.text
    let symbol = report.market.symbol(InstrumentID(0))
    #expect(
      text == "maxPosition 10.5 %, maxOpenOrders 1,200, flattenOnHalt true; \(symbol): "
        + "maxOrder 2 %; book 1: orderRate 5 a minute")
    let free = try run("observer", hours: 1).report
    #expect(!free.assumptions.details.contains { $0.key == "limits" })
  }

  @Test("a report warns when closing was given up", arguments: [(0, nil), (2, 7)])
  func givenUp(left: Int64, cause: Sequence64?) throws {
    var tally = RunTally(chart: InstrumentID(0))
    let alert = Event(
      receiveTime: Timestamp(nanoseconds: 1), .alert(Alert(.flattened, cause: 7, value: left)))
    var batch = EventBatch()
    batch.events.append(alert)
    tally.take(batch)
    #expect(tally.unclosed?.cause == cause)
    let warnings = RunWarning.all(
      try run("observer", hours: 1).report, halt: nil, haltSequence: 0, unvalued: [],
      unclosed: tally.unclosed, warmUpBars: 0, bars: 1)
    #expect(warnings.contains { $0.code == "notFlattened" } == (left > 0))
  }

  @Test("a report warns, with the reason, that a strategy could not make its bars")
  func withoutBars() throws {
    let fault = BarError.unevenCandles(.minute, .time(.second))
    let warnings = RunWarning.all(
      try run("observer", hours: 1).report, halt: nil, haltSequence: 0, unvalued: [],
      fault: fault, warmUpBars: 0, bars: 1)
    let warning = try #require(warnings.first { $0.code == "withoutBars" })
    #expect(warning.text.contains("\(fault)"))
  }

  @Test("two runs give equal reports")
  func twice() throws {
    let reports = try [run("mean-reversion").report, run("mean-reversion").report]
    #expect(reports[0] == reports[1])
    #expect(HTMLReport.text(reports[0]) == HTMLReport.text(reports[1]))
    #expect(JSONReport.text(reports[0]) == JSONReport.text(reports[1]))
  }
}
