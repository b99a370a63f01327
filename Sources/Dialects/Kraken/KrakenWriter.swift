/// Requests of Kraken as they are sent: frames, and forms or JSON signed over exactly what is sent. Source:
/// docs.kraken.com, "Spot REST authentication" and Spot WebSocket v2.

import TradingCore

/// Writes one request.
struct KrakenWriter {
  let id: Int64

  /// `{"method":…,"params":…,"req_id":…}`.
  func frame(_ method: String, _ parameters: RequestParameters, orders: Int64 = 0) -> VenueRequest {
    let params = parameters.items.isEmpty ? "" : ",\"params\":\(parameters.json)"
    let text = "{\"method\":\(jsonText(method))\(params),\"req_id\":\(id)}"
    return VenueRequest(
      payload: .frame(Array(text.utf8)), name: method, id: id, weight: 0, orders: orders)
  }

  /// A request that needs no key.
  func open(_ endpoint: String, _ parameters: RequestParameters) -> VenueRequest {
    let path = "/0/public/" + endpoint
    let target = parameters.items.isEmpty ? path : path + "?" + parameters.query
    return VenueRequest(
      payload: .http(.get, target: target, headers: [], body: []), name: "GET " + path, id: id,
      weight: 1, orders: 0)
  }

  /// A request in an account's name: a form whose first field is the nonce, its signature in a header. Kraken reads
  /// lists in JSON alone.
  func signed(
    _ endpoint: String, _ parameters: RequestParameters, nonce: UInt64, weight: Int64,
    orders: Int64, by credentials: borrowing Credentials
  ) throws(DialectError) -> VenueRequest {
    let path = "/0/private/" + endpoint
    var all = RequestParameters()
    all.add("nonce", digits: "\(nonce)")
    for item in parameters.items { all.add(item) }
    let form = all.hasList ? all.json : all.query
    let signature = try KrakenSignature.text(
      path, form, nonce: nonce, by: credentials.signer)
    let headers = [
      HTTPHeader("API-Key", credentials.apiKey), HTTPHeader("API-Sign", signature),
      HTTPHeader(
        "Content-Type", all.hasList ? "application/json" : "application/x-www-form-urlencoded"),
    ]
    return VenueRequest(
      payload: .http(.post, target: path, headers: headers, body: Array(form.utf8)),
      name: "POST " + path, id: id, weight: weight, orders: orders)
  }
}
