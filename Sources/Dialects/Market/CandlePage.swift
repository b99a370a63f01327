/// The candles of one answer, whatever their order there: once each, oldest first, and none but those that
/// were asked for. A venue may tell more than that, such as the candle that is still open.

import TradingCore

/// What one answer tells of an instrument's candles of one length.
struct CandlePage {
  private let instrument: InstrumentID
  private let width: Interval
  private let from: Timestamp
  private let to: Timestamp
  private var candles: [(start: Timestamp, bar: RawCandle, rounded: Int)] = []

  /// - Parameters:
  ///   - from: no candle begins before it.
  ///   - to: none ends behind it.
  init(_ instrument: InstrumentID, seconds: UInt32, from: Timestamp, to: Timestamp) {
    (self.instrument, self.from, self.to) = (instrument, from, to)
    width = Interval(nanoseconds: Int64(seconds) * Interval.second.nanoseconds)
  }

  /// The length in seconds.
  var seconds: UInt32 { UInt32(width.nanoseconds / Interval.second.nanoseconds) }

  /// Takes a candle; `bar` need not know its length yet.
  mutating func take(
    _ bar: RawCandle, from start: Timestamp, rounded: Int
  ) throws(LineFault) {
    guard start >= from, start <= to - width else { return }
    guard start.floored(to: width) == start else {
      throw LineFault("a candle begins at \(start.iso8601), where none of its length does")
    }
    var whole = bar
    whole.intervalSeconds = seconds
    candles.append((start, whole, rounded))
  }

  /// Appends the candles as events, received when they closed.
  /// - Throws: a fault where one beginning has two candles that differ, and for prices off the grid.
  func append(
    to batch: inout FrameBatch, _ directory: VenueDirectory
  ) throws(LineFault) {
    guard let index = directory.index(of: instrument) else {
      throw LineFault("candles of an instrument that is not defined")
    }
    var message = Message()
    for candle in candles.sorted(by: { $0.start < $1.start }) {
      if message.venueTime == candle.start, case .candle(let told) = message.body {
        guard told == candle.bar else {
          throw LineFault("two candles of \(candle.start.iso8601) differ")
        }
        continue
      }
      (message.venueTime, message.receiveTime) = (candle.start, candle.start + width)
      (message.body, message.rounded) = (.candle(candle.bar), candle.rounded)
      do { try batch.append(message, of: instrument, on: directory.grid(at: index)) } catch {
        throw LineFault("the candle of \(candle.start.iso8601): \(error.rule)")
      }
    }
  }
}

/// Rows whose columns have no names.
struct CandleRow {
  private var json: JSONScanner
  private var isFirst = true
  private(set) var message = Message()

  /// Enters the row that comes next.
  init(_ text: Span<UInt8>, _ json: JSONScanner) throws(LineFault) {
    self.json = json
    try self.json.expect(UInt8(ascii: "["), text)
  }

  /// The next column's number.
  mutating func integer(_ text: Span<UInt8>) throws(LineFault) -> Int64 {
    try advance(text)
    return try json.integer(text)
  }

  mutating func decimal(
    _ text: Span<UInt8>, _ what: StaticString
  ) throws(LineFault) -> Decimal64 {
    try advance(text)
    return try message.take(try json.decimal(text), what)
  }

  mutating func skip(_ text: Span<UInt8>) throws(LineFault) {
    try advance(text)
    try json.skipValue(text)
  }

  private mutating func advance(_ text: Span<UInt8>) throws(LineFault) {
    guard try json.nextElement(text, isFirst: isFirst) else {
      throw LineFault("a candle's row is too short")
    }
    isFirst = false
  }

  /// Open, high, low and close, which every row has in this order.
  mutating func prices(_ text: Span<UInt8>) throws(LineFault) -> RawCandle {
    var bar = RawCandle()
    bar.open = try decimal(text, "the open")
    bar.high = try decimal(text, "the high")
    bar.low = try decimal(text, "the low")
    bar.close = try decimal(text, "the close")
    return bar
  }
}
