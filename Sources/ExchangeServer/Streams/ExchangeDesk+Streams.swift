/// Market streams: connections, subscriptions and their control messages, and sending.

public import TradingCore

extension ExchangeDesk {
  /// Opens a WebSocket connection on a path: `/ws`, `/ws/<stream>`, `/stream?streams=<a>/<b>`,
  /// `/ws-api/v3`; `/v2` in Kraken's language, `/` in Coinbase's.
  /// - Returns: the connection's number; `nil` for any other path.
  public mutating func connect(
    path: String, query: String, from address: String, at now: Timestamp
  ) -> Int? {
    if path == "/ws-api/v3" || path == "/ws-api/v3/" {
      limits.charge(2, from: address, at: now)
      return open(.api, query, address, at: now)
    }
    if path == "/v2" {
      let id = open(.kraken, query, address, at: now)
      send(id, .text(KrakenMessage.status(connection: id)))
      return id
    }
    if path.isEmpty || path == "/" { return open(.coinbase, query, address, at: now) }
    if path == "/stream" || path == "/stream/" {
      let id = open(.market, query, address, at: now)
      connections[id]?.isCombined = true
      let parts = query.split(separator: "&").filter { $0.hasPrefix("streams=") }
      for name in parts.flatMap({ $0.dropFirst(8).split(separator: "/") }) {
        subscribe(id, to: String(name).replacing("%40", with: "@"))
      }
      return id
    }
    guard path == "/ws" || path.hasPrefix("/ws/") else { return nil }
    let id = open(.market, query, address, at: now)
    for name in path.dropFirst(4).split(separator: "/") {
      subscribe(id, to: String(name).replacing("%40", with: "@"))
    }
    return id
  }

  private mutating func open(
    _ kind: Connection.Kind, _ query: String, _ address: String, at now: Timestamp
  ) -> Int {
    let id = nextConnection()
    var connection = Connection(id: id, kind: kind, address: address, at: now)
    connection.showsLimits = !query.contains("returnRateLimits=false")
    connections[id] = connection
    return id
  }

  /// A connection is gone.
  public mutating func disconnect(_ id: Int) {
    guard let connection = connections.removeValue(forKey: id) else { return }
    for name in connection.streams { drop(id, name) }
    for stream in connection.userStreams { tallies.close(stream.tally) }
  }

  /// Ends a connection: nothing is made for it any more.
  mutating func close(_ id: Int, _ code: UInt16) {
    send(id, .close(code))
    disconnect(id)
  }

  /// The network has taken a message that carried a mark.
  public mutating func left(_ mark: TallyMark) { tallies.leave(mark) }

  /// The answer to a ping came.
  public mutating func receivePong(on id: Int, at now: Timestamp) {
    connections[id]?.lastPong = now
  }

  /// A text message came.
  public mutating func receive(text: [UInt8], on id: Int, at now: Timestamp) {
    guard let connection = connections[id] else { return }
    switch connection.kind {
    case .api: answer(frame: text, on: id, at: now)
    case .market: control(text, on: id, at: now)
    case .kraken: answerKraken(text, on: id, at: now)
    case .coinbase: answerCoinbase(text, on: id, at: now)
    }
  }

  // MARK: Subscriptions

  /// Adds a stream to a connection's; beyond the most it may have nothing happens.
  mutating func subscribe(_ id: Int, to name: String) {
    guard let connection = connections[id], !connection.streams.contains(name),
      connection.streams.count < Connection.mostStreams
    else { return }
    connections[id]?.streams.append(name)
    guard let key = StreamKey(name, in: markets) else { return }
    begin(id, name, key)
  }

  private mutating func begin(_ id: Int, _ name: String, _ key: StreamKey) {
    let tally = tallies.open(id, name)
    subscriptions.add(key, Subscription(connection: id, name: name, tally: tally))
  }

  /// A market opened: whoever asked for its streams before has them from now on.
  mutating func resubscribe(to market: PublicMarket) {
    for id in connections.keys.sorted() {
      for name in connections[id]?.streams ?? [] {
        guard let key = StreamKey(name, in: markets), key.market == market.id else { continue }
        begin(id, name, key)
      }
    }
  }

  mutating func unsubscribe(_ id: Int, from name: String) {
    connections[id]?.streams.removeAll { $0 == name }
    drop(id, name)
  }

  private mutating func drop(_ id: Int, _ name: String) {
    guard let key = StreamKey(name, in: markets),
      let ended = subscriptions.remove(key, connection: id, name: name)
    else { return }
    tallies.close(ended.tally)
    if !subscriptions.has(key) { beats.bars[key] = nil }
  }

  // MARK: Sending

  /// Sends a message to whoever wants it; it is not made when nobody does.
  mutating func send(_ key: StreamKey, _ message: (PublicMarket) -> [UInt8]) {
    guard subscriptions.has(key), let market = markets[key.market] else { return }
    send(key, message(market))
  }

  mutating func send(_ key: StreamKey, _ message: [UInt8]) {
    guard !message.isEmpty else { return }
    for subscription in subscriptions[key] { post(message, to: subscription) }
  }

  private mutating func post(_ message: [UInt8], to subscription: Subscription) {
    // A fault may have ended the connection a moment ago.
    guard let connection = connections[subscription.connection] else { return }
    switch faults.onMessage(subscription.name) {
    case .omit:
      tallies.omit(subscription.tally)
      if connection.kind == .coinbase { _ = connections[connection.id]?.takeSequence() }
    case .close(let code): close(connection.id, code)
    case nil:
      let mark = tallies.make(message, for: subscription.tally)
      send(connection.id, .text(wrapped(message, for: subscription, connection)), mark: mark)
    }
  }

  /// A message with what a connection wants around it.
  private mutating func wrapped(
    _ message: [UInt8], for subscription: Subscription, _ connection: Connection
  ) -> [UInt8] {
    if connection.kind == .coinbase, let number = connections[connection.id]?.takeSequence() {
      return CoinbaseMessage.numbered(message, number)
    }
    return connection.isCombined ? Self.combined(subscription.name, message) : message
  }

  private static func combined(_ name: String, _ message: [UInt8]) -> [UInt8] {
    JSONText.object { json in
      json.set("stream", name)
      json.set("data", raw: message)
    }
  }

  // MARK: Upkeep

  /// The exchange's clock was set: how long connections have lived has not changed by it.
  mutating func setConnections(by step: Interval) {
    for id in connections.keys.sorted() { connections[id]?.shift(by: step) }
  }

  /// Pings, and closes what does not answer or has lived a day.
  mutating func keepConnections(at now: Timestamp) {
    for id in connections.keys.sorted() {
      guard let connection = connections[id] else { continue }
      let isSilent = now - connection.lastPong > Connection.pongPatience + Connection.pingInterval
      if isSilent || now - connection.opened > Connection.lifetime {
        close(id, 1008)
      } else if now - connection.lastPing >= Connection.pingInterval {
        connections[id]?.lastPing = now
        send(id, .ping(Array(String(now.milliseconds).utf8)))
      }
    }
  }
}
