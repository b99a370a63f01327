/// An exchange that lives in a recording: orders arrive after a latency, trade against what the
/// market did by the fill rule, and reports come back after the same latency.
///
/// Everything it knows it learns from facts (definitions, fees, settings, balances, market), in the
/// order the engine sees them, so a run depends on its journal alone. Orders fill whole price levels
/// as recorded: what they take is not missed by later orders, and their weight moves no price.
///
/// Candles are coarser than any latency, so under the candle rule there is none: an order trades from
/// the first candle that opens no earlier than the order left.
struct SimulatedExchange {
  var rule = FillRule.book
  var latency = Interval.zero
  var accountKind = AccountKind.spot
  var fees = FeeModel()
  var account = Account()
  var markets: ContiguousArray<SimulatedMarket> = []
  /// Requests on their way to the exchange, by arrival.
  var arrivals = Queue<Arrival>()
  /// Orders in the book, oldest first.
  var resting: ContiguousArray<RestingOrder> = []
  /// Reports on their way back, by the time we receive them.
  var reports = Queue<Event>()
  var clock = Timestamp.distantPast
  var lastTradeID: Int64 = 0

  struct Arrival: BitwiseCopyable {
    var time: Timestamp
    var id: OrderID
    var request: OrderRequest
  }

  struct RestingOrder: BitwiseCopyable {
    var id: OrderID
    var terms: OrderTerms
    var open: Int64
    /// When it arrived: candles that opened earlier do not trade with it.
    var since: Timestamp

    /// Whether the order may trade at a price: a limit order at its limit or better.
    func accepts(_ price: Price) -> Bool {
      guard terms.type == .limit else { return true }
      return terms.side == .buy ? price <= terms.price : price >= terms.price
    }
  }

  init() {}

  /// The time an order, or a report, is on its way.
  var delay: Interval { rule == .sameEvent || rule == .candleNextOpen ? .zero : latency }

  /// Whether no request, order or report is anywhere in it.
  var isQuiet: Bool { arrivals.isEmpty && reports.isEmpty && resting.isEmpty }

  /// Takes a request that left us now.
  mutating func submit(_ order: consuming ApprovedOrder) {
    arrivals.append(Arrival(time: clock + delay, id: order.id, request: order.request))
  }

  /// The next report that reaches us no later than `time`, after everything that arrives at the
  /// exchange by then, or by `latest` where that is given, has been matched.
  mutating func nextReport(until time: Timestamp, arrivedBy latest: Timestamp? = nil) -> Event? {
    while let arrival = arrivals.first, arrival.time <= latest ?? time {
      _ = arrivals.popFirst()
      receive(arrival)
    }
    guard let report = reports.first, report.receiveTime <= time else { return nil }
    clock = max(clock, report.receiveTime)
    return reports.popFirst()
  }

  /// What the opening of a candle fills, before the candle itself is known.
  mutating func open(_ candle: Candle, at start: Timestamp) {
    guard rule == .candleNextOpen, !resting.isEmpty else { return }
    let time = max(clock, start)
    fillResting(candle.instrument, at: time) { order in
      order.since <= start && order.accepts(candle.open) ? (candle.open, .taker) : nil
    }
  }

  /// Takes a fact that the engine is about to see.
  mutating func observe(_ event: Event) {
    clock = max(clock, event.receiveTime)
    switch event.body {
    case .trade(let trade):
      guard trade.instrument.index < markets.count else { return }
      markets[trade.instrument.index].last = trade.price
      if !resting.isEmpty { passThrough(trade) }
    case .candle(let candle):
      market(candle.instrument) { $0.observe(candle) }
      if !resting.isEmpty { passThrough(candle, from: event.start(of: candle)) }
    case .quote(let quote):
      market(quote.instrument) { $0.observe(quote) }
      if !resting.isEmpty { quoteThrough(quote) }
    case .depth(let depth) where rule == .book:
      market(depth.instrument) { $0.observe(depth) }
    case .bookSnapshot(let level) where rule == .book:
      market(level.instrument) { $0.observe(level) }
    case .gap(let gap): lose(gap.instrument, gap.stream)
    case .disconnected(let report): lose(.none, report.stream)
    default: learn(event.body)
    }
  }

  // MARK: What it is told

  private mutating func learn(_ body: EventBody) {
    switch body {
    case .instrument(let definition):
      guard definition.isExact, definition.instrument.hasRoom, definition.base.hasRoom,
        definition.quote.hasRoom
      else { return }
      while markets.count <= definition.instrument.index { markets.append(SimulatedMarket()) }
      markets[definition.instrument.index].definition = definition
      account.reserve(definition.base)
      account.reserve(definition.quote)
    case .asset(let asset) where asset.asset.hasRoom:
      account.reserve(asset.asset)
      account.commissionDecimals[asset.asset.index] = min(asset.commissionDecimals, 18)
    case .fee(let schedule):
      fees.apply(schedule)
      if schedule.asset.hasRoom { account.reserve(schedule.asset) }
    case .balance(let balance) where balance.asset.hasRoom:
      account.reserve(balance.asset)
      account.balances[balance.asset.index] = balance.amount
    case .configure(let change):
      var settings = Settings()
      guard settings.apply(change) else { return }
      if change.setting == .fillRule { rule = settings.fillRule }
      if change.setting == .latency { latency = settings.latency }
      if change.setting == .account { accountKind = settings.accountKind }
    default: break
    }
  }

  private mutating func market(_ id: InstrumentID, _ change: (inout SimulatedMarket) -> Void) {
    guard id.index < markets.count else { return }
    change(&markets[id.index])
  }

  private mutating func lose(_ instrument: InstrumentID, _ stream: StreamKind) {
    for index in markets.indices where instrument == .none || instrument.index == index {
      market(InstrumentID(UInt16(index))) { $0.lose(stream) }
    }
  }

  // MARK: What arrives

  private mutating func receive(_ arrival: Arrival) {
    switch arrival.request {
    case .place(let terms): place(arrival.id, terms, at: arrival.time)
    case .cancel(let id): cancel(id, at: arrival.time)
    case .amend(let terms): amend(terms, at: arrival.time)
    }
  }

  private mutating func place(_ id: OrderID, _ terms: OrderTerms, at time: Timestamp) {
    guard terms.instrument.index < markets.count else {
      return report(.rejected, id, terms.instrument, .filter, at: time)
    }
    let market = markets[terms.instrument.index]
    let order = RestingOrder(id: id, terms: terms, open: terms.quantity.lots, since: time)
    let waitsForOpen = terms.type == .market && rule == .candleNextOpen
    if terms.type == .market, !waitsForOpen, market.opposite(terms.side, 0, rule) == nil {
      return report(.rejected, id, terms.instrument, .noLiquidity, at: time)
    }
    if terms.timeInForce == .fillOrKill, !waitsForOpen, available(order, market) < order.open {
      return report(.expired, id, terms.instrument, .noLiquidity, at: time)
    }
    report(.accepted, id, terms.instrument, .other, at: time)
    trade(order, waitsForOpen: waitsForOpen, market, at: time)
  }

  /// Takes what is there; what is left of the order rests, or ends.
  private mutating func trade(
    _ arrived: RestingOrder, waitsForOpen: Bool, _ market: SimulatedMarket, at time: Timestamp
  ) {
    var order = arrived
    guard take(&order, market, at: time), order.open > 0 else { return }
    let terms = order.terms
    if waitsForOpen || (terms.type == .limit && terms.timeInForce == .goodTillCanceled) {
      resting.append(order)
    } else {
      report(.expired, order.id, terms.instrument, .noLiquidity, at: time)
    }
  }

  private mutating func cancel(_ id: OrderID, at time: Timestamp) {
    guard let index = resting.firstIndex(where: { $0.id == id }) else { return }
    report(.canceled, id, resting[index].terms.instrument, .other, at: time)
    resting.remove(at: index)
  }

  private mutating func amend(_ change: AmendTerms, at time: Timestamp) {
    guard let index = resting.firstIndex(where: { $0.id == change.order }) else { return }
    var order = resting.remove(at: index)
    order.terms.price = change.price
    order.open = change.quantity.lots
    order.since = time
    emit(
      .amended(
        Amended(
          order: change.order, price: change.price, quantity: change.quantity,
          instrument: order.terms.instrument)), at: time)
    let waitsForOpen = order.terms.type == .market
    trade(order, waitsForOpen: waitsForOpen, markets[order.terms.instrument.index], at: time)
  }
}
