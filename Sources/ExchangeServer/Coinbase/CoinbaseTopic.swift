/// Coinbase's market channels as streams of this exchange. Source: docs.cdp.coinbase.com, "Advanced Trade
/// WebSocket channels".

internal import TradingCore

/// What a channel tells of a market, by the name it is subscribed to.
enum CoinbaseTopic: String, Hashable, Sendable {
  case trades = "market_trades"
  case ticker
  case book = "level2"
  /// Candles of five minutes.
  case candles

  /// The name its messages carry.
  var channel: String { self == .book ? "l2_data" : rawValue }

  /// The channels that are of no market.
  static let heartbeats = "heartbeats"
  static let user = "user"
}

extension StreamKey {
  /// A stream by its market's name in Coinbase's language and its channel's: `BTC-USD@level2`.
  init?(coinbase name: String, in markets: Markets) {
    let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2, let market = markets.coinbaseNamed(parts[0]),
      let topic = CoinbaseTopic(rawValue: parts[1])
    else { return nil }
    self.init(market: market.id, topic: .coinbase(topic))
  }
}

extension Markets {
  /// The market of a product's id; `nil` for a stranger. O(markets).
  func coinbaseNamed(_ name: String) -> PublicMarket? {
    guard name.contains("-") else { return nil }
    return indices.compactMap { self[$0] }.first { $0.coinbaseName == name }
  }
}

extension PublicMarket {
  /// Both assets with a dash between, whatever the recording's symbol is.
  var coinbaseName: String { base + "-" + quote }
}
