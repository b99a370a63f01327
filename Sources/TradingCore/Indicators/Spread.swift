/// How far values stray from their mean: rolling standard deviation, Bollinger bands, z-score.

/// Mean and population standard deviation (÷ n) of the last `length` values.
///
/// Squared deviations are moved along with the window (no Σx² − (Σx)²/n, which would cancel), and do
/// not drift: a second set starts over at every full window and replaces the first at the next.
/// Source: B. P. Welford (1962). O(1).
public struct RollingDeviation: Indicator {
  /// Where a window's values lie and how far they spread.
  public struct Output: Equatable, Sendable {
    public var mean: Double
    /// Zero when the spread is no more than rounding (below 10⁻⁹ of the mean).
    public var deviation: Double
  }

  private var window: RollingWindow
  private var moments = Moments()
  private var freshMoments = Moments()

  /// `length` must be positive.
  public init(length: Int) { window = RollingWindow(capacity: length) }

  public var warmUp: Int { window.capacity }
  /// Inputs seen so far, at most `warmUp`.
  var seen: Int { window.count }

  public mutating func update(_ value: Double) -> Output? {
    if let replaced = window.append(value) {
      moments.replace(replaced, with: value)
    } else {
      moments.add(value)
    }
    freshMoments.add(value)
    if window.position == 0 {
      moments = freshMoments
      freshMoments = Moments()
    }
    guard window.isFull else { return nil }
    let deviation = (max(moments.squares, 0) / moments.count).squareRoot()
    let isRounding = deviation < moments.mean.magnitude * 1e-9
    return Output(mean: moments.mean, deviation: isRounding ? 0 : deviation)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    window.encode(into: &bytes)
    moments.encode(into: &bytes)
    freshMoments.encode(into: &bytes)
  }
}

/// Count, mean and Σ (value − mean)² of some values.
struct Moments: Equatable, Sendable {
  var count = 0.0
  var mean = 0.0
  var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }

  mutating func replace(_ old: Double, with new: Double) {
    let before = mean
    mean += (new - old) / count
    squares += (new - old) * ((new - mean) + (old - before))
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [count, mean, squares] { bytes.append(number) }
  }
}

/// Bollinger's bands: mean ± `width` population deviations of the last `length` values. O(1).
public struct BollingerBands: Indicator {
  public struct Output: Equatable, Sendable {
    public var lower: Double
    public var middle: Double
    public var upper: Double
  }

  private var spread: RollingDeviation
  private let width: Double

  /// `length` must be positive; 20 and 2 are usual.
  public init(length: Int, width: Double) {
    spread = RollingDeviation(length: length)
    self.width = width
  }

  public var warmUp: Int { spread.warmUp }

  public mutating func update(_ value: Double) -> Output? {
    guard let spread = spread.update(value) else { return nil }
    let reach = width * spread.deviation
    return Output(lower: spread.mean - reach, middle: spread.mean, upper: spread.mean + reach)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    spread.encode(into: &bytes)
    bytes.append(width)
  }
}

/// How many population deviations the last value lies above the mean of the last `length` values,
/// itself included; 0 when the values do not vary. O(1).
public struct ZScore: Indicator {
  private(set) var spread: RollingDeviation

  /// `length` must be positive.
  public init(length: Int) { spread = RollingDeviation(length: length) }

  public var warmUp: Int { spread.warmUp }

  public mutating func update(_ value: Double) -> Double? {
    guard let spread = spread.update(value) else { return nil }
    return spread.deviation > 0 ? (value - spread.mean) / spread.deviation : 0
  }

  public func encode(into bytes: inout CanonicalBytes) { spread.encode(into: &bytes) }
}
