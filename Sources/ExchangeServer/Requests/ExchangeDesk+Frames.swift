/// The WebSocket API: REST's requests as frames, sessions, and subscriptions to user data. Source:
/// Binance spot API, web-socket-api.md.

internal import TradingCore

extension ExchangeDesk {
  /// Answers a frame.
  mutating func answer(frame text: [UInt8], on id: Int, at now: Timestamp) {
    let frame: Frame
    do {
      frame = try Frame(text)
    } catch {
      return reply(id, Frame.nameless, .failure(error), trader: nil, at: now)
    }
    var sender: Int?
    var result: Result<[UInt8], APIError>
    var fault = FaultPlan.AnswerFault()
    do {
      result = .success(try perform(frame, on: id, at: now, &sender))
      if let endpoint = Endpoint.frame(frame.method ?? "") { fault = strike(endpoint) }
      if fault.isTimeout { result = .failure(.timeout) }
    } catch {
      result = .failure(error)
    }
    if fault.isLost { return close(id, 1006) }
    reply(id, frame, result, trader: sender, at: now, after: fault.delay)
  }

  private mutating func perform(
    _ frame: Frame, on id: Int, at now: Timestamp, _ sender: inout Int?
  ) throws(APIError) -> [UInt8] {
    guard let connection = connections[id] else { throw .unknownKey }
    guard let method = frame.method else {
      throw APIError(-1135, "Invalid JSON Request")
    }
    if method.hasPrefix("session.") || method.hasPrefix("userDataStream.") {
      try count(2, from: connection.address, at: now)
      return try performSession(method, frame, connection, at: now)
    }
    guard let endpoint = Endpoint.frame(method) else {
      throw APIError(-1020, "This operation is not supported.")
    }
    try count(weight(endpoint, frame.parameters), from: connection.address, at: now)
    try checkNames(endpoint, frame.parameters, extra: ["apiKey", "returnRateLimits"])
    switch endpoint.security {
    case .none: break
    case .key: sender = try trader(withKey: frame.parameters["apiKey"], at: now).account
    case .signed: sender = try signer(of: frame, connection, at: now)
    }
    return try perform(
      Call(endpoint: endpoint, parameters: frame.parameters, trader: sender, now: now))
  }

  /// The account of a signed frame: by its own key and signature, or the session's.
  private mutating func signer(
    of frame: Frame, _ connection: Connection, at now: Timestamp
  ) throws(APIError) -> Int {
    if let session = connection.session, frame.parameters["signature"] == nil {
      try checkTime(frame.parameters, at: now)
      return session
    }
    return try signer(of: Claim(frame: frame.parameters), frame.parameters, at: now)
  }

  // MARK: Sessions and user data

  private mutating func performSession(
    _ method: String, _ frame: Frame, _ connection: Connection, at now: Timestamp
  ) throws(APIError) -> [UInt8] {
    let id = connection.id
    switch method {
    case "session.logon":
      let trader = try signer(of: Claim(frame: frame.parameters), frame.parameters, at: now)
      let key = frame.parameters["apiKey"] ?? ""
      guard let place = place(ofKey: key), traders[trader].keys[place.key].key.isPrivate else {
        throw .unknownKey
      }
      connections[id]?.session = trader
      connections[id]?.sessionKey = key
      connections[id]?.authorized = now
      return sessionStatus(id, at: now)
    case "session.status": return sessionStatus(id, at: now)
    case "session.logout":
      logOut(connection, at: now)
      return sessionStatus(id, at: now)
    case "session.subscriptions":
      return JSONText.array(connection.userStreams) { json, stream in
        json.object { $0.set("subscriptionId", stream.id) }
      }
    case "userDataStream.subscribe":
      guard let trader = connection.session else { throw .unknownKey }
      return try subscribeUser(trader, connection.sessionKey, connection)
    case "userDataStream.subscribe.signature":
      let trader = try signer(of: Claim(frame: frame.parameters), frame.parameters, at: now)
      return try subscribeUser(trader, frame.parameters["apiKey"] ?? "", connection)
    case "userDataStream.unsubscribe": return try unsubscribeUser(frame, connection, at: now)
    default: throw APIError(-1020, "This operation is not supported.")
    }
  }

  private mutating func subscribeUser(
    _ trader: Int, _ key: String, _ connection: Connection
  ) throws(APIError) -> [UInt8] {
    guard !connection.userStreams.contains(where: { $0.trader == trader }) else {
      throw APIError(-2035, "User Data Stream subscription already active.")
    }
    guard connection.lastUserStream < 65_534 else {
      throw APIError(-2042, "Maximum subscription ID reached for this connection.")
    }
    let stream = connection.lastUserStream + 1
    connections[connection.id]?.lastUserStream = stream
    connections[connection.id]?.userStreams.append(
      Connection.UserStream(
        id: stream, trader: trader, key: key, tally: tallies.open(connection.id, "user")))
    return JSONText.object { $0.set("subscriptionId", stream) }
  }

  private mutating func unsubscribeUser(
    _ frame: Frame, _ connection: Connection, at now: Timestamp
  ) throws(APIError) -> [UInt8] {
    let wanted = try frame.parameters.integer("subscriptionId")
    let streams = connection.userStreams.filter { wanted == nil || $0.id == wanted }
    guard !streams.isEmpty else {
      throw APIError(-2036, "User Data Stream subscription not active.")
    }
    for stream in streams { endUserStream(connection.id, stream, at: now) }
    return JSONText.emptyObject
  }

  /// Ends what a connection's session had.
  mutating func logOut(_ connection: Connection, at now: Timestamp) {
    connections[connection.id]?.session = nil
    connections[connection.id]?.authorized = .none
    for stream in connection.userStreams where stream.trader == connection.session {
      endUserStream(connection.id, stream, at: now)
    }
  }

  /// Ends a stream with a last event; where a language has no such event, with its connection.
  mutating func endUserStream(_ id: Int, _ stream: Connection.UserStream, at now: Timestamp) {
    guard connections[id]?.kind == .api else { return close(id, 1008) }
    let event = JSONText.object { json in
      json.set("e", "eventStreamTerminated")
      json.set("E", now.milliseconds)
    }
    post(UserReport(connection: id, stream: stream.id, event: event))
    connections[id]?.userStreams.removeAll { $0.id == stream.id }
    tallies.close(stream.tally)
  }

  private func sessionStatus(_ id: Int, at now: Timestamp) -> [UInt8] {
    let connection = connections[id]
    return JSONText.object { json in
      if let connection, connection.session != nil {
        json.set("apiKey", connection.sessionKey)
        json.set("authorizedSince", connection.authorized.milliseconds)
      } else {
        json.setNull("apiKey")
        json.setNull("authorizedSince")
      }
      json.set("connectedSince", (connection?.opened ?? now).milliseconds)
      json.set("returnRateLimits", connection?.showsLimits ?? true)
      json.set("serverTime", now.milliseconds)
      json.set("userDataStream", !(connection?.userStreams.isEmpty ?? true))
    }
  }

  // MARK: Replies

  private mutating func reply(
    _ id: Int, _ frame: Frame, _ result: Result<[UInt8], APIError>, trader: Int?, at now: Timestamp,
    after delay: Interval = .zero
  ) {
    guard let connection = connections[id] else { return }
    let rows = limitRows(frame, connection, trader, at: now)
    let message = JSONText.object { json in
      json.set("id", raw: frame.id)
      switch result {
      case .success(let body):
        json.set("status", 200)
        json.set("result", raw: body)
      case .failure(let error):
        json.set("status", error.status)
        json.set("error", raw: error.body)
      }
      guard let rows else { return }
      json.set("rateLimits", array: rows) { json, row in json.object { row.write(into: &$0) } }
    }
    send(id, .text(message), after: delay)
  }

  /// The limits that a reply shows: the account's only where orders were placed.
  private func limitRows(
    _ frame: Frame, _ connection: Connection, _ trader: Int?, at now: Timestamp
  ) -> [LimitRow]? {
    let isShown =
      frame.parameters["returnRateLimits"].map { $0 == "true" } ?? connection.showsLimits
    guard isShown else { return nil }
    let endpoint = Endpoint.frame(frame.method ?? "")
    let orders = (endpoint?.countsOrders ?? 0) > 0 ? trader.map { orderLimits($0, at: now) } : nil
    return (orders ?? []) + [weightLimit(connection.address, at: now)]
  }
}

extension Frame {
  /// What could not be read: it is answered under no id.
  fileprivate static let nameless = Frame()

  private init() {}
}
