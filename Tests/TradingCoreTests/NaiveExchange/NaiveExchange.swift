/// A second opinion on the simulated exchange: the rules of its page (`SimulatedExchange` in the
/// documentation) and nothing else, written without a look at the engine, plain and slow.
///
/// It keeps every order in one array, sorts and filters it whenever it asks something, and recomputes
/// what it could remember. It does not know fees: a fill says price, lots and liquidity.
@testable import TradingCore

final class NaiveExchange {
  /// A request on its way.
  struct Request {
    var id: OrderID
    var what: OrderRequest
    var arrival: Timestamp
  }

  /// The candle that is walked.
  struct Walk {
    var price: Int64
    /// Lots that the candle may still fill.
    var budget: Int64
    var volume: Int64
  }

  // What it was told.
  var rule = NaiveRule.bookConservative
  var account = AccountKind.spot
  var impactModel: UInt16 = 0
  var impactStrength: Int64 = 0
  var volumeCap: Int64 = -1
  var queueIsLogarithm = false
  var queueExponent: Int64 = 3_000_000
  var symmetricLatency = Interval.zero
  var latencies: [LatencyRow] = []
  var balances: [Int128] = []
  var markets: [NaiveMarket?] = []

  // What it holds.
  var requests: [Request] = []
  /// Orders of a list whose last has not arrived.
  var collected: [NaiveOrder] = []
  /// Every order that has not ended, in order of arrival.
  var orders: [NaiveOrder] = []
  /// Whether the request before this one was a cancel that found its order.
  var lastCancelFound = false
  /// Entries that were filled whole and whose exits have not come yet.
  var filledEntries: [NaiveOrder] = []
  var walk: Walk?
  /// What the opens of candles have left for the rest of their paths, by instrument.
  var opened: [Int: Walk] = [:]
  var isInsideRun = false
  /// When the candle closed that was the last thing seen, if it was one.
  var lastClose: Timestamp?
  var count = 0
  var tradeCount: Int64 = 0

  // Its clock and what it said.
  var now = Timestamp.distantPast
  var lastArrival = Timestamp.distantPast
  var lastReceipt = Timestamp.distantPast
  private(set) var reports: [Event] = []
  /// How often each rule was used, by name.
  private(set) var uses: [String: Int] = [:]

  func use(_ name: String) { uses[name, default: 0] += 1 }
  func forgetReports() { reports.removeAll() }

  func nextCount() -> Int {
    count += 1
    return count
  }

  // MARK: What comes in

  /// A request sent at a moment.
  func submit(_ id: OrderID, _ request: OrderRequest, at sent: Timestamp) {
    let action: LatencyAction =
      switch request {
      case .place: .place
      case .amend: .amend
      case .cancel: .cancel
      }
    lastArrival = max(lastArrival, sent + latency(action).entry)
    requests.append(Request(id: id, what: request, arrival: lastArrival))
  }

  /// A fact in the order of the recording.
  func observe(_ event: Event) {
    let time = event.receiveTime - latency(.any).feed
    let isCandle = event.kind == .candle && rule == .candle
    if !isInsideRun, !isCandle || lastClose != time { receive { $0 <= time } }
    lastClose = isCandle ? time : nil
    expire(at: time)
    now = max(now, time)
    apply(event)
    switch event.body {
    case .depth, .bookSnapshot: isInsideRun = event.body.isInsideRun
    default: isInsideRun = false
    }
  }

  /// Candles of several instruments that share their open and their close: the first thing that
  /// happens is that all of them open.
  func open(_ candles: [Event]) {
    guard rule == .candle, let first = candles.first else { return }
    let start = start(of: first)
    if lastClose != first.receiveTime { receive { $0 <= start } }
    expire(at: max(now, start))
    now = max(now, start)
    for order in orders { order.takesPart = order.arrival <= start }
    for case .candle(let candle) in candles.map(\.body) { open(candle) }
    if candles.count > 1 { use("candles open together") }
  }

  private func start(of event: Event) -> Timestamp {
    guard case .candle(let candle) = event.body else { return event.receiveTime }
    return min(event.start(of: candle), event.receiveTime)
  }

  /// What arrives no later than the last event's time, after which there is no market.
  func finish() { receive { $0 <= now } }

  private func receive(_ isDue: (Timestamp) -> Bool) {
    while let request = requests.first, isDue(request.arrival) {
      requests.removeFirst()
      expire(at: request.arrival)
      now = max(now, request.arrival)
      perform(request)
    }
  }

  func latency(_ action: LatencyAction) -> LatencyRow {
    guard rule != .candle, rule != .sameEvent else { return LatencyRow() }
    let row = latencies.last { $0.action == action } ?? latencies.last { $0.action == .any }
    return row ?? LatencyRow(entry: symmetricLatency, response: symmetricLatency)
  }

  // MARK: What goes out

  func report(_ body: EventBody, to action: LatencyAction = .place) {
    lastReceipt = max(lastReceipt, now + latency(action).response)
    reports.append(Event(receiveTime: lastReceipt, venueTime: now, body))
    use("report \(describe(body))")
  }

  func report(
    _ order: NaiveOrder, _ reason: RejectReason = .other, as make: (OrderReport) -> EventBody,
    to action: LatencyAction = .place
  ) {
    let report = OrderReport(order: order.id, instrument: order.terms.instrument, reason: reason)
    self.report(make(report), to: action)
  }

  private func describe(_ body: EventBody) -> String {
    switch body {
    case .rejected(let report), .canceled(let report), .expired(let report):
      "\(body.kind) \(report.reason)"
    case .fill(let fill): "fill \(fill.liquidity)"
    default: "\(body.kind)"
    }
  }

  // MARK: What it looks up

  func market(_ instrument: InstrumentID) -> NaiveMarket? {
    instrument.index < markets.count ? markets[instrument.index] : nil
  }

  /// Changes what is known of an instrument that was defined.
  func change(_ instrument: InstrumentID, _ change: (inout NaiveMarket) -> Void) {
    guard var market = market(instrument) else { return }
    markets[instrument.index] = nil
    change(&market)
    markets[instrument.index] = market
  }

  /// Orders that rest on a side, not those that wait for an open: best price first, then the one that
  /// joined first.
  func resting(_ instrument: InstrumentID, _ side: Side) -> [NaiveOrder] {
    let found = orders.filter {
      $0.stage == .resting && $0.mayRest && $0.side == side && $0.terms.instrument == instrument
    }
    return found.sorted {
      guard $0.price != $1.price else { return $0.joined < $1.joined }
      return side == .buy ? $0.price > $1.price : $0.price < $1.price
    }
  }

  /// Orders that wait for their trigger, oldest first.
  func waiting(_ instrument: InstrumentID) -> [NaiveOrder] {
    orders.filter { $0.stage == .waiting && $0.terms.instrument == instrument }
      .sorted { $0.age < $1.age }
  }
}
