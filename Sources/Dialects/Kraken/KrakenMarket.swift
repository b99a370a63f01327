/// Kraken's market channels, to events: trade, ticker, book, ohlc. Source: docs.kraken.com, Spot WebSocket
/// v2, the pages of those channels.

import TradingCore

/// Reads one entry of a market message.
struct KrakenMarket {
  let directory: VenueDirectory
  let time: Timestamp
  let isSnapshot: Bool

  /// The symbol's index, and what stands behind it.
  func symbol(_ fields: KrakenFields, _ text: Span<UInt8>) throws(LineFault) -> Int {
    try directory.symbolTable.index(of: text, try fields.string(.symbol, text))
  }

  private func append(
    _ message: borrowing Message, of symbol: Int, into batch: inout FrameBatch
  ) throws(LineFault) {
    let instrument = directory.definition(at: symbol).instrument
    try batch.append(message, of: instrument, on: directory.grid(at: symbol))
  }

  /// A trade; its side is the taker's.
  func trade(
    _ fields: KrakenFields, _ text: Span<UInt8>, _ message: inout Message,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    var trade = RawTrade()
    trade.id = try fields.integer(.tradeID, text)
    trade.firstID = trade.id
    trade.at.price = try fields.decimal(.price, text, "the price", &message)
    trade.at.quantity = try fields.decimal(.quantity, text, "the quantity", &message)
    trade.aggressor = try fields.side(text)
    message.venueTime = try fields.time(.timestamp, text)
    message.body = .trade(trade)
    try append(message, of: try symbol(fields, text), into: &batch)
  }

  /// The best bid and ask. Older tickers tell no time and so have no id.
  func quote(
    _ fields: KrakenFields, _ text: Span<UInt8>, _ message: inout Message,
    on link: inout KrakenLink,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    let symbol = try symbol(fields, text)
    var quote = RawQuote()
    quote.bid.price = try fields.decimal(.bid, text, "the bid price", &message)
    quote.bid.quantity = try fields.decimal(.bidQuantity, text, "the bid quantity", &message)
    quote.ask.price = try fields.decimal(.ask, text, "the ask price", &message)
    quote.ask.quantity = try fields.decimal(.askQuantity, text, "the ask quantity", &message)
    if fields.find(.timestamp, text) != nil {
      message.venueTime = try fields.time(.timestamp, text)
      quote.updateID = link.nextQuoteID(symbol, at: message.venueTime)
    }
    message.body = .quote(quote)
    try append(message, of: symbol, into: &batch)
  }
}

extension KrakenMarket {
  /// A snapshot or a change of a book of a subscription of `depth` levels. A book whose checksum differs is
  /// a gap, and what follows means nothing until its next snapshot.
  /// - Returns: whether the book was in step to take it.
  func book(
    _ fields: KrakenFields, _ text: Span<UInt8>, _ message: inout Message,
    on link: inout KrakenLink,
    depths: [Int: Int], into batch: inout FrameBatch
  ) throws(LineFault) -> Bool {
    let symbol = try symbol(fields, text)
    let known = isSnapshot ? depths[symbol].map { KrakenBook(depth: $0) } : link.takeBook(symbol)
    guard var book = known else { return false }
    message.venueTime =
      fields.find(.timestamp, text) == nil ? time : try fields.time(.timestamp, text)
    let grid = directory.grid(at: symbol)
    let bids = try levels(.bids, fields, text, on: grid)
    let asks = try levels(.asks, fields, text, on: grid)
    let checksum = try fields.integer(.checksum, text)
    let fallen = book.take(bids: bids, asks: asks)
    guard Int64(book.checksum) == checksum else {
      link.forgetBook(symbol)
      batch.events.append(lost(symbol, message.venueTime))
      return true
    }
    message.bids += bids.map(\.raw) + fallen.bids
    message.asks += asks.map(\.raw) + fallen.asks
    if isSnapshot {
      message.body = .snapshot(updateID: link[ids: symbol].snapshot(at: message.venueTime))
    } else {
      let ids = link[ids: symbol].update(at: message.venueTime)
      message.body = .depth(firstID: ids.first, lastID: ids.last)
    }
    try append(message, of: symbol, into: &batch)
    link.putBook(book, symbol)
    return true
  }

  private func levels(
    _ side: KrakenFields.Word, _ fields: KrakenFields, _ text: Span<UInt8>, on grid: TickAndLot
  ) throws(LineFault) -> [KrakenLevel] {
    var levels: [KrakenLevel] = []
    var json = try fields.place(side, text)
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: levels.isEmpty) {
      levels.append(try KrakenLevel(text, &json, on: grid))
    }
    return levels
  }

  private func lost(_ symbol: Int, _ venueTime: Timestamp) -> Event {
    let gap = Gap(
      instrument: directory.definition(at: symbol).instrument, stream: .depth, count: 0,
      reason: .checksum)
    return Event(receiveTime: time, venueTime: venueTime, .gap(gap))
  }
}

extension KrakenMarket {
  /// A candle as it stands. It is told when the next one begins, for Kraken never says that one has closed;
  /// so the candle of a quiet market comes as late as its next trade. A snapshot holds candles of hours:
  /// those from before the first link are history and left out, those that closed between two links are
  /// told.
  /// - Returns: whether another candle closed by it.
  func candle(
    _ fields: KrakenFields, _ text: Span<UInt8>, _ message: inout Message,
    on link: inout KrakenLink,
    into batch: inout FrameBatch
  ) throws(LineFault) -> Bool {
    let symbol = try symbol(fields, text)
    let new = try bar(fields, text, &message)
    let key = KrakenCandles(symbol: symbol, seconds: new.bar.intervalSeconds)
    guard let old = link.candles[key], old.begin < new.begin else {
      if link.candles[key].map({ $0.begin == new.begin }) ?? true { link.candles[key] = new }
      return false
    }
    let isHistory = isSnapshot && old.begin < link.candlesBefore[key, default: .distantFuture]
    if !isHistory {
      message.venueTime = old.begin
      message.body = .candle(old.bar)
      try append(message, of: symbol, into: &batch)
    }
    link.candles[key] = new
    return !isHistory
  }

  private func bar(
    _ fields: KrakenFields, _ text: Span<UInt8>, _ message: inout Message
  ) throws(LineFault) -> KrakenLink.Candle {
    var bar = RawCandle()
    bar.open = try fields.decimal(.open, text, "the open", &message)
    bar.high = try fields.decimal(.high, text, "the high", &message)
    bar.low = try fields.decimal(.low, text, "the low", &message)
    bar.close = try fields.decimal(.close, text, "the close", &message)
    bar.volume = try fields.decimal(.volume, text, "the volume", &message)
    let minutes = try fields.integer(.interval, text)
    guard (1...21_600).contains(minutes) else { throw LineFault("a candle of \(minutes) minutes") }
    bar.intervalSeconds = UInt32(minutes) * 60
    return KrakenLink.Candle(begin: try fields.time(.begin, text), bar: bar)
  }
}
