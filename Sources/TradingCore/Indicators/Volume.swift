/// Prices weighed with volume: on-balance volume, accumulation, money flow, volume-weighted price.

/// A sum that never ends, kept exact to about 2⁻¹⁰⁵ of its largest part by carrying what each addition
/// rounded off. Source: A. Neumaier (1974).
private struct RunningTotal: Equatable, Sendable {
  private var sum = 0.0
  private var rest = 0.0

  mutating func add(_ value: Double) -> Double {
    let next = sum + value
    rest += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
    sum = next
    return sum + rest
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [sum, rest] { bytes.append(number) }
  }
}

/// Granville's on-balance volume: the running sum of volume, added where the close rose and subtracted
/// where it fell; the first bar's is added. As TA-Lib's OBV.
///
/// Two that started at different bars differ by a constant. Source: J. Granville, "New Key to Stock
/// Market Profits" (1963). O(1).
public struct OnBalanceVolume: Indicator {
  private var total = RunningTotal()
  private var previousClose: Double?

  public init() {}

  public var warmUp: Int { 1 }

  public mutating func update(_ bar: FullBar) -> Double? {
    let before = previousClose ?? -.infinity
    previousClose = bar.close
    return total.add(bar.close > before ? bar.volume : bar.close < before ? -bar.volume : 0)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    total.encode(into: &bytes)
    bytes.append(optional: previousClose)
  }
}

/// Chaikin's accumulation and distribution: the running sum of volume × where the close lies in its
/// bar, from −1 at the low to 1 at the high (0 for a bar without range). As TA-Lib's AD.
///
/// Two that started at different bars differ by a constant. Source: M. Chaikin, after L. Williams. O(1).
public struct AccumulationDistribution: Indicator {
  private var total = RunningTotal()

  public init() {}

  public var warmUp: Int { 1 }

  public mutating func update(_ bar: FullBar) -> Double? { total.add(bar.accumulated) }

  public func encode(into bytes: inout CanonicalBytes) { total.encode(into: &bytes) }
}

/// Chaikin's money flow: the sum of volume × where the close lies in its bar over the last `length`
/// bars ÷ their volume, −1…1; 0 where nothing traded. TA-Lib has none. O(1) amortised.
public struct ChaikinMoneyFlow: Indicator {
  private var flows: SlidingFold<Total>
  private var volumes: SlidingFold<Total>

  /// `length` must be positive; 20 is usual.
  public init(length: Int) {
    flows = SlidingFold(capacity: length)
    volumes = SlidingFold(capacity: length)
  }

  public var warmUp: Int { flows.capacity }

  public mutating func update(_ bar: FullBar) -> Double? {
    let totals = (flows.append(Total(bar.accumulated)), volumes.append(Total(bar.volume)))
    guard case (let flow?, let volume?) = totals else { return nil }
    return volume.sum > 0 ? flow.sum / volume.sum : 0
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for window in [flows, volumes] { window.encode(into: &bytes) }
  }
}

/// Money flow: 100 × the typical price × volume of the bars whose typical price rose ÷ that of the
/// bars where it changed, over the last `length` changes, 0…100; 50 where it did not change.
///
/// Warm after `length` + 1 bars. As TA-Lib's MFI, but that TA-Lib gives 0 for a flow below 1.
/// Source: G. Quong and A. Soudack, Stocks & Commodities (1989). O(1) amortised.
public struct MoneyFlow: Indicator {
  private var rises: SlidingFold<Total>
  private var falls: SlidingFold<Total>
  private var previous: Double?

  /// `length` must be positive; 14 is usual.
  public init(length: Int) {
    rises = SlidingFold(capacity: length)
    falls = SlidingFold(capacity: length)
  }

  public var warmUp: Int { rises.capacity + 1 }

  public mutating func update(_ bar: FullBar) -> Double? {
    let price = bar.prices.typical
    defer { previous = price }
    guard let previous else { return nil }
    let flow = price * bar.volume
    let totals = (
      rises.append(Total(price > previous ? flow : 0)),
      falls.append(Total(price < previous ? flow : 0))
    )
    guard case (let rise?, let fall?) = totals else { return nil }
    return rise.sum + fall.sum > 0 ? 100 * rise.sum / (rise.sum + fall.sum) : 50
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for window in [rises, falls] { window.encode(into: &bytes) }
    bytes.append(optional: previous)
  }
}

/// The volume-weighted price of the last `length` bars, a bar's own price being
/// (open + high + low + close) ÷ 4; their plain mean where nothing traded. TA-Lib has none.
///
/// It approaches the price of every trade weighted with its size as bars get shorter. O(1) amortised.
public struct VolumeWeightedPrice: Indicator {
  private var values: SlidingFold<Total>
  private var volumes: SlidingFold<Total>
  private var prices: SlidingFold<Total>

  /// `length` must be positive.
  public init(length: Int) {
    values = SlidingFold(capacity: length)
    volumes = SlidingFold(capacity: length)
    prices = SlidingFold(capacity: length)
  }

  public var warmUp: Int { values.capacity }

  public mutating func update(_ bar: FullBar) -> Double? {
    let price = (bar.open + bar.high + bar.low + bar.close) / 4
    let mean = prices.mean(with: price)
    let totals = (values.append(Total(price * bar.volume)), volumes.append(Total(bar.volume)))
    guard case (let value?, let volume?) = totals else { return nil }
    return volume.sum > 0 ? value.sum / volume.sum : mean
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for window in [values, volumes, prices] { window.encode(into: &bytes) }
  }
}
