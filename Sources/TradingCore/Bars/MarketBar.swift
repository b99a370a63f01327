/// A finished bar of any kind, with exact sums: whatever cuts the stream of trades into bars, this is
/// what comes out.

/// Open, high, low and close of some trades, and how much they traded.
public struct MarketBar: Equatable, Sendable, BitwiseCopyable {
  /// The beginning of the interval; for bars that are not of time, the first trade.
  public var openTime: Timestamp
  /// The end of the interval, which is no longer part of it; for bars that are not of time, the last
  /// trade.
  public var closeTime: Timestamp
  public var open: Price
  public var high: Price
  public var low: Price
  public var close: Price
  /// Lots traded, exact.
  public var volume: Int128
  /// What only trades tell; `nil` for a bar made of candles.
  public var flow: TradeFlow?

  /// A bar of one trade.
  init(_ trade: Trade, at time: Timestamp) {
    (openTime, closeTime) = (time, time)
    (open, high, low, close) = (trade.price, trade.price, trade.price, trade.price)
    volume = Int128(trade.quantity.lots)
    flow = TradeFlow(trade)
  }

  /// A bar of one candle that begins at `start`.
  init(_ candle: Candle, from start: Timestamp) {
    (openTime, closeTime) = (start, start + candle.interval)
    (open, high, low, close) = (candle.open, candle.high, candle.low, candle.close)
    volume = Int128(candle.volume.lots)
    flow = nil
  }

  /// Joins a later bar; times stay.
  mutating func join(_ later: MarketBar) {
    high = max(high, later.high)
    low = min(low, later.low)
    close = later.close
    volume = volume.addingClamped(later.volume)
    flow = later.flow.flatMap { flow?.joined(with: $0) }
  }
}

/// What trades tell beside their prices and volume.
public struct TradeFlow: Equatable, Sendable, BitwiseCopyable {
  /// Σ price × quantity in ticks × lots, exact (clamped beyond 1.7 × 10³⁸); times the instrument's
  /// `tickValue` it is money.
  public var turnover: Int128
  /// Lots whose buyer crossed the spread, exact.
  public var buyVolume: Int128
  /// Single trades: those inside an aggregate all count.
  public var tradeCount: UInt64

  init(_ trade: Trade) {
    turnover = Int128(trade.price.ticks) * Int128(trade.quantity.lots)
    buyVolume = trade.aggressor == .buy ? Int128(trade.quantity.lots) : 0
    tradeCount = UInt64(trade.count)
  }

  func joined(with later: TradeFlow) -> TradeFlow {
    var both = self
    both.turnover = turnover.addingClamped(later.turnover)
    both.buyVolume = buyVolume.addingClamped(later.buyVolume)
    both.tradeCount = tradeCount.addingClamped(later.tradeCount)
    return both
  }
}

extension MarketBar: CanonicallyEncodable {
  public func encode(into bytes: inout CanonicalBytes) {
    for time in [openTime, closeTime] { bytes.append(time) }
    for price in [open, high, low, close] { bytes.append(price) }
    bytes.append(volume)
    bytes.append(flow != nil)
    guard let flow else { return }
    for sum in [flow.turnover, flow.buyVolume] { bytes.append(sum) }
    bytes.append(flow.tradeCount)
  }
}
