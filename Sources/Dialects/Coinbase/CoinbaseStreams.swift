/// Coinbase's market channels, the frames that subscribe to them, and what answers those frames. Source:
/// docs.cdp.coinbase.com, "Advanced Trade WebSocket overview" and "channels".

import TradingCore

/// A channel, by the name it is subscribed to.
enum CoinbaseChannel: String, Sendable {
  case trades = "market_trades"
  case quotes = "ticker"
  /// Its frames are of a channel named `l2_data`.
  case book = "level2"
  case candles
  /// A frame every second. Without it a quiet channel is closed within a minute or so.
  case heartbeats
  /// Reports of an account, on its own connection.
  case user

  /// Seconds of the only candles there are.
  static let candleSeconds: UInt32 = 300

  /// - Throws: `DialectError.inexpressible` for a stream that Coinbase has not.
  init(_ kind: MarketStream.Kind) throws(DialectError) {
    switch kind {
    case .trades: self = .trades
    case .quotes: self = .quotes
    case .depth(isFast: true): self = .book
    case .candles(CoinbaseChannel.candleSeconds): self = .candles
    case .candles(let seconds):
      throw .inexpressible("Coinbase has candles of 300 seconds, not of \(seconds)")
    case .aggregateTrades: throw .inexpressible("Coinbase tells every trade, not aggregates")
    case .depth(isFast: false), .topLevels:
      throw .inexpressible("Coinbase tells the whole book as it changes: follow `depth`")
    }
  }

  /// What a loss in it is a loss of; `nil` where it is of no market.
  var stream: StreamKind? {
    switch self {
    case .trades: .trade
    case .quotes: .quote
    case .book: .depth
    case .candles: .candle
    case .heartbeats, .user: nil
    }
  }
}

/// A subscription that was asked for. Coinbase's answers carry no id: each tells all that a connection is
/// subscribed to, so a request is answered when what it asked for is among that.
struct CoinbaseSubscription: Sendable {
  let id: Int64
  let channel: CoinbaseChannel
  /// Names as the channel has them; none for heartbeats.
  let products: [String]
  let instruments: [InstrumentID]

  /// Products named in one frame.
  static let mostProducts = 100

  /// The frame, with a token where somebody signs in by it.
  func frame(_ verb: String = "subscribe", token: String? = nil) -> VenueRequest {
    var parameters = RequestParameters()
    parameters.add("type", verb)
    if !products.isEmpty { parameters.add("product_ids", products) }
    parameters.add("channel", channel.rawValue)
    if let token { parameters.add("jwt", token) }
    return VenueRequest(
      payload: .frame(Array(parameters.json.utf8)), name: verb + " " + channel.rawValue, id: id,
      weight: 0, orders: 0)
  }
}

/// A book that was asked for anew.
struct CoinbaseRenewal: Sendable {
  let subscription: CoinbaseSubscription
  /// Whether the venue has said since that it is not carried: what it said before is about the old one.
  var wasLeft = false
}

/// What a connection is subscribed to, as the venue says.
struct CoinbaseCarried {
  private var channels: [(name: Range<Int>, products: [Range<Int>])] = []

  /// Reads the events of a frame of the channel `subscriptions`.
  init(_ text: Span<UInt8>, _ events: JSONScanner) throws(LineFault) {
    var json = events
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      var all = try JSONObject(text, &json).place("subscriptions", text)
      try all.expect(UInt8(ascii: "{"), text)
      var isFirstName = true
      while let name = try all.nextKey(text, isFirst: isFirstName) {
        isFirstName = false
        var products: [Range<Int>] = []
        try all.expect(UInt8(ascii: "["), text)
        while try all.nextElement(text, isFirst: products.isEmpty) {
          products.append(try all.string(text))
        }
        channels.append((name, products))
      }
    }
  }

  /// Whether all that a request asked for is there. O(products²), a few times in a connection's life.
  func cover(_ request: CoinbaseSubscription, _ text: Span<UInt8>) -> Bool {
    func equals(_ name: String, _ range: Range<Int>) -> Bool {
      name.utf8.count == range.count && zip(name.utf8, range).allSatisfy { $0 == text[$1] }
    }
    guard let channel = channels.first(where: { equals(request.channel.rawValue, $0.name) }) else {
      return false
    }
    return request.products.allSatisfy { product in
      channel.products.contains { equals(product, $0) }
    }
  }
}
