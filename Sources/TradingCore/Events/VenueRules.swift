/// What a venue demands of orders and how long it takes to answer: facts that have to be known to read
/// the rest.

/// The filters a venue checks orders with, as Binance names them (spot API, filters.md). Raw values are
/// journalled and never reused.
public enum FilterKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// PRICE_FILTER: `low`…`high` ticks in steps of `step`.
  case price = 0
  /// LOT_SIZE: `low`…`high` lots in steps of `step`, also of an iceberg's part.
  case lot = 1
  /// MARKET_LOT_SIZE: the same for market orders.
  case marketLot = 2
  /// NOTIONAL, MIN_NOTIONAL: value `low`…`high` in 10⁻⁸ of the quote asset. `step` holds two bits:
  /// 1 the minimum binds market orders, 2 the maximum does.
  case notional = 3
  /// PERCENT_PRICE: price ÷ average within `low`…`high` in 10⁻⁶.
  case percentPrice = 4
  /// PERCENT_PRICE_BY_SIDE: bids within `low`…`high`, asks within `step`…`other`, in 10⁻⁶.
  case percentPriceBySide = 5
  /// ICEBERG_PARTS: quantity ÷ part, rounded up, at most `high`.
  case icebergParts = 6
  /// MAX_NUM_ORDERS: at most `high` open.
  case maxOrders = 7
  /// MAX_NUM_ALGO_ORDERS: at most `high` open that wait for a trigger.
  case maxAlgoOrders = 8
  /// MAX_NUM_ICEBERG_ORDERS: at most `high` open.
  case maxIcebergOrders = 9
  /// MAX_POSITION: base asset held and being bought at most `high` lots.
  case maxPosition = 10
  /// TRAILING_DELTA: `low`…`high` above the market and `step`…`other` below it, in 10⁻⁴.
  case trailingDelta = 11
  /// MAX_NUM_ORDER_AMENDS: at most `high` of one order.
  case maxAmends = 12
}

/// One filter of an instrument. Zero in a bound means that the bound is not set.
public struct ExchangeFilter: Equatable, Sendable, BitwiseCopyable {
  public var low: Int64
  public var high: Int64
  public var step: Int64
  public var other: Int64
  /// Minutes of the average price it compares with; 0 for the last price.
  public var averageMinutes: UInt16
  public var instrument: InstrumentID
  public var kind: FilterKind

  public init(
    _ kind: FilterKind, instrument: InstrumentID, low: Int64 = 0, high: Int64 = 0, step: Int64 = 0,
    other: Int64 = 0, averageMinutes: UInt16 = 0
  ) {
    self.low = low
    self.high = high
    self.step = step
    self.other = other
    self.averageMinutes = averageMinutes
    self.instrument = instrument
    self.kind = kind
  }
}

/// Which requests a latency is that of. Raw values are journalled and never reused.
public enum LatencyAction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Every request that has none of its own.
  case any = 0
  case place = 1
  case amend = 2
  case cancel = 3
}

/// A row of the latency table (simulation). One row is a constant; between two rows of an action the
/// legs are interpolated linearly in time, and before the first and after the last they stand still.
public struct LatencyRow: Equatable, Sendable, BitwiseCopyable {
  public var time: Timestamp
  /// From the venue's event to us.
  public var feed: Interval
  /// From our sending to the venue's matching.
  public var entry: Interval
  /// From the venue's matching to our receiving the report.
  public var response: Interval
  /// Standard deviation of entry and response, drawn from the run's seed; 0 for none.
  public var spread: Interval
  public var action: LatencyAction

  public init(
    time: Timestamp = .distantPast, feed: Interval = .zero, entry: Interval = .zero,
    response: Interval = .zero, spread: Interval = .zero, action: LatencyAction = .any
  ) {
    self.time = time
    self.feed = feed
    self.entry = entry
    self.response = response
    self.spread = spread
    self.action = action
  }
}
