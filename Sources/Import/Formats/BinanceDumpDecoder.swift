/// The exchange's public CSV dumps of trades, aggregate trades and candles, spot and futures, with
/// or without a header. Source: github.com/binance/binance-public-data.

import Dialects
import TradingCore

/// Which dump a file is.
enum BinanceDump {
  case trades, aggregates, klines

  /// The first column's name in the files that have a header.
  var firstColumn: StaticString {
    switch self {
    case .trades: "id"
    case .aggregates: "agg_trade_id"
    case .klines: "open_time"
    }
  }
}

/// Reads the lines of one dump. The unit of its times is the first row's and must not change.
struct BinanceDumpDecoder: LineDecoder {
  private let dump: BinanceDump
  private let symbol: Int
  private var unit: TimeUnit?
  private var isFirstLine = true

  init(_ dump: BinanceDump, symbol: Int) {
    self.dump = dump
    self.symbol = symbol
  }

  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome {
    guard line.count > 0 else { return .framing }
    if isFirstLine {
      isFirstLine = false
      if line[0] &- 48 >= 10 { return try header(line) }
    }
    message.symbol = symbol
    switch dump {
    case .trades: try trade(line, into: &message)
    case .aggregates: try aggregate(line, into: &message)
    case .klines: try kline(line, into: &message)
    }
    return .message
  }

  private func header(_ line: Span<UInt8>) throws(LineFault) -> LineOutcome {
    var cursor = CSVCursor()
    let first = try cursor.field(line, "first")
    guard line.equals(dump.firstColumn, in: first) else {
      throw LineFault(
        "the header begins with \"\(line.string(first))\", not with \(dump.firstColumn);"
          + " is it another dump?", isFatal: true)
    }
    return .framing
  }

  /// id, price, quantity, quote quantity, time, buyer is maker.
  private mutating func trade(_ line: Span<UInt8>, into message: inout Message) throws(LineFault) {
    var cursor = CSVCursor()
    var trade = RawTrade()
    trade.id = try cursor.integer(line, "id")
    trade.firstID = trade.id
    trade.at.price = try message.take(try cursor.decimal(line, "price"), "price")
    trade.at.quantity = try message.take(try cursor.decimal(line, "qty"), "qty")
    _ = try cursor.field(line, "quote_qty")
    let time = try self.time(try cursor.integer(line, "time"))
    trade.aggressor = try cursor.boolean(line, "is_buyer_maker") ? .sell : .buy
    finish(trade, at: time, into: &message)
  }

  /// id, price, quantity, first and last trade id, time, buyer is maker.
  private mutating func aggregate(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) {
    var cursor = CSVCursor()
    var trade = RawTrade()
    trade.isAggregate = true
    trade.id = try cursor.integer(line, "agg_trade_id")
    trade.at.price = try message.take(try cursor.decimal(line, "price"), "price")
    trade.at.quantity = try message.take(try cursor.decimal(line, "quantity"), "quantity")
    trade.firstID = try cursor.integer(line, "first_trade_id")
    trade.count = try tradeCount(trade.firstID, try cursor.integer(line, "last_trade_id"))
    let time = try self.time(try cursor.integer(line, "transact_time"))
    trade.aggressor = try cursor.boolean(line, "is_buyer_maker") ? .sell : .buy
    finish(trade, at: time, into: &message)
  }

  private func finish(_ trade: RawTrade, at time: Timestamp, into message: inout Message) {
    message.receiveTime = time
    message.venueTime = time
    message.body = .trade(trade)
  }

  /// open time, open, high, low, close, volume, close time (the bar's last instant).
  private mutating func kline(_ line: Span<UInt8>, into message: inout Message) throws(LineFault) {
    var cursor = CSVCursor()
    var candle = RawCandle()
    let open = try cursor.integer(line, "open_time")
    candle.open = try message.take(try cursor.decimal(line, "open"), "open")
    candle.high = try message.take(try cursor.decimal(line, "high"), "high")
    candle.low = try message.take(try cursor.decimal(line, "low"), "low")
    candle.close = try message.take(try cursor.decimal(line, "close"), "close")
    candle.volume = try message.take(try cursor.decimal(line, "volume"), "volume")
    let last = try cursor.integer(line, "close_time")
    candle.intervalSeconds = try barSeconds(open: open, close: last)
    message.venueTime = try time(open)
    message.receiveTime =
      message.venueTime
      + Interval(
        nanoseconds: Int64(candle.intervalSeconds) * 1_000_000_000)
    message.body = .candle(candle)
  }

  private mutating func time(_ value: Int64) throws(LineFault) -> Timestamp {
    let found = TimeUnit(magnitudeOf: value)
    guard unit == nil || unit == found else {
      throw LineFault("the time \(value) is in another unit than the rows before")
    }
    unit = found
    return Timestamp(nanoseconds: try found.nanoseconds(value))
  }
}
