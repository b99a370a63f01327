/// Watches a run go by and makes its report: it stands between the engine and the run journal, reads
/// each batch once and passes it on. What the events do not hold (equity, closed round trips) it is
/// told by the engine; what it keeps grows with orders, fills and samples, never with events.

public import TradingCore

/// The report of the run whose events pass through.
public final class RunRecorder: BatchSink, RunWatcher {
  private let journal: any BatchSink
  private let chart: InstrumentID
  private var tally: RunTally
  private var points: [EquityPoint] = []
  private var trips: [RoundTrip] = []

  /// - Parameters:
  ///   - journal: where the batches go on to.
  ///   - chart: the instrument that charts show and that buy-and-hold buys.
  public init(passingTo journal: any BatchSink, chart: InstrumentID) {
    self.journal = journal
    self.chart = chart
    tally = RunTally(chart: chart)
  }

  /// Reads the batch, then passes it on.
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    tally.take(batch)
    try journal.append(batch)
  }

  public func sampled(_ sample: RunSample) {
    let known = chart.index < sample.marks.count
    points.append(
      EquityPoint(
        time: sample.time, equity: sample.equity, price: known ? sample.marks[chart.index] : nil,
        position: chart.index < sample.positions.count ? sample.positions[chart.index] : .zero))
  }

  public func closed(_ trip: RoundTrip) { trips.append(trip) }

  /// The report, once the run has ended in `state`. `warmUpBars` is what the strategy needs before it
  /// can decide, `fault` why it could not, `names` what the books are called from 1 on. O(rows).
  public func report(
    _ identity: RunIdentity, state: borrowing State, books names: [String] = [],
    warmUpBars: Int = 0, fault: BarError? = nil
  ) -> RunReport {
    let settings = state.settings
    let firstTime = tally.firstMarketTime.isNone ? state.metrics.firstTime : tally.firstMarketTime
    var report = RunReport(
      identity: identity,
      market: tally.names.market(
        reportingAsset: settings.reporting.asset, chartInstrument: chart,
        tradedInstruments: tally.tradedInstruments),
      assumptions: assumptions(settings, state.anomalies), firstTime: firstTime,
      lastTime: state.time,
      capital: state.metrics.capital, counts: tally.finalCounts)
    report.identity.fingerprint = state.fingerprint
    report.assumptions.trust = tally.trustRecord
    report.metrics = MetricDefinition.lines(
      strategy: state.metrics.summary,
      benchmark: tally.benchmark.summary(at: state.time, capital: state.metrics.capital))
    report.equity = series(from: firstTime, state)
    report.orders = tally.ledger.orders
    report.fills = tally.ledger.fills
    report.roundTrips = trips
    report.positions = positions(state)
    report.balances = balances(state)
    report.executions = tally.execution.records
    report.assumptions.details += ExecutionTable.words(state)
    report.assumptions.details += LimitWords.lines(state.risk.limits, report.market, names)
    report.account = BookRecord(accountOf: state)
    report.books = BookTable.books(state) { $0 <= names.count ? names[$0 - 1] : nil }
    report.warnings = RunWarning.all(
      report, halt: state.risk.halt, haltSequence: state.risk.haltSequence,
      unvalued: state.unvaluedAssets, unclosed: tally.unclosed, fault: fault,
      warmUpBars: warmUpBars, bars: tally.bars.count)
    return report
  }

  private func assumptions(_ settings: Settings, _ anomalies: Anomalies) -> RunAssumptions {
    RunAssumptions(
      fillRule: settings.fillRule.word,
      isOptimistic: settings.fillRule == .sameEvent,
      latency: settings.fillRule.hasLatency ? settings.latency : .zero,
      fees: tally.names.fees,
      account: "\(settings.accountKind)", details: settings.simulationWords(tally.latency),
      gaps: tally.gaps,
      notices: tally.countedNotices
        + anomalies.named.filter { $0.count > 0 }.map { CountedText($0.name, $0.count) })
  }

  /// The samples between the capital at the start and equity at the end, with drawdown and benchmark.
  private func series(from start: Timestamp, _ state: borrowing State) -> [EquityPoint] {
    guard state.metrics.hasStarted else { return [] }
    var series: [EquityPoint] = []
    series.reserveCapacity(points.count + 2)
    if points.first.map({ $0.time > start }) ?? true {
      series.append(
        EquityPoint(time: start, equity: state.metrics.capital, price: tally.benchmark.entry))
    }
    series += points
    let known = chart.index < state.markets.count
    let end = EquityPoint(
      time: state.time, equity: state.account.equity,
      price: known ? state.markets[chart.index].mark : nil, position: state.position(chart))
    // A sample that ends with the last event was taken before it: the state knows better.
    if series.last?.time == state.time { series.removeLast() }
    series.append(end)
    return RunRecorder.measured(
      series,
      against: HoldingBenchmark(capital: state.metrics.capital, entry: tally.benchmark.entry))
  }

  private static func measured(
    _ points: [EquityPoint], against held: HoldingBenchmark
  ) -> [EquityPoint] {
    var peak = Money(units: .min)
    return points.map { point in
      var point = point
      peak = max(peak, point.equity)
      point.benchmark = point.price == nil ? nil : held.worth(at: point.price)
      point.drawdown =
        peak > .zero ? (peak - point.equity).approximate / peak.approximate : 0
      return point
    }
  }

  private func positions(_ state: borrowing State) -> [PositionRecord] {
    var rows: [PositionRecord] = []
    for index in state.account.positions.indices {
      let position = state.account.positions[index]
      guard position.isOpen, let definition = state.instruments[index],
        let mark = state.markets[index].mark
      else { continue }
      let lots = state.account.lots[index]
      var row = PositionRecord(
        instrument: definition.instrument, amount: position.amount, cost: position.cost,
        mark: mark, realised: position.realised,
        unrealised: position.unrealised(at: mark, definition))
      row.realisedByLots = lots.realised
      row.unrealisedByLots = lots.unrealised(of: position.amount, at: mark, definition)
      rows.append(row)
    }
    return rows
  }

  private func balances(_ state: borrowing State) -> [BalanceRecord] {
    state.account.balances.enumerated().filter { $0.element != .zero }.map {
      BalanceRecord(asset: AssetID(UInt16($0.offset)), amount: $0.element)
    }
  }
}
