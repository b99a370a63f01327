/// Binance's ticker of a day, of which only its last moment is read: the best bid and ask and the last trade.
/// Source: rest-api.md, "24hr ticker price change statistics".

import TradingCore

extension BinanceAnswers {
  /// A side of the book that is empty has a price and a quantity of zero.
  func quote(
    _ object: JSONObject, _ text: Span<UInt8>, of instrument: InstrumentID, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    let symbol = try object.string("symbol", text)
    guard let index = directory.index(of: instrument),
      directory.symbolTable.find(text, symbol) == index
    else { throw LineFault("it is a ticker of \(text.string(symbol)), which was not asked for") }
    var message = Message()
    message.receiveTime = time
    func level(_ price: StaticString, _ quantity: StaticString) throws(LineFault) -> RawLevel {
      RawLevel(
        price: try message.take(try object.decimal(price, text), price),
        quantity: try message.take(try object.decimal(quantity, text), quantity))
    }
    var quote = RawQuote()
    quote.bid = try level("bidPrice", "bidQty")
    quote.ask = try level("askPrice", "askQty")
    message.body = .quote(quote)
    let grid = directory.grid(at: index)
    let last = try LastTrade(try level("lastPrice", "lastQty"), on: grid)
    try batch.append(message, of: instrument, on: grid)
    batch.lastTrade = last
  }
}
