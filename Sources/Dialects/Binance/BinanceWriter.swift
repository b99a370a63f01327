/// A request of Binance as it is sent, signed over exactly what is sent. Source: rest-api.md, "SIGNED
/// Endpoint security"; web-socket-api.md, "SIGNED request security".

import TradingCore

/// Writes one request.
struct BinanceWriter {
  let endpoint: BinanceEndpoint
  /// `recvWindow` in milliseconds.
  let window: Int64
  let id: Int64

  /// A request that needs no key.
  func open(_ parameters: RequestParameters, over transport: VenueTransport) -> VenueRequest {
    switch transport {
    case .http: http(parameters.query, headers: [])
    case .webSocket: frame(parameters)
    }
  }

  /// A request in an account's name at the venue's time.
  ///
  /// REST: the parameters are percent-encoded once, and the signature covers that text: the query of a
  /// GET or DELETE, the form of a POST or PUT. WebSocket: it covers the parameters sorted by name, the
  /// key's id among them, and not encoded.
  func signed(
    _ given: RequestParameters, by credentials: borrowing Credentials,
    over transport: VenueTransport,
    at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    try BinanceDialect.expectKey(credentials)
    var parameters = given
    if !isSession { parameters.add("recvWindow", window) }
    parameters.add("timestamp", time.nanoseconds / 1_000_000)
    switch transport {
    case .http:
      let query = parameters.query
      let signature = try credentials.signer.signature(over: Array(query.utf8))
      return http(
        query + "&signature=" + PercentEncoding.encode(signature),
        headers: [HTTPHeader("X-MBX-APIKEY", credentials.apiKey)])
    case .webSocket:
      parameters.add("apiKey", credentials.apiKey)
      let payload = Array(parameters.sortedPayload.utf8)
      parameters.add("signature", try credentials.signer.signature(over: payload))
      return frame(parameters)
    }
  }

  /// Signing in and following take no window of their own.
  private var isSession: Bool { endpoint.path.isEmpty }

  private func http(_ query: String, headers: [HTTPHeader]) -> VenueRequest {
    let path = "/v3/" + endpoint.path
    let isForm = endpoint.method == .post || endpoint.method == .put
    let target = isForm || query.isEmpty ? path : path + "?" + query
    let form = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
    return request(
      .http(
        endpoint.method, target: target, headers: headers + (isForm ? [form] : []),
        body: isForm ? Array(query.utf8) : []), name: "\(endpoint.method.rawValue) \(path)")
  }

  private func frame(_ parameters: RequestParameters) -> VenueRequest {
    var text = "{\"id\":\(id),\"method\":\(jsonText(endpoint.call))"
    if !parameters.items.isEmpty { text += ",\"params\":" + parameters.json }
    return request(.frame(Array((text + "}").utf8)), name: endpoint.call)
  }

  private func request(_ payload: VenueRequest.Payload, name: String) -> VenueRequest {
    VenueRequest(
      payload: payload, name: name, id: id, weight: endpoint.weight, orders: endpoint.orders)
  }
}
