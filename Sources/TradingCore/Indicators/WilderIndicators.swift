/// Wilder's indicators: relative strength and average true range. Source: J. W. Wilder, "New
/// Concepts in Technical Trading Systems" (1978).

/// The prices of a closed bar as indicators see them, in quote units.
public struct IndicatorBar: Equatable, Sendable {
  public var high: Double
  public var low: Double
  public var close: Double

  public init(high: Double, low: Double, close: Double) {
    self.high = high
    self.low = low
    self.close = close
  }

  /// (high + low + close) ÷ 3.
  var typical: Double { (high + low + close) / 3 }

  /// The bar's prices on the instrument's grid, each rounded to the nearest `Double`.
  public init(_ bar: Bar, of instrument: InstrumentDefinition) {
    self.init(
      high: instrument.approximate(bar.high), low: instrument.approximate(bar.low),
      close: instrument.approximate(bar.close))
  }
}

/// 100 × average rise ÷ (average rise + average fall) of the last changes, 0…100; 50 where nothing
/// changed. Warm after `length` changes, which is one value more.
public struct RelativeStrength: Indicator {
  private var rises: ExponentialMovingAverage
  private var falls: ExponentialMovingAverage
  private var previous: Double?

  /// `length` must be positive; 14 is usual.
  public init(length: Int) {
    rises = .wilder(length: length)
    falls = .wilder(length: length)
  }

  public var warmUp: Int { rises.warmUp + 1 }

  public mutating func update(_ value: Double) -> Double? {
    defer { previous = value }
    guard let previous else { return nil }
    let change = value - previous
    let averages = (rises.update(max(change, 0)), falls.update(max(-change, 0)))
    guard case (let rise?, let fall?) = averages else { return nil }
    return rise + fall > 0 ? 100 * rise / (rise + fall) : 50
  }

  public func encode(into bytes: inout CanonicalBytes) {
    rises.encode(into: &bytes)
    falls.encode(into: &bytes)
    bytes.append(optional: previous)
  }
}

/// The larger of high − low and the distances of high and low from the close before (high − low for
/// the first bar, where TA-Lib's TRANGE has none). O(1).
public struct TrueRange: Indicator {
  private var previousClose: Double?

  public init() {}

  public var warmUp: Int { 1 }

  public mutating func update(_ bar: IndicatorBar) -> Double? { next(bar) }

  /// The range of the next bar; there always is one.
  mutating func next(_ bar: IndicatorBar) -> Double {
    let close = previousClose ?? bar.low
    previousClose = bar.close
    return max(bar.high, close) - min(bar.low, close)
  }

  public func encode(into bytes: inout CanonicalBytes) { bytes.append(optional: previousClose) }
}

/// Wilder's average of the true range. TA-Lib's ATR leaves the first bar out; from there the two
/// approach each other by 1 − 1 ÷ `length` a bar. O(1).
public struct AverageTrueRange: Indicator {
  private var average: ExponentialMovingAverage
  private var range = TrueRange()

  /// `length` must be positive; 14 is usual.
  public init(length: Int) { average = .wilder(length: length) }

  public var warmUp: Int { average.warmUp }

  public mutating func update(_ bar: IndicatorBar) -> Double? { average.update(range.next(bar)) }

  public func encode(into bytes: inout CanonicalBytes) {
    average.encode(into: &bytes)
    range.encode(into: &bytes)
  }
}
