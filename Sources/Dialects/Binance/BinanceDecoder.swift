/// Which Binance market message a JSON text is, and what it says. Receive times are the caller's.

import TradingCore

/// Decodes the market messages of Binance's streams and the REST answer for a book.
package struct BinanceDecoder {
  private let symbols: SymbolTable

  package init(symbols: SymbolTable) { self.symbols = symbols }

  /// Reads the JSON text that begins at `start` and ends with the line.
  package func decode(
    _ text: Span<UInt8>, from start: Int, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    var fields = BinanceFields()
    var json = JSONScanner(at: start)
    try fields.read(text, &json, into: &message)
    try json.finish(text)
    return try decode(BinanceKind(fields, text), fields, text, into: &message)
  }

  /// Reads the message whose kind and places are known.
  func decode(
    _ kind: BinanceKind, _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    message.symbol = try symbol(fields, text)
    if let id = fields.lastUpdateID {
      guard fields.hasLevels else { return .ignored(kind: nil) }
      message.body = .snapshot(updateID: id)
      return .message
    }
    switch kind {
    case .trade: return try trade(fields, text, into: &message)
    case .depth: return try depth(fields, text, into: &message)
    case .aggregateTrade: return try aggregate(fields, text, into: &message)
    case .quote: return try quote(fields, text, into: &message)
    case .kline: return try kline(fields, text, into: &message)
    case .unnamed: return try quoteOrNothing(fields, text, into: &message)
    case .other(let name): return .ignored(kind: name)
    case .executionReport, .accountPosition, .balanceUpdate, .listStatus, .streamTerminated,
      .shutdown:
      return .ignored(kind: try fields.string("e", text))
    }
  }

  /// The payload's `s`, else the part of the stream's name before `@`.
  private func symbol(_ fields: BinanceFields, _ text: Span<UInt8>) throws(LineFault) -> Int {
    if var place = fields.find(UInt8(ascii: "s")), place.peek(text) == UInt8(ascii: "\"") {
      return try symbols.index(of: text, try place.string(text))
    }
    let end = fields.stream.first { text[$0] == UInt8(ascii: "@") }
    guard let end, end > fields.stream.lowerBound else { return Message.unnamed }
    guard text[fields.stream.lowerBound] != UInt8(ascii: "!") else { return Message.unnamed }
    return try symbols.index(of: text, fields.stream.lowerBound..<end)
  }

  /// Spot's bookTicker carries no kind: it is known by its symbol, its id and its two quantities.
  private func quoteOrNothing(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    guard fields.find(UInt8(ascii: "u")) != nil, fields.find(UInt8(ascii: "s")) != nil,
      fields.find(UInt8(ascii: "B")) != nil, fields.find(UInt8(ascii: "A")) != nil
    else { return .ignored(kind: nil) }
    return try quote(fields, text, into: &message)
  }

  private func quote(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    var quote = RawQuote()
    quote.bid.price = try fields.decimal(UInt8(ascii: "b"), text, "the bid price", &message)
    quote.bid.quantity = try fields.decimal(UInt8(ascii: "B"), text, "the bid quantity", &message)
    quote.ask.price = try fields.decimal(UInt8(ascii: "a"), text, "the ask price", &message)
    quote.ask.quantity = try fields.decimal(UInt8(ascii: "A"), text, "the ask quantity", &message)
    quote.updateID = try fields.integer(UInt8(ascii: "u"), text)
    if fields.find(UInt8(ascii: "T")) != nil {
      message.venueTime = try fields.time(UInt8(ascii: "T"), text)
    }
    message.body = .quote(quote)
    return .message
  }

  private func trade(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    var trade = RawTrade()
    trade.id = try fields.integer(UInt8(ascii: "t"), text)
    trade.firstID = trade.id
    return try finish(&trade, fields, text, into: &message)
  }

  private func aggregate(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    var trade = RawTrade()
    trade.isAggregate = true
    trade.id = try fields.integer(UInt8(ascii: "a"), text)
    trade.firstID = try fields.integer(UInt8(ascii: "f"), text)
    trade.count = try tradeCount(trade.firstID, try fields.integer(UInt8(ascii: "l"), text))
    return try finish(&trade, fields, text, into: &message)
  }

  /// What single and aggregate trades share.
  private func finish(
    _ trade: inout RawTrade, _ fields: BinanceFields, _ text: Span<UInt8>,
    into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    trade.at.price = try fields.decimal(UInt8(ascii: "p"), text, "the price", &message)
    trade.at.quantity = try fields.decimal(UInt8(ascii: "q"), text, "the quantity", &message)
    trade.aggressor = try fields.boolean(UInt8(ascii: "m"), text) ? .sell : .buy
    message.venueTime = try fields.time(UInt8(ascii: "T"), text)
    message.body = .trade(trade)
    return .message
  }

  private func depth(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    let first = try fields.integer(UInt8(ascii: "U"), text)
    let last = try fields.integer(UInt8(ascii: "u"), text)
    guard first >= 0, first <= last, last - first <= Int64(UInt32.max) else {
      throw LineFault("the update ids \(first) to \(last) are no range")
    }
    message.venueTime = try fields.time(UInt8(ascii: "E"), text)
    message.body = .depth(firstID: first, lastID: last)
    return .message
  }

  private func kline(
    _ fields: BinanceFields, _ text: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> MessageOutcome {
    var bar = BinanceFields()
    var json = try fields.place(UInt8(ascii: "k"))
    try bar.read(text, &json, into: &message)
    guard try bar.boolean(UInt8(ascii: "x"), text) else { return .unclosed }
    var candle = RawCandle()
    candle.open = try bar.decimal(UInt8(ascii: "o"), text, "the open", &message)
    candle.high = try bar.decimal(UInt8(ascii: "h"), text, "the high", &message)
    candle.low = try bar.decimal(UInt8(ascii: "l"), text, "the low", &message)
    candle.close = try bar.decimal(UInt8(ascii: "c"), text, "the close", &message)
    candle.volume = try bar.decimal(UInt8(ascii: "v"), text, "the volume", &message)
    let open = try bar.integer(UInt8(ascii: "t"), text)
    candle.intervalSeconds = try barSeconds(open: open, close: bar.integer(UInt8(ascii: "T"), text))
    message.venueTime = try bar.time(UInt8(ascii: "t"), text)
    message.body = .candle(candle)
    return .message
  }
}

/// How many trades lie between two ids, both counted.
package func tradeCount(_ first: Int64, _ last: Int64) throws(LineFault) -> UInt32 {
  guard first >= 0, last >= first, last - first < Int64(UInt32.max) else {
    throw LineFault("the trade ids \(first) to \(last) are no range")
  }
  return UInt32(last - first + 1)
}

/// The seconds between a bar's open and its last instant (inclusive, one unit before the next bar),
/// both in the unit of their magnitude.
package func barSeconds(open: Int64, close: Int64) throws(LineFault) -> UInt32 {
  let unit = TimeUnit(magnitudeOf: open)
  let perSecond = 1_000_000_000 / unit.rawValue
  let (end, overflow) = close.addingReportingOverflow(1)
  guard !overflow, end > open, end.subtractingReportingOverflow(open).overflow == false,
    (end - open) % perSecond == 0, (end - open) / perSecond <= Int64(UInt32.max)
  else { throw LineFault("a bar from \(open) to \(close) is not whole seconds long") }
  return UInt32((end - open) / perSecond)
}
