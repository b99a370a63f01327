/// Lines that follow a trend at a distance and change sides when it crosses them: Wilder's parabolic
/// stop and Supertrend.

/// Wilder's parabolic stop and reverse: for each bar, the price at which the position would turn.
///
/// The stop moves towards the extreme of the trend by a share that grows by `acceleration` with each
/// new extreme, to at most `maximum`; it never enters the last two bars, and a bar that reaches it
/// turns the trend. Starts at bar 2: long unless its low fell by more than its high rose. Where it
/// turns, the answer is the new stop. As TA-Lib's SAR. Two that started at different bars agree once
/// both turned at one bar from one extreme. Source: J. W. Wilder, "New Concepts in Technical Trading
/// Systems" (1978). O(1).
public struct ParabolicStop: Indicator {
  private let acceleration: Double
  private let maximum: Double
  private var previous: IndicatorBar?
  /// 1 rising, −1 falling: there prices count negated, so that one rule serves both.
  private var side = 1.0
  private var stop: Double?
  private var extreme = 0.0
  private var share = 0.0

  /// `acceleration` must be above 0 and at most `maximum`, which is at most 1; 0.02 and 0.2 are usual.
  public init(acceleration: Double, maximum: Double) {
    precondition(
      acceleration > 0 && acceleration <= maximum && maximum <= 1,
      "ParabolicStop: acceleration \(acceleration), maximum \(maximum)")
    self.acceleration = acceleration
    self.maximum = maximum
  }

  public var warmUp: Int { 2 }

  public mutating func update(_ bar: IndicatorBar) -> Double? {
    defer { previous = bar }
    guard let previous else { return nil }
    guard let stop else {
      start(bar, after: previous)
      return follow(bar, bar, stop: side > 0 ? previous.low : previous.high)
    }
    return follow(bar, previous, stop: stop)
  }

  private mutating func start(_ bar: IndicatorBar, after first: IndicatorBar) {
    let (rise, fall) = (bar.high - first.high, first.low - bar.low)
    side = fall > 0 && fall > rise ? -1 : 1
    extreme = side > 0 ? bar.high : bar.low
    share = acceleration
  }

  /// Answers for `bar` and moves the stop for the next.
  private mutating func follow(
    _ bar: IndicatorBar, _ before: IndicatorBar, stop: Double
  ) -> Double {
    let (low, high) = reach(bar)
    guard low > side * stop else { return turn(bar, before) }
    if high > side * extreme {
      extreme = side * high
      share = min(share + acceleration, maximum)
    }
    let moved = side * (stop + share * (extreme - stop))
    self.stop = side * min(moved, reach(before).low, low)
    return stop
  }

  /// Turns the trend: the stop is its extreme, outside of both bars.
  private mutating func turn(_ bar: IndicatorBar, _ before: IndicatorBar) -> Double {
    let ceiling = max(reach(bar).high, reach(before).high)
    let turned = side * max(side * extreme, ceiling)
    extreme = side > 0 ? bar.low : bar.high
    share = acceleration
    let moved = side * (turned + share * (extreme - turned))
    stop = side * max(moved, ceiling)
    side = -side
    return turned
  }

  /// A bar's lowest and highest price, negated and so exchanged in a falling trend.
  private func reach(_ bar: IndicatorBar) -> (low: Double, high: Double) {
    side > 0 ? (bar.low, bar.high) : (-bar.high, -bar.low)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for number in [acceleration, maximum, side, extreme, share] { bytes.append(number) }
    for price in [previous?.high, previous?.low, stop] { bytes.append(optional: price) }
  }
}

/// Supertrend: (high + low) ÷ 2 minus `width` average true ranges below a rising market, plus them
/// above a falling one. A line never moves away from the market until a close lies beyond it; the
/// trend turns with the close that lies beyond its line, and begins falling.
///
/// Source: O. Seban (2008), as TradingView's `ta.supertrend` computes it. TA-Lib has none. O(1).
public struct Supertrend: Indicator {
  public struct Output: Equatable, Sendable {
    public var line: Double
    /// 1 rising, −1 falling.
    public var direction: Double
  }

  private var range: AverageTrueRange
  private let width: Double
  private var lower: Double?
  private var upper: Double?
  private var direction = -1.0
  private var previousClose = 0.0

  /// `length` must be positive, `width` above 0; 10 and 3 are usual.
  public init(length: Int, width: Double) {
    precondition(width > 0, "Supertrend: width \(width) is not above 0")
    range = AverageTrueRange(length: length)
    self.width = width
  }

  public var warmUp: Int { range.warmUp }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    defer { previousClose = bar.close }
    guard let range = range.update(bar) else { return nil }
    let middle = (bar.high + bar.low) / 2
    let floor = advance(lower, to: middle - width * range) { $0 < $1 }
    let ceiling = advance(upper, to: middle + width * range) { $0 > $1 }
    (lower, upper) = (floor, ceiling)
    if direction > 0, bar.close < floor {
      direction = -1
    } else if direction < 0, bar.close > ceiling {
      direction = 1
    }
    return Output(line: direction > 0 ? floor : ceiling, direction: direction)
  }

  /// The new line where it is nearer to the market than the old one or a close lay beyond the old.
  private func advance(
    _ old: Double?, to new: Double, isBeyond: (Double, Double) -> Bool
  ) -> Double {
    guard let old else { return new }
    return isBeyond(old, new) || isBeyond(previousClose, old) ? new : old
  }

  public func encode(into bytes: inout CanonicalBytes) {
    range.encode(into: &bytes)
    for number in [width, direction, previousClose] { bytes.append(number) }
    for line in [lower, upper] { bytes.append(optional: line) }
  }
}
