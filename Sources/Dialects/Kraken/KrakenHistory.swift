/// Kraken's candles of the past: the newest 720 of a length and, behind them, the one that is open. Source:
/// docs.kraken.com, REST, "Get OHLC Data".

import TradingCore

/// An answer about candles: rows of a beginning in seconds, four prices, an average, a volume and a count,
/// under the pair's name, and `last`, where the newest that has closed begins.
struct KrakenHistory {
  private var rows: [(start: Timestamp, bar: RawCandle, rounded: Int)] = []
  private var last: Timestamp?

  /// Reads the result that comes next.
  init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("last", in: key) {
        last = try Self.moment(try json.integer(text))
      } else {
        try read(text, &json)
      }
    }
  }

  private static func moment(_ seconds: Int64) throws(LineFault) -> Timestamp {
    Timestamp(nanoseconds: try TimeUnit.seconds.nanoseconds(seconds))
  }

  private mutating func read(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      var row = try CandleRow(text, json)
      let start = try Self.moment(try row.integer(text))
      var bar = try row.prices(text)
      try row.skip(text)
      bar.volume = try row.decimal(text, "the volume")
      rows.append((start, bar, row.message.rounded))
      try json.skipValue(text)
    }
  }

  /// Adds the candles that have closed.
  /// - Throws: a fault where the answer does not say which have.
  func add(to page: inout CandlePage) throws(LineFault) {
    guard let last else { throw LineFault("the field \"last\" is missing") }
    for row in rows where row.start <= last {
      try page.take(row.bar, from: row.start, rounded: row.rounded)
    }
  }
}
