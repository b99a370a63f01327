/// How two series, or a series and time, move together: correlation, beta, the line through a window.

/// Count, means, and sums of products of the distances from them, of some pairs.
/// Source: as `Moments.merged`, P. Pébay, Sandia report SAND2008-6212.
private struct Comoments: Mergeable {
  var count = 1.0
  var x: Double
  var y: Double
  var xx = 0.0
  var yy = 0.0
  var xy = 0.0

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  func merged(with later: Comoments) -> Comoments {
    var both = self
    both.count = count + later.count
    let (dx, dy) = (later.x - x, later.y - y)
    let share = later.count / both.count
    let weight = count * share
    both.x = x + dx * share
    both.y = y + dy * share
    both.xx = xx + later.xx + dx * dx * weight
    both.yy = yy + later.yy + dy * dy * weight
    both.xy = xy + later.xy + dx * dy * weight
    return both
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [count, x, y, xx, yy, xy] { bytes.append(number) }
  }
}

/// Pearson's correlation of the last `length` pairs, −1…1; 0 where either does not vary. As TA-Lib's
/// CORREL. O(1) amortised.
public struct Correlation: Indicator {
  private var window: SlidingFold<Comoments>

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "Correlation: length \(length) is below 2")
    window = SlidingFold(capacity: length)
  }

  public var warmUp: Int { window.capacity }

  public mutating func update(_ pair: SeriesPair) -> Double? {
    guard let sums = window.append(Comoments(pair.value, pair.benchmark)) else { return nil }
    let spread = sums.xx.squareRoot() * sums.yy.squareRoot()
    return spread > 0 ? max(-1, min(1, sums.xy / spread)) : 0
  }

  public func encode(into bytes: inout CanonicalBytes) { window.encode(into: &bytes) }
}

/// The slope of the value's returns on the benchmark's over the last `length` returns (change ÷ number
/// before, 0 where that was 0); 0 where the benchmark's do not vary.
///
/// Warm after `length` + 1 pairs. As TA-Lib's BETA with the benchmark as its first input. O(1)
/// amortised.
public struct Beta: Indicator {
  private var window: SlidingFold<Comoments>
  private var previousValue: Double?
  private var previousBenchmark: Double?

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "Beta: length \(length) is below 2")
    window = SlidingFold(capacity: length)
  }

  public var warmUp: Int { window.capacity + 1 }

  public mutating func update(_ pair: SeriesPair) -> Double? {
    defer { (previousValue, previousBenchmark) = (pair.value, pair.benchmark) }
    guard let previousValue, let previousBenchmark else { return nil }
    let gain = growth(from: previousValue, to: pair.value)
    let market = growth(from: previousBenchmark, to: pair.benchmark)
    guard let sums = window.append(Comoments(market, gain)) else { return nil }
    return sums.xx > 0 ? sums.xy / sums.xx : 0
  }

  private func growth(from before: Double, to after: Double) -> Double {
    before == 0 ? 0 : (after - before) / before
  }

  public func encode(into bytes: inout CanonicalBytes) {
    window.encode(into: &bytes)
    for number in [previousValue, previousBenchmark] { bytes.append(optional: number) }
  }
}

/// The straight line closest to the last `length` values by least squares: as TA-Lib's LINEARREG,
/// LINEARREG_SLOPE and LINEARREG_INTERCEPT. O(1) amortised.
public struct LinearRegression: Indicator {
  public struct Output: Equatable, Sendable {
    /// The line at the newest value.
    public var value: Double
    /// What the line gains per value.
    public var slope: Double
    /// The line at the oldest value.
    public var intercept: Double
    /// The share of the values' variance the line explains (R²), 0…1; 0 where they do not vary.
    public var determination: Double
  }

  private var window: SlidingFold<TimeMoments>
  private let times: Double

  /// `length` must be at least 2.
  public init(length: Int) {
    precondition(length >= 2, "LinearRegression: length \(length) is below 2")
    window = SlidingFold(capacity: length)
    let n = Double(length)
    times = n * (n * n - 1) / 12
  }

  public var warmUp: Int { window.capacity }

  public mutating func update(_ value: Double) -> Output? {
    guard let sums = window.append(TimeMoments(value)) else { return nil }
    let slope = sums.products / times
    let half = slope * (sums.count - 1) / 2
    let explained = sums.squares > 0 ? slope * sums.products / sums.squares : 0
    return Output(
      value: sums.mean + half, slope: slope, intercept: sums.mean - half,
      determination: min(1, explained))
  }

  public func encode(into bytes: inout CanonicalBytes) { window.encode(into: &bytes) }
}

/// Count, mean, Σ (value − mean)² and Σ (value − mean) × (time − mean time) of values one time apart.
private struct TimeMoments: Mergeable {
  var count = 1.0
  var mean: Double
  var squares = 0.0
  var products = 0.0

  init(_ value: Double) { mean = value }

  func merged(with later: TimeMoments) -> TimeMoments {
    var both = self
    both.count = count + later.count
    let distance = later.mean - mean
    let weight = count * later.count / both.count
    both.mean = mean + distance * (later.count / both.count)
    both.squares = squares + later.squares + distance * distance * weight
    both.products = products + later.products + distance * (both.count / 2) * weight
    return both
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [count, mean, squares, products] { bytes.append(number) }
  }
}
