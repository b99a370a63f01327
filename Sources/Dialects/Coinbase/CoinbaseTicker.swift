/// What one market of Coinbase's looks like, asked over HTTP: its best prices and last trades, and what it is open
/// for. Source: docs.cdp.coinbase.com, "Get public market trades" and "Get public product".

import TradingCore

extension CoinbaseAnswers {
  /// The last trades in the order they happened, whichever way they are listed, then the best prices. Of
  /// these no quantities are told: 0 stands for that.
  func quote(
    _ object: JSONObject, _ text: Span<UInt8>, of instrument: InstrumentID, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    guard let index = directory.index(of: instrument) else {
      throw LineFault("instrument \(instrument.raw) is not defined")
    }
    let reader = CoinbaseMarket(
      directory: directory, products: products, received: time, sent: .none)
    let grid = directory.grid(at: index)
    var message = Message()
    for trade in try trades(object, text, reader, &message) {
      guard trade.symbol == index else { throw LineFault("a trade is of another product") }
      (message.receiveTime, message.venueTime) = (time, trade.time)
      message.body = .trade(trade.raw)
      try batch.append(message, of: instrument, on: grid)
      message.reset()
    }
    (message.receiveTime, message.venueTime) = (time, .none)
    var quote = RawQuote()
    quote.bid.price = try best("best_bid", of: object, text, &message)
    quote.ask.price = try best("best_ask", of: object, text, &message)
    message.body = .quote(quote)
    try batch.append(message, of: instrument, on: grid)
  }

  private func trades(
    _ object: JSONObject, _ text: Span<UInt8>, _ reader: CoinbaseMarket, _ message: inout Message
  ) throws(LineFault) -> [CoinbaseTrade] {
    var trades: [CoinbaseTrade] = []
    var json = try object.place("trades", text)
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: trades.isEmpty) {
      trades.append(try reader.trade(text, &json, &message))
    }
    return trades.sorted { $0.raw.id < $1.raw.id }
  }

  private func best(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>, _ message: inout Message
  ) throws(LineFault) -> Decimal64 {
    var place = try object.place(key, text)
    return try message.take(try place.decimalOrZero(text), key)
  }
}

extension MarketStatus {
  /// A product's status and the flags that narrow it, the narrowest first. `nil` where it has no status.
  init?(coinbase product: JSONObject, _ text: Span<UInt8>) throws(LineFault) {
    guard product.find("status", text) != nil else { return nil }
    let status = text.string(try product.string("status", text))
    var opening: MarketOpening? = status == "online" ? .all : nil
    var words = [status]
    for (flag, meaning) in Self.flags.reversed() where product.find(flag, text) != nil {
      guard try product.boolean(flag, text) else { continue }
      opening = meaning
      words.append("\(flag)")
    }
    self.init(words.joined(separator: ", "), opening: opening)
  }

  private static let flags: [(name: StaticString, opening: MarketOpening)] = [
    ("is_disabled", .closed), ("trading_disabled", .closed), ("view_only", .closed),
    ("cancel_only", .cancelOnly), ("auction_mode", .auction), ("post_only", .postOnly),
    ("limit_only", .limitOnly),
  ]
}
