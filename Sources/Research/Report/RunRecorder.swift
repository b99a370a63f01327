/// Watches a run go by and makes its report: it stands between the engine and the run journal, reads
/// each batch once and passes it on. What the events do not hold (equity, closed round trips) it is
/// told by the engine; what it keeps grows with orders, fills and samples, never with events.

public import TradingCore

/// The report of the run whose events pass through.
public final class RunRecorder: BatchSink, RunWatcher {
  private let journal: any BatchSink
  private let chart: InstrumentID
  private var names = MarketNames()
  private var ledger = OrderLedger()
  private var counts = RunCounts()
  private var refusals = [UInt64](repeating: 0, count: 256)
  private var notices = [UInt64](repeating: 0, count: 256)
  private var gaps: [GapRecord] = []
  private var benchmark = BenchmarkMeter()
  private var bars = BarCounter()
  private var hasTraded = false
  private var firstMarketTime = Timestamp.none
  private var points: [EquityPoint] = []
  private var trips: [RoundTrip] = []

  /// The most gaps a report lists; all are counted.
  public static let mostGaps = 1_000

  /// - Parameters:
  ///   - journal: where the batches go on to.
  ///   - chart: the instrument that charts show and that buy-and-hold buys.
  public init(passingTo journal: any BatchSink, chart: InstrumentID) {
    self.journal = journal
    self.chart = chart
  }

  /// Reads the batch, then passes it on.
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    var sequence = batch.firstSequence
    for event in batch.events {
      observe(event, sequence)
      sequence += 1
    }
    counts.events += UInt64(batch.events.count)
    try journal.append(batch)
  }

  private func observe(_ event: Event, _ sequence: Sequence64) {
    switch event.body {
    case .trade(let trade):
      count(event)
      if trade.instrument == chart { mark(trade.price, event) }
    case .candle(let candle):
      count(event)
      if candle.instrument == chart { mark(candle.close, event) }
    case .quote(let quote):
      count(event)
      if !hasTraded, quote.instrument == chart { markMiddle(quote, event) }
    case .depth, .bookSnapshot, .funding, .reading: count(event)
    case .gap(let gap):
      counts.gaps += 1
      if gaps.count < RunRecorder.mostGaps {
        gaps.append(GapRecord(sequence: sequence, time: event.receiveTime, gap: gap))
      }
    case .refused(let refusal): refusals[Int(refusal.reason.rawValue)] += 1
    case .notice(let notice): notices[Int(notice.code.rawValue)] += notice.count
    case .configure(let change): bars.configure(change)
    case .instrument, .asset, .fee, .text: names.observe(event)
    case .order, .fill, .canceled, .expired, .rejected, .sendFailed, .unknown:
      ledger.observe(event, sequence: sequence)
    case .accepted, .sent, .amended, .balance, .adjustment, .connected, .disconnected, .timer,
      .clockStep, .place, .amend, .cancel, .flatten, .halt, .resume, .limit, .key, .model, .build,
      .logicVersion, .signal, .amendRequest, .cancelRequest, .alert, .stateHash:
      break  // Nothing a report counts.
    }
  }

  private func count(_ event: Event) {
    counts.marketEvents += 1
    if firstMarketTime.isNone { firstMarketTime = event.receiveTime }
  }

  private func mark(_ price: Price, _ event: Event) {
    hasTraded = true
    bars.observe(event.receiveTime)
    benchmark.observe(price, at: event.receiveTime)
  }

  /// The state's mark while no trade has been seen: the middle of the quotes, rounded down.
  private func markMiddle(_ quote: Quote, _ event: Event) {
    guard quote.bidQuantity.lots > 0, quote.askQuantity.lots > 0 else { return }
    let middle = (quote.bidPrice.ticks &+ quote.askPrice.ticks) >> 1
    benchmark.observe(Price(ticks: middle), at: event.receiveTime)
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
  /// can decide. O(rows).
  public func report(
    _ identity: RunIdentity, state: borrowing State, warmUpBars: Int = 0
  ) -> RunReport {
    let settings = state.settings
    let firstTime = firstMarketTime.isNone ? state.metrics.firstTime : firstMarketTime
    var report = RunReport(
      identity: identity,
      market: names.market(reportingAsset: settings.reportingAsset, chartInstrument: chart),
      assumptions: assumptions(settings, state.anomalies), firstTime: firstTime,
      lastTime: state.time,
      capital: state.metrics.capital, counts: finalCounts)
    report.identity.fingerprint = state.fingerprint
    report.metrics = MetricDefinition.lines(
      strategy: state.metrics.summary,
      benchmark: benchmark.summary(at: state.time, capital: state.metrics.capital))
    report.equity = series(from: firstTime, state)
    report.orders = ledger.orders
    report.fills = ledger.fills
    report.roundTrips = trips
    report.positions = positions(state)
    report.balances = balances(state)
    report.warnings = RunWarning.all(
      report, halt: state.risk.halt, haltSequence: state.risk.haltSequence,
      unvalued: state.unvaluedAssets, warmUpBars: warmUpBars, bars: bars.count)
    return report
  }

  private func assumptions(_ settings: Settings, _ anomalies: Anomalies) -> RunAssumptions {
    RunAssumptions(
      fillRule: settings.fillRule.word,
      isOptimistic: settings.fillRule == .sameEvent, latency: settings.latency, fees: names.fees,
      account: "\(settings.accountKind)", gaps: gaps,
      notices: NoticeCode.allCases.compactMap { code in
        let count = notices[Int(code.rawValue)]
        return count > 0 ? CountedText("\(code)", count) : nil
      } + anomalies.named.filter { $0.count > 0 }.map { CountedText($0.name, $0.count) })
  }

  private var finalCounts: RunCounts {
    var counts = counts
    counts.orders = UInt64(ledger.orders.count)
    counts.fills = UInt64(ledger.fills.count)
    counts.cancels = ledger.cancels
    counts.rejections = ledger.rejections
    counts.refusals = RefusalReason.allCases.compactMap { reason in
      let count = refusals[Int(reason.rawValue)]
      return count > 0 ? CountedText("\(reason)", count) : nil
    }
    return counts
  }

  /// The samples between the capital at the start and equity at the end, with drawdown and benchmark.
  private func series(from start: Timestamp, _ state: borrowing State) -> [EquityPoint] {
    guard state.metrics.hasStarted else { return [] }
    var series: [EquityPoint] = []
    series.reserveCapacity(points.count + 2)
    if points.first.map({ $0.time > start }) ?? true {
      series.append(EquityPoint(time: start, equity: state.metrics.capital, price: benchmark.entry))
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
      series, against: HoldingBenchmark(capital: state.metrics.capital, entry: benchmark.entry))
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
      rows.append(
        PositionRecord(
          instrument: definition.instrument, amount: position.amount, cost: position.cost,
          mark: mark, realised: position.realised,
          unrealised: position.unrealised(at: mark, definition)))
    }
    return rows
  }

  private func balances(_ state: borrowing State) -> [BalanceRecord] {
    state.account.balances.enumerated().filter { $0.element != .zero }.map {
      BalanceRecord(asset: AssetID(UInt16($0.offset)), amount: $0.element)
    }
  }
}

/// How many bars of the chart instrument have begun.
private struct BarCounter {
  private(set) var count = 0
  private var interval = Interval.zero
  private var end = Timestamp.distantPast

  mutating func configure(_ change: Configure) {
    if change.setting == .barInterval { interval = Interval(nanoseconds: max(0, change.value)) }
  }

  mutating func observe(_ time: Timestamp) {
    guard time >= end else { return }
    count += 1
    if interval > .zero { end = time.floored(to: interval) + interval }
  }
}
