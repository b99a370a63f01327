/// VenueNames of market streams and what they carry. Source: Binance spot API, web-socket-streams.md.

internal import TradingCore

/// What a stream tells of a market.
enum StreamTopic: Hashable, Sendable {
  case trade
  case aggregateTrade
  case bookTicker
  /// Changes of the book, every 100 ms or every second.
  case depth(isFast: Bool)
  /// The best levels of the book.
  case partial(levels: Int, isFast: Bool)
  case kline(KlineFrame)
  case ticker
  case miniTicker
  case averagePrice
  /// A rolling window of so many hours, by its name.
  case window(String)
  /// A channel in Kraken's language.
  case kraken(KrakenTopic)
  /// A channel in Coinbase's language.
  case coinbase(CoinbaseTopic)
}

/// A market and a topic; the market is `none` for streams of all of them.
struct StreamKey: Hashable, Sendable {
  var market: InstrumentID
  var topic: StreamTopic

  /// Hours of a rolling window by its name in streams.
  static let windows: [String: Int64] = ["1h": 1, "4h": 4, "1d": 24]

  /// What a name stands for; `nil` for a market or a topic that there is not. The exchange takes such
  /// a name all the same, and sends nothing.
  init?(_ name: String, in markets: Markets) {
    if let topic = StreamKey.topic(ofAll: name) {
      self.init(market: .none, topic: topic)
      return
    }
    if let key = StreamKey(kraken: name, in: markets) ?? StreamKey(coinbase: name, in: markets) {
      self = key
      return
    }
    let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0] == parts[0].lowercased(),
      let market = markets.named(parts[0].uppercased()), let topic = StreamKey.topic(parts[1])
    else { return nil }
    self.init(market: market.id, topic: topic)
  }

  init(market: InstrumentID, topic: StreamTopic) {
    self.market = market
    self.topic = topic
  }

  private static func topic(_ text: String) -> StreamTopic? {
    switch text {
    case "trade": return .trade
    case "aggTrade": return .aggregateTrade
    case "bookTicker": return .bookTicker
    case "ticker": return .ticker
    case "miniTicker": return .miniTicker
    case "avgPrice": return .averagePrice
    default: break
    }
    if text.hasPrefix("kline_") {
      return klineTopic(text.dropFirst(6))
    }
    if text.hasPrefix("ticker_") {
      let window = String(text.dropFirst(7))
      return windows[window] == nil ? nil : .window(window)
    }
    return text.hasPrefix("depth") ? depth(String(text.dropFirst(5))) : nil
  }

  /// `!miniTicker@arr`, `!ticker_1h@arr`.
  private static func topic(ofAll name: String) -> StreamTopic? {
    guard name.hasPrefix("!"), name.hasSuffix("@arr") else { return nil }
    let word = String(name.dropFirst().dropLast(4))
    if word == "miniTicker" { return .miniTicker }
    let window = word.hasPrefix("ticker_") ? String(word.dropFirst(7)) : ""
    return windows[window] == nil ? nil : .window(window)
  }

  /// `"1m"`, `"1m@+08:00"`.
  private static func klineTopic(_ text: Substring) -> StreamTopic? {
    let isZoned = text.hasSuffix(KlineFrame.streamZoneName)
    let name = isZoned ? text.dropLast(KlineFrame.streamZoneName.count) : text
    return KlineInterval(rawValue: String(name)).map {
      .kline(KlineFrame(interval: $0, zone: isZoned ? KlineFrame.streamZone : .zero))
    }
  }

  /// `""`, `"5"`, `"@100ms"`, `"20@1000ms"`.
  private static func depth(_ text: String) -> StreamTopic? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    let speed = parts.count == 2 ? parts[1] : "1000ms"
    guard speed == "100ms" || speed == "1000ms" else { return nil }
    let isFast = speed == "100ms"
    if parts[0].isEmpty { return .depth(isFast: isFast) }
    guard let levels = Int(parts[0]), [5, 10, 20].contains(levels) else { return nil }
    return .partial(levels: levels, isFast: isFast)
  }
}
