/// A feed in, a simulated exchange out. Over a recorded journal it is a backtest; over a live feed it
/// is paper trading.
///
/// Two clocks run here: the exchange's, on which its market and our requests meet, and ours, on which
/// facts and reports reach us. Whatever is due first on either happens first, so nothing is known before
/// it could be: the exchange sees a fact as early as the feed takes to tell us of it, and we see it when
/// the recording says.
public struct SimulatedSource: EventSource, ~Copyable {
  private var reader: FeedReader
  /// What the run is configured with: facts that come before the feed's.
  private let preamble: [Event]
  /// Whether the preamble says what the venue charges: the feed's fees are then an earlier run's.
  private var hasFees: Bool
  /// Whether the feed's facts are still to happen: paper trading.
  private let isLive: Bool
  private var preamblePosition = 0
  private var exchange = SimulatedExchange()
  /// Facts that the exchange has seen and we have not, with the reports it had sent before each.
  private var ahead = Queue<SeenFact>()
  /// When we received the last fact or report.
  private var now = Timestamp.distantPast
  private var isInsideRun = false
  private var isExchangeInsideRun = false
  /// Candles of the feed whose opening the exchange has seen, and whose close it has not.
  private var opened = Queue<Event>()
  /// Whether the exchange saw a candle last.
  private var hasClosed = false
  /// When the feed ended: what arrives at the exchange later meets a market nobody recorded, and its
  /// orders stay open; reports of what happened before still reach us.
  private var end: Timestamp?
  private var reportCount = 0

  private struct SeenFact: BitwiseCopyable {
    var fact: Event
    var reportsBefore: UInt64
  }

  /// The most reports between two facts: a strategy that answers each of its own fills at no latency
  /// would never let time go on.
  static let mostReports = 65_536
  /// The most facts under way from the exchange to us.
  static let mostAhead = 1 << 20

  /// - Parameters:
  ///   - feed: market facts and definitions; decisions and reports of an earlier run are left out, as are
  ///     its name, its strategies' names and, where the preamble has fees, its fees.
  ///   - preamble: settings, fees, limits and balances as facts.
  ///   - isLive: whether the feed waits for facts that are still to happen. Reports are then told with
  ///     the next fact, as a backtest over the same facts tells them.
  public init(feed: any Feed, preamble: [Event], isLive: Bool = false) {
    reader = FeedReader(feed)
    self.preamble = preamble
    self.isLive = isLive
    hasFees = preamble.contains { $0.kind == .fee }
  }

  @inline(__always)
  public mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    if isQuiet, try hasUnread() {
      fact = reader.current
      reader.advance()
      show(fact, at: fact.receiveTime)
      received(fact)
      return true
    }
    return try nextOfTwoClocks(&fact)
  }

  /// Whether nothing but the feed's next fact can happen, at the exchange and here at once.
  @inline(__always)
  private var isQuiet: Bool {
    preamblePosition == preamble.count && ahead.isEmpty && opened.isEmpty && exchange.isQuiet
      && !exchange.hasFeedLatency
  }

  @inline(never)
  private mutating func nextOfTwoClocks(_ fact: inout Event) throws(EngineFault) -> Bool {
    if preamblePosition < preamble.count {
      takePreamble(&fact)
      return true
    }
    while true {
      let hasFact = try hasFact()
      if !hasFact, end == nil { end = exchange.clock }
      switch step(hasFact: hasFact) {
      case .report: return try takeReport(&fact)
      case .fact: return takeSeen(&fact)
      case .arrival: exchange.receiveNext()
      case .open(let start): try open(at: start)
      case .market where ahead.isEmpty && !exchange.hasFeedLatency:
        show(&fact)
        received(fact)
        return true
      case .market: try lookAhead()
      case .none: return false
      }
    }
  }

  public mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault) {
    while let order = orders.popFirst() {
      if end == nil || !ahead.isEmpty { exchange.submit(order, at: now) }
    }
  }

  public mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {}

  public var isDrained: Bool { isLive && ahead.isEmpty && reader.isDrained }

  public mutating func settled(_ state: borrowing State) {}

  private mutating func takePreamble(_ fact: inout Event) {
    fact = preamble[preamblePosition]
    preamblePosition += 1
    exchange.observe(fact, at: fact.receiveTime)
    received(fact)
  }

  // MARK: What is next

  /// What can happen next on either clock.
  private enum Step {
    case report
    case fact
    case arrival
    case open(at: Timestamp)
    case market
    case none
  }

  /// The earliest of what is under way: at equal times what reaches us comes before what reaches the
  /// exchange, and a request before the market. Neither a run nor candles of one time are parted.
  private func step(hasFact: Bool) -> Step {
    if isExchangeInsideRun, hasFact { return .market }
    if isInsideRun, !ahead.isEmpty { return .fact }
    let market = hasFact ? nextMarket : (time: Timestamp.distantFuture, step: Step.none)
    let arrival = hasFact && isBetweenCandles ? nil : arrivalTime
    let delivery = nextDelivery
    if let delivery, delivery.time <= min(arrival ?? .distantFuture, market.time) {
      return delivery.step
    }
    if let arrival, arrival <= market.time { return .arrival }
    return market.step
  }

  /// When the next request arrives, if there is a market for it.
  private var arrivalTime: Timestamp? {
    guard let time = exchange.firstArrival else { return nil }
    if let end, time > end { return nil }
    return time
  }

  /// When the exchange sees the feed's next fact, or the opening of its candle.
  private var nextMarket: (time: Timestamp, step: Step) {
    if opened.isEmpty, let start = currentStart { return (start, .open(at: start)) }
    return (exchange.time(of: current), .market)
  }

  /// The fact that the exchange sees next; only where there is one.
  private var current: Event {
    @inline(__always) get { opened.first ?? reader.current }
  }

  /// When the candle that the reader stands at opened; `nil` for other facts and other rules.
  private var currentStart: Timestamp? {
    let fact = reader.current
    guard exchange.rule == .candle, case .candle(let candle) = fact.body else { return nil }
    return min(fact.start(of: candle), fact.receiveTime)
  }

  /// Whether the exchange stands between two candles that closed at one time. Who has seen only the
  /// first could take back, with a request from here, what the second is about to fill.
  private var isBetweenCandles: Bool {
    guard hasClosed, exchange.rule == .candle, case .candle = current.body else { return false }
    return current.receiveTime == exchange.clock
  }

  /// What reaches us next: a report that was sent before the exchange saw a fact comes before it.
  private var nextDelivery: (time: Timestamp, step: Step)? {
    let report = exchange.firstReport
    guard let seen = ahead.first else { return report.map { ($0, .report) } }
    let fact = seen.fact.receiveTime
    guard let report else { return (fact, .fact) }
    let isBefore = report == fact ? exchange.receivedCount < seen.reportsBefore : report < fact
    return isBefore ? (report, .report) : (fact, .fact)
  }

  // MARK: What happens

  /// Whether the feed has a fact that is the run's, after leaving out those of an earlier one.
  @inline(__always)
  private mutating func hasFact() throws(EngineFault) -> Bool {
    if !opened.isEmpty { return true }
    return try hasUnread()
  }

  @inline(__always)
  private mutating func hasUnread() throws(EngineFault) -> Bool {
    while try reader.hasCurrent() {
      if isOurs(reader.current.body) { return true }
      reader.advance()
    }
    return false
  }

  /// Shows the exchange the feed's next fact, which is put into `fact`.
  private mutating func show(_ fact: inout Event) {
    guard let first = opened.popFirst() else { return showUnread(&fact) }
    fact = first
    show(fact, at: exchange.time(of: fact))
  }

  private mutating func showUnread(_ fact: inout Event) {
    fact = reader.current
    reader.advance()
    show(fact, at: exchange.time(of: fact))
  }

  @inline(__always)
  private mutating func show(_ fact: Event, at time: Timestamp) {
    exchange.observe(fact, at: time)
    isExchangeInsideRun = fact.body.isInsideRun
    hasClosed = fact.isCandle
  }

  private mutating func lookAhead() throws(EngineFault) {
    guard ahead.count < SimulatedSource.mostAhead else {
      throw .source(
        "more than \(SimulatedSource.mostAhead) events are under way: the feed latency is too long")
    }
    var seen = SeenFact(fact: current, reportsBefore: exchange.sentCount)
    show(&seen.fact)
    ahead.append(seen)
  }

  /// Opens the candle that is next, and with it those of other instruments that follow it directly and
  /// share its open and its close: at most one of each instrument. O(candles²).
  private mutating func open(at start: Timestamp) throws(EngineFault) {
    let close = reader.current.receiveTime
    while try hasUnread(), case .candle(let candle) = reader.current.body, currentStart == start,
      reader.current.receiveTime == close,
      !opened.contains(where: { $0.isCandle(candle.instrument) })
    {
      opened.append(reader.current)
      reader.advance()
      exchange.open(candle, at: start)
    }
  }

  @inline(__always)
  private mutating func received(_ fact: Event) {
    now = max(now, fact.receiveTime)
    isInsideRun = fact.body.isInsideRun
    reportCount = 0
  }

  private mutating func takeSeen(_ fact: inout Event) -> Bool {
    guard let seen = ahead.popFirst() else { return false }
    fact = seen.fact
    received(fact)
    return true
  }

  private mutating func takeReport(_ fact: inout Event) throws(EngineFault) -> Bool {
    reportCount += 1
    guard reportCount <= SimulatedSource.mostReports else {
      throw .source("a strategy answered its own fills \(reportCount) times between two events")
    }
    guard let report = exchange.popReport() else { return false }
    now = max(now, report.receiveTime)
    fact = report
    return true
  }

  /// Market facts and definitions are the feed's; everything else is this run's own.
  @inline(__always)
  private func isOurs(_ body: EventBody) -> Bool {
    switch body {
    case .fee: !hasFees
    case .text(let text):
      text.subject != .strategy && text.subject != .recipe && text.subject != .scenario
    case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading, .gap, .connected,
      .disconnected, .instrument, .asset, .filter, .model, .build, .logicVersion,
      .notice:
      true
    case .accepted, .rejected, .sent, .sendFailed, .amended, .fill, .canceled, .expired, .unknown,
      .balance, .adjustment, .timer, .clockStep, .place, .amend, .cancel, .flatten, .halt, .resume,
      .configure, .limit, .key, .execute, .latency, .triggered, .signal, .request, .order, .parent,
      .parentEnded, .amendRequest, .cancelRequest, .refused, .alert, .stateHash:
      false
    }
  }
}

// MARK: - A fork

extension SimulatedSource {
  /// Lets a fact of a past go by that a venue made: the exchange sees the market and learns what it
  /// charges and is set to; requests and reports were the venue's. The feed moves along.
  mutating func pass(_ fact: Event) throws(EngineFault) {
    if isOurs(fact.body), try hasUnread() { reader.advance() }
    if case .fill(let fill) = fact.body { exchange.recall(fill) }
    show(fact, at: exchange.time(of: fact))
    received(fact)
  }

  /// Takes over an account and its live orders as a venue left them.
  mutating func adopt(_ state: borrowing State) { exchange.adopt(state, at: now) }

  /// Forgets measured latencies: others come.
  mutating func forgetLatencies() { exchange.latency.forgetRows() }

  /// Changes what holds from now on.
  /// - Returns: the fact that says so.
  mutating func change(_ body: EventBody) -> Event {
    if body.kind == .fee { hasFees = true }
    let fact = Event(receiveTime: now, body)
    exchange.observe(fact, at: exchange.clock)
    received(fact)
    return fact
  }
}

extension Event {
  @inline(__always)
  fileprivate var isCandle: Bool {
    if case .candle = body { true } else { false }
  }

  fileprivate func isCandle(_ instrument: InstrumentID) -> Bool {
    if case .candle(let candle) = body { candle.instrument == instrument } else { false }
  }
}
