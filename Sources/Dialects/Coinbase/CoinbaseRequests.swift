/// What is asked of Coinbase over HTTP: one table of endpoints. Source: docs.cdp.coinbase.com, "Advanced Trade
/// API reference".

import TradingCore

/// One request.
struct CoinbaseEndpoint: Equatable {
  var method = HTTPMethod.get
  /// Behind the address of the interface.
  var path: String
  var parameters = RequestParameters()
  /// A JSON object; empty for what is only asked.
  var body = RequestParameters()
  /// Whether anybody may ask it.
  var isOpen = false
  /// Whether a cache on the way has to ask anew: what looks at a market now wants no answer of a second ago.
  var isFresh = false
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
  let orders: CoinbaseOrders

  /// Orders and fills that one answer lists at most.
  static let mostListed: Int64 = 1_000
  /// Orders that one request cancels at most.
  static let mostCanceled = 100

  /// The endpoint of an action.
  func endpoint(of action: VenueAction) throws(DialectError) -> CoinbaseEndpoint {
    switch action {
    case .ping, .time: return CoinbaseEndpoint(path: "/time", isOpen: true)
    case .exchangeInformation(let symbols) where symbols.count == 1:
      return product(symbols[0])
    case .exchangeInformation(let symbols):
      var endpoint = CoinbaseEndpoint(path: "/market/products", isOpen: true)
      for symbol in symbols { endpoint.parameters.add("product_ids", symbol.uppercased()) }
      if symbols.isEmpty { endpoint.parameters.add("product_type", "SPOT") }
      return endpoint
    case .snapshot(let instrument, let levels):
      var endpoint = CoinbaseEndpoint(path: "/market/product_book", isOpen: true)
      endpoint.parameters.add("product_id", try directory.named(instrument).symbol)
      endpoint.parameters.add("limit", Int64(levels))
      endpoint.isFresh = true
      return endpoint
    case .quote(let instrument):
      var endpoint = product(try directory.named(instrument).symbol)
      endpoint.path += "/ticker"
      endpoint.isFresh = true
      endpoint.parameters.add("limit", 1)
      return endpoint
    case .candles(let instrument, let seconds, let from, let to):
      return try candles(of: instrument, seconds: seconds, from: from, to: to)
    case .place, .test, .cancel, .cancelAll, .shrink: return try changing(action)
    case .query, .openOrders, .allOrders, .fills, .fillsOf, .account: return try asking(action)
    case .permissions: return CoinbaseEndpoint(path: "/key_permissions")
    case .margin, .positions: throw .inexpressible("Coinbase lends nothing on its spot market")
    case .placeList: throw .inexpressible("Coinbase takes no lists of orders here")
    case .cancelAllAfter:
      throw .inexpressible("Coinbase has no order to cancel everything later")
    case .replace:
      throw .inexpressible("Coinbase does not cancel one order and place another in one request")
    case .orderCounts: throw .inexpressible("Coinbase tells what is used with every answer")
    case .logOn, .followAccount:
      throw .inexpressible("Coinbase's WebSocket is signed in by its subscriptions")
    }
  }
}

extension CoinbaseRequests {
  /// One product by its name, which a person may have written: nothing in it is read as a path.
  func product(_ symbol: String) -> CoinbaseEndpoint {
    let name = PercentEncoding.encode(symbol.uppercased())
    return CoinbaseEndpoint(path: "/market/products/" + name, isOpen: true)
  }

  private func changing(_ action: VenueAction) throws(DialectError) -> CoinbaseEndpoint {
    let terms = CoinbaseTerms(names: names, directory: directory)
    var endpoint = CoinbaseEndpoint(method: .post, path: "/orders")
    switch action {
    case .place(let order):
      endpoint.body = try terms.parameters(of: order)
      endpoint.orders = 1
    case .test(let order):
      endpoint.path = "/orders/preview"
      endpoint.body = try terms.parameters(of: order, isNamed: false)
    case .cancel(let order, _):
      endpoint.path = "/orders/batch_cancel"
      endpoint.body.add("order_ids", [try known(order).venueID])
    case .cancelAll(let instrument):
      endpoint.path = "/orders/batch_cancel"
      let all = orders.orders(of: instrument).suffix(Self.mostCanceled)
      guard !all.isEmpty else {
        throw .inexpressible("no open order of this instrument is known to Coinbase's name")
      }
      endpoint.body.add("order_ids", all.map(\.venueID))
    case .shrink(let order, let instrument, let quantity):
      let old = try known(order)
      guard old.price > .zero else {
        throw .inexpressible("Coinbase wants an edited order's price, which is not known yet")
      }
      let definition = try directory.named(instrument).definition
      endpoint.path = "/orders/edit"
      endpoint.body.add("order_id", old.venueID)
      endpoint.body.add("price", definition.text(old.price))
      endpoint.body.add("size", definition.text(quantity))
    default: preconditionFailure("CoinbaseRequests.changing: \(action) changes nothing")
    }
    return endpoint
  }

  private func known(_ order: OrderID) throws(DialectError) -> CoinbaseOrders.Known {
    guard let known = orders[order] else { throw .unnamed(order) }
    return known
  }

  private func asking(_ action: VenueAction) throws(DialectError) -> CoinbaseEndpoint {
    var endpoint = CoinbaseEndpoint(path: "/orders/historical/batch")
    switch action {
    case .query(let order, let instrument, let page):
      // By our name no order can be asked for: it is looked for among those of its product.
      guard let known = orders[order] else { return try ordersPage(of: instrument, from: page) }
      endpoint.path = "/orders/historical/" + known.venueID
    case .openOrders(let instrument):
      endpoint.parameters.add("order_status", "OPEN")
      if let instrument { try list(instrument, into: &endpoint) }
    case .allOrders(let instrument, _): return try ordersPage(of: instrument, from: nil)
    case .fills(let instrument, _):
      endpoint.path = "/orders/historical/fills"
      try list(instrument, into: &endpoint)
    case .fillsOf(let order, _, _, let page):
      endpoint.path = "/orders/historical/fills"
      endpoint.parameters.add("order_ids", try known(order).venueID)
      endpoint.parameters.add("limit", Self.mostListed)
      if let page { endpoint.parameters.add("cursor", page) }
    case .account:
      endpoint.path = "/accounts"
      endpoint.parameters.add("limit", 250)
    default: preconditionFailure("CoinbaseRequests.asking: \(action) asks nothing")
    }
    return endpoint
  }

  /// A page of a product's orders, the newest first; the first page where none is named.
  func ordersPage(
    of instrument: InstrumentID, from page: String?
  ) throws(DialectError) -> CoinbaseEndpoint {
    var endpoint = CoinbaseEndpoint(path: "/orders/historical/batch")
    try list(instrument, into: &endpoint)
    if let page { endpoint.parameters.add("cursor", page) }
    return endpoint
  }

  private func list(
    _ instrument: InstrumentID, into endpoint: inout CoinbaseEndpoint
  ) throws(DialectError) {
    endpoint.parameters.add("product_ids", try directory.named(instrument).symbol)
    endpoint.parameters.add("limit", Self.mostListed)
  }
}
