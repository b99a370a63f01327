/// Bars: what an instrument did in an interval, and how they are built from trades as these arrive.

/// A closed bar, from trades or from the venue's own candle.
public struct Bar: Equatable, Sendable, BitwiseCopyable {
  /// The open of the interval (for bars of single trades, the trade's time).
  public var start: Timestamp
  public var open: Price
  public var high: Price
  public var low: Price
  public var close: Price
  public var volume: Quantity

  public init(
    start: Timestamp, open: Price, high: Price, low: Price, close: Price, volume: Quantity
  ) {
    self.start = start
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  public init(single price: Price, _ quantity: Quantity, at time: Timestamp) {
    self.init(start: time, open: price, high: price, low: price, close: price, volume: quantity)
  }

  /// Joins a later bar of the same interval.
  mutating func join(_ later: Bar) {
    high = max(high, later.high)
    low = min(low, later.low)
    close = later.close
    volume.lots &+= later.volume.lots
  }
}

/// Gathers trades or finer candles into bars of one interval, aligned to UTC.
///
/// A bar closes at the first event at or after its end, so what a strategy sees is never still
/// moving. Intervals without a trade give no bar. A trade that comes after its bar has closed joins
/// the open one and is counted in `lateCount`.
public struct BarBuilder: Equatable, Sendable, CanonicallyDecodable {
  /// Width of a bar; zero makes every trade or candle a bar of its own.
  public private(set) var interval: Interval
  /// The bar that is still open.
  public private(set) var open: Bar?
  /// Trades that came after their bar had closed.
  public private(set) var lateCount: UInt64 = 0
  /// The end of the open bar; the far future while there is none.
  private(set) var end = Timestamp(nanoseconds: .max)

  public init(interval: Interval) { self.interval = interval }

  /// Adds a piece that starts at `piece.start`; the open bar must have been closed before if it
  /// ended by then.
  mutating func add(_ piece: Bar) {
    guard open != nil else {
      let start = interval.barStart(of: piece.start)
      open = piece
      open?.start = start
      end = start + interval
      return
    }
    if let start = open?.start, piece.start < start { lateCount &+= 1 }
    open?.join(piece)
  }

  /// The open bar when it ends at or before `time`; it is then no longer open.
  mutating func close(at time: Timestamp) -> Bar? {
    guard time >= end, let closed = open else { return nil }
    open = nil
    end = Timestamp(nanoseconds: .max)
    return closed
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(interval)
    bytes.append(lateCount)
    bytes.append(open != nil)
    open?.encode(into: &bytes)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    interval = try reader.take()
    lateCount = try reader.take()
    open = try reader.takeOptional()
    try reader.expect(
      interval > .zero || interval == .zero && open == nil, "a bar of \(interval.nanoseconds) ns")
    if let open { end = open.start + interval }
  }
}

extension Interval {
  private static let week = Interval(nanoseconds: 7 * Interval.day.nanoseconds)

  /// The beginning of the bar of this width that holds a moment: widths are laid from 1970-01-01 UTC,
  /// whole weeks from the Monday after.
  func barStart(of time: Timestamp) -> Timestamp {
    let isWeekly = nanoseconds % Interval.week.nanoseconds == 0
    let origin = isWeekly ? Interval(nanoseconds: 4 * Interval.day.nanoseconds) : .zero
    return (time - origin).floored(to: self) + origin
  }
}

extension Bar: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(start)
    for price in [open, high, low, close] { bytes.append(price) }
    bytes.append(volume)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    start = try reader.take()
    (open, high) = (try reader.take(), try reader.take())
    (low, close) = (try reader.take(), try reader.take())
    volume = try reader.take()
  }
}
