/// Market data on request.

internal import TradingCore

extension ExchangeDesk {
  func depth(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(100, most: 5_000)
    guard market.id.index < state.markets.count else { throw .badSymbol }
    return market.depth(state.markets[market.id.index].book, limit: limit)
  }

  // MARK: Trades

  func trades(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(500, most: 1_000)
    return write(Array(market.trades.entries.suffix(limit)), market)
  }

  func historicalTrades(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(500, most: 1_000)
    guard let from = try call.parameters.integer("fromId") else { return try trades(call) }
    let place = market.trades.entries.place { $0.trade.firstID < from }
    return write(Array(market.trades.entries[place...].prefix(limit)), market)
  }

  private func write(_ entries: [TradeRecord.Entry], _ market: PublicMarket) -> [UInt8] {
    JSONText.array(entries) { json, entry in
      json.object { json in
        json.set("id", entry.trade.firstID)
        json.set("price", market.grid.text(entry.trade.price))
        json.set("qty", market.grid.text(entry.trade.quantity))
        json.set(
          "quoteQty",
          market.grid.text(market.grid.value(entry.trade.price, entry.trade.quantity)))
        json.set("time", entry.time.milliseconds)
        json.set("isBuyerMaker", entry.trade.aggressor == .sell)
        json.set("isBestMatch", true)
      }
    }
  }

  func aggregateTrades(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(500, most: 1_000)
    let entries = market.trades.entries
    let found: ArraySlice<TradeRecord.Entry>
    if let from = try call.parameters.integer("fromId") {
      found = entries[market.trades.entries.place { $0.aggregate < from }...].prefix(limit)
    } else {
      let from = try call.parameters.time("startTime")
      let to = try call.parameters.time("endTime")
      let first = from.map { from in market.trades.entries.place { $0.time < from } } ?? 0
      let end = to.map { to in
        market.trades.entries.place { $0.time.milliseconds <= to.milliseconds }
      }
      let all = entries[min(first, end ?? entries.count)..<(end ?? entries.count)]
      found = from == nil ? all.suffix(limit) : all.prefix(limit)
    }
    return JSONText.array(found) { json, entry in
      json.object { market.write(aggregate: entry, into: &$0) }
    }
  }

  // MARK: Klines

  func klines(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    guard let interval = KlineInterval(rawValue: try call.parameters.required("interval")) else {
      throw .badInterval
    }
    let frame = KlineFrame(interval: interval, zone: try zone(call.parameters))
    let bars = market.klines(
      frame, from: try call.parameters.time("startTime"),
      to: try call.parameters.time("endTime"),
      limit: try call.parameters.limit(500, most: 1_000), now: call.now)
    return JSONText.array(bars) { market.write($1, frame, into: &$0) }
  }

  /// `timeZone`: by whose clock bars and days begin; times in requests are UTC all the same.
  private func zone(_ parameters: RequestParameters) throws(APIError) -> Interval {
    guard let text = try parameters.text("timeZone") else { return .zero }
    guard let zone = Interval(zone: text) else { throw .invalid("timeZone") }
    return zone
  }

  func averagePrice(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    return JSONText.object { json in
      json.set("mins", 5)
      json.set("price", market.averagePrice(at: call.now))
      json.set("closeTime", (market.trades.last?.time ?? call.now).milliseconds)
    }
  }

  // MARK: Tickers

  /// A ticker's answer: one object for a symbol, an array for several or all.
  private func tickers(
    _ call: Call, allowsAll: Bool, _ write: (PublicMarket, inout JSONText) -> Void
  ) throws(APIError) -> [UInt8] {
    let found = try symbols(call.parameters)
    if call.parameters.has("symbol"), let market = found?.first {
      return JSONText.object { write(market, &$0) }
    }
    guard found != nil || allowsAll else { throw .missing("symbol", or: "symbols") }
    return JSONText.array(found ?? markets.indices.compactMap { markets[$0] }) { json, market in
      json.object { write(market, &$0) }
    }
  }

  func ticker24(_ call: Call) throws(APIError) -> [UInt8] {
    let isFull = try isFull(call.parameters)
    return try tickers(call, allowsAll: true) { market, json in
      let stats = MarketStatistics(market, from: call.now - .day, to: call.now)
      if isFull {
        stats.writeDay(into: &json, top: top(market.id))
      } else {
        stats.write(into: &json, isFull: false)
      }
    }
  }

  func tickerDay(_ call: Call) throws(APIError) -> [UInt8] {
    let isFull = try isFull(call.parameters)
    let zone = try zone(call.parameters)
    let start = (call.now + zone).floored(to: .day) - zone
    let end = start + .day - Interval(nanoseconds: 1)
    return try tickers(call, allowsAll: false) { market, json in
      MarketStatistics(market, from: start, to: end).write(into: &json, isFull: isFull)
    }
  }

  func tickerWindow(_ call: Call) throws(APIError) -> [UInt8] {
    let isFull = try isFull(call.parameters)
    let window = try call.parameters.text("windowSize") ?? "1d"
    let most: Int? = ["m": 59, "h": 23, "d": 7][window.suffix(1)]
    guard let most, let count = Int(window.dropLast()), (1...most).contains(count),
      let width = Interval(window)
    else { throw .illegal("windowSize", range: "^[1-9]?[0-9]{1,2}[mhd]$") }
    let start = (call.now - width).floored(to: .minute)
    return try tickers(call, allowsAll: false) { market, json in
      MarketStatistics(market, from: start, to: call.now).write(into: &json, isFull: isFull)
    }
  }

  private func isFull(_ parameters: RequestParameters) throws(APIError) -> Bool {
    switch try parameters.text("type") {
    case nil, "FULL": true
    case "MINI": false
    default: throw APIError(-1139, "Invalid ticker type.")
    }
  }

  func tickerPrice(_ call: Call) throws(APIError) -> [UInt8] {
    try tickers(call, allowsAll: true) { market, json in
      json.set("symbol", market.symbol)
      json.set("price", market.grid.text(market.lastPrice ?? .zero))
    }
  }

  func tickerBook(_ call: Call) throws(APIError) -> [UInt8] {
    try tickers(call, allowsAll: true) { market, json in
      let top = top(market.id)
      json.set("symbol", market.symbol)
      json.set("bidPrice", market.grid.text(top.bidPrice))
      json.set("bidQty", market.grid.text(top.bidQuantity))
      json.set("askPrice", market.grid.text(top.askPrice))
      json.set("askQty", market.grid.text(top.askQuantity))
    }
  }

  // MARK: What these markets do not have

  /// `GET executionRules`: there are none.
  func executionRules(_ call: Call) throws(APIError) -> [UInt8] {
    let listed = try symbols(call.parameters) ?? markets.indices.compactMap { markets[$0] }
    return JSONText.object { json in
      json.set("symbolRules", array: listed) { json, market in
        json.object { json in
          json.set("symbol", market.symbol)
          json.set("rules", strings: [])
        }
      }
    }
  }

  /// `GET referencePrice` and how it is calculated.
  /// - Throws: -2043 always.
  func referencePrice(_ call: Call) throws(APIError) -> [UInt8] {
    _ = try market(call.parameters)
    throw .noReferencePrice
  }

  /// `GET historicalBlockTrades`: none.
  func blockTrades(_ call: Call) throws(APIError) -> [UInt8] {
    _ = try market(call.parameters)
    return JSONText.emptyArray
  }
}
