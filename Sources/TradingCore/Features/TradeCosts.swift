/// What takers paid: the effective spread of trades, and its two parts once some time has passed, the
/// realised spread that a maker earned and the price impact that it lost.

/// How far a trade was from the middle as it came, in half ticks; above 0 where the taker paid.
private func paid(_ trade: TradePrint, _ twiceMiddle: Int64) -> Int64 {
  trade.sign * (2 * trade.ticks - twiceMiddle)
}

/// 2 · D · (price − middle), D being 1 where the buyer took and −1 where the seller did, the mean over the
/// last `length` trades: in the quote asset, and each in basis points of its middle.
///
/// The middle is that of the quotes as they were when the trade came; a trade without quotes is none of
/// them. Missing until there were so many.
/// Source: R. Huang and H. Stoll, "Dealer versus auction markets" (1996).
public struct EffectiveSpread: Feature {
  private var halfTicks: WholeWindow
  private var shares: SlidingFold<Total>
  private var share: Double?

  /// `length` must be positive.
  public init(length: Int) {
    halfTicks = WholeWindow(capacity: length)
    shares = SlidingFold(capacity: length)
  }

  public var outputs: [FeatureOutput] { [.init("", .price), .init("bp", .basisPoints)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade):
      guard let quotes = sight.quotes else { return }
      let paid = paid(trade, quotes.twiceMiddle)
      halfTicks.append(paid)
      share = shares.mean(with: 20_000 * Double(paid) / Double(quotes.twiceMiddle))
    case .lost: self = EffectiveSpread(length: halfTicks.capacity)
    case .quotes, .book: break
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    let mean = Double(near: halfTicks.sum) / Double(halfTicks.capacity)
    numbers.put(halfTicks.isFull ? sight.grid.price(mean) : nil)
    numbers.put(share)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    halfTicks.encode(into: &bytes)
    shares.encode(into: &bytes)
    bytes.append(optional: share)
  }
}

/// The two parts of the effective spread `horizon` later, each the mean over the last `length` trades, in
/// basis points of the middle as the trade came: realised, 2 · D · (price − later middle), and the price
/// impact, 2 · D · (later middle − middle).
///
/// The later middle is that of the last quotes told by then. A trade counts once its horizon is behind the
/// latest receive time, so nothing looks ahead; one without quotes at either moment never does. Missing
/// until so many trades counted.
/// Source: R. Huang and H. Stoll, "Dealer versus auction markets" (1996), as used since.
public struct RealisedSpread: Feature {
  private struct Pending: BitwiseCopyable, Sendable {
    var due: Timestamp
    var paid: Int64
    var sign: Int64
    var twiceMiddle: Int64
  }

  /// The most trades that wait for their horizon. Beyond it all are let go, and the means begin anew.
  public static let capacity = 1 << 17

  private let horizon: Interval
  private let length: Int
  private var pending = Queue<Pending>()
  private var twiceMiddle: Int64?
  private var earned: SlidingFold<Total>
  private var moved: SlidingFold<Total>
  private var means: (realised: Double?, impact: Double?) = (nil, nil)

  /// `horizon` and `length` must be positive.
  public init(horizon: Interval, length: Int) {
    precondition(horizon > .zero, "RealisedSpread: a horizon of \(horizon.nanoseconds) ns")
    self.horizon = horizon
    self.length = length
    earned = SlidingFold(capacity: length)
    moved = SlidingFold(capacity: length)
  }

  public var outputs: [FeatureOutput] {
    [.init("", .basisPoints), .init("impact", .basisPoints)]
  }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    settle(before: sight.now)
    switch happening {
    case .trade(let trade): wait(trade, sight)
    case .quotes: twiceMiddle = sight.quotes?.twiceMiddle
    case .lost: restart(sight)
    case .book: break
    }
  }

  private mutating func restart(_ sight: MarketSight) {
    self = RealisedSpread(horizon: horizon, length: length)
    twiceMiddle = sight.quotes?.twiceMiddle
  }

  private mutating func wait(_ trade: TradePrint, _ sight: MarketSight) {
    guard let quotes = sight.quotes else { return }
    if pending.count == Self.capacity { restart(sight) }
    pending.append(
      Pending(
        due: sight.now + horizon, paid: paid(trade, quotes.twiceMiddle), sign: trade.sign,
        twiceMiddle: quotes.twiceMiddle))
  }

  /// Counts the trades whose horizon is behind `now`: the quotes known so far are those of that moment.
  private mutating func settle(before now: Timestamp) {
    while let oldest = pending.first, oldest.due < now {
      _ = pending.popFirst()
      guard let later = twiceMiddle else { continue }
      let impact = oldest.sign * (later - oldest.twiceMiddle)
      let scale = 20_000 / Double(oldest.twiceMiddle)
      means.realised = earned.mean(with: Double(oldest.paid - impact) * scale)
      means.impact = moved.mean(with: Double(impact) * scale)
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    settle(before: sight.now)
    numbers.put(means.realised)
    numbers.put(means.impact)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(horizon)
    bytes.append(pending.count)
    pending.visit { one in
      bytes.append(one.due)
      for number in [one.paid, one.sign, one.twiceMiddle] { bytes.append(number) }
    }
    bytes.append(twiceMiddle ?? 0)
    earned.encode(into: &bytes)
    moved.encode(into: &bytes)
    for mean in [means.realised, means.impact] { bytes.append(optional: mean) }
  }
}

/// Roll's estimate of the spread from prices alone: 2 √(−covariance of each change of the trade price with
/// the change before it), over the last `length` pairs, sample covariance: in the quote asset, and in basis
/// points of the last price.
///
/// Where the covariance is above 0 the model does not hold and the estimate is missing, as it is until there
/// are so many pairs.
/// Source: R. Roll, "A simple implicit measure of the effective bid-ask spread in an efficient market" (1984).
public struct RollSpread: Feature {
  private var changes: PairWindow
  private var lastTicks: Int64?
  private var lastChange: Int64?

  /// `length` must be at least 2.
  public init(length: Int) { changes = PairWindow(capacity: length) }

  public var outputs: [FeatureOutput] { [.init("", .price), .init("bp", .basisPoints)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade):
      let change = lastTicks.map { trade.ticks - $0 }
      if let change, let lastChange {
        changes.append(x: Int128(lastChange), y: Int128(change))
      }
      (lastTicks, lastChange) = (trade.ticks, change)
    case .lost(trades: true, _): self = RollSpread(length: changes.capacity)
    case .lost, .quotes, .book: break
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard let covariance = changes.covariance, covariance <= 0, let lastTicks else {
      return numbers.putNothing(2)
    }
    let spread = 2 * (0 - covariance).squareRoot()
    numbers.put(sight.grid.price(spread))
    numbers.put(10_000 * spread / Double(lastTicks))
  }

  public func encode(into bytes: inout CanonicalBytes) {
    changes.encode(into: &bytes)
    bytes.append(lastTicks ?? 0)
    bytes.append(lastChange != nil)
    bytes.append(lastChange ?? 0)
  }
}
