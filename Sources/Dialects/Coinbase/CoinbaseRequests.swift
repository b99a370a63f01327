/// What is asked of Coinbase over HTTP: one table of endpoints. Source: docs.cdp.coinbase.com, "Advanced Trade
/// API reference".

import TradingCore

/// One request.
struct CoinbaseEndpoint: Equatable {
  var method = HTTPMethod.get
  /// Behind the address of the interface.
  var path: String
  var parameters = RequestParameters()
  var body: [UInt8] = []
  /// Whether anybody may ask it.
  var isOpen = false
  var orders: Int64 = 0

  var name: String { method.rawValue + " " + path }

  /// Path and query.
  var target: String { parameters.items.isEmpty ? path : path + "?" + parameters.query }

  /// An address without its scheme, as a token names it.
  static func plain(_ address: String) -> String {
    address.firstRange(of: "://").map { String(address[$0.upperBound...]) } ?? address
  }
}

/// Turns actions into requests.
struct CoinbaseRequests {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// The endpoint of an action.
  func endpoint(of action: VenueAction) throws(DialectError) -> CoinbaseEndpoint {
    switch action {
    case .ping, .time: return CoinbaseEndpoint(path: "/time", isOpen: true)
    case .exchangeInformation(let symbols):
      var endpoint = CoinbaseEndpoint(path: "/market/products", isOpen: true)
      for symbol in symbols { endpoint.parameters.add("product_ids", symbol.uppercased()) }
      if symbols.isEmpty { endpoint.parameters.add("product_type", "SPOT") }
      return endpoint
    case .snapshot(let instrument, let levels):
      var endpoint = CoinbaseEndpoint(path: "/market/product_book", isOpen: true)
      endpoint.parameters.add("product_id", try directory.named(instrument).symbol)
      endpoint.parameters.add("limit", Int64(levels))
      return endpoint
    case .place, .test, .placeList, .cancel, .cancelAll, .cancelAllAfter, .shrink, .replace, .query,
      .openOrders, .allOrders, .fills, .fillsOf, .account, .orderCounts, .logOn, .followAccount:
      throw .inexpressible("orders at Coinbase are not spoken yet")
    }
  }
}
