/// Keltner's channel: an average price and what a bar usually spans on both sides of it.

/// The exponential average of the close over `length` bars ± `width` average true ranges over
/// `rangeLength` bars. TA-Lib has none.
///
/// Warm after the longer of the two. Source: C. W. Keltner, "How to Make Money in Commodities" (1960),
/// as L. Raschke changed it: exponential instead of simple averages, true ranges instead of ranges. O(1).
public struct KeltnerChannel: Indicator {
  public struct Output: Equatable, Sendable {
    public var lower: Double
    public var middle: Double
    public var upper: Double
  }

  private var average: ExponentialMovingAverage
  private var range: AverageTrueRange
  private let width: Double

  /// The lengths must be positive; 20, 10 and 2 are usual.
  public init(length: Int, rangeLength: Int, width: Double) {
    average = ExponentialMovingAverage(length: length)
    range = AverageTrueRange(length: rangeLength)
    self.width = width
  }

  public var warmUp: Int { max(average.warmUp, range.warmUp) }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    let averages = (average.update(bar.close), range.update(bar))
    guard case (let middle?, let range?) = averages else { return nil }
    let reach = width * range
    return Output(lower: middle - reach, middle: middle, upper: middle + reach)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    average.encode(into: &bytes)
    range.encode(into: &bytes)
    bytes.append(width)
  }
}

/// Keltner's channel with simple averages: the mean of the typical price, (high + low + close) ÷ 3,
/// ± `width` means of the true range, both over `length` bars; what thinkorswim draws. O(1) amortised.
public struct SimpleKeltnerChannel: Indicator {
  private var prices: SlidingFold<Total>
  private var ranges: SlidingFold<Total>
  private var range = TrueRange()
  private let width: Double

  /// `length` must be positive; 20 and 1.5 are usual.
  public init(length: Int, width: Double) {
    prices = SlidingFold(capacity: length)
    ranges = SlidingFold(capacity: length)
    self.width = width
  }

  public var warmUp: Int { prices.capacity }

  public mutating func update(_ bar: IndicatorBar) -> KeltnerChannel.Output? {
    let means = (prices.mean(with: bar.typical), ranges.mean(with: range.next(bar)))
    guard case (let middle?, let span?) = means else { return nil }
    let reach = width * span
    return KeltnerChannel.Output(lower: middle - reach, middle: middle, upper: middle + reach)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    prices.encode(into: &bytes)
    ranges.encode(into: &bytes)
    range.encode(into: &bytes)
    bytes.append(width)
  }
}
