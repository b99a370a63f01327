/// Coinbase's market channels, to events: trades, quotes, books. Candles stand beside. Source:
/// docs.cdp.coinbase.com, "Advanced Trade WebSocket channels".

import TradingCore

/// Reads the events of one market frame.
struct CoinbaseMarket {
  let directory: VenueDirectory
  let products: CoinbaseProducts
  /// When the frame came, and when the venue sent it.
  let received: Timestamp
  let sent: Timestamp

  /// What a product's id means.
  func symbol(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Int {
    try products.index(of: text, range, in: directory)
  }

  /// Begins a message.
  func begin(_ message: inout Message, at venueTime: Timestamp) {
    message.reset()
    (message.receiveTime, message.venueTime) = (received, venueTime)
  }

  func append(
    _ message: borrowing Message, of symbol: Int, into batch: inout FrameBatch
  ) throws(LineFault) {
    let instrument = directory.definition(at: symbol).instrument
    try batch.append(message, of: instrument, on: directory.grid(at: symbol))
  }
}

// MARK: Books

extension CoinbaseMarket {
  /// A book as it is, or the levels that changed: quantities are what is there now, 0 takes a level away.
  func book(
    _ event: CoinbaseEvent, _ text: Span<UInt8>, _ message: inout Message,
    on link: inout CoinbaseLink, into batch: inout FrameBatch
  ) throws(LineFault) {
    let symbol = try symbol(text, event.product)
    begin(&message, at: sent)
    var latest = Timestamp.none
    var json = try event.place("updates")
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      latest = max(latest, try level(text, &json, into: &message))
    }
    // The levels of a snapshot tell when each was last touched, some of them 1970.
    if !event.isSnapshot, latest != .none { message.venueTime = latest }
    var ids = link[book: symbol]
    if event.isSnapshot {
      message.body = .snapshot(updateID: ids.snapshot(at: message.venueTime))
    } else {
      let own = ids.update(at: message.venueTime)
      message.body = .depth(firstID: own.first, lastID: own.last)
    }
    try append(message, of: symbol, into: &batch)
    link[book: symbol] = ids
  }

  /// Reads one level.
  /// - Returns: when it changed.
  private func level(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into message: inout Message
  ) throws(LineFault) -> Timestamp {
    var time = Timestamp.none
    var isBid: Bool?
    var found = RawLevel()
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("side", in: key) {
        isBid = try side(text, try json.string(text))
      } else if text.equals("event_time", in: key) {
        time = try json.moment(text)
      } else if text.equals("price_level", in: key) {
        found.price = try message.take(try json.decimal(text), "a level's price")
      } else if text.equals("new_quantity", in: key) {
        found.quantity = try message.take(try json.decimal(text), "a level's quantity")
      } else {
        try json.skipValue(text)
      }
    }
    guard let isBid, found.price.mantissa > 0 else {
      throw LineFault("a level without a side or a price above zero")
    }
    if isBid { message.bids.append(found) } else { message.asks.append(found) }
    return time
  }

  private func side(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Bool {
    if text.equals("bid", in: range) { return true }
    guard text.equals("offer", in: range) else {
      throw LineFault("a level's side is \"\(text.string(range))\"")
    }
    return false
  }
}

// MARK: Trades

/// A trade with what it is sorted by.
struct CoinbaseTrade {
  var symbol = 0
  var time = Timestamp.none
  var raw = RawTrade()
}

extension CoinbaseMarket {
  /// Trades of one event, in the order of their ids whichever way the venue lists them. A subscription
  /// begins with the last trades there were. What happened before we first listened is history, and no
  /// event; what happened since the newest trade that any link brought was missed between two links, and is
  /// told late.
  /// - Parameters:
  ///   - trades: keeps its room between frames.
  ///   - newest: the highest trade id seen, by symbol; 0 for none.
  /// - Returns: how many were history.
  func trades(
    _ event: CoinbaseEvent, _ text: Span<UInt8>, _ message: inout Message,
    _ trades: inout [CoinbaseTrade], newest: inout [Int64], into batch: inout FrameBatch
  ) throws(LineFault) -> Int {
    begin(&message, at: sent)
    trades.removeAll(keepingCapacity: true)
    var json = try event.place("trades")
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: trades.isEmpty) {
      trades.append(try trade(text, &json, &message))
    }
    trades.sort { ($0.symbol, $0.raw.id) < ($1.symbol, $1.raw.id) }
    var history = 0
    for trade in trades {
      let last = trade.symbol < newest.count ? newest[trade.symbol] : 0
      if event.isSnapshot, last == 0 || trade.raw.id <= last {
        history += 1
        continue
      }
      message.venueTime = trade.time
      message.body = .trade(trade.raw)
      try append(message, of: trade.symbol, into: &batch)
    }
    for trade in trades {
      while newest.count <= trade.symbol { newest.append(0) }
      newest[trade.symbol] = max(newest[trade.symbol], trade.raw.id)
    }
    return history
  }

  /// Reads one trade. Its side is the maker's, so the taker's is the other.
  func trade(
    _ text: Span<UInt8>, _ json: inout JSONScanner, _ message: inout Message
  ) throws(LineFault) -> CoinbaseTrade {
    var trade = CoinbaseTrade()
    var (symbol, maker): (Int?, Side?)
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("trade_id", in: key) {
        trade.raw.id = try json.integer(text)
      } else if text.equals("product_id", in: key) {
        symbol = try self.symbol(text, try json.string(text))
      } else if text.equals("price", in: key) {
        trade.raw.at.price = try message.take(try json.decimal(text), "the price")
      } else if text.equals("size", in: key) {
        trade.raw.at.quantity = try message.take(try json.decimal(text), "the quantity")
      } else if text.equals("side", in: key) {
        maker = try CoinbaseWords.side(text, try json.string(text))
      } else if text.equals("time", in: key) {
        trade.time = try json.moment(text)
      } else {
        try json.skipValue(text)
      }
    }
    guard let symbol, let maker, trade.raw.id > 0, trade.time != .none else {
      throw LineFault("a trade without its product, side, id or time")
    }
    (trade.symbol, trade.raw.firstID) = (symbol, trade.raw.id)
    trade.raw.aggressor = maker == .buy ? .sell : .buy
    return trade
  }
}

// MARK: Quotes

extension CoinbaseMarket {
  /// Quotes of one event: the best bid and ask as they are at a trade. They have no id.
  func quotes(
    _ event: CoinbaseEvent, _ text: Span<UInt8>, _ message: inout Message,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    var json = try event.place("tickers")
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      begin(&message, at: sent)
      var quote = RawQuote()
      let symbol = try read(&quote, text, &json, &message)
      message.body = .quote(quote)
      try append(message, of: symbol, into: &batch)
    }
  }

  private func read(
    _ quote: inout RawQuote, _ text: Span<UInt8>, _ json: inout JSONScanner,
    _ message: inout Message
  ) throws(LineFault) -> Int {
    var symbol: Int?
    var found = 0
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("product_id", in: key) {
        symbol = try self.symbol(text, try json.string(text))
      } else if text.matches("best_", at: key.lowerBound) {
        let value = try message.take(try json.decimalOrZero(text), "a best price or quantity")
        found += 1
        switch true {
        case text.equals("best_bid", in: key): quote.bid.price = value
        case text.equals("best_bid_quantity", in: key): quote.bid.quantity = value
        case text.equals("best_ask", in: key): quote.ask.price = value
        case text.equals("best_ask_quantity", in: key): quote.ask.quantity = value
        default: found -= 1
        }
      } else {
        try json.skipValue(text)
      }
    }
    guard let symbol, found == 4 else {
      throw LineFault("a ticker without its product, or without best bid and ask")
    }
    return symbol
  }
}
