/// An order as a client asks for it: parameters read, checked against each other, and turned into the
/// terms that the matching takes. Source: rest-api.md, New order, the tables of mandatory parameters.

internal import TradingCore

/// Which parameter has which part of an order; legs of lists prefix or rename them.
struct OrderKeys {
  var side = "side"
  var type = "type"
  var quantity = "quantity"
  var price = "price"
  var timeInForce = "timeInForce"
  var stopPrice = "stopPrice"
  var trailingDelta = "trailingDelta"
  var iceberg = "icebergQty"
  var clientID = "newClientOrderId"
  var strategyID = "strategyId"
  var strategyType = "strategyType"

  init() {}

  /// The keys of a leg: `above`, `below`, `working`, `pending` and so on.
  init(leg: String, side: String, quantity: String) {
    self.side = side
    self.quantity = quantity
    type = leg + "Type"
    price = leg + "Price"
    timeInForce = leg + "TimeInForce"
    stopPrice = leg + "StopPrice"
    trailingDelta = leg + "TrailingDelta"
    iceberg = leg + "IcebergQty"
    clientID = leg + "ClientOrderId"
    strategyID = leg + "StrategyId"
    strategyType = leg + "StrategyType"
  }
}

/// An order that was read.
struct OrderForm {
  var terms: OrderTerms
  var type: VenueOrderType
  var prevention: PreventionMode
  let grid: MarketGrid
  var iceberg = Quantity.zero
  var clientID: String?
  var strategyID: Int64?
  var strategyType: Int64?

  /// - Throws: what is missing, malformed or does not go together.
  init(
    _ parameters: RequestParameters, _ market: PublicMarket, keys: OrderKeys = OrderKeys()
  ) throws(APIError) {
    guard let side = Side(word: try parameters.required(keys.side)) else { throw .badSide }
    guard let type = VenueOrderType(rawValue: try parameters.required(keys.type)) else {
      throw .badType
    }
    self.type = type
    grid = market.grid
    prevention = try Self.prevention(parameters)
    terms = OrderTerms(
      instrument: market.id, side: side, type: type.core, quantity: Quantity(lots: 0))
    try readTimeInForce(parameters, keys)
    try readQuantity(parameters, market, keys)
    try readPrices(parameters, market, keys)
    try readIceberg(parameters, market, keys)
    if type == .limitMaker { terms.flags.insert(.postOnly) }
    terms.flags.selfTrade = prevention.core
    clientID = try Self.clientID(parameters, keys.clientID)
    strategyID = try parameters.integer(keys.strategyID)
    strategyType = try parameters.integer(keys.strategyType)
    if let strategyType, strategyType < 1_000_000 {
      throw APIError(-1134, "`strategyType` was less than 1000000.")
    }
  }

  /// An order that another language was read from.
  init(_ terms: OrderTerms, _ type: VenueOrderType, clientID: String, of market: PublicMarket) {
    (self.terms, self.type, self.clientID) = (terms, type, clientID)
    prevention = .none
    grid = market.grid
  }

  static func prevention(_ parameters: RequestParameters) throws(APIError) -> PreventionMode {
    guard let word = try parameters.text("selfTradePreventionMode") else { return .none }
    guard let mode = PreventionMode(rawValue: word) else {
      throw APIError(
        -1013, "This symbol does not allow the specified self-trade prevention mode.")
    }
    return mode
  }

  /// - Throws: -1100 for characters that no client id has.
  static func clientID(_ parameters: RequestParameters, _ name: String) throws(APIError) -> String?
  {
    guard let id = try parameters.text(name) else { return nil }
    let isLegal =
      id.utf8.count <= 36
      && id.utf8.allSatisfy { byte in
        switch byte {
        case 48...58, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "/"),
          UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    guard isLegal else { throw .illegal(name, range: "^[\\.A-Z\\:/a-z0-9_-]{1,36}$") }
    return id
  }

  // MARK: Parts

  private mutating func readTimeInForce(
    _ parameters: RequestParameters, _ keys: OrderKeys
  ) throws(APIError) {
    guard type.hasTimeInForce else {
      guard !parameters.has(keys.timeInForce) else { throw .unwanted(keys.timeInForce) }
      if type == .market || !type.core.hasLimit { terms.timeInForce = .goodTillCanceled }
      return
    }
    let word = try parameters.required(keys.timeInForce)
    guard let force = TimeInForce(word: word) else { throw .badTimeInForce }
    terms.timeInForce = force
  }

  private mutating func readQuantity(
    _ parameters: RequestParameters, _ market: PublicMarket, _ keys: OrderKeys
  ) throws(APIError) {
    let amount = keys.quantity == "quantity" ? try parameters.text("quoteOrderQty") : nil
    let quantity = try parameters.text(keys.quantity)
    if type == .market, let amount {
      guard quantity == nil else { throw .unwanted(keys.quantity) }
      let number = try MarketGrid.decimal(amount, "quoteOrderQty")
      guard let units = number.rescaled(to: 8), units.mantissa > 0 else {
        throw .invalid("quoteOrderQty")
      }
      terms.quantity = Quantity(lots: units.mantissa)
      terms.flags.insert(.inQuote)
      return
    }
    guard amount == nil else { throw .unwanted("quoteOrderQty") }
    guard let quantity else {
      throw type == .market && keys.quantity == "quantity"
        ? .missing("quantity", or: "quoteOrderQty") : .missing(keys.quantity)
    }
    terms.quantity = try market.grid.quantity(quantity, keys.quantity)
    guard terms.quantity.lots > 0 else { throw APIError(-1013, "Invalid quantity.") }
  }

  private mutating func readPrices(
    _ parameters: RequestParameters, _ market: PublicMarket, _ keys: OrderKeys
  ) throws(APIError) {
    if type.core.hasLimit {
      terms.price = try market.grid.price(parameters.required(keys.price), keys.price)
      guard terms.price.ticks > 0 else { throw APIError(-1013, "Invalid price.") }
    } else if parameters.has(keys.price) {
      throw .unwanted(keys.price)
    }
    guard type.core.waitsForTrigger else {
      for name in [keys.stopPrice, keys.trailingDelta] where parameters.has(name) {
        throw .unwanted(name)
      }
      return
    }
    let stop = try parameters.text(keys.stopPrice)
    let delta = try parameters.integer(keys.trailingDelta)
    guard stop != nil || delta != nil else {
      throw .missing(keys.stopPrice, or: keys.trailingDelta)
    }
    if let stop {
      terms.trigger = try market.grid.price(stop, keys.stopPrice)
      guard terms.trigger.ticks > 0 else { throw APIError(-1013, "Invalid stopPrice.") }
    }
    if let delta {
      guard type.core.isStop else { throw .unsupported }
      guard (1...10_000).contains(delta) else { throw .filter("TRAILING_DELTA") }
      terms.trailing = UInt16(delta)
    }
  }

  private mutating func readIceberg(
    _ parameters: RequestParameters, _ market: PublicMarket, _ keys: OrderKeys
  ) throws(APIError) {
    guard let text = try parameters.text(keys.iceberg) else { return }
    let shown = try market.grid.quantity(text, keys.iceberg)
    guard shown.lots > 0 else { return }
    guard type.core == .limit, terms.timeInForce == .goodTillCanceled else {
      throw .unwanted(keys.iceberg)
    }
    guard shown < terms.quantity else { throw .rejected("IcebergQty exceeds QTY.") }
    let parts = (terms.quantity.lots + shown.lots - 1) / shown.lots
    guard parts <= 100 else { throw .filter("ICEBERG_PARTS") }
    iceberg = shown
    terms.parts = UInt8(parts)
  }
}
