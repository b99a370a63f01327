/// An exchange that lives in a recording: requests arrive after a latency, trade against what the
/// market did by the fill rule, and reports come back after another.
///
/// Everything it knows it learns from facts (definitions, filters, fees, settings, balances, market),
/// in the order they happened, so a run depends on its journal alone. The rules are on the page
/// "The simulated exchange" of this module's documentation; each file here is one section of it.
struct SimulatedExchange {
  var settings = Settings()
  var queueModel = QueueModel.conservative
  var latency = LatencyModel()
  var fees = FeeModel()
  var account = Account()
  var markets: ContiguousArray<SimulatedMarket> = []
  /// Which instrument each live order is of, by rising id.
  var directory = OrderDirectory()
  /// Requests on their way to the exchange, by arrival.
  var arrivals = Queue<Arrival>()
  /// Orders of a list that arrived before its last.
  var gathering: ContiguousArray<RestingOrder> = []
  /// Entries that filled whole and whose exits are to be placed.
  var armed: ContiguousArray<OrderID> = []
  /// Reports on their way back, by the time we receive them.
  var reports = Queue<Event>()
  var clock = Timestamp.distantPast
  /// The earliest end of a good-till-date order.
  var nextExpiry = Timestamp.distantFuture
  var lastTradeID: Int64 = 0
  /// Counts orders as they join queues: their age.
  var lastPriority: UInt64 = 0
  /// Counts market messages.
  var message: UInt64 = 0
  /// Whether the cancel that arrived last found its order.
  var hasCanceled = false
  /// Reports sent and received so far.
  private(set) var sentCount: UInt64 = 0
  private(set) var receivedCount: UInt64 = 0
  private var lastArrival = Timestamp.distantPast
  private var lastReport = Timestamp.distantPast

  struct Arrival: BitwiseCopyable {
    var time: Timestamp
    var id: OrderID
    var request: OrderRequest
  }

  /// The steps of an order's life that are reported without a number.
  enum ReportKind {
    case accepted
    case rejected
    case triggered
    case canceled
    case expired
  }

  init() {}

  var rule: FillRule {
    @inline(__always) get { settings.fillRule }
  }

  /// Whether no request, order or report is anywhere in it.
  var isQuiet: Bool {
    @inline(__always) get {
      arrivals.isEmpty && reports.isEmpty && directory.isEmpty && gathering.isEmpty
    }
  }

  // MARK: Requests in, reports out

  /// Takes a request that left us at `time`.
  mutating func submit(_ order: consuming ApprovedOrder, at time: Timestamp) {
    submit(order.id, order.request, at: time)
  }

  /// Takes a request that left us at `time`; requests keep their order on the way.
  mutating func submit(_ id: OrderID, _ request: OrderRequest, at time: Timestamp) {
    let delay = rule.hasLatency ? latency.entry(of: request, at: time) : .zero
    lastArrival = max(lastArrival, time + delay)
    arrivals.append(Arrival(time: lastArrival, id: id, request: request))
  }

  /// When the next request arrives.
  var firstArrival: Timestamp? { arrivals.first?.time }

  /// Lets the next request arrive.
  mutating func receiveNext() {
    if let arrival = arrivals.popFirst() { receive(arrival) }
  }

  /// When the next report reaches us.
  var firstReport: Timestamp? { reports.first?.receiveTime }

  /// Hands out the next report.
  mutating func popReport() -> Event? {
    receivedCount += 1
    return reports.popFirst()
  }

  /// Sends a report that was made at `time`; reports keep their order on the way.
  mutating func emit(_ body: EventBody, at time: Timestamp) {
    let delay = rule.hasLatency ? latency.response(to: body.latencyAction, at: time) : .zero
    lastReport = max(lastReport, time + delay)
    reports.append(Event(receiveTime: lastReport, venueTime: time, body))
    sentCount += 1
  }

  mutating func report(
    _ kind: ReportKind, _ order: RestingOrder, _ reason: RejectReason = .other, at time: Timestamp
  ) {
    report(kind, order.id, order.terms.instrument, reason, at: time)
  }

  mutating func report(
    _ kind: ReportKind, _ id: OrderID, _ instrument: InstrumentID, _ reason: RejectReason,
    at time: Timestamp
  ) {
    let report = OrderReport(
      order: id, venueOrderID: Int64(truncatingIfNeeded: id.raw), instrument: instrument,
      reason: reason)
    switch kind {
    case .accepted: emit(.accepted(report), at: time)
    case .rejected: emit(.rejected(report), at: time)
    case .triggered: emit(.triggered(report), at: time)
    case .canceled: emit(.canceled(report), at: time)
    case .expired: emit(.expired(report), at: time)
    }
  }

  // MARK: Facts in

  /// Whether the exchange knows of market events before we do.
  @inline(__always) var hasFeedLatency: Bool { latency.hasFeed && rule.hasLatency }

  /// When the exchange sees a fact.
  @inline(__always)
  func time(of fact: Event) -> Timestamp {
    hasFeedLatency ? fact.receiveTime - latency.feed(at: fact.receiveTime) : fact.receiveTime
  }

  /// Takes a fact at the exchange's time, which never goes back.
  mutating func observe(_ event: Event, at time: Timestamp) {
    clock = max(clock, time)
    if clock >= nextExpiry { expire(by: clock) }
    switch event.body {
    case .trade(let trade): observe(trade)
    case .quote(let quote): observe(quote)
    case .depth(let depth): observe(depth)
    case .bookSnapshot(let level): observe(level)
    case .candle(let candle): observe(candle, event)
    case .gap(let gap): lose(gap.instrument, gap.stream)
    case .disconnected(let report) where report.endsAll: lose(.none, report.stream)
    default: learn(event.body)
    }
  }

  private mutating func learn(_ body: EventBody) {
    switch body {
    case .instrument(let definition): define(definition)
    case .filter(let filter) where filter.instrument.index < markets.count:
      markets[filter.instrument.index].filters.apply(filter)
    case .asset(let asset) where asset.asset.hasRoom:
      account.reserve(asset.asset)
      account.commissionDecimals[asset.asset.index] = min(asset.commissionDecimals, 18)
    case .fee(let schedule):
      fees.apply(schedule)
      if schedule.asset.hasRoom { account.reserve(schedule.asset) }
    case .balance(let balance) where balance.asset.hasRoom:
      account.reserve(balance.asset)
      account.balances[balance.asset.index] = balance.amount
    case .configure(let change): configure(change)
    case .latency(let row): latency.apply(row)
    default: break
    }
  }

  private mutating func configure(_ change: Configure) {
    guard settings.apply(change) else { return }
    latency.apply(change)
    queueModel = QueueModel(rule, settings.queue)
  }

  private mutating func define(_ definition: InstrumentDefinition) {
    guard definition.isExact, definition.instrument.hasRoom, definition.base.hasRoom,
      definition.quote.hasRoom
    else { return }
    let index = definition.instrument.index
    while markets.count <= index { markets.append(SimulatedMarket()) }
    if let old = markets[index].definition {
      guard old.base == definition.base, old.quote == definition.quote else { return }
      if !old.hasGrid(of: definition) { leave(old, for: definition) }
    }
    markets[index].definition = definition
    account.reserve(definition.base)
    account.reserve(definition.quote)
  }

  /// On a new grid old prices and lots mean something else: orders end, the market is forgotten.
  private mutating func leave(_ old: InstrumentDefinition, for new: InstrumentDefinition) {
    let index = new.instrument.index
    var orders: [RestingOrder] = []
    markets[index].forEachLive { orders.append($0) }
    for order in orders.sorted(by: { $0.priority < $1.priority })
    where markets[index].remove(order.id) != nil {
      end(order, .canceled, .marketClosed, at: clock)
    }
    let held = Money(units: Int128(markets[index].position))
      .scaled(by: old.lotAmount, over: new.lotAmount)
    markets[index] = SimulatedMarket()
    markets[index].position = Int64(clamping: held.units)
  }

  private mutating func lose(_ instrument: InstrumentID, _ stream: StreamKind) {
    for index in markets.indices where instrument == .none || instrument.index == index {
      markets[index].lose(stream, rule)
    }
  }

  /// Joins the back of every queue: a new, highest age.
  mutating func nextPriority() -> UInt64 {
    lastPriority += 1
    return lastPriority
  }
}

extension EventBody {
  /// Which latency a report has: that of the request it answers, as far as its kind tells.
  fileprivate var latencyAction: LatencyAction {
    switch self {
    case .amended: .amend
    case .canceled: .cancel
    default: .place
    }
  }
}
