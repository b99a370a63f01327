/// What a run does behind a fork, counted as its events pass: decisions, fills, fees, what the market traded
/// meanwhile, and how equity fell.

public import TradingCore

/// A decision with its sequence: an order, an amendment, a cancel, or a refusal.
public struct ForkDecision: Equatable, Sendable {
  public var sequence: Sequence64
  public var event: Event
  /// Which of the run's orders behind the fork it makes or speaks of; `nil` for one from before, and for
  /// refusals.
  var order: Int?

  /// Whether the same was decided at the same moment, whatever the events are numbered.
  func isSame(as other: ForkDecision) -> Bool {
    guard event.receiveTime == other.event.receiveTime, order == other.order else { return false }
    switch (event.body, other.event.body) {
    case (.order(let one), .order(let two)): return one.terms == two.terms
    case (.amendRequest(let one), .amendRequest(let two)):
      return (one.price, one.quantity) == (two.price, two.quantity)
        && isSameOld(one.order, two.order)
    case (.cancelRequest(let one), .cancelRequest(let two)): return isSameOld(one.order, two.order)
    case (.refused(let one), .refused(let two)):
      return (one.instrument, one.side, one.quantity, one.reason)
        == (two.instrument, two.side, two.quantity, two.reason)
    default: return false
    }
  }

  /// Orders from before the fork have the same ids on both sides.
  private func isSameOld(_ one: OrderID, _ two: OrderID) -> Bool { order != nil || one == two }
}

/// Equity at a moment.
public struct EquityAt: Equatable, Sendable {
  public var time: Timestamp
  public var equity: Money
}

/// Counts what passes behind a fork.
final class ForkTally: BatchSink, RunWatcher {
  private let journal: any BatchSink
  private let watcher: any RunWatcher
  private let fork: ForkPoint
  private(set) var names = Names()
  private(set) var decisions: [ForkDecision] = []
  private(set) var fills: [FillRecord] = []
  private(set) var counts = RunCounts()
  private(set) var refusedCount: UInt64 = 0
  /// Lots of our fills and of the market's trades, by instrument id.
  private(set) var ours: [Int64] = []
  private(set) var market: [Int64] = []
  private var hasTrades: [Bool] = []
  private(set) var trust = TrustTally()
  private(set) var spans: [UntrustedSpan] = []
  private var orders: [OrderID] = []
  private(set) var peak: Money
  private(set) var fall = Money.zero
  /// Equity at the fork and at each of the run's samples behind it.
  private(set) var equity: [EquityAt]

  /// The most decisions and fills that are kept; all are counted.
  static let capacity = 1_000_000

  init(_ fork: ForkPoint, passingTo journal: any BatchSink, _ watcher: any RunWatcher) {
    self.fork = fork
    self.journal = journal
    self.watcher = watcher
    peak = fork.state.account.equity
    equity = [EquityAt(time: fork.time, equity: peak)]
  }

  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    var sequence = batch.firstSequence
    for event in batch.events {
      if event.kind.isDefinition { names.learn(event) }
      if sequence > fork.sequence { take(event, sequence) }
      sequence += 1
    }
    trust.take(batch)
    for span in trust.takeSpans() where span.to.time > fork.time && spans.count < 1_000 {
      spans.append(span)
    }
    try journal.append(batch)
  }

  func sampled(_ sample: RunSample) {
    if sample.time > fork.time {
      note(equity: sample.equity)
      if equity.count < ForkTally.capacity {
        equity.append(EquityAt(time: sample.time, equity: sample.equity))
      }
    }
    watcher.sampled(sample)
  }

  func closed(_ trip: RoundTrip) { watcher.closed(trip) }

  /// Follows equity down from its peak.
  func note(equity: Money) {
    peak = max(peak, equity)
    fall = max(fall, peak - equity)
  }

  private func take(_ event: Event, _ sequence: Sequence64) {
    counts.events += 1
    if event.kind.isMarket { counts.marketEvents += 1 }
    switch event.body {
    case .trade(let trade): note(trade.quantity, trade.instrument, isTrade: true)
    case .candle(let candle): note(candle.volume, candle.instrument, isTrade: false)
    case .order:
      counts.orders += 1
      orders.append(OrderID(sequence))
      decide(event, sequence, orders.count - 1)
    case .amendRequest(let terms): decide(event, sequence, place(of: terms.order))
    case .cancelRequest(let terms): decide(event, sequence, place(of: terms.order))
    case .refused:
      refusedCount += 1
      decide(event, sequence, nil)
    case .fill(let fill): book(fill, event.receiveTime, sequence)
    case .canceled: counts.cancels += 1
    case .rejected, .sendFailed: counts.rejections += 1
    case .gap: counts.gaps += 1
    default: break  // Neither decided nor traded.
    }
  }

  private func decide(_ event: Event, _ sequence: Sequence64, _ order: Int?) {
    guard decisions.count < ForkTally.capacity else { return }
    decisions.append(ForkDecision(sequence: sequence, event: event, order: order))
  }

  private func book(_ fill: Fill, _ time: Timestamp, _ sequence: Sequence64) {
    counts.fills += 1
    reserve(fill.instrument)
    ours[fill.instrument.index] += fill.quantity.lots
    guard fills.count < ForkTally.capacity else { return }
    fills.append(FillRecord(sequence: sequence, time: time, fill: fill, positionAfter: .zero))
  }

  /// Candles count where nothing says what traded in them.
  private func note(_ quantity: Quantity, _ instrument: InstrumentID, isTrade: Bool) {
    guard instrument.index < InstrumentID.capacity else { return }
    reserve(instrument)
    if isTrade, !hasTrades[instrument.index] {
      hasTrades[instrument.index] = true
      market[instrument.index] = 0
    }
    guard isTrade || !hasTrades[instrument.index] else { return }
    market[instrument.index] =
      market[instrument.index].addingReportingOverflow(quantity.lots)
      .partialValue
  }

  private func reserve(_ instrument: InstrumentID) {
    while market.count <= instrument.index {
      market.append(0)
      ours.append(0)
      hasTrades.append(false)
    }
  }

  /// Orders come in the order of their ids. O(log orders).
  private func place(of id: OrderID) -> Int? {
    var (low, high) = (0, orders.count)
    while low < high {
      let middle = (low + high) / 2
      if orders[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < orders.count && orders[low] == id ? low : nil
  }
}
