/// What Kraken's market channels say, message by message. Source: docs.kraken.com, Spot WebSocket v2, the
/// pages of the channels. Numbers stand bare and with all digits of their grid.

internal import Dialects
internal import TradingCore

/// A message of a channel with one entry.
enum KrakenMessage {
  /// - Parameter isSnapshot: whether it says how things are, not what has changed.
  static func text(
    _ channel: String, isSnapshot: Bool = false, _ entry: (inout JSONText) -> Void
  ) -> [UInt8] {
    text(channel, isSnapshot: isSnapshot, [()]) { json, _ in entry(&json) }
  }

  /// The same with an entry for each item.
  static func text<Items: Sequence>(
    _ channel: String, isSnapshot: Bool, _ items: Items,
    _ entry: (inout JSONText, Items.Element) -> Void
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("channel", channel)
      json.set("type", isSnapshot ? "snapshot" : "update")
      json.set("data", array: items) { json, item in json.object { entry(&$0, item) } }
    }
  }

  static let heartbeat = JSONText.object { $0.set("channel", "heartbeat") }

  /// What every connection begins with.
  static func status(connection: Int) -> [UInt8] {
    text("status") { json in
      json.set("api_version", "v2")
      json.set("connection_id", connection)
      json.set("system", "online")
      json.set("version", "2.0.10")
    }
  }
}

extension JSONText {
  /// A number as its digits stand.
  mutating func set(_ key: String, number digits: String) { set(key, raw: Array(digits.utf8)) }
}

extension PublicMarket {
  private func number(_ price: Price) -> String { grid.definition.text(price) }
  private func number(_ quantity: Quantity) -> String { grid.definition.text(quantity) }

  func writeKraken(_ trade: Trade, at time: Timestamp, into json: inout JSONText) {
    json.set("symbol", krakenName)
    json.set("side", trade.aggressor == .buy ? "buy" : "sell")
    json.set("price", number: number(trade.price))
    json.set("qty", number: number(trade.quantity))
    json.set("ord_type", "limit")
    json.set("trade_id", trade.firstID)
    json.set("timestamp", time.instantText)
  }

  /// The best levels and the last price. The figures of a day, which Kraken's ticker has as well, are left
  /// out.
  func writeKraken(_ top: Quote, at now: Timestamp, into json: inout JSONText) {
    json.set("symbol", krakenName)
    json.set("bid", number: number(top.bidPrice))
    json.set("bid_qty", number: number(top.bidQuantity))
    json.set("ask", number: number(top.askPrice))
    json.set("ask_qty", number: number(top.askQuantity))
    json.set("last", number: number(lastPrice ?? .zero))
    json.set("timestamp", now.instantText)
  }

  func writeKraken(_ bar: TradeBar, minutes: Int64, into json: inout JSONText) {
    json.set("symbol", krakenName)
    json.set("open", number: number(bar.open))
    json.set("high", number: number(bar.high))
    json.set("low", number: number(bar.low))
    json.set("close", number: number(bar.close))
    json.set("trades", bar.count)
    json.set("volume", number: number(bar.volume))
    json.set("interval_begin", bar.start.instantText)
    json.set("interval", minutes)
  }

  /// A book's message: all levels, or those that changed.
  func krakenBook(
    _ bids: [KrakenLevels.Level], _ asks: [KrakenLevels.Level], checksum: UInt32, isSnapshot: Bool,
    at now: Timestamp
  ) -> [UInt8] {
    KrakenMessage.text("book", isSnapshot: isSnapshot) { json in
      json.set("symbol", krakenName)
      for (side, levels) in [("bids", bids), ("asks", asks)] {
        json.set(side, array: levels) { json, level in
          json.object { json in
            json.set("price", number: number(level.price))
            json.set("qty", number: number(level.quantity))
          }
        }
      }
      json.set("checksum", Int64(checksum))
      json.set("timestamp", now.instantText)
    }
  }
}
