/// Binance spot, sans-I/O. Source: the exchange's rest-api.md, web-socket-streams.md, web-socket-api.md and
/// user-data-stream.md of 2026-07-21; what each file beside this one reads or writes stands at its head.

public import TradingCore

/// Binance spot's language. One value serves one connection, or the one that replaces it; a market
/// data connection needs no credentials.
public struct BinanceDialect: VenueDialect, ~Copyable {
  public var directory = VenueDirectory()
  public let hosts: VenueHosts
  private let names: ClientOrderIDs
  private var credentials: Credentials?
  /// How long after its time a request is still good, in milliseconds.
  private let window: Int64
  /// The message being read; its arrays keep their room.
  private var message = Message()

  /// - Parameters:
  ///   - orders: makes and reads the names of our orders.
  ///   - credentials: `nil` for market data alone.
  ///   - window: `recvWindow`, at most a minute.
  public init(
    hosts: VenueHosts = BinanceDialect.profile.hosts, orders: ClientOrderIDs,
    credentials: consuming Credentials? = nil,
    window: Interval = Interval(nanoseconds: 5_000_000_000)
  ) {
    self.hosts = hosts
    names = orders
    self.credentials = credentials
    self.window = min(60_000, max(1, window.nanoseconds / 1_000_000))
  }

  public var connectionRules: ConnectionRules { ConnectionRules() }

  /// The market channel is the combined one: its frames name their stream, and with it the symbol that
  /// some payloads leave out.
  public func address(of channel: VenueChannel) -> String {
    channel == .market ? hosts.market + "/stream" : hosts[channel]
  }

  public mutating func subscriptions(
    to streams: [MarketStream], firstID: Int64
  ) throws(DialectError) -> [VenueRequest] {
    guard streams.count <= BinanceStreams.mostStreams else {
      throw .inexpressible("a connection to Binance carries 1,024 streams, not \(streams.count)")
    }
    let partial = streams.filter { if case .topLevels = $0.kind { true } else { false } }
    let full = streams.filter { if case .depth = $0.kind { true } else { false } }
    if let twice = partial.first(where: { one in full.contains { $0.instrument == one.instrument } }
    ) {
      let symbol = try directory.named(twice.instrument).symbol
      throw .inexpressible("the best levels of \(symbol) would overwrite its whole book: take one")
    }
    var names: [String] = []
    for stream in streams { names.append(try BinanceStreams.name(of: stream, directory)) }
    return BinanceStreams.frames("SUBSCRIBE", names, firstID: firstID)
  }
}

extension BinanceDialect {
  public mutating func decode(
    _ frame: Span<UInt8>, on link: LinkID, at time: Timestamp, into batch: inout FrameBatch
  ) throws(DialectError) -> FrameMeaning {
    var json = JSONScanner()
    let mark = batch.mark
    do {
      // All-market streams are lists; what they tell, single streams tell better.
      if json.peek(frame) == UInt8(ascii: "[") {
        try json.skipValue(frame)
        try json.finish(frame)
        batch.counts.count("list")
        return .counted
      }
      message.reset()
      message.receiveTime = time
      var fields = BinanceFields()
      try fields.read(frame, &json, into: &message)
      try json.finish(frame)
      return try meaning(of: fields, frame, at: time, into: &batch)
    } catch {
      batch.takeBack(to: mark)
      throw DialectError(error, frame: "a frame of Binance", byte: json.position)
    }
  }

  private mutating func meaning(
    of fields: BinanceFields, _ text: Span<UInt8>, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    let kind = try BinanceKind(fields, text)
    switch kind {
    case .trade, .aggregateTrade, .quote, .depth, .kline, .other:
      return try market(kind, fields, text, into: &batch)
    case .unnamed:
      if let answer = try control(fields, text) { return answer }
      return try market(kind, fields, text, into: &batch)
    case .shutdown: return .shutdown
    case .executionReport, .accountPosition, .balanceUpdate, .listStatus, .streamTerminated:
      let account = BinanceAccount(names: names)
      return try account.decode(kind, fields, text, directory, at: time, into: &batch)
    }
  }

  /// Answers carry an id; an error without one answers a frame that could not be read.
  private func control(
    _ fields: BinanceFields, _ text: Span<UInt8>
  ) throws(LineFault) -> FrameMeaning? {
    guard let place = fields.find(.id) else {
      return fields.find(.error) != nil || fields.find(.code) != nil
        ? .subscription(id: 0, isAccepted: false) : nil
    }
    var json = place
    let isNumber = json.peek(text) != UInt8(ascii: "n")
    let id = isNumber ? try json.integer(text) : 0
    if fields.find(.status) != nil { return .reply(id: id) }
    let isAccepted = fields.find(.result) != nil && fields.find(.error) == nil
    return .subscription(id: id, isAccepted: isAccepted)
  }

  private mutating func market(
    _ kind: BinanceKind, _ fields: BinanceFields, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    let decoder = BinanceDecoder(symbols: directory.symbolTable)
    switch try decoder.decode(kind, fields, text, into: &message) {
    case .message:
      guard message.symbol != Message.unnamed else {
        throw LineFault("the message names no symbol and no stream")
      }
      let instrument = directory.definition(at: message.symbol).instrument
      try batch.append(message, of: instrument, on: directory.grid(at: message.symbol))
      return .events
    case .unclosed: batch.counts.count("unclosed kline")
    case .ignored(let kind?): batch.counts.count(text, kind)
    case .ignored(nil): batch.counts.count(text, streamKind(fields, text))
    }
    return .counted
  }

  /// What stands behind the `@` of a stream's name, or nothing.
  private func streamKind(_ fields: BinanceFields, _ text: Span<UInt8>) -> Range<Int> {
    let at = fields.stream.first { text[$0] == UInt8(ascii: "@") }
    return at.map { $0..<fields.stream.upperBound } ?? fields.stream
  }
}

extension BinanceDialect {
  public static func expectKey(_ credentials: borrowing Credentials) throws(DialectError) {
    guard credentials.signer.scheme != .ecdsa else {
      throw .key("Binance takes HMAC, Ed25519 and RSA keys, not P-256")
    }
  }

  public mutating func request(
    _ action: VenueAction, id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    let requests = BinanceRequests(names: names, directory: directory)
    let (endpoint, parameters) = try requests.parts(of: action)
    guard transport == .webSocket || !endpoint.path.isEmpty else {
      throw .inexpressible("\(endpoint.call) is asked over a WebSocket")
    }
    let writer = BinanceWriter(endpoint: endpoint, window: window, id: id)
    guard endpoint.security == .signed else { return writer.open(parameters, over: transport) }
    switch credentials {
    case .some(let credentials):
      return try writer.signed(parameters, by: credentials, over: transport, at: time)
    case .none: throw .key("\(endpoint.call) needs one")
    }
  }

  /// Orders of one symbol: two questions cost more than the list of all that are open.
  public func areAskedTogether(
    _ questions: [VenueAction], _ other: VenueAction, over transport: VenueTransport
  ) -> Bool {
    guard case .query(_, let instrument, page: nil) = questions[0] else { return false }
    if case .query(_, instrument, page: nil) = other { return true }
    return false
  }

  public mutating func request(
    together questions: [VenueAction], id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    guard case .query(_, let instrument, page: nil) = questions[0] else {
      throw .inexpressible("Binance has no list that answers this for several")
    }
    return try request(.openOrders(instrument), id: id, over: transport, at: time)
  }

  public mutating func answer(
    _ response: VenueResponse?, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(DialectError) -> VenueOutcome {
    let answers = BinanceAnswers(names: names, directory: directory)
    guard let response else {
      batch.noteFailure(of: action, .unknown, at: time)
      return .unknown
    }
    batch.uses += BinanceLimits.uses(in: response.headers)
    guard response.status < 500 else {
      batch.noteFailure(of: action, .unknown, at: time)
      return .unknown
    }
    let outcome: VenueOutcome
    let mark = batch.mark
    do {
      outcome = try answers.read(
        response.body.span, status: response.status, to: action, at: time, into: &batch)
    } catch {
      batch.takeBack(to: mark)
      // A wall before the exchange answers in its own words, or in none.
      if let refusal = BinanceErrors.outcome(ofWall: response.status) {
        batch.noteFailure(of: action, refusal, at: time)
        return refusal.ending(as: response)
      }
      throw DialectError(error, frame: response.title(of: "Binance"), byte: nil)
    }
    return outcome.ending(as: response)
  }
}

extension BinanceDialect {
  /// Every request is signed by itself, so nothing else depends on the key.
  public mutating func use(_ credentials: consuming Credentials?) -> Credentials? {
    let old = self.credentials.take()
    self.credentials = credentials
    return old
  }
}
