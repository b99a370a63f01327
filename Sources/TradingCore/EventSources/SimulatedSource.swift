/// A feed in, a simulated exchange out. Over a recorded journal it is a backtest; over a live feed it
/// is paper trading.
public struct SimulatedSource: EventSource, ~Copyable {
  private var reader: FeedReader
  /// What the run is configured with: facts that come before the feed's.
  private let preamble: [Event]
  private var preamblePosition = 0
  private var exchange = SimulatedExchange()
  private var isInsideRun = false
  /// When the feed ended: what arrives at the exchange later meets a market nobody recorded, and its
  /// orders stay open; reports of what happened before still reach us.
  private var end: Timestamp?
  private var hasOpened = false
  private var reportCount = 0

  /// The most reports between two facts: a strategy that answers each of its own fills at no latency
  /// would never let time go on.
  static let mostReports = 65_536

  /// - Parameters:
  ///   - feed: market facts and definitions; decisions and reports of an earlier run are left out.
  ///   - preamble: settings, fees, limits and balances as facts.
  public init(feed: any Feed, preamble: [Event]) {
    reader = FeedReader(feed)
    self.preamble = preamble
  }

  public mutating func next() throws(EngineFault) -> Event? {
    if preamblePosition < preamble.count { return nextOfPreamble() }
    while try reader.hasCurrent() {
      guard isOurs(reader.current.body) else {
        reader.advance()
        continue
      }
      if !exchange.isQuiet, !isInsideRun, let report = nextReport(before: reader.current) {
        try countReport()
        return report
      }
      hasOpened = false
      reportCount = 0
      let fact = reader.current
      reader.advance()
      exchange.observe(fact)
      isInsideRun = fact.body.isInsideRun
      return fact
    }
    if end == nil { end = exchange.clock }
    return exchange.nextReport(until: Timestamp(nanoseconds: .max), arrivedBy: end)
  }

  public mutating func submit(_ order: consuming ApprovedOrder) throws(EngineFault) {
    if end == nil { exchange.submit(order) }
  }

  private mutating func countReport() throws(EngineFault) {
    reportCount += 1
    guard reportCount <= SimulatedSource.mostReports else {
      throw .source("a strategy answered its own fills \(reportCount) times between two events")
    }
  }

  public mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {}

  public var isDrained: Bool { false }

  public mutating func settled(_ state: borrowing State) {}

  private mutating func nextOfPreamble() -> Event {
    let fact = preamble[preamblePosition]
    preamblePosition += 1
    exchange.observe(fact)
    return fact
  }

  /// What reaches us before a fact does; a candle's open is known before the candle, once.
  private mutating func nextReport(before fact: Event) -> Event? {
    if !hasOpened, case .candle(let candle) = fact.body {
      let start = min(fact.start(of: candle), fact.receiveTime)
      if let report = exchange.nextReport(until: start) { return report }
      hasOpened = true
      exchange.open(candle, at: start)
    }
    return exchange.nextReport(until: fact.receiveTime)
  }

  /// Market facts and definitions are the feed's; everything else is this run's own.
  @inline(__always)
  private func isOurs(_ body: EventBody) -> Bool {
    switch body {
    case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading, .gap, .connected,
      .disconnected, .instrument, .asset, .fee, .filter, .text, .model, .build, .logicVersion,
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
