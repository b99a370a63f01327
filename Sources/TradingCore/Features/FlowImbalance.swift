/// Order-flow imbalance: how much the waiting quantities at the best quotes, or at each of the best
/// levels, pushed the price over the last seconds.
///
/// One update of a level moves the bid's side by what is there now where the price rose, by the change
/// where it stayed, by minus what was there where it fell; the ask's side the other way round. The sum over
/// a window is above 0 where buyers came.
/// Source: R. Cont, A. Kukanov and S. Stoikov, "The price impact of order book events" (2014), equation 4;
/// for deeper levels K. Xu, M. Gould and S. Howison, "Multi-level order-flow imbalance in a limit order book"
/// (2018), equations 4 to 6.

/// A price and what waits there, in ticks and lots.
private struct Level: Equatable, BitwiseCopyable, Sendable {
  var ticks: Int64
  var lots: Int64

  /// What the bids of this level gained from `before` to here.
  func bidGain(since before: Level) -> Int64 {
    (ticks >= before.ticks ? lots : 0) - (ticks <= before.ticks ? before.lots : 0)
  }

  /// What the asks gained: a falling price is more to sell.
  func askGain(since before: Level) -> Int64 {
    (ticks <= before.ticks ? lots : 0) - (ticks >= before.ticks ? before.lots : 0)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(ticks)
    bytes.append(lots)
  }
}

/// Order-flow imbalance at the best quotes over the last seconds, in the base asset. Each time the quotes
/// are told is an update. Missing until the quotes were there for the whole window; a moment without
/// sound quotes begins it again.
public struct OrderFlowImbalance: Feature {
  private var flow: TimedFlow
  private var last: BestQuotes?

  /// `window` must be positive.
  public init(window: Interval) {
    precondition(window > .zero, "OrderFlowImbalance: a window of \(window.nanoseconds) ns")
    flow = TimedFlow(span: window)
  }

  public var outputs: [FeatureOutput] { [.init("", .quantity)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .quotes: follow(sight.quotes, at: sight.now)
    case .lost(_, quotes: true): follow(nil, at: sight.now)
    case .lost, .trade, .book: break
    }
  }

  private mutating func follow(_ quotes: BestQuotes?, at now: Timestamp) {
    defer { last = quotes }
    guard let quotes else { return flow.restart() }
    guard let last else { return flow.begin(at: now) }
    let bid = Level(ticks: quotes.bid, lots: quotes.bidLots)
    let ask = Level(ticks: quotes.ask, lots: quotes.askLots)
    let gain =
      bid.bidGain(since: Level(ticks: last.bid, lots: last.bidLots))
      - ask.askGain(since: Level(ticks: last.ask, lots: last.askLots))
    flow.add(gain, at: now)
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    let isWhole = flow.isWhole(at: sight.now)
    numbers.put(isWhole ? sight.grid.quantity(Double(near: flow.net)) : nil)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    flow.encode(into: &bytes)
    bytes.append(last != nil)
    guard let last else { return }
    for count in [last.bid, last.bidLots, last.ask, last.askLots] { bytes.append(count) }
  }
}

/// Order-flow imbalance at each of the best `levels` of the book over the last seconds, one number for
/// each, in the base asset. Each message of the book is an update. Missing until the book was sound and
/// as deep for the whole window. O(levels) for a message.
///
/// All levels together remember `mostChanges` changes, each an equal share. Where a window holds more of a
/// level than its share its number is missing, as for any window that is not whole.
public struct LevelFlowImbalance: Feature {
  /// The most changes that all levels of one market remember: 8 MiB, and the queues' room behind that.
  public static let mostChanges = 1 << 19

  private var flows: ContiguousArray<TimedFlow>
  /// Bids then asks as they were; empty before a sound book.
  private var last: ContiguousArray<Level> = []
  private let levels: Int
  private let window: Interval

  /// `levels` and `window` must be positive.
  public init(levels: Int, window: Interval) {
    precondition(levels > 0, "LevelFlowImbalance: \(levels) levels")
    precondition(window > .zero, "LevelFlowImbalance: a window of \(window.nanoseconds) ns")
    self.levels = levels
    self.window = window
    let share = min(TimedFlow.capacity, max(1, Self.mostChanges / levels))
    flows = ContiguousArray(repeating: TimedFlow(span: window, capacity: share), count: levels)
    last.reserveCapacity(2 * levels)
  }

  public var outputs: [FeatureOutput] { (1...levels).map { .init("\($0)", .quantity) } }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .book: follow(book, at: sight.now)
    case .lost(_, quotes: true): restart()
    case .lost, .trade, .quotes: break
    }
  }

  private mutating func follow(_ book: OrderBook, at now: Timestamp) {
    guard book.isSound(levels: levels) else { return restart() }
    let isFirst = last.isEmpty
    for level in 0..<levels {
      let bid = Level(book.bids[level])
      let ask = Level(book.asks[level])
      if isFirst {
        last.append(bid)
        last.append(ask)
        flows[level].begin(at: now)
      } else {
        let gain =
          bid.bidGain(since: last[2 * level]) - ask.askGain(since: last[2 * level + 1])
        flows[level].add(gain, at: now)
        (last[2 * level], last[2 * level + 1]) = (bid, ask)
      }
    }
  }

  private mutating func restart() {
    last.removeAll(keepingCapacity: true)
    for level in flows.indices { flows[level].restart() }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    for level in flows.indices {
      let isWhole = flows[level].isWhole(at: sight.now)
      numbers.put(isWhole ? sight.grid.quantity(Double(near: flows[level].net)) : nil)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(flows.count)
    for flow in flows { flow.encode(into: &bytes) }
    bytes.append(last.count)
    for level in last { level.encode(into: &bytes) }
  }
}

extension Level {
  fileprivate init(_ level: (price: Price, quantity: Quantity)) {
    self.init(ticks: level.price.ticks, lots: min(level.quantity.lots, 1 << 53))
  }
}
