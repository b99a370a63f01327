/// Kraken's market channels as streams of this exchange. Source: docs.kraken.com, Spot WebSocket v2.

internal import TradingCore

/// What a channel tells of a market.
enum KrakenTopic: Hashable, Sendable {
  case trade
  case ticker
  /// The best so many levels of the book.
  case book(depth: Int)
  /// Candles of so many minutes.
  case candles(minutes: Int64)

  /// Levels a side that a book may have, and minutes of candles.
  static let depths = [10, 25, 100, 500, 1_000]
  static let minutes: [Int64: KlineInterval] = [
    1: .minute, 5: .minutes5, 15: .minutes15, 30: .minutes30, 60: .hour, 240: .hours4, 1_440: .day,
    10_080: .week,
  ]

  /// The channel with its parameter, as in `BTC/USD@book10`: what faults and tallies name it by.
  var name: String {
    switch self {
    case .trade: "trade"
    case .ticker: "ticker"
    case .book(let depth): "book\(depth)"
    case .candles(let minutes): "ohlc\(minutes)"
    }
  }

  /// The channel of a name; `nil` for any other.
  init?(name: String) {
    let word = name.prefix { !$0.isNumber }
    let number = Int(name.dropFirst(word.count))
    switch (word, number) {
    case ("trade", nil): self = .trade
    case ("ticker", nil): self = .ticker
    case ("book", let depth?) where Self.depths.contains(depth): self = .book(depth: depth)
    case ("ohlc", let minutes?) where Self.minutes[Int64(minutes)] != nil:
      self = .candles(minutes: Int64(minutes))
    default: return nil
    }
  }
}

extension StreamKey {
  /// A stream by its market's name in Kraken's language and its channel's: `BTC/USD@book10`.
  init?(kraken name: String, in markets: Markets) {
    let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2, let market = markets.krakenNamed(parts[0]),
      let topic = KrakenTopic(name: parts[1])
    else { return nil }
    self.init(market: market.id, topic: .kraken(topic))
  }
}

extension Markets {
  /// The market of a pair's name; `nil` for a stranger. O(markets).
  func krakenNamed(_ name: String) -> PublicMarket? {
    guard name.contains("/") else { return nil }
    return indices.compactMap { self[$0] }.first { $0.krakenName == name }
  }
}

extension PublicMarket {
  /// Both assets with a slash between, whatever the recording's symbol is.
  var krakenName: String { base + "/" + quote }
}
