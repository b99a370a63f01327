/// Kraken spot, sans-I/O: WebSocket v2 and the REST answers it needs. Source: docs.kraken.com of August 2026;
/// what each file beside this one reads or writes stands at its head.

public import TradingCore

/// Kraken spot's language. One value serves one connection and those that replace it: what is remembered of
/// a link is kept by its number.
public struct KrakenDialect: VenueDialect, ~Copyable {
  public var directory = VenueDirectory()
  public let hosts: VenueHosts
  let names: ClientOrderIDs
  var credentials: Credentials?
  /// How long after it was made an order must not be taken any more.
  let window: Interval
  /// What a session's requests carry; got with the key, good for a quarter of an hour.
  var token: String?
  var nonce = KrakenNonce()
  var memory = KrakenMemory()
  /// Requests that follow the account, by id.
  var follows: Set<Int64> = []
  /// Levels a side of each book that was subscribed to, by index of the symbol table.
  private var depths: [Int: Int] = [:]
  private var links = LinkMemories<KrakenLink>()
  /// The message being read; its arrays keep their room.
  private var message = Message()

  /// - Parameters:
  ///   - orders: makes and reads the names of our orders.
  ///   - credentials: `nil` for market data alone.
  ///   - window: how long an order may be under way before Kraken must not take it any more.
  public init(
    hosts: VenueHosts = KrakenDialect.profile.hosts, orders: ClientOrderIDs,
    credentials: consuming Credentials? = nil,
    window: Interval = Interval(nanoseconds: 5_000_000_000)
  ) {
    self.hosts = hosts
    names = orders
    self.credentials = credentials
    // Kraken takes deadlines from half a second to a minute ahead.
    self.window = min(.minute, max(Interval(nanoseconds: 500_000_000), window))
  }

  /// Each signed request carries a nonce.
  public var isAskedInTurn: Bool { true }

  /// A token that is not used within a quarter of an hour is worth nothing.
  public var logOnLife: Interval? { Interval(nanoseconds: 600_000_000_000) }

  /// A heartbeat comes every second on a link with a subscription.
  public var connectionRules: ConnectionRules { .beating(messagesPerSecond: 20) }

  public var sendsBooks: Bool { true }

  public var keyLimits: [RateLimit] { [KrakenLimits.count] }

  public mutating func subscriptions(
    to streams: [MarketStream], firstID: Int64
  ) throws(DialectError) -> [VenueRequest] {
    let writer = KrakenStreams(directory: directory)
    var requests: [VenueRequest] = []
    var books: [Int: Int] = [:]
    for stream in streams {
      var request = try writer.frame("subscribe", stream, id: firstID + Int64(requests.count))
      request.streams = [stream]
      requests.append(request)
      guard let depth = KrakenStreams.depth(of: stream.kind),
        let symbol = directory.index(of: stream.instrument)
      else { continue }
      guard books.updateValue(depth, forKey: symbol) == nil else {
        let name = try directory.named(stream.instrument).symbol
        throw .inexpressible("two depths of \(name) would overwrite one book: take one")
      }
    }
    depths.merge(books) { _, new in new }
    return requests
  }

  public mutating func resubscription(
    to stream: MarketStream, firstID: Int64
  ) throws(DialectError) -> [VenueRequest] {
    let writer = KrakenStreams(directory: directory)
    return [
      try writer.frame("unsubscribe", stream, id: firstID),
      try writer.frame("subscribe", stream, id: firstID + 1),
    ]
  }
}

extension KrakenDialect {
  public mutating func decode(
    _ frame: Span<UInt8>, on link: LinkID, at time: Timestamp, into batch: inout FrameBatch
  ) throws(DialectError) -> FrameMeaning {
    var json = JSONScanner()
    let mark = batch.mark
    let place = links.place(of: link)
    do {
      let fields = try KrakenFields(frame, &json)
      try json.finish(frame)
      guard fields.find(.channel, frame) != nil else {
        return try control(fields, frame, into: &batch)
      }
      return try market(fields, frame, on: place, at: time, into: &batch)
    } catch {
      batch.takeBack(to: mark)
      links[place].forgetBooks()
      throw DialectError(error, frame: "a frame of Kraken", byte: nil)
    }
  }

  /// What answers a request of ours. The answer to an end of a subscription says nothing that its data did
  /// not say.
  private func control(
    _ fields: KrakenFields, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    let id = fields.find(.requestID, text) == nil ? 0 : try fields.integer(.requestID, text)
    guard fields.find(.method, text) != nil else {
      return .subscription(id: id, isAccepted: false)
    }
    let method = try fields.string(.method, text)
    if follows.contains(id) { return .reply(id: id) }
    if text.equals("subscribe", in: method) {
      return .subscription(id: id, isAccepted: try fields.boolean(.success, text))
    }
    if text.equals("pong", in: method) || text.equals("unsubscribe", in: method) {
      batch.counts.count(text, method)
      return .counted
    }
    return .reply(id: id)
  }

  private mutating func market(
    _ fields: KrakenFields, _ text: Span<UInt8>, on place: Int, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    let name = try fields.string(.channel, text)
    if text.equals("executions", in: name) {
      return try reports(fields, text, on: place, at: time, into: &batch)
    }
    guard let channel = KrakenChannel(name, text) else {
      batch.counts.count(text, name)
      return .counted
    }
    let reader = KrakenMarket(
      directory: directory, time: time,
      isSnapshot: text.equals("snapshot", in: try fields.string(.type, text)))
    let isNews = try fields.eachEntry(text) { json throws(LineFault) in
      let entry = try KrakenFields(text, &json)
      message.reset()
      message.receiveTime = time
      return try read(entry, of: channel, text, reader, on: place, into: &batch)
    }
    return isNews ? .events : .counted
  }

  /// Reports about the account. Messages are numbered, and one that is missing may have told a fill: the
  /// account has to be followed anew, and every order asked for. So nothing behind it is read, for an order that
  /// is told to have ended is not asked for any more.
  private mutating func reports(
    _ fields: KrakenFields, _ text: Span<UInt8>, on place: Int, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    if fields.find(.sequence, text) != nil,
      links[place].isJump(to: try fields.integer(.sequence, text))
    {
      return .accountEnded
    }
    let reader = KrakenReports(
      names: names, directory: directory, time: time,
      isSnapshot: text.equals("snapshot", in: try fields.string(.type, text)))
    let isNews = try fields.eachEntry(text) { json throws(LineFault) in
      let object = try JSONObject(text, &json)
      return try reader.read(object, text, &memory, into: &batch)
    }
    return isNews ? .events : .counted
  }

  /// Reads one entry.
  /// - Returns: whether it became events.
  private mutating func read(
    _ entry: KrakenFields, of channel: KrakenChannel, _ text: Span<UInt8>, _ reader: KrakenMarket,
    on place: Int, into batch: inout FrameBatch
  ) throws(LineFault) -> Bool {
    switch channel {
    case .trade: try reader.trade(entry, text, &message, into: &batch)
    case .ticker: try reader.quote(entry, text, &message, on: &links[place], into: &batch)
    case .book:
      guard
        try reader.book(
          entry, text, &message, on: &links[place], depths: depths, into: &batch)
      else {
        batch.counts.count("book out of step")
        return false
      }
    case .candles:
      let isClosed = try reader.candle(entry, text, &message, on: &links[place], into: &batch)
      guard isClosed else {
        batch.counts.count("unclosed candle")
        return false
      }
    }
    return true
  }
}

/// A market channel that is read.
private enum KrakenChannel {
  case trade, ticker, book, candles

  /// `nil` for any other.
  init?(_ name: Range<Int>, _ text: Span<UInt8>) {
    if text.equals("book", in: name) {
      self = .book
    } else if text.equals("trade", in: name) {
      self = .trade
    } else if text.equals("ticker", in: name) {
      self = .ticker
    } else if text.equals("ohlc", in: name) {
      self = .candles
    } else {
      return nil
    }
  }
}

extension KrakenDialect {
  public static func expectKey(_ credentials: borrowing Credentials) throws(DialectError) {
    try credentials.signer.expectBase64()
  }

  public mutating func use(_ credentials: consuming Credentials?) -> Credentials? {
    let old = self.credentials.take()
    self.credentials = credentials
    token = nil
    return old
  }
}
