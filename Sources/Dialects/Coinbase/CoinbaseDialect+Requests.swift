/// What Coinbase is asked over HTTP, and what it answers.

public import TradingCore

extension CoinbaseDialect {
  public mutating func request(
    _ action: VenueAction, id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    if case .followAccount = action, transport == .webSocket { return try follow(id, at: time) }
    guard transport == .http else {
      throw .inexpressible("Coinbase takes requests over HTTP")
    }
    let requests = CoinbaseRequests(names: names, directory: directory, orders: orders)
    return try send(try requests.endpoint(of: action), id: id, at: time)
  }

  /// Orders of one product on the same page of its list, which tells of those that are open and of those that have
  /// ended.
  public func areAskedTogether(
    _ questions: [VenueAction], _ other: VenueAction, over transport: VenueTransport
  ) -> Bool {
    guard case .query(_, let instrument, let page) = questions[0] else { return false }
    if case .query(_, instrument, page) = other { return true }
    return false
  }

  public mutating func request(
    together questions: [VenueAction], id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    guard transport == .http, case .query(_, let instrument, let page) = questions[0] else {
      throw .inexpressible("Coinbase has no list that answers this for several")
    }
    let requests = CoinbaseRequests(names: names, directory: directory, orders: orders)
    return try send(try requests.ordersPage(of: instrument, from: page), id: id, at: time)
  }

  /// Only reports come over the account's WebSocket.
  public func transport(of action: VenueAction) -> VenueTransport {
    action == .followAccount ? .webSocket : .http
  }

  /// The subscription to the account's reports, with a token of its own.
  private mutating func follow(_ id: Int64, at time: Timestamp) throws(DialectError) -> VenueRequest
  {
    let token = try token(for: nil, "the user channel needs one", at: time)
    let user = CoinbaseSubscription(id: id, channel: .user, products: [], instruments: [])
    following = user
    return user.frame(token: token)
  }

  /// A request as it is sent, with a token of its own where it is about an account.
  private mutating func send(
    _ endpoint: CoinbaseEndpoint, id: Int64, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    let body = endpoint.body.items.isEmpty ? [] : Array(endpoint.body.json.utf8)
    var headers = body.isEmpty ? [] : [HTTPHeader("Content-Type", "application/json")]
    // RFC 9111, section 5.2.1.4.
    if endpoint.isFresh { headers.append(HTTPHeader("Cache-Control", "no-cache")) }
    if !endpoint.isOpen {
      let use = endpoint.method.rawValue + " " + CoinbaseEndpoint.plain(hosts.rest) + endpoint.path
      let token = try token(for: use, "\(endpoint.name) needs one", at: time)
      headers.append(HTTPHeader("Authorization", "Bearer " + token))
    }
    return VenueRequest(
      payload: .http(
        endpoint.method, target: endpoint.target, headers: headers, body: body),
      name: endpoint.name, id: id, weight: 1, orders: endpoint.orders)
  }

  public static func expectKey(_ credentials: borrowing Credentials) throws(DialectError) {
    try WebToken.algorithm(credentials.signer.scheme)
  }

  /// Every token is signed when it is used, so nothing else depends on the key.
  public mutating func use(_ credentials: consuming Credentials?) -> Credentials? {
    let old = self.credentials.take()
    self.credentials = credentials
    return old
  }

  private mutating func token(
    for use: String?, _ complaint: String, at time: Timestamp
  ) throws(DialectError) -> String {
    switch credentials {
    case .some(let credentials): return try tokens.text(for: use, by: credentials, at: time)
    case .none: throw .key(complaint)
    }
  }

  public mutating func answer(
    _ response: VenueResponse?, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(DialectError) -> VenueOutcome {
    guard let response, response.status < 500 else {
      batch.noteFailure(of: action, .unknown, at: time)
      return .unknown
    }
    batch.uses += CoinbaseLimits.uses(in: response.headers)
    if case .followAccount = action { return followed(response) }
    if let refusal = CoinbaseErrors.outcome(response, to: action, orders) {
      batch.noteFailure(of: action, refusal, at: time)
      return refusal
    }
    let mark = batch.mark
    do {
      let outcome = try read(response.body, to: action, at: time, into: &batch)
      if outcome != .done { batch.noteFailure(of: action, outcome, at: time) }
      return outcome
    } catch {
      batch.takeBack(to: mark)
      throw DialectError(error, frame: response.title(of: "Coinbase"), byte: nil)
    }
  }

  /// Reads a success; what it tells of products and orders is remembered only where all could be read.
  private mutating func read(
    _ body: [UInt8], to action: VenueAction, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var answers = CoinbaseAnswers(
      names: names, directory: directory, products: products, orders: orders,
      isAccount: hasCredentials)
    let outcome = try answers.read(body.span, to: action, at: time, into: &batch)
    products = answers.products
    orders.take(answers.notes)
    return outcome
  }

  /// The frame that answers the subscription to reports: what is carried, or an error.
  private func followed(_ response: VenueResponse) -> VenueOutcome {
    let text = response.body.span
    var json = JSONScanner()
    if let frame = try? CoinbaseFrame(text, &json), !frame.isError, frame.events != nil {
      return .done
    }
    var again = JSONScanner()
    let words = (try? JSONObject(text, &again).words("message", text)) ?? "no reason"
    return CoinbaseErrors.outcome(ofFollowing: words)
  }

  private var hasCredentials: Bool {
    switch credentials {
    case .some: true
    case .none: false
    }
  }
}
