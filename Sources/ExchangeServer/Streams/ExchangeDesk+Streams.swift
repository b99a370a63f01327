/// Market streams: connections, subscriptions and their control messages, and sending.

public import TradingCore

extension ExchangeDesk {
  /// Opens a WebSocket connection on a path: `/ws`, `/ws/<stream>`, `/stream?streams=<a>/<b>`,
  /// `/ws-api/v3`.
  /// - Returns: the connection's number; `nil` for any other path.
  public mutating func connect(
    path: String, query: String, from address: String, at now: Timestamp
  ) -> Int? {
    if path == "/ws-api/v3" || path == "/ws-api/v3/" {
      limits.charge(2, from: address, at: now)
      return open(.api, query, address, at: now)
    }
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
    for stream in connection.userStreams {
      subscriptions.remember(connection: id, name: "user", stream.tally)
    }
  }

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
    }
  }

  // MARK: Subscriptions

  mutating func subscribe(_ id: Int, to name: String) {
    guard let connection = connections[id], !connection.streams.contains(name) else { return }
    connections[id]?.streams.append(name)
    guard let key = StreamKey(name, in: markets) else { return }
    subscriptions.add(key, Subscription(connection: id, name: name))
  }

  /// A market opened: whoever asked for its streams before has them from now on.
  mutating func resubscribe(to market: PublicMarket) {
    for id in connections.keys.sorted() {
      for name in connections[id]?.streams ?? [] {
        guard let key = StreamKey(name, in: markets), key.market == market.id else { continue }
        subscriptions.add(key, Subscription(connection: id, name: name))
      }
    }
  }

  mutating func unsubscribe(_ id: Int, from name: String) {
    connections[id]?.streams.removeAll { $0 == name }
    drop(id, name)
  }

  private mutating func drop(_ id: Int, _ name: String) {
    guard let key = StreamKey(name, in: markets) else { return }
    subscriptions.remove(key, connection: id, name: name)
  }

  // MARK: Sending

  /// Sends a message to whoever wants it; it is not made when nobody does.
  mutating func send(_ key: StreamKey, _ message: (PublicMarket) -> [UInt8]) {
    guard subscriptions.has(key), let market = markets[key.market] else { return }
    send(key, message(market))
  }

  mutating func send(_ key: StreamKey, _ message: [UInt8]) {
    guard !message.isEmpty else { return }
    var faults = self.faults
    var sent: [Delivery] = []
    subscriptions.forEach(key) { subscription in
      switch faults.onMessage(subscription.name) {
      case .omit: subscription.tally.omitted += 1
      case .disconnect:
        sent.append(Delivery(connection: subscription.connection, action: .close(1001)))
      case .refuse:
        sent.append(Delivery(connection: subscription.connection, action: .close(1008)))
      case nil:
        subscription.tally.note(message)
        let isCombined = connections[subscription.connection]?.isCombined ?? false
        let text = isCombined ? subscription.prefix + message + [UInt8(ascii: "}")] : message
        sent.append(Delivery(connection: subscription.connection, action: .text(text)))
      }
    }
    self.faults = faults
    for delivery in sent { send(delivery.connection, delivery.action) }
  }

  // MARK: Upkeep

  /// Pings, and closes what does not answer or has lived a day.
  mutating func keepConnections(at now: Timestamp) {
    for id in connections.keys.sorted() {
      guard let connection = connections[id] else { continue }
      let isSilent = now - connection.lastPong > Connection.pongPatience + Connection.pingInterval
      if isSilent || now - connection.opened > Connection.lifetime {
        send(id, .close(1008))
      } else if now - connection.lastPing >= Connection.pingInterval {
        connections[id]?.lastPing = now
        send(id, .ping(Array(String(now.milliseconds).utf8)))
      }
    }
  }
}
