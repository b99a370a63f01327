/// What can be asked of the exchange. REST and the WebSocket API ask for the same things under
/// different names; `Endpoint` has both.

/// One kind of request.
enum Action: Sendable {
  // General.
  case ping
  case time
  case exchangeInfo
  // Market data.
  case depth
  case trades
  case historicalTrades
  case aggregateTrades
  case klines
  case averagePrice
  case ticker24
  case tickerDay
  case tickerWindow
  case tickerPrice
  case tickerBook
  case executionRules
  case referencePrice
  case blockTrades
  // Orders.
  case place
  case testPlace
  case cancel
  case cancelAll
  case cancelReplace
  case amend
  case placeOCO
  case placeOldOCO
  case placeOTO
  case placeOTOCO
  case cancelList
  // Account.
  case order
  case openOrders
  case allOrders
  case list
  case allLists
  case openLists
  case myTrades
  case account
  case commission
  case orderCount
  case amendments
  case preventedMatches
  case allocations
  case myFilters
}

/// Who may ask.
enum Security: Sendable {
  case none
  /// A known key.
  case key
  /// A known key and its signature.
  case signed
}

/// A request's names, weight and parameters.
struct Endpoint: Sendable {
  let action: Action
  /// The REST method, and the path behind `/api/v3/`.
  let method: String
  let path: String
  /// The method of the WebSocket API; empty where it has none.
  let frame: String
  let security: Security
  let weight: Int64
  let parameters: [String]

  init(
    _ action: Action, _ rest: String, _ frame: String, _ security: Security = .none,
    weight: Int64, _ parameters: String = ""
  ) {
    self.action = action
    let parts = rest.split(separator: " ")
    method = String(parts[0])
    path = String(parts[1])
    self.frame = frame
    self.security = security
    self.weight = weight
    let common = security == .signed ? " timestamp recvWindow signature" : ""
    self.parameters = (parameters + common).split(separator: " ").map(String.init)
  }

  /// Whether it is counted as an order.
  var countsOrders: Int64 {
    switch action {
    case .place, .cancelReplace: 1
    case .placeOCO, .placeOldOCO, .placeOTO: 2
    case .placeOTOCO: 3
    default: 0
    }
  }

  static func rest(_ method: String, _ path: String) -> Endpoint? {
    all.first { $0.path == path && $0.method == method }
  }

  static func frame(_ name: String) -> Endpoint? {
    all.first { $0.frame == name && !name.isEmpty }
  }
}
