/// What market streams say, message by message (web-socket-streams.md).

internal import TradingCore

extension PublicMarket {
  private func begin(_ json: inout JSONText, _ event: String, _ now: Timestamp) {
    json.set("e", event)
    json.set("E", now.milliseconds)
    json.set("s", symbol)
  }

  func tradeMessage(_ trade: Trade, at time: Timestamp, now: Timestamp) -> [UInt8] {
    JSONText.object { json in
      begin(&json, "trade", now)
      json.set("t", trade.firstID)
      json.set("p", grid.text(trade.price))
      json.set("q", grid.text(trade.quantity))
      json.set("T", time.milliseconds)
      json.set("m", trade.aggressor == .sell)
      json.set("M", true)
    }
  }

  func aggregateMessage(_ entry: TradeRecord.Entry, now: Timestamp) -> [UInt8] {
    JSONText.object { json in
      begin(&json, "aggTrade", now)
      write(aggregate: entry, into: &json)
    }
  }

  /// An aggregate's members, which streams and REST share.
  func write(aggregate entry: TradeRecord.Entry, into json: inout JSONText) {
    json.set("a", entry.aggregate)
    json.set("p", grid.text(entry.trade.price))
    json.set("q", grid.text(entry.trade.quantity))
    json.set("f", entry.trade.firstID)
    json.set("l", entry.trade.firstID + Int64(entry.trade.count) - 1)
    json.set("T", entry.time.milliseconds)
    json.set("m", entry.trade.aggressor == .sell)
    json.set("M", true)
  }

  func quoteMessage(_ top: Quote) -> [UInt8] {
    JSONText.object { json in
      json.set("u", published(top.updateID))
      json.set("s", symbol)
      json.set("b", grid.text(top.bidPrice))
      json.set("B", grid.text(top.bidQuantity))
      json.set("a", grid.text(top.askPrice))
      json.set("A", grid.text(top.askQuantity))
    }
  }

  /// The changed levels with what is there now; a level that is gone has quantity zero.
  func depthMessage(
    _ levels: [DepthChanges.Level], _ book: borrowing OrderBook, from first: Int64, now: Timestamp
  ) -> [UInt8] {
    var bids = JSONText()
    var asks = JSONText()
    let texts = levels.map { level in
      let price = Price(ticks: level.ticks)
      let side = level.isAsk ? book.asks : book.bids
      return (level.isAsk, grid.text(price), grid.text(side.quantity(at: price)))
    }
    bids.array(texts.filter { !$0.0 }) { Self.writeLevel($1.1, $1.2, into: &$0) }
    asks.array(texts.filter { $0.0 }) { Self.writeLevel($1.1, $1.2, into: &$0) }
    return JSONText.object { json in
      begin(&json, "depthUpdate", now)
      json.set("U", first)
      json.set("u", updateID)
      json.set("b", raw: bids.bytes)
      json.set("a", raw: asks.bytes)
    }
  }

  private static func writeLevel(_ price: String, _ quantity: String, into json: inout JSONText) {
    json.array([price, quantity]) { $0.add($1) }
  }

  /// The best levels of the book, as REST and the partial streams have them.
  func depth(_ book: borrowing OrderBook, limit: Int) -> [UInt8] {
    let bids = book.bids
    let asks = book.asks
    return JSONText.object { json in
      json.set("lastUpdateId", updateID)
      json.set("bids", array: 0..<min(limit, bids.count)) { json, place in
        Self.writeLevel(grid.text(bids[place].price), grid.text(bids[place].quantity), into: &json)
      }
      json.set("asks", array: 0..<min(limit, asks.count)) { json, place in
        Self.writeLevel(grid.text(asks[place].price), grid.text(asks[place].quantity), into: &json)
      }
    }
  }

  func klineMessage(
    _ bar: TradeBar, _ frame: KlineFrame, isClosed: Bool, now: Timestamp
  ) -> [UInt8] {
    JSONText.object { json in
      begin(&json, "kline", now)
      json.set("k") { json in
        json.set("t", bar.start.milliseconds)
        json.set("T", frame.end(from: bar.start).milliseconds - 1)
        json.set("s", symbol)
        json.set("i", frame.interval.rawValue)
        json.set("f", bar.firstID)
        json.set("L", bar.lastID)
        json.set("o", grid.text(bar.open))
        json.set("c", grid.text(bar.close))
        json.set("h", grid.text(bar.high))
        json.set("l", grid.text(bar.low))
        json.set("v", grid.text(bar.volume))
        json.set("n", bar.count)
        json.set("x", isClosed)
        json.set("q", grid.text(bar.quoteVolume))
        json.set("V", grid.text(bar.takerVolume))
        json.set("Q", grid.text(bar.takerQuoteVolume))
        json.set("B", "0")
      }
    }
  }

  func averagePriceMessage(_ price: String, now: Timestamp) -> [UInt8] {
    JSONText.object { json in
      begin(&json, "avgPrice", now)
      json.set("i", "5m")
      json.set("w", price)
      json.set("T", (trades.last?.time ?? now).milliseconds)
    }
  }
}

extension MarketStatistics {
  /// `24hrMiniTicker`.
  func miniMessage(now: Timestamp) -> [UInt8] {
    let grid = market.grid
    return JSONText.object { json in
      json.set("e", "24hrMiniTicker")
      json.set("E", now.milliseconds)
      json.set("s", market.symbol)
      json.set("c", grid.text(bar.close))
      json.set("o", grid.text(bar.open))
      json.set("h", grid.text(bar.high))
      json.set("l", grid.text(bar.low))
      json.set("v", grid.text(bar.volume))
      json.set("q", grid.text(bar.quoteVolume))
    }
  }

  /// `24hrTicker`, or with a window's name `1hTicker` and the like, which say less.
  func message(window: String? = nil, top: Quote, now: Timestamp) -> [UInt8] {
    let grid = market.grid
    return JSONText.object { json in
      json.set("e", (window ?? "24hr") + "Ticker")
      json.set("E", now.milliseconds)
      json.set("s", market.symbol)
      json.set("p", change)
      json.set("P", changePercent)
      json.set("w", averagePrice)
      if window == nil { json.set("x", grid.text(previousClose)) }
      json.set("c", grid.text(bar.close))
      if window == nil {
        json.set("Q", grid.text(market.trades.last?.trade.quantity ?? .zero))
        json.set("b", grid.text(top.bidPrice))
        json.set("B", grid.text(top.bidQuantity))
        json.set("a", grid.text(top.askPrice))
        json.set("A", grid.text(top.askQuantity))
      }
      json.set("o", grid.text(bar.open))
      json.set("h", grid.text(bar.high))
      json.set("l", grid.text(bar.low))
      json.set("v", grid.text(bar.volume))
      json.set("q", grid.text(bar.quoteVolume))
      json.set("O", from.milliseconds)
      json.set("C", to.milliseconds)
      json.set("F", bar.firstID)
      json.set("L", bar.lastID)
      json.set("n", bar.count)
    }
  }
}
