/// What is asked of Binance, as a REST request or as a WebSocket API frame: one table of endpoints for
/// both. Source: rest-api.md and web-socket-api.md, with their weights.

import TradingCore

/// An endpoint in both of its spellings.
struct BinanceEndpoint: Equatable {
  /// What has to come with a request.
  enum Security: Equatable {
    case none
    case signed
  }

  var method: HTTPMethod
  /// Behind `/v3/`; empty for methods that only the WebSocket API has.
  var path: String
  /// The WebSocket API's name.
  var call: String
  var weight: Int64
  var orders: Int64 = 0
  var security = Security.signed
}

/// Turns actions into requests.
struct BinanceRequests {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// Rows that one answer lists at most.
  static let mostListed = 1_000

  /// The endpoint and the parameters of an action.
  func parts(
    of action: VenueAction
  ) throws(DialectError) -> (endpoint: BinanceEndpoint, parameters: RequestParameters) {
    var parameters = RequestParameters()
    switch action {
    case .ping: return (BinanceRequests.open("ping", "ping", 1), parameters)
    case .time: return (BinanceRequests.open("time", "time", 1), parameters)
    case .exchangeInformation(let symbols):
      if symbols.count == 1 { parameters.add("symbol", symbols[0].uppercased()) }
      if symbols.count > 1 { parameters.add("symbols", symbols.map { $0.uppercased() }) }
      return (BinanceRequests.open("exchangeInfo", "exchangeInfo", 20), parameters)
    case .snapshot(let instrument, let levels):
      try addSymbol(instrument, to: &parameters)
      parameters.add("limit", Int64(levels))
      let weight = BinanceRequests.depthWeight(levels)
      return (BinanceRequests.open("depth", "depth", weight), parameters)
    case .quote(let instrument):
      // Costs what the best bid and ask alone would, and tells the last trade beside them.
      try addSymbol(instrument, to: &parameters)
      return (BinanceRequests.open("ticker/24hr", "ticker.24hr", 2), parameters)
    case .candles(let instrument, let seconds, let from, let to):
      try addSymbol(instrument, to: &parameters)
      parameters.add("interval", try BinanceRequests.length(seconds))
      parameters.add("startTime", from.nanoseconds / 1_000_000)
      // By their beginnings, both ends included.
      parameters.add("endTime", to.nanoseconds / 1_000_000 - 1)
      parameters.add("limit", Int64(BinanceRequests.mostCandles))
      return (BinanceRequests.open("klines", "klines", 2), parameters)
    case .place, .test, .placeList, .replace: return try placing(action, parameters)
    case .cancel, .cancelAll, .shrink: return try changing(action, parameters)
    case .query, .openOrders, .allOrders, .fills, .fillsOf, .account, .orderCounts:
      return try asking(action, parameters)
    case .cancelAllAfter:
      throw .inexpressible("Binance spot has no order to cancel everything later")
    case .margin, .positions: throw .inexpressible("Binance spot lends nothing")
    case .permissions: throw .inexpressible("Binance spot does not say what a key may do")
    case .logOn: return (BinanceRequests.session("session.logon"), parameters)
    case .followAccount:
      return (BinanceRequests.session("userDataStream.subscribe.signature"), parameters)
    }
  }

  private static func open(_ path: String, _ call: String, _ weight: Int64) -> BinanceEndpoint {
    BinanceEndpoint(method: .get, path: path, call: call, weight: weight, security: .none)
  }

  private static func session(_ call: String) -> BinanceEndpoint {
    BinanceEndpoint(method: .post, path: "", call: call, weight: 2)
  }

  /// Candles in one answer at most.
  static let mostCandles = 1_000

  /// A candle's length in Binance's words.
  private static func length(_ seconds: UInt32) throws(DialectError) -> String {
    guard BinanceDialect.profile.history.lengths.contains(seconds) else {
      throw .inexpressible("Binance has no candles of \(seconds) seconds")
    }
    return CandleHistory.name(seconds)
  }

  private static func depthWeight(_ levels: Int) -> Int64 {
    switch levels {
    case ...100: 5
    case ...500: 25
    case ...1_000: 50
    default: 250
    }
  }

  private func addSymbol(
    _ instrument: InstrumentID, to parameters: inout RequestParameters
  ) throws(DialectError) {
    parameters.add("symbol", try directory.named(instrument).symbol)
  }
}

extension BinanceRequests {
  private typealias Parts = (endpoint: BinanceEndpoint, parameters: RequestParameters)

  private func placing(
    _ action: VenueAction, _ given: RequestParameters
  ) throws(DialectError) -> Parts {
    var parameters = given
    let terms = BinanceTerms(names: names, directory: directory)
    var endpoint = BinanceEndpoint(
      method: .post, path: "order", call: "order.place", weight: 1, orders: 1)
    switch action {
    case .place(let order): try terms.add(order, to: &parameters)
    case .test(let order):
      try terms.add(order, to: &parameters)
      (endpoint.path, endpoint.call, endpoint.orders) = ("order/test", "order.test", 0)
      return (endpoint, parameters)
    case .replace(let old, let order):
      try terms.add(order, to: &parameters)
      parameters.add("cancelReplaceMode", "STOP_ON_FAILURE")
      parameters.add("cancelOrigClientOrderId", names.text(old))
      (endpoint.path, endpoint.call) = ("order/cancelReplace", "order.cancelReplace")
    case .placeList(let orders):
      let kind = try terms.add(list: orders, to: &parameters)
      (endpoint.path, endpoint.call) = ("orderList/" + kind, "orderList.place." + kind)
      endpoint.orders = Int64(orders.count)
    default: preconditionFailure("BinanceRequests.placing: \(action) places nothing")
    }
    // Fills come as reports; an answer that told them as well would tell each twice.
    parameters.add("newOrderRespType", "RESULT")
    return (endpoint, parameters)
  }

  private func changing(
    _ action: VenueAction, _ given: RequestParameters
  ) throws(DialectError) -> Parts {
    var parameters = given
    switch action {
    case .cancel(let order, let instrument):
      try addSymbol(instrument, to: &parameters)
      parameters.add("origClientOrderId", names.text(order))
      return (
        BinanceEndpoint(method: .delete, path: "order", call: "order.cancel", weight: 1), parameters
      )
    case .cancelAll(let instrument):
      try addSymbol(instrument, to: &parameters)
      let call = "openOrders.cancelAll"
      return (
        BinanceEndpoint(method: .delete, path: "openOrders", call: call, weight: 1), parameters
      )
    case .shrink(let order, let instrument, let quantity):
      try addSymbol(instrument, to: &parameters)
      parameters.add("origClientOrderId", names.text(order))
      // The name stays; without it the exchange would make one of its own.
      parameters.add("newClientOrderId", names.text(order))
      parameters.add("newQty", try directory.named(instrument).definition.text(quantity))
      return (
        BinanceEndpoint(
          method: .put, path: "order/amend/keepPriority", call: "order.amend.keepPriority",
          weight: 4), parameters
      )
    default: preconditionFailure("BinanceRequests.changing: \(action) changes nothing")
    }
  }

  private func asking(
    _ action: VenueAction, _ given: RequestParameters
  ) throws(DialectError) -> Parts {
    var parameters = given
    var endpoint = BinanceEndpoint(method: .get, path: "", call: "", weight: 20)
    switch action {
    case .query(let order, let instrument, _):
      try addSymbol(instrument, to: &parameters)
      parameters.add("origClientOrderId", names.text(order))
      (endpoint.path, endpoint.call, endpoint.weight) = ("order", "order.status", 4)
    case .openOrders(let instrument):
      if let instrument { try addSymbol(instrument, to: &parameters) }
      (endpoint.path, endpoint.call) = ("openOrders", "openOrders.status")
      endpoint.weight = instrument == nil ? 80 : 6
    case .allOrders(let instrument, let from):
      try addSymbol(instrument, to: &parameters)
      parameters.add("orderId", from)
      parameters.add("limit", Int64(Self.mostListed))
      (endpoint.path, endpoint.call) = ("allOrders", "allOrders")
    case .fills(let instrument, let from):
      try addSymbol(instrument, to: &parameters)
      parameters.add("fromId", from)
      parameters.add("limit", Int64(Self.mostListed))
      (endpoint.path, endpoint.call) = ("myTrades", "myTrades")
    case .fillsOf(_, let instrument, let venueOrder, let page):
      try addSymbol(instrument, to: &parameters)
      parameters.add("orderId", venueOrder)
      if let page { parameters.add("fromId", page) }
      parameters.add("limit", Int64(Self.mostListed))
      (endpoint.path, endpoint.call, endpoint.weight) = ("myTrades", "myTrades", 5)
    case .account:
      parameters.add("omitZeroBalances", true)
      (endpoint.path, endpoint.call) = ("account", "account.status")
    case .orderCounts:
      (endpoint.path, endpoint.call) = ("rateLimit/order", "account.rateLimits.orders")
      endpoint.weight = 40
    default: preconditionFailure("BinanceRequests.asking: \(action) asks nothing")
    }
    return (endpoint, parameters)
  }
}
