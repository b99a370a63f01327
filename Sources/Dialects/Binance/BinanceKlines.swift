/// Binance's candles of the past: rows of a beginning, four prices, a volume, an end and figures that no event
/// has. Source: rest-api.md, "Kline/Candlestick data".

import TradingCore

extension BinanceAnswers {
  /// Reads the rows that come next.
  func candles(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into given: CandlePage
  ) throws(LineFault) -> CandlePage {
    var page = given
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      var row = try CandleRow(text, json)
      let open = try row.integer(text)
      var bar = try row.prices(text)
      bar.volume = try row.decimal(text, "the volume")
      let seconds = try barSeconds(open: open, close: try row.integer(text))
      guard seconds == page.seconds else { throw LineFault("a candle of \(seconds) s") }
      let start = Timestamp(nanoseconds: try TimeUnit(magnitudeOf: open).nanoseconds(open))
      try page.take(bar, from: start, rounded: row.message.rounded)
      try json.skipValue(text)
    }
    return page
  }
}
