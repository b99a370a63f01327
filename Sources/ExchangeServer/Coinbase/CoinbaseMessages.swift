/// What Coinbase's market channels say, message by message. Source: docs.cdp.coinbase.com, "Advanced Trade
/// WebSocket channels". Whatever is told newest first there is so here.

internal import Dialects
internal import TradingCore

/// A message of a channel. Its number on the connection stands in front once it is known who gets it.
enum CoinbaseMessage {
  /// A message with one event.
  static func text(
    _ channel: String, at now: Timestamp, _ event: (inout JSONText) -> Void
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("channel", channel)
      json.set("client_id", "")
      json.set("timestamp", now.instantText)
      json.set("events", array: [()]) { json, _ in json.object(event) }
    }
  }

  /// The same with a list, as it is or as it changed.
  static func text<Items: Sequence>(
    _ topic: CoinbaseTopic, _ list: String, _ items: Items, isSnapshot: Bool,
    of product: String? = nil,
    at now: Timestamp, _ item: (inout JSONText, Items.Element) -> Void
  ) -> [UInt8] {
    text(topic.channel, at: now) { json in
      json.set("type", isSnapshot ? "snapshot" : "update")
      if let product { json.set("product_id", product) }
      json.set(list, array: items) { json, element in json.object { item(&$0, element) } }
    }
  }

  /// A message with its number.
  static func numbered(_ message: [UInt8], _ sequence: Int64) -> [UInt8] {
    Array("{\"sequence_num\":\(sequence),".utf8) + message.dropFirst()
  }

  static func error(_ words: String) -> [UInt8] {
    JSONText.object { json in
      json.set("type", "error")
      json.set("message", words)
    }
  }

  static func heartbeat(_ counter: Int64, at now: Timestamp) -> [UInt8] {
    text(CoinbaseTopic.heartbeats, at: now) { json in
      json.set("current_time", now.instantText)
      json.set("heartbeat_counter", counter)
    }
  }
}

extension PublicMarket {
  private func number(_ price: Price) -> String { grid.definition.text(price) }
  private func number(_ quantity: Quantity) -> String { grid.definition.text(quantity) }

  /// A trade, in streams and over HTTP. Its side is the maker's.
  func writeCoinbase(_ trade: Trade, at time: Timestamp, into json: inout JSONText) {
    json.set("trade_id", String(trade.firstID))
    json.set("product_id", coinbaseName)
    json.set("price", number(trade.price))
    json.set("size", number(trade.quantity))
    json.set("side", trade.aggressor == .buy ? "SELL" : "BUY")
    json.set("time", time.instantText)
  }

  /// The best levels and the last price. The figures of a day, which Coinbase's ticker has as well, are
  /// left out.
  func writeCoinbase(_ top: Quote, into json: inout JSONText) {
    json.set("type", "ticker")
    json.set("product_id", coinbaseName)
    json.set("price", number(lastPrice ?? .zero))
    json.set("best_bid", number(top.bidPrice))
    json.set("best_bid_quantity", number(top.bidQuantity))
    json.set("best_ask", number(top.askPrice))
    json.set("best_ask_quantity", number(top.askQuantity))
  }

  /// A candle, in streams and over HTTP.
  func writeCoinbase(_ bar: TradeBar, into json: inout JSONText) {
    json.set("start", String(bar.start.nanoseconds / 1_000_000_000))
    json.set("high", number(bar.high))
    json.set("low", number(bar.low))
    json.set("open", number(bar.open))
    json.set("close", number(bar.close))
    json.set("volume", number(bar.volume))
  }

  /// A book's message: all levels, or those that changed with what is there now.
  func coinbaseBook(
    _ levels: [(side: Side, price: Price, quantity: Quantity)], isSnapshot: Bool, at now: Timestamp
  ) -> [UInt8] {
    CoinbaseMessage.text(
      .book, "updates", levels, isSnapshot: isSnapshot, of: coinbaseName, at: now
    ) { json, level in
      json.set("side", level.side == .buy ? "bid" : "offer")
      json.set("event_time", isSnapshot ? "1970-01-01T00:00:00Z" : now.instantText)
      json.set("price_level", number(level.price))
      json.set("new_quantity", number(level.quantity))
    }
  }
}
