/// Averages that weigh the newest value most, in a straight line: weighted and Hull's.

/// The average of the last `length` values weighted 1 (oldest) … `length` (newest), divided by the
/// weights' sum. As TA-Lib's WMA. O(1) amortised.
public struct WeightedMovingAverage: Indicator {
  private var window: SlidingFold<WeightedTotal>

  /// `length` must be positive.
  public init(length: Int) { window = SlidingFold(capacity: length) }

  public var warmUp: Int { window.capacity }

  public mutating func update(_ value: Double) -> Double? {
    guard let total = window.append(WeightedTotal(value)) else { return nil }
    return total.weighted / (total.count * (total.count + 1) / 2)
  }

  public func encode(into bytes: inout CanonicalBytes) { window.encode(into: &bytes) }
}

/// Some values' count, sum, and sum weighted 1, 2, … from the oldest.
private struct WeightedTotal: Mergeable {
  var count: Double
  var sum: Double
  var weighted: Double

  init(_ value: Double) { self.init(count: 1, sum: value, weighted: value) }

  private init(count: Double, sum: Double, weighted: Double) {
    self.count = count
    self.sum = sum
    self.weighted = weighted
  }

  func merged(with later: WeightedTotal) -> WeightedTotal {
    WeightedTotal(
      count: count + later.count, sum: sum + later.sum,
      weighted: weighted + later.weighted + count * later.sum)
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [count, sum, weighted] { bytes.append(number) }
  }
}

/// Hull's average: the weighted average over √`length` of (2 × the weighted average over
/// `length` ÷ 2 − the one over `length`), both lengths cut to whole numbers.
///
/// Warm after `length` + √`length` − 1 values. It may lie outside the window's values. TA-Lib has none.
/// Source: A. Hull, "How to reduce lag in a moving average" (2005). O(1) amortised.
public struct HullMovingAverage: Indicator {
  private var half: WeightedMovingAverage
  private var whole: WeightedMovingAverage
  private var smoothing: WeightedMovingAverage

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "HullMovingAverage: length \(length) is below 2")
    half = WeightedMovingAverage(length: length / 2)
    whole = WeightedMovingAverage(length: length)
    smoothing = WeightedMovingAverage(length: Int(Double(length).squareRoot()))
  }

  public var warmUp: Int { whole.warmUp + smoothing.warmUp - 1 }

  public mutating func update(_ value: Double) -> Double? {
    let averages = (half.update(value), whole.update(value))
    guard case (let half?, let whole?) = averages else { return nil }
    return smoothing.update(2 * half - whole)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in [half, whole, smoothing] { average.encode(into: &bytes) }
  }
}
