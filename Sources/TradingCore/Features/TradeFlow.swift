/// What trades say over time: who took, how often, and on which side.

/// Who crossed the spread in the last trade, 1 for the buyer and −1 for the seller: as the venue says, and
/// as Lee and Ready would have guessed without it.
///
/// The guess: above the middle of the quotes as they were when the trade came a buyer, below a seller; at
/// the middle, and where there are no quotes, as the last trade at another price was lower or higher.
/// Missing before the first trade, the guess until it can be made.
/// Source: C. Lee and M. Ready, "Inferring trade direction from intraday data" (1991), without its lag of
/// five seconds, which modern clocks do not need.
public struct TradeSign: Feature {
  private var venue: Int64 = 0
  private var guess: Int64 = 0
  private var lastTicks: Int64 = 0
  /// The tick test's answer: the sign of the last change of price; 0 before there was one.
  private var drift: Int64 = 0

  public init() {}

  public var outputs: [FeatureOutput] { [.init("", .plain), .init("guess", .plain)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade): judge(trade, sight.quotes)
    case .lost(trades: true, _): self = TradeSign()
    case .lost, .quotes, .book: break
    }
  }

  private mutating func judge(_ trade: TradePrint, _ quotes: BestQuotes?) {
    if lastTicks != 0, trade.ticks != lastTicks { drift = trade.ticks > lastTicks ? 1 : -1 }
    lastTicks = trade.ticks
    venue = trade.sign
    let away = quotes.map { 2 * trade.ticks - $0.twiceMiddle } ?? 0
    guess = away == 0 ? drift : away.signum()
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    numbers.put(venue == 0 ? nil : Double(venue))
    numbers.put(guess == 0 ? nil : Double(guess))
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for number in [venue, guess, lastTicks, drift] { bytes.append(number) }
  }
}

/// Trades a second over the last seconds: all, buyers' and sellers'. An aggregate counts once. Missing
/// until a whole window has passed since the first trade.
public struct TradeIntensity: Feature {
  private var flow: TimedFlow

  /// `window` must be positive.
  public init(window: Interval) {
    precondition(window > .zero, "TradeIntensity: a window of \(window.nanoseconds) ns")
    flow = TimedFlow(span: window)
  }

  public var outputs: [FeatureOutput] {
    [.init("", .perSecond), .init("buy", .perSecond), .init("sell", .perSecond)]
  }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade): flow.add(trade.sign, at: sight.now)
    case .lost(trades: true, _): flow.restart()
    case .lost, .quotes, .book: break
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard flow.isWhole(at: sight.now) else { return numbers.putNothing(3) }
    for count in [flow.gainCount + flow.lossCount, flow.gainCount, flow.lossCount] {
      numbers.put(Double(count) / flow.span.seconds)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) { flow.encode(into: &bytes) }
}

/// (bought − sold) ÷ both over the quantities that takers traded in the last seconds, −1…1. Missing until
/// a whole window has passed since the first trade, and where nothing traded in it.
public struct TradeImbalance: Feature {
  private var flow: TimedFlow

  /// `window` must be positive.
  public init(window: Interval) {
    precondition(window > .zero, "TradeImbalance: a window of \(window.nanoseconds) ns")
    flow = TimedFlow(span: window)
  }

  public var outputs: [FeatureOutput] { [.init("", .plain)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade): flow.add(trade.signedLots, at: sight.now)
    case .lost(trades: true, _): flow.restart()
    case .lost, .quotes, .book: break
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    let isWhole = flow.isWhole(at: sight.now)
    let all = flow.gained + flow.lost
    numbers.put(isWhole && all > 0 ? Double(near: flow.net) / Double(near: all) : nil)
  }

  public func encode(into bytes: inout CanonicalBytes) { flow.encode(into: &bytes) }
}

/// Trades a second, each trade forgotten by half every `halfLife`: Σ κ e^(−κ · age) with κ = ln 2 ÷ half-life.
///
/// It is the intensity of a self-exciting process without its base rate (A. Hawkes, "Spectra of some
/// self-exciting and mutually exciting point processes", 1971), and over a steady stream the rate itself.
/// Missing until five half-lives, when 97 % of it would be there, have passed since the first trade.
public struct DecayingIntensity: Feature {
  private let halfLife: Interval
  /// Σ e^(−κ · age) at the time of the last trade.
  private var weight = 0.0
  private var last = Timestamp.none
  private var wholeFrom = Timestamp.distantFuture

  /// `halfLife` must be positive and at most a day.
  public init(halfLife: Interval) {
    precondition(
      halfLife > .zero && halfLife <= .day,
      "DecayingIntensity: a half-life of \(halfLife.nanoseconds) ns")
    self.halfLife = halfLife
  }

  public var outputs: [FeatureOutput] { [.init("", .perSecond)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade:
      if last.isNone { wholeFrom = sight.now + warmUp }
      weight = remainder(at: sight.now) + 1
      last = sight.now
    case .lost(trades: true, _): self = DecayingIntensity(halfLife: halfLife)
    case .lost, .quotes, .book: break
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard wholeFrom <= sight.now else { return numbers.put(nil) }
    numbers.put(Self.ln2 / halfLife.seconds * remainder(at: sight.now))
  }

  private var warmUp: Interval { Interval(nanoseconds: 5 * halfLife.nanoseconds) }

  private func remainder(at now: Timestamp) -> Double {
    guard !last.isNone else { return 0 }
    return weight * Elementary.exp(-Self.ln2 * (now - last).seconds / halfLife.seconds)
  }

  private static let ln2 = 0.6931471805599453

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(halfLife)
    bytes.append(weight)
    bytes.append(last)
    bytes.append(wholeFrom)
  }
}
