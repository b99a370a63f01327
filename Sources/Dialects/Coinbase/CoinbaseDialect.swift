/// Coinbase Advanced Trade, sans-I/O. Source: docs.cdp.coinbase.com, "Advanced Trade API", August 2026; what
/// each file beside this one reads or writes stands at its head.

public import TradingCore

/// Coinbase's language. One value serves one connection and those that replace it: what is remembered of a
/// link is kept by its number. Market data needs no credentials.
public struct CoinbaseDialect: VenueDialect, ~Copyable {
  public var directory = VenueDirectory()
  public let hosts: VenueHosts
  let names: ClientOrderIDs
  var credentials: Credentials?
  var tokens: CoinbaseToken
  var products = CoinbaseProducts()
  var orders = CoinbaseOrders()
  /// The subscription to the account's reports, where it was asked for.
  var following: CoinbaseSubscription?
  /// Subscriptions to market channels, in the order they are asked for on every link.
  var subscriptions: [CoinbaseSubscription] = []
  /// Books that were asked for anew, the oldest first.
  var renewals: [CoinbaseRenewal] = []
  var links = LinkMemories<CoinbaseLink>()
  /// The highest trade id, by symbol, and the start of the newest candle, on whatever link.
  var newestTrades: [Int64] = []
  var begunCandles: [Timestamp] = []
  /// What is being read; their arrays keep their room.
  var message = Message()
  var trades: [CoinbaseTrade] = []

  /// - Parameters:
  ///   - orders: makes and reads the names of our orders.
  ///   - credentials: `nil` for market data alone.
  ///   - window: how long a request may be under way: its token is good for that long, at most two minutes.
  public init(
    hosts: VenueHosts = CoinbaseDialect.profile.hosts, orders: ClientOrderIDs,
    credentials: consuming Credentials? = nil,
    window: Interval = Interval(nanoseconds: 120_000_000_000)
  ) {
    self.hosts = hosts
    names = orders
    self.credentials = credentials
    tokens = CoinbaseToken(life: window)
  }

  /// A heartbeat comes every second; frames of ours are counted by address, 8 a second.
  public var connectionRules: ConnectionRules { .beating(messagesPerSecond: 8) }

  /// A token that is over is answered with 401, as one of an unknown key is.
  public var refusesLateAsUnsigned: Bool { true }

  /// A book comes with its subscription.
  public var sendsBooks: Bool { true }
}

// MARK: Subscriptions

extension CoinbaseDialect {
  /// One frame for each channel and hundred products, and one for heartbeats.
  public mutating func subscriptions(
    to streams: [MarketStream], firstID: Int64
  ) throws(DialectError) -> [VenueRequest] {
    var (made, carried): ([CoinbaseSubscription], [[MarketStream]]) = ([], [])
    for channel in try channels(of: streams) {
      let wanted = streams.filter { (try? CoinbaseChannel($0.kind)) == channel }
      for start in stride(from: 0, to: wanted.count, by: CoinbaseSubscription.mostProducts) {
        let part = wanted[start..<min(start + CoinbaseSubscription.mostProducts, wanted.count)]
        made.append(
          try subscription(
            to: channel, of: part.map(\.instrument), id: firstID + Int64(made.count)))
        carried.append(Array(part))
      }
    }
    made.append(
      CoinbaseSubscription(
        id: firstID + Int64(made.count), channel: .heartbeats, products: [], instruments: []))
    subscriptions.removeAll { $0.id >= firstID }
    subscriptions += made
    return zip(made, carried + [[]]).map { subscription, streams in
      var request = subscription.frame()
      request.streams = streams
      return request
    }
  }

  /// The book's channel is left and entered again, for only then its book is sent.
  public mutating func resubscription(
    to stream: MarketStream, firstID: Int64
  ) throws(DialectError) -> [VenueRequest] {
    let channel = try CoinbaseChannel(stream.kind)
    let anew = try subscription(to: channel, of: [stream.instrument], id: firstID + 1)
    renewals.removeAll { $0.subscription.instruments == anew.instruments }
    renewals.append(CoinbaseRenewal(subscription: anew))
    return [
      try subscription(to: channel, of: [stream.instrument], id: firstID).frame("unsubscribe"),
      anew.frame(),
    ]
  }

  private func channels(
    of streams: [MarketStream]
  ) throws(DialectError) -> [CoinbaseChannel] {
    var channels: [CoinbaseChannel] = []
    for stream in streams {
      let channel = try CoinbaseChannel(stream.kind)
      if !channels.contains(channel) { channels.append(channel) }
    }
    return channels
  }

  private func subscription(
    to channel: CoinbaseChannel, of instruments: [InstrumentID], id: Int64
  ) throws(DialectError) -> CoinbaseSubscription {
    var feeds: [String] = []
    for instrument in instruments {
      let symbol = try directory.named(instrument).symbol
      let feed = products.feed(of: symbol)
      guard !feeds.contains(feed) else {
        throw .inexpressible("\(symbol) and another symbol are one book, \(feed): take one of them")
      }
      feeds.append(feed)
    }
    return CoinbaseSubscription(id: id, channel: channel, products: feeds, instruments: instruments)
  }
}
