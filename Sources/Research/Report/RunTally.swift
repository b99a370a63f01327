/// What a report counts while the events of a run pass: a struct that takes a batch at a time, so that
/// an event costs a few additions and no check of exclusive access.

internal import TradingCore

struct RunTally {
  private let chart: InstrumentID
  private(set) var names = Names()
  private(set) var ledger = OrderLedger()
  private var counts = RunCounts()
  private var refusals = [UInt64](repeating: 0, count: 256)
  private var notices = [UInt64](repeating: 0, count: 256)
  private(set) var gaps: [GapRecord] = []
  private(set) var benchmark = BenchmarkMeter()
  private(set) var bars = BarCounter()
  private(set) var latency = LatencyTally()
  private(set) var execution = ExecutionTally()
  private var trust = TrustTally()
  private var spans: [UntrustedSpan] = []
  /// The instruments the strategy was given, in its order.
  private(set) var tradedInstruments: [InstrumentID] = []
  /// The last word that closing positions was given up.
  private(set) var unclosed: Alert?
  private var hasTraded = false
  /// When trading and performance begin; `.none` where they begin with the first event.
  private var warmUpEnd = Timestamp.none
  /// Receive time of the first market event that counts.
  private(set) var firstMarketTime = Timestamp.none

  /// The most gaps a report lists; all are counted.
  static let mostGaps = 1_000

  init(chart: InstrumentID) { self.chart = chart }

  mutating func take(_ batch: borrowing EventBatch) {
    counts.events += UInt64(batch.events.count)
    trust.take(batch)
    let room = RunTally.mostGaps - spans.count
    spans += trust.takeSpans().prefix(room)
    var sequence = batch.firstSequence
    for event in batch.events {
      observe(event, sequence)
      sequence += 1
    }
  }

  private mutating func observe(_ event: Event, _ sequence: Sequence64) {
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
      if gaps.count < RunTally.mostGaps {
        gaps.append(GapRecord(sequence: sequence, time: event.receiveTime, gap: gap))
      }
    case .refused(let refusal): refusals[Int(refusal.reason.rawValue)] += 1
    case .notice(let notice): notices[Int(notice.code.rawValue)] += notice.count
    case .configure(let change):
      bars.configure(change)
      if change.setting == .tradedInstrument { tradedInstruments.append(change.instrument) }
      if change.setting == .warmUpEnd { warmUpEnd = Timestamp(nanoseconds: change.value) }
    case .instrument, .asset, .fee, .text: names.learn(event)
    case .latency(let row): latency.take(row)
    case .order(let order):
      ledger.observe(event, sequence: sequence)
      execution.take(order)
    case .parent(let parent): execution.take(parent, sequence, names)
    case .parentEnded(let report): execution.take(report, names)
    case .fill, .canceled, .expired, .rejected, .sendFailed, .unknown:
      ledger.observe(event, sequence: sequence)
    case .alert(let alert): if alert.code == .flattened, alert.value > 0 { unclosed = alert }
    case .accepted, .sent, .amended, .balance, .adjustment, .connected, .disconnected, .timer,
      .clockStep, .place, .amend, .cancel, .flatten, .halt, .resume, .limit, .key, .execute, .model,
      .build, .logicVersion, .filter, .triggered, .signal, .request, .amendRequest, .cancelRequest,
      .stateHash:
      break  // Nothing a report counts.
    }
  }

  private mutating func count(_ event: Event) {
    counts.marketEvents += 1
    if firstMarketTime.isNone, event.receiveTime >= warmUpEnd {
      firstMarketTime = event.receiveTime
    }
  }

  private mutating func mark(_ price: Price, _ event: Event) {
    hasTraded = true
    bars.observe(event.receiveTime)
    if event.receiveTime >= warmUpEnd { benchmark.observe(price, at: event.receiveTime) }
  }

  /// The state's mark while no trade has been seen: the middle of the quotes, rounded down.
  private mutating func markMiddle(_ quote: Quote, _ event: Event) {
    guard quote.bidQuantity.lots > 0, quote.askQuantity.lots > 0, event.receiveTime >= warmUpEnd
    else { return }
    let middle = (quote.bidPrice.ticks &+ quote.askPrice.ticks) >> 1
    benchmark.observe(Price(ticks: middle), at: event.receiveTime)
  }

  /// The counts with the orders' and the refusals' included.
  var finalCounts: RunCounts {
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

  /// What of the run cannot be trusted.
  var trustRecord: TrustRecord { trust.record(after: spans, most: RunTally.mostGaps) }

  /// What the importer counted, by name.
  var countedNotices: [CountedText] {
    NoticeCode.allCases.compactMap { code in
      let count = notices[Int(code.rawValue)]
      return count > 0 ? CountedText("\(code)", count) : nil
    }
  }
}

/// How many bars of the chart instrument have begun.
struct BarCounter {
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
