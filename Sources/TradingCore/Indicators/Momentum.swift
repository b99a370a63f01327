/// How far and how fast values went: momentum, rate of change, MACD, true strength.

/// The value minus the one `length` inputs before. As TA-Lib's MOM. O(1).
public struct Momentum: Indicator {
  private var window: RollingWindow

  /// `length` must be positive.
  public init(length: Int) { window = RollingWindow(capacity: length) }

  public var warmUp: Int { window.capacity + 1 }

  public mutating func update(_ value: Double) -> Double? {
    window.append(value).map { value - $0 }
  }

  public func encode(into bytes: inout CanonicalBytes) { window.encode(into: &bytes) }
}

/// The change over `length` inputs in per cent of the value then; 0 where that was 0. As TA-Lib's
/// ROC. O(1).
public struct RateOfChange: Indicator {
  private var window: RollingWindow

  /// `length` must be positive.
  public init(length: Int) { window = RollingWindow(capacity: length) }

  public var warmUp: Int { window.capacity + 1 }

  public mutating func update(_ value: Double) -> Double? {
    window.append(value).map { $0 == 0 ? 0 : 100 * ((value - $0) / $0) }
  }

  public func encode(into bytes: inout CanonicalBytes) { window.encode(into: &bytes) }
}

/// Convergence and divergence of two exponential averages: the fast minus the slow, the exponential
/// average of that line over `signal` inputs, and the distance between them.
///
/// The fast average starts `slow` − `fast` inputs late, so that both answer first together, as
/// TA-Lib's MACD does. Warm after `slow` + `signal` − 1 values. Source: G. Appel, "The Moving Average
/// Convergence-Divergence Trading Method" (1985). O(1).
public struct ConvergenceDivergence: Indicator {
  public struct Output: Equatable, Sendable {
    public var line: Double
    public var signal: Double
    /// Line − signal.
    public var histogram: Double
  }

  private var fast: ExponentialMovingAverage
  private var slow: ExponentialMovingAverage
  private var signal: ExponentialMovingAverage

  /// All must be positive, and `fast` at most `slow`; 12, 26 and 9 are usual.
  public init(fast: Int, slow: Int, signal: Int) {
    precondition(fast <= slow, "ConvergenceDivergence: fast \(fast) exceeds slow \(slow)")
    self.fast = ExponentialMovingAverage(length: fast)
    self.slow = ExponentialMovingAverage(length: slow)
    self.signal = ExponentialMovingAverage(length: signal)
  }

  public var warmUp: Int { slow.warmUp + signal.warmUp - 1 }

  public mutating func update(_ value: Double) -> Output? {
    let near = slow.seen >= slow.warmUp - fast.warmUp ? fast.update(value) : nil
    guard let far = slow.update(value), let near else { return nil }
    let line = near - far
    return signal.update(line).map { Output(line: line, signal: $0, histogram: line - $0) }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in [fast, slow, signal] { average.encode(into: &bytes) }
  }
}

/// True strength: 100 × the change ÷ its magnitude, each averaged exponentially over `long` and then
/// over `short` inputs, −100…100; 0 where nothing changed.
///
/// Each average starts as `ExponentialMovingAverage` does. Warm after `long` + `short` values. TA-Lib
/// has none. Source: W. Blau, "True Strength Index", Stocks & Commodities (1991). O(1).
public struct TrueStrength: Indicator {
  private var changes: [ExponentialMovingAverage]
  private var magnitudes: [ExponentialMovingAverage]
  private var previous: Double?

  /// Both must be positive; 25 and 13 are usual.
  public init(long: Int, short: Int) {
    changes = [long, short].map { ExponentialMovingAverage(length: $0) }
    magnitudes = changes
  }

  public var warmUp: Int { changes[0].warmUp + changes[1].warmUp }

  public mutating func update(_ value: Double) -> Double? {
    defer { previous = value }
    guard let previous else { return nil }
    let change = value - previous
    let smoothed = (changes[0].update(change), magnitudes[0].update(change.magnitude))
    guard case (let once?, let onceMagnitude?) = smoothed else { return nil }
    let answers = (changes[1].update(once), magnitudes[1].update(onceMagnitude))
    guard case (let twice?, let magnitude?) = answers else { return nil }
    return magnitude > 0 ? 100 * twice / magnitude : 0
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in changes + magnitudes { average.encode(into: &bytes) }
    bytes.append(optional: previous)
  }
}
