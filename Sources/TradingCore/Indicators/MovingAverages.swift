/// Averages of the last values: simple, exponential, and Wilder's.

/// The arithmetic mean of the last `length` values.
///
/// The rolling sum does not drift: a second sum starts over at every full window and replaces the
/// first at the next one, so no value's rounding lives longer than two windows. O(1).
public struct SimpleMovingAverage: Indicator {
  private var window: RollingWindow
  private var sum = 0.0
  private var freshSum = 0.0

  /// `length` must be positive.
  public init(length: Int) { window = RollingWindow(capacity: length) }

  public var warmUp: Int { window.capacity }

  public mutating func update(_ value: Double) -> Double? {
    let replaced = window.append(value) ?? 0
    sum = sum - replaced + value
    freshSum += value
    if window.position == 0 {
      sum = freshSum
      freshSum = 0
    }
    return window.isFull ? sum / Double(window.capacity) : nil
  }

  public func encode(into bytes: inout CanonicalBytes) {
    window.encode(into: &bytes)
    for value in [sum, freshSum] { bytes.append(value) }
  }
}

/// The exponential average: value += 2 ÷ (length + 1) × (input − value), started from the mean of the
/// first `length` values (added in order, then divided).
///
/// Of where it began (1 − share)ᵏ is left k values later: 10⁻¹⁰ after 12 × `length`, for Wilder's share
/// after 23 × `length`. As TA-Lib's EMA. O(1).
public struct ExponentialMovingAverage: Indicator {
  public let warmUp: Int
  private let share: Double
  /// Inputs seen so far, at most `warmUp`.
  private(set) var seen = 0
  private var value = 0.0

  /// `length` must be positive.
  public init(length: Int) {
    self.init(length: length, share: 2 / Double(length + 1))
  }

  /// Wilder's average: a share of 1 ÷ length. Source: J. W. Wilder, "New Concepts in Technical
  /// Trading Systems" (1978).
  public static func wilder(length: Int) -> Self { Self(length: length, share: 1 / Double(length)) }

  private init(length: Int, share: Double) {
    precondition(length > 0, "ExponentialMovingAverage: length \(length) is not positive")
    warmUp = length
    self.share = share
  }

  @inline(__always)
  public mutating func update(_ input: Double) -> Double? {
    guard seen < warmUp else {
      value += share * (input - value)
      return value
    }
    value += input
    seen += 1
    guard seen == warmUp else { return nil }
    value /= Double(warmUp)
    return value
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for count in [warmUp, seen] { bytes.append(count) }
    for number in [share, value] { bytes.append(number) }
  }
}
