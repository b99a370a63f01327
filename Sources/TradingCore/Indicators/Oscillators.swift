/// Where the close lies among the last prices: stochastic, Williams %R, commodity channel.

/// The place of a value between two bounds in per cent, 50 where they are equal.
private func place(of value: Double, from lower: Double, to upper: Double) -> Double {
  upper > lower ? 100 * (value - lower) / (upper - lower) : 50
}

/// Lane's stochastic: the place of the close between the lowest low and the highest high of the last
/// `length` bars, 0…100, averaged simply over `slowing` bars (k), and that over `signal` bars (d).
///
/// Warm after `length` + `slowing` + `signal` − 2 bars. As TA-Lib's STOCH with simple averages, but
/// that a range of zero counts 50 (TA-Lib: 0, which would read as oversold). Source: G. C. Lane,
/// "Lane's stochastics", Stocks & Commodities (1984). O(1) amortised.
public struct Stochastic: Indicator {
  public struct Output: Equatable, Sendable {
    public var k: Double
    public var d: Double
  }

  private var channel: DonchianChannel
  private var slowing: SlidingFold<Total>
  private var signal: SlidingFold<Total>

  /// All must be positive; 14, 3 and 3 are usual, a slowing of 1 gives the fast stochastic.
  public init(length: Int, slowing: Int, signal: Int) {
    channel = DonchianChannel(length: length)
    self.slowing = SlidingFold(capacity: slowing)
    self.signal = SlidingFold(capacity: signal)
  }

  public var warmUp: Int { channel.warmUp + slowing.capacity + signal.capacity - 2 }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    guard let range = channel.update(bar) else { return nil }
    let raw = place(of: bar.close, from: range.lower, to: range.upper)
    guard let k = slowing.mean(with: raw), let d = signal.mean(with: k) else { return nil }
    return Output(k: k, d: d)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    channel.encode(into: &bytes)
    slowing.encode(into: &bytes)
    signal.encode(into: &bytes)
  }
}

/// The stochastic of relative strength: the place of `RelativeStrength` among its last `length`
/// values, averaged as `Stochastic` does.
///
/// Warm after `strength` + `length` + `slowing` + `signal` − 2 values. With a slowing of 1 as TA-Lib's
/// STOCHRSI. Source: T. Chande and S. Kroll, "The New Technical Trader" (1994). O(1) amortised.
public struct StochasticStrength: Indicator {
  private var strength: RelativeStrength
  private var stochastic: Stochastic

  /// All must be positive; 14, 14, 3 and 3 are usual.
  public init(strength: Int, length: Int, slowing: Int, signal: Int) {
    self.strength = RelativeStrength(length: strength)
    stochastic = Stochastic(length: length, slowing: slowing, signal: signal)
  }

  public var warmUp: Int { strength.warmUp + stochastic.warmUp - 1 }

  public mutating func update(_ value: Double) -> Stochastic.Output? {
    guard let strength = strength.update(value) else { return nil }
    return stochastic.update(IndicatorBar(high: strength, low: strength, close: strength))
  }

  public func encode(into bytes: inout CanonicalBytes) {
    strength.encode(into: &bytes)
    stochastic.encode(into: &bytes)
  }
}

/// Williams's %R: how far the close lies below the highest high, −100…0 of the range of the last
/// `length` bars. As TA-Lib's WILLR, but that a range of zero gives −50 (TA-Lib: 0).
/// Source: L. Williams, "How I Made One Million Dollars" (1973). O(1) amortised.
public struct WilliamsRange: Indicator {
  private var channel: DonchianChannel

  /// `length` must be positive; 14 is usual.
  public init(length: Int) { channel = DonchianChannel(length: length) }

  public var warmUp: Int { channel.warmUp }

  public mutating func update(_ bar: IndicatorBar) -> Double? {
    guard let range = channel.update(bar) else { return nil }
    guard range.upper > range.lower else { return -50 }
    return -100 * (range.upper - bar.close) / (range.upper - range.lower)
  }

  public func encode(into bytes: inout CanonicalBytes) { channel.encode(into: &bytes) }
}

/// The commodity channel: how many times 0.015 × their mean distance from their mean the typical
/// price, (high + low + close) ÷ 3, lies above the mean of the last `length`; 0 when they do not vary.
///
/// As TA-Lib's CCI, but that a spread of no more than rounding (below 10⁻⁹ of the mean) is none.
/// Source: D. R. Lambert, "Commodity Channel Index", Commodities (1980). O(`length`): the mean
/// distance changes with every mean.
public struct CommodityChannel: Indicator {
  private var window: RollingWindow
  private var moments: SlidingFold<Moments>

  /// `length` must be positive; 20 is usual.
  public init(length: Int) {
    window = RollingWindow(capacity: length)
    moments = SlidingFold(capacity: length)
  }

  public var warmUp: Int { window.capacity }

  public mutating func update(_ bar: IndicatorBar) -> Double? {
    let price = bar.typical
    _ = window.append(price)
    guard let mean = moments.append(Moments(price))?.mean else { return nil }
    var distances = 0.0
    for age in 0..<window.capacity { distances += (window[age: age] - mean).magnitude }
    let distance = distances / Double(window.capacity)
    guard distance > mean.magnitude * 1e-9 else { return 0 }
    return (price - mean) / (0.015 * distance)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    window.encode(into: &bytes)
    moments.encode(into: &bytes)
  }
}
