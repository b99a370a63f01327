/// An order as Coinbase's clients ask for it: one configuration for each kind, read into the terms that the
/// matching takes. Source: docs.cdp.coinbase.com, "Create order".

internal import Dialects
internal import TradingCore

/// The configurations that this exchange takes, by their names.
enum CoinbaseConfiguration: String, CaseIterable {
  case market = "market_market_ioc"
  case limit = "limit_limit_gtc"
  case limitUntil = "limit_limit_gtd"
  case limitAtOnce = "sor_limit_ioc"
  case limitWhole = "limit_limit_fok"
  case stop = "stop_limit_stop_limit_gtc"
  case stopUntil = "stop_limit_stop_limit_gtd"

  var hasStop: Bool { self == .stop || self == .stopUntil }

  var timeInForce: TimeInForce {
    switch self {
    case .market, .limit, .stop: .goodTillCanceled
    case .limitUntil, .stopUntil: .goodTillDate
    case .limitAtOnce: .immediateOrCancel
    case .limitWhole: .fillOrKill
    }
  }

  /// The configuration of an order; `nil` for one that Coinbase has no words for.
  init?(_ terms: OrderTerms) {
    let found = Self.allCases.first {
      $0.hasStop == terms.type.waitsForTrigger && $0.timeInForce == terms.timeInForce
        && ($0 != .market) == terms.type.hasLimit
    }
    guard let found else { return nil }
    self = found
  }
}

extension OrderForm {
  /// - Parameter body: the members of the request.
  /// - Throws: what is missing, malformed or does not go together.
  init(coinbase body: RequestParameters, in markets: Markets) throws(CoinbaseReason) {
    guard let market = markets.coinbaseNamed(body["product_id"] ?? "") else { throw .badProduct }
    guard let side = Side(word: body["side"] ?? "") else { throw .badSide }
    let configurations = Self.members(body["order_configuration"])
    guard configurations.count == 1,
      let kind = CoinbaseConfiguration(rawValue: configurations[0].name)
    else { throw .badConfiguration }
    let details = RequestParameters(Self.members(configurations[0].value))
    var terms = OrderTerms(
      instrument: market.id, side: side, type: try Self.type(kind, side, details),
      quantity: .zero)
    terms.timeInForce = kind.timeInForce
    try Self.readSize(of: &terms, details, market)
    try Self.readPrices(of: &terms, details, market)
    try Self.readEnd(of: &terms, details)
    let isPostOnly = details["post_only"] == "true"
    if isPostOnly { terms.flags.insert(.postOnly) }
    guard terms.isWellFormed else { throw .badConfiguration }
    self.init(
      terms, VenueOrderType(terms.type, isPostOnly: isPostOnly),
      clientID: body["client_order_id"] ?? "", of: market)
  }

  private static func members(_ text: String?) -> [RequestParameters.Item] {
    text.flatMap { try? RequestParameters(json: Array($0.utf8)) }?.items ?? []
  }

  /// A stop that waits for the market to move against the order's side is a stop, else it takes a profit.
  private static func type(
    _ kind: CoinbaseConfiguration, _ side: Side, _ details: RequestParameters
  ) throws(CoinbaseReason) -> OrderType {
    guard kind.hasStop else { return kind == .market ? .market : .limit }
    switch details["stop_direction"] {
    case "STOP_DIRECTION_STOP_UP": return side == .buy ? .stopLimit : .takeProfitLimit
    case "STOP_DIRECTION_STOP_DOWN": return side == .sell ? .stopLimit : .takeProfitLimit
    default: throw .badConfiguration
    }
  }

  private static func readSize(
    of terms: inout OrderTerms, _ details: RequestParameters, _ market: PublicMarket
  ) throws(CoinbaseReason) {
    switch (details["base_size"], details["quote_size"]) {
    case (let size?, nil):
      guard let quantity = try? market.grid.quantity(size, "base_size") else { throw .badSize }
      terms.quantity = quantity
    case (nil, let size?):
      guard terms.type == .market,
        let units = (try? MarketGrid.decimal(size, "quote_size"))?.rescaled(to: 8)
      else { throw .badSize }
      terms.quantity = Quantity(lots: units.mantissa)
      terms.flags.insert(.inQuote)
    default: throw .badConfiguration
    }
    guard terms.quantity.lots > 0 else { throw .badSize }
  }

  private static func readPrices(
    of terms: inout OrderTerms, _ details: RequestParameters, _ market: PublicMarket
  ) throws(CoinbaseReason) {
    func price(_ name: String) throws(CoinbaseReason) -> Price {
      guard let text = details[name], let price = try? market.grid.price(text, name),
        price.ticks > 0
      else { throw .badPrice }
      return price
    }
    if terms.type.hasLimit { terms.price = try price("limit_price") }
    if terms.type.waitsForTrigger { terms.trigger = try price("stop_price") }
  }

  private static func readEnd(
    of terms: inout OrderTerms, _ details: RequestParameters
  ) throws(CoinbaseReason) {
    guard terms.timeInForce == .goodTillDate else { return }
    let text = Array((details["end_time"] ?? "").utf8)
    var place = 0
    guard let end = try? TimeScanner.iso8601(text.span, &place), place == text.count,
      let seconds = UInt32(exactly: end / 1_000_000_000)
    else { throw .badConfiguration }
    terms.expirySeconds = seconds
  }
}

extension VenueOrderType {
  /// The type that the ledger shows.
  init(_ type: OrderType, isPostOnly: Bool) {
    switch type {
    case .limit: self = isPostOnly ? .limitMaker : .limit
    case .market: self = .market
    case .stop: self = .stopLoss
    case .stopLimit: self = .stopLossLimit
    case .takeProfit: self = .takeProfit
    case .takeProfitLimit: self = .takeProfitLimit
    }
  }
}
