/// Orders that were once placed, met again by the simulated exchange under another queue model: what a
/// calibration compares the recorded fills with.
///
/// Requests arrive when the venue had them, so no latency plays a part; nobody is asked for money.
public struct OrderReplay: Sendable {
  /// A fill of the replay at the exchange's time.
  public struct Fill: Equatable, Sendable, BitwiseCopyable {
    public var order: OrderID
    public var time: Timestamp
    public var liquidity: Liquidity
  }

  private var exchange = SimulatedExchange()
  private let feed: Interval
  private var isInsideRun = false

  /// - Parameters:
  ///   - rule: one of the book rules.
  ///   - queue: for the probabilistic one.
  ///   - feed: how much earlier the exchange sees what the journal holds.
  ///   - settings: further settings, such as a cap on volume.
  public init(rule: FillRule, queue: QueueRule, feed: Interval, settings: [Configure] = []) {
    self.feed = feed
    let margin = Configure(.account, value: Int64(AccountKind.margin.rawValue))
    let queue = Configure(.queue, value: queue.exponent, index: UInt16(queue.shape.rawValue))
    for change in settings + [margin, queue, Configure(.fillRule, value: Int64(rule.rawValue))]
    where change.setting != .latency {
      exchange.observe(Event(receiveTime: .distantPast, .configure(change)), at: .distantPast)
    }
  }

  /// Puts a request on its way; call it in the order of arrival.
  public mutating func submit(_ id: OrderID, _ request: OrderRequest, arrivingAt time: Timestamp) {
    exchange.submit(id, request, at: time)
  }

  /// Lets arrive what is due before a fact, then shows it the fact. Facts that are neither the market's
  /// nor an instrument's definition are passed over.
  /// - Parameter body: called for each fill that follows.
  public mutating func observe(_ fact: Event, _ body: (Fill) -> Void) {
    guard fact.kind.isMarket || fact.kind.shapesMarket else { return }
    let time = fact.receiveTime - feed
    while !isInsideRun, let arrival = exchange.firstArrival, arrival <= time {
      exchange.receiveNext()
    }
    exchange.observe(fact, at: time)
    isInsideRun = fact.body.isInsideRun
    while let report = exchange.popReport() {
      guard case .fill(let fill) = report.body else { continue }
      body(Fill(order: fill.order, time: report.venueTime, liquidity: fill.liquidity))
    }
  }
}

extension EventKind {
  /// Whether the exchange has to see it to know the market.
  fileprivate var shapesMarket: Bool {
    self == .instrument || self == .gap || self == .disconnected
  }
}
