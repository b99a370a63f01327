/// Realised volatility, four ways: the spread of log returns per bar over the last bars. Multiply by
/// the square root of the bars in a year for the yearly figure. Prices are above 0; one that is not
/// counts as no change. TA-Lib has none; definitions as in R's package TTR, `volatility`.

/// The logarithm of `after` ÷ `before`; 0 where either is not above 0.
func logReturn(from before: Double, to after: Double) -> Double {
  guard before > 0, after > 0 else { return 0 }
  let ratio = after / before
  guard ratio >= 1e-300, ratio < .infinity else {
    return Elementary.log(after) - Elementary.log(before)
  }
  return Elementary.log(ratio)
}

/// From closes: the sample standard deviation (÷ n − 1) of the last `length` log returns. Warm after
/// `length` + 1 closes. O(1) amortised.
public struct CloseVolatility: Indicator {
  private var returns: SlidingFold<Moments>
  private var previous: Double?

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "CloseVolatility: length \(length) is below 2")
    returns = SlidingFold(capacity: length)
  }

  public var warmUp: Int { returns.capacity + 1 }

  public mutating func update(_ close: Double) -> Double? {
    defer { previous = close }
    guard let previous else { return nil }
    return returns.append(Moments(logReturn(from: previous, to: close)))?.sampleVariance
      .squareRoot()
  }

  public func encode(into bytes: inout CanonicalBytes) {
    returns.encode(into: &bytes)
    bytes.append(optional: previous)
  }
}

/// From highs and lows: √ of the mean of ln(high ÷ low)² ÷ (4 ln 2). Source: M. Parkinson, "The
/// extreme value method for estimating the variance of the rate of return", J. Business (1980).
/// O(1) amortised.
public struct ParkinsonVolatility: Indicator {
  private var squares: SlidingFold<Total>

  /// `length` must be positive.
  public init(length: Int) { squares = SlidingFold(capacity: length) }

  public var warmUp: Int { squares.capacity }

  public mutating func update(_ bar: IndicatorBar) -> Double? {
    let span = logReturn(from: bar.low, to: bar.high)
    return squares.mean(with: span * span).map { ($0 / (4 * Elementary.log(2))).squareRoot() }
  }

  public func encode(into bytes: inout CanonicalBytes) { squares.encode(into: &bytes) }
}

/// From all four prices: √ of the mean of ½ ln(high ÷ low)² − (2 ln 2 − 1) ln(close ÷ open)². Source:
/// M. B. Garman and M. J. Klass, "On the estimation of security price volatilities from historical
/// data", J. Business (1980). O(1) amortised.
public struct GarmanKlassVolatility: Indicator {
  private var variances: SlidingFold<Total>

  /// `length` must be positive.
  public init(length: Int) { variances = SlidingFold(capacity: length) }

  public var warmUp: Int { variances.capacity }

  public mutating func update(_ bar: FullBar) -> Double? {
    let span = logReturn(from: bar.low, to: bar.high)
    let change = logReturn(from: bar.open, to: bar.close)
    let variance = 0.5 * span * span - (2 * Elementary.log(2) - 1) * change * change
    return variances.mean(with: variance).map { max($0, 0).squareRoot() }
  }

  public func encode(into bytes: inout CanonicalBytes) { variances.encode(into: &bytes) }
}

/// From all four prices and the jumps between bars: √ (the sample variance of ln(open ÷ close before) +
/// k × that of ln(close ÷ open) + (1 − k) × Rogers and Satchell's variance, the mean of
/// ln(high ÷ close) ln(high ÷ open) + ln(low ÷ close) ln(low ÷ open)),
/// with k = 0.34 ÷ (1.34 + (n + 1) ÷ (n − 1)).
///
/// Warm after `length` + 1 bars. Source: D. Yang and Q. Zhang, "Drift-independent volatility estimation
/// based on high, low, open, and close prices", J. Business (2000). O(1) amortised.
public struct YangZhangVolatility: Indicator {
  private var jumps: SlidingFold<Moments>
  private var changes: SlidingFold<Moments>
  private var spans: SlidingFold<Total>
  private let share: Double
  private var previousClose: Double?

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "YangZhangVolatility: length \(length) is below 2")
    jumps = SlidingFold(capacity: length)
    changes = SlidingFold(capacity: length)
    spans = SlidingFold(capacity: length)
    share = 0.34 / (1.34 + Double(length + 1) / Double(length - 1))
  }

  public var warmUp: Int { jumps.capacity + 1 }

  public mutating func update(_ bar: FullBar) -> Double? {
    defer { previousClose = bar.close }
    guard let previousClose else { return nil }
    let sums = (
      jumps.append(Moments(logReturn(from: previousClose, to: bar.open))),
      changes.append(Moments(logReturn(from: bar.open, to: bar.close))),
      spans.mean(with: span(bar))
    )
    guard case (let jump?, let change?, let span?) = sums else { return nil }
    let variance = jump.sampleVariance + share * change.sampleVariance + (1 - share) * span
    return max(variance, 0).squareRoot()
  }

  /// Rogers and Satchell's variance of one bar.
  private func span(_ bar: FullBar) -> Double {
    let (up, down) = (
      logReturn(from: bar.close, to: bar.high), logReturn(from: bar.close, to: bar.low)
    )
    return up * logReturn(from: bar.open, to: bar.high)
      + down * logReturn(from: bar.open, to: bar.low)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    jumps.encode(into: &bytes)
    changes.encode(into: &bytes)
    spans.encode(into: &bytes)
    bytes.append(share)
    bytes.append(optional: previousClose)
  }
}

extension Moments {
  /// Σ (value − mean)² ÷ (n − 1) of at least two values.
  fileprivate var sampleVariance: Double { squares / (count - 1) }
}
