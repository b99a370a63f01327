/// Whether there is a trend, and which way: directional movement, Aroon, Ichimoku's lines.

/// Wilder's directional movement: how far highs rose and lows fell in per cent of the true range, and
/// the average of their difference in per cent of their sum.
///
/// A bar's rise is high − the high before, its fall the low before − low; only the larger of the two
/// counts, and only above 0. Rises, falls and ranges are averaged over `length` changes as Wilder
/// does, started from their mean; so is what results. Warm after 2 × `length` bars. TA-Lib's ADX starts
/// its sums one change earlier; the two approach each other by 1 − 1 ÷ `length` a bar. Source: J. W.
/// Wilder, "New Concepts in Technical Trading Systems" (1978). O(1).
public struct DirectionalMovement: Indicator {
  public struct Output: Equatable, Sendable {
    /// The directional indicators, 0…100; 0 where the range is.
    public var plus: Double
    public var minus: Double
    /// The average directional index, 0…100.
    public var average: Double
  }

  private var rises: ExponentialMovingAverage
  private var falls: ExponentialMovingAverage
  private var ranges: ExponentialMovingAverage
  private var average: ExponentialMovingAverage
  private var range = TrueRange()
  private var previousHigh: Double?
  private var previousLow: Double?

  /// `length` must be positive; 14 is usual.
  public init(length: Int) {
    rises = .wilder(length: length)
    falls = .wilder(length: length)
    ranges = .wilder(length: length)
    average = .wilder(length: length)
  }

  public var warmUp: Int { 2 * average.warmUp }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    defer { (previousHigh, previousLow) = (bar.high, bar.low) }
    let range = range.next(bar)
    guard let previousHigh, let previousLow else { return nil }
    let (rise, fall) = (bar.high - previousHigh, previousLow - bar.low)
    let averages = (
      rises.update(rise > fall ? max(rise, 0) : 0), falls.update(fall > rise ? max(fall, 0) : 0),
      ranges.update(range)
    )
    guard case (let up?, let down?, let range?) = averages else { return nil }
    let difference = up + down > 0 ? 100 * (up - down).magnitude / (up + down) : 0
    guard let average = average.update(difference) else { return nil }
    let share = range > 0 ? 100 / range : 0
    return Output(plus: up * share, minus: down * share, average: average)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for average in [rises, falls, ranges, average] { average.encode(into: &bytes) }
    range.encode(into: &bytes)
    for price in [previousHigh, previousLow] { bytes.append(optional: price) }
  }
}

/// Chande's Aroon: 100 for an extreme in this bar, 0 for one `length` bars ago, the last of equal ones
/// counting. As TA-Lib's AROON and AROONOSC. Warm after `length` + 1 bars.
/// Source: T. Chande, "Aroon", Stocks & Commodities (1995). O(1) amortised.
public struct Aroon: Indicator {
  public struct Output: Equatable, Sendable {
    /// By the age of the highest high.
    public var up: Double
    /// By the age of the lowest low.
    public var down: Double
    /// Up − down.
    public var oscillator: Double
  }

  private var highest: RollingExtreme
  private var lowest: RollingExtreme
  private let length: Int

  /// `length` must be positive; 25 is usual.
  public init(length: Int) {
    precondition(length > 0, "Aroon: length \(length) is not positive")
    self.length = length
    highest = .highest(length: length + 1)
    lowest = .lowest(length: length + 1)
  }

  public var warmUp: Int { length + 1 }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    let extremes = (highest.update(bar.high), lowest.update(bar.low))
    guard case (_?, _?) = extremes else { return nil }
    let (up, down) = (share(of: highest.age), share(of: lowest.age))
    return Output(up: up, down: down, oscillator: up - down)
  }

  private func share(of age: Int) -> Double { 100 * Double(length - age) / Double(length) }

  public func encode(into bytes: inout CanonicalBytes) {
    highest.encode(into: &bytes)
    lowest.encode(into: &bytes)
  }
}

/// Ichimoku's lines, each halfway between the highest high and the lowest low of its window; the
/// leading ones are those of `displacement` bars ago, which are drawn over this bar.
///
/// The lagging line is the close itself, drawn earlier: it has no place in a stream. Warm after the
/// longer of base and span, plus `displacement`. TA-Lib has none. Source: G. Hosoda (1969), as in
/// M. Elliott, "Ichimoku Charts" (2007). O(1) amortised.
public struct Ichimoku: Indicator {
  public struct Output: Equatable, Sendable {
    /// Tenkan.
    public var conversion: Double
    /// Kijun.
    public var base: Double
    /// Senkou A: the mean of conversion and base, `displacement` bars ago.
    public var leading: Double
    /// Senkou B: the middle of `span` bars, `displacement` bars ago.
    public var trailing: Double
  }

  private var channels: [DonchianChannel]
  private var leading: RollingWindow
  private var trailing: RollingWindow

  /// All must be positive, and `conversion` at most `base`; 9, 26, 52 and 26 are usual.
  public init(conversion: Int, base: Int, span: Int, displacement: Int) {
    precondition(conversion <= base, "Ichimoku: conversion \(conversion) exceeds base \(base)")
    channels = [conversion, base, span].map { DonchianChannel(length: $0) }
    leading = RollingWindow(capacity: displacement)
    trailing = RollingWindow(capacity: displacement)
  }

  public var warmUp: Int { max(channels[1].warmUp, channels[2].warmUp) + leading.capacity }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    let (conversion, base) = (middle(0, bar), middle(1, bar))
    let oldTrailing = middle(2, bar).flatMap { trailing.append($0) }
    guard let conversion, let base else { return nil }
    let oldLeading = leading.append((conversion + base) / 2)
    guard let oldLeading, let oldTrailing else { return nil }
    return Output(conversion: conversion, base: base, leading: oldLeading, trailing: oldTrailing)
  }

  private mutating func middle(_ index: Int, _ bar: IndicatorBar) -> Double? {
    channels[index].update(bar).map { ($0.lower + $0.upper) / 2 }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for channel in channels { channel.encode(into: &bytes) }
    for window in [leading, trailing] { window.encode(into: &bytes) }
  }
}
