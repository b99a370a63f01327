/// What Coinbase is asked over HTTP, and what it answers.

public import TradingCore

extension CoinbaseDialect {
  public mutating func request(
    _ action: VenueAction, id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    guard transport == .http else {
      throw .inexpressible("Coinbase takes requests over HTTP")
    }
    let endpoint = try CoinbaseRequests(names: names, directory: directory).endpoint(of: action)
    return try send(endpoint, id: id, at: time)
  }

  /// A request as it is sent, with a token of its own where it is about an account.
  private mutating func send(
    _ endpoint: CoinbaseEndpoint, id: Int64, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    var headers = endpoint.body.isEmpty ? [] : [HTTPHeader("Content-Type", "application/json")]
    if !endpoint.isOpen {
      let use = endpoint.method.rawValue + " " + CoinbaseEndpoint.plain(hosts.rest) + endpoint.path
      let token = try token(for: use, "\(endpoint.name) needs one", at: time)
      headers.append(HTTPHeader("Authorization", "Bearer " + token))
    }
    return VenueRequest(
      payload: .http(
        endpoint.method, target: endpoint.target, headers: headers, body: endpoint.body),
      name: endpoint.name, id: id, weight: 1, orders: endpoint.orders)
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
    guard let response, response.status < 500 else { return .unknown }
    batch.uses += CoinbaseLimits.uses(in: response.headers)
    if let refusal = CoinbaseErrors.outcome(response) { return refusal }
    let mark = batch.mark
    do {
      var answers = CoinbaseAnswers(
        names: names, directory: directory, products: products, isAccount: hasCredentials)
      let outcome = try answers.read(response.body.span, to: action, at: time, into: &batch)
      products = answers.products
      return outcome
    } catch {
      batch.takeBack(to: mark)
      throw DialectError(error, frame: "an answer of Coinbase", byte: nil)
    }
  }

  private var hasCredentials: Bool {
    switch credentials {
    case .some: true
    case .none: false
    }
  }
}
