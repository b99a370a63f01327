/// What flow does to the price: Kyle's lambda and Amihud's illiquidity, from trades gathered by the clock.

/// The trades of one interval of the clock: the last price, what takers bought less what they sold, and
/// ticks × lots of all.
struct ClockTrades: Equatable, Sendable, BitwiseCopyable {
  var ticks: Int64
  var signedLots: Int128
  var value: Int128

  init(_ trade: TradePrint) {
    ticks = trade.ticks
    signedLots = Int128(trade.signedLots)
    value = Int128(trade.ticks) * Int128(trade.lots)
  }

  mutating func add(_ trade: TradePrint) {
    let single = ClockTrades(trade)
    ticks = single.ticks
    signedLots += single.signedLots
    value += single.value
  }
}

/// Gathers trades by intervals of the receive time, counted from 1970; those without a trade give nothing.
struct TradeClock: Sendable, CanonicallyEncodable {
  let interval: Interval
  private var open: ClockTrades?
  private var end = Timestamp.distantFuture

  /// `interval` must be positive.
  init(interval: Interval) {
    precondition(interval > .zero, "TradeClock: an interval of \(interval.nanoseconds) ns")
    self.interval = interval
  }

  /// The gathered trades of an interval that is over at `now`, once.
  mutating func close(at now: Timestamp) -> ClockTrades? {
    guard now >= end, let closed = open else { return nil }
    open = nil
    end = .distantFuture
    return closed
  }

  /// Adds a trade; what was over by then has been closed before.
  mutating func add(_ trade: TradePrint, at now: Timestamp) {
    guard open != nil else {
      open = ClockTrades(trade)
      end = now.floored(to: interval) + interval
      return
    }
    open?.add(trade)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(interval)
    bytes.append(end)
    bytes.append(open != nil)
    guard let open else { return }
    bytes.append(open.ticks)
    bytes.append(open.signedLots)
    bytes.append(open.value)
  }
}

/// Kyle's lambda: how far one unit of the base asset bought moves the price; the least-squares slope, with
/// an intercept, of the change of the last price from interval to interval on the quantity bought less sold
/// in it, over the last `length` intervals of `every` with trades; and the share of the changes' variance
/// that it explains (R²).
///
/// The first interval after a start or a loss may be a part of one; its last price is the first to change
/// from. Missing until `length` changes, and where all flows are equal.
/// Source: A. Kyle, "Continuous auctions and insider trading" (1985); as a regression J. Hasbrouck, "Trading
/// costs and returns for U.S. equities" (2009).
public struct KyleLambda: Feature {
  private var clock: TradeClock
  private var changes: PairWindow
  private var lastTicks: Int64?

  /// `every` must be positive, `length` at least 2.
  public init(every: Interval, length: Int) {
    clock = TradeClock(interval: every)
    changes = PairWindow(capacity: length)
  }

  public var outputs: [FeatureOutput] {
    [.init("", .pricePerQuantity), .init("determination", .plain)]
  }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    close(at: sight.now)
    switch happening {
    case .trade(let trade): clock.add(trade, at: sight.now)
    case .lost(trades: true, _):
      self = KyleLambda(every: clock.interval, length: changes.capacity)
    case .lost, .quotes, .book: break
    }
  }

  private mutating func close(at now: Timestamp) {
    guard let trades = clock.close(at: now) else { return }
    if let lastTicks {
      changes.append(x: trades.signedLots, y: Int128(trades.ticks - lastTicks))
    }
    lastTicks = trades.ticks
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    close(at: sight.now)
    guard let line = changes.line else { return numbers.putNothing(2) }
    numbers.put(sight.grid.price(line.slope) / sight.grid.quantity(1))
    numbers.put(line.determination)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    clock.encode(into: &bytes)
    changes.encode(into: &bytes)
    bytes.append(lastTicks ?? 0)
  }
}

/// Amihud's illiquidity: the mean of |return| ÷ value traded, over the last `length` intervals of `every` with
/// trades, times a million: the return that a million units of the quote asset go with. The return is that
/// of the interval's last price on the last price of the interval before.
///
/// Missing until `length` returns.
/// Source: Y. Amihud, "Illiquidity and stock returns: cross-section and time-series effects" (2002), by days
/// there.
public struct AmihudIlliquidity: Feature {
  private var clock: TradeClock
  private var ratios: SlidingFold<Total>
  private var lastTicks: Int64?
  /// |return| ÷ (ticks × lots), the mean.
  private var mean: Double?

  /// `every` and `length` must be positive.
  public init(every: Interval, length: Int) {
    clock = TradeClock(interval: every)
    ratios = SlidingFold(capacity: length)
  }

  public var outputs: [FeatureOutput] { [.init("", .returnPerMillion)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    close(at: sight.now)
    switch happening {
    case .trade(let trade): clock.add(trade, at: sight.now)
    case .lost(trades: true, _):
      self = AmihudIlliquidity(every: clock.interval, length: ratios.capacity)
    case .lost, .quotes, .book: break
    }
  }

  private mutating func close(at now: Timestamp) {
    guard let trades = clock.close(at: now) else { return }
    if let lastTicks {
      let move = Double((trades.ticks - lastTicks).magnitude) / Double(lastTicks)
      mean = ratios.mean(with: move / Double(near: trades.value))
    }
    lastTicks = trades.ticks
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    close(at: sight.now)
    let unit = sight.grid.price(1) * sight.grid.quantity(1)
    numbers.put(mean.map { 1e6 * $0 / unit })
  }

  public func encode(into bytes: inout CanonicalBytes) {
    clock.encode(into: &bytes)
    ratios.encode(into: &bytes)
    bytes.append(lastTicks ?? 0)
    bytes.append(optional: mean)
  }
}
