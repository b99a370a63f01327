/// Averages that lag less: exponential averages of exponential averages, and Kaufman's, whose speed
/// follows the market's.

/// 2 × the exponential average − the exponential average of it, each started as
/// `ExponentialMovingAverage` is. Warm after 2 × `length` − 1 values; where it began is forgotten to
/// 10⁻¹⁰ after 15 × `length` more. As TA-Lib's DEMA. O(1).
/// Source: P. G. Mulloy, "Smoothing data with faster moving averages", Stocks & Commodities (1994).
public struct DoubleExponentialAverage: Indicator {
  private var first: ExponentialMovingAverage
  private var second: ExponentialMovingAverage

  /// `length` must be positive.
  public init(length: Int) {
    first = ExponentialMovingAverage(length: length)
    second = ExponentialMovingAverage(length: length)
  }

  public var warmUp: Int { 2 * first.warmUp - 1 }

  public mutating func update(_ value: Double) -> Double? {
    guard let once = first.update(value), let twice = second.update(once) else { return nil }
    return 2 * once - twice
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in [first, second] { average.encode(into: &bytes) }
  }
}

/// 3 × the exponential average − 3 × the average of it + the average of that, each started as
/// `ExponentialMovingAverage` is. Warm after 3 × `length` − 2 values; where it began is forgotten to
/// 10⁻¹⁰ after 18 × `length` more. As TA-Lib's TEMA. O(1).
/// Source: P. G. Mulloy, "Smoothing data with less lag", Stocks & Commodities (1994).
public struct TripleExponentialAverage: Indicator {
  private var first: ExponentialMovingAverage
  private var second: ExponentialMovingAverage
  private var third: ExponentialMovingAverage

  /// `length` must be positive.
  public init(length: Int) {
    first = ExponentialMovingAverage(length: length)
    second = ExponentialMovingAverage(length: length)
    third = ExponentialMovingAverage(length: length)
  }

  public var warmUp: Int { 3 * first.warmUp - 2 }

  public mutating func update(_ value: Double) -> Double? {
    guard let once = first.update(value), let twice = second.update(once),
      let thrice = third.update(twice)
    else { return nil }
    return 3 * once - 3 * twice + thrice
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in [first, second, third] { average.encode(into: &bytes) }
  }
}

/// Kaufman's adaptive average: value += s² × (input − value), where s runs from the share of a `slow`
/// exponential average to that of a `fast` one with the efficiency: the distance gone in `length`
/// inputs ÷ the sum of its steps (1 where there were none).
///
/// Starts from input number `length`; warm at the next. Where it began is forgotten at the market's
/// pace: in noise by no more than the slow share's square an input. As TA-Lib's KAMA, whose `fast` and `slow` are
/// always 2 and 30. Source: P. J. Kaufman, "Smarter Trading" (1995). O(1) amortised.
public struct AdaptiveMovingAverage: Indicator {
  private var values: RollingWindow
  private var steps: SlidingFold<Total>
  private let fastShare: Double
  private let slowShare: Double
  private var previous: Double?
  private var value: Double?

  /// All must be positive, and `fast` at most `slow`; 10, 2 and 30 are usual.
  public init(length: Int, fast: Int = 2, slow: Int = 30) {
    precondition(fast > 0 && fast <= slow, "AdaptiveMovingAverage: fast \(fast), slow \(slow)")
    values = RollingWindow(capacity: length)
    steps = SlidingFold(capacity: length)
    fastShare = 2 / Double(fast + 1)
    slowShare = 2 / Double(slow + 1)
  }

  public var warmUp: Int { values.capacity + 1 }

  public mutating func update(_ input: Double) -> Double? {
    defer { previous = input }
    let oldest = values.append(input)
    guard let previous, let travelled = steps.append(Total((input - previous).magnitude)),
      let oldest
    else { return nil }
    let distance = (input - oldest).magnitude
    let efficiency = travelled.sum > distance ? distance / travelled.sum : 1
    let share = efficiency * (fastShare - slowShare) + slowShare
    let before = value ?? previous
    value = before + share * share * (input - before)
    return value
  }

  public func encode(into bytes: inout CanonicalBytes) {
    values.encode(into: &bytes)
    steps.encode(into: &bytes)
    for number in [fastShare, slowShare] { bytes.append(number) }
    bytes.append(optional: previous)
    bytes.append(optional: value)
  }
}
