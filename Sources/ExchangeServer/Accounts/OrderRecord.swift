/// An order as its account remembers it: what was asked, what became of it, and how it is written in
/// answers. It outlives the matching, which forgets an order when it ends.

internal import TradingCore

/// A part of an order that traded.
struct TradeRow: Sendable {
  var id: Int64
  var order: Int64
  var list: Int64
  var instrument: InstrumentID
  var side: Side
  var price: Price
  var quantity: Quantity
  var value: Money
  var fee: Money
  var feeAsset: AssetID
  var isMaker: Bool
  var time: Timestamp
}

/// A quantity that was reduced without losing its place.
struct AmendmentRow: Sendable {
  var execution: Int64
  var oldClientID: String
  var newClientID: String
  var oldQuantity: Quantity
  var newQuantity: Quantity
  var time: Timestamp
}

/// One order of an account.
struct OrderRecord: Sendable {
  let id: Int64
  /// -1 for an order that stands alone.
  var list: Int64 = -1
  var clientID: String
  /// The id it had before it was canceled or amended under another.
  var originalClientID = ""
  var terms: OrderTerms
  let type: VenueOrderType
  let prevention: PreventionMode
  /// Lots an iceberg shows; zero for the others.
  var iceberg = Quantity.zero
  var strategyID: Int64?
  var strategyType: Int64?
  var status = OrderStatus.new
  /// Why it was rejected, for the request that placed it.
  var rejection: RejectReason?
  var executed = Quantity.zero
  var executedValue = Money.zero
  let created: Timestamp
  var updated: Timestamp
  /// When it began to work; `none` while it waits.
  var working = Timestamp.none
  var trades: [TradeRow] = []
  var amendments: [AmendmentRow] = []

  init(
    id: Int64, clientID: String, terms: OrderTerms, type: VenueOrderType,
    prevention: PreventionMode, at time: Timestamp
  ) {
    self.id = id
    self.clientID = clientID
    self.terms = terms
    self.type = type
    self.prevention = prevention
    created = time
    updated = time
  }

  var isInQuote: Bool { terms.flags.contains(.inQuote) }
  /// Lots asked for; what was bought where an amount was asked for.
  var quantity: Quantity { isInQuote ? executed : terms.quantity }
  /// The amount of the quote asset asked for.
  var quoteQuantity: Money {
    guard isInQuote else { return .zero }
    return Money(units: Int128(terms.quantity.lots) * Int128(powerOfTen(Money.scale - 8)))
  }
  var open: Quantity { Quantity(lots: max(0, quantity.lots - executed.lots)) }
  /// Whether it is in the book or trades.
  var isWorking: Bool { !working.isNone }

  /// What it reserves of its account; `nil` when nothing.
  func reserve(_ definition: InstrumentDefinition) -> (asset: AssetID, amount: Money)? {
    guard status.isOpen, terms.list.role != .exit || status != .pending,
      terms.list.role != .alternative || terms.list.offset == 0
    else { return nil }
    if terms.side == .sell {
      return (definition.base, Money(units: Int128(open.lots) * definition.lotAmount))
    }
    let price = terms.type.hasLimit ? terms.price : terms.trigger
    guard definition.canValue(price, open) else { return nil }
    return (definition.quote, definition.notional(price, open))
  }
}

// MARK: Text

extension OrderRecord {
  /// How much of an order an answer tells.
  enum Detail {
    case acknowledgement
    case result
    case full
  }

  /// The answer to a placement.
  func writePlaced(
    _ detail: Detail, _ market: PublicMarket, _ book: Names, into json: inout JSONText
  ) {
    writeHead(market, into: &json)
    json.set("clientOrderId", clientID)
    json.set("transactTime", updated.milliseconds)
    guard detail != .acknowledgement else { return }
    writeTerms(market, into: &json)
    json.set("workingTime", working.isNone ? -1 : working.milliseconds)
    writeExtras(market, isQuery: false, into: &json)
    json.set("selfTradePreventionMode", prevention.rawValue)
    guard detail == .full else { return }
    json.set("fills", array: trades) { json, trade in
      json.object { json in
        json.set("price", market.grid.text(trade.price))
        json.set("qty", market.grid.text(trade.quantity))
        json.set("commission", market.grid.text(trade.fee))
        json.set("commissionAsset", book.code(trade.feeAsset))
        json.set("tradeId", trade.id)
      }
    }
  }

  /// The answer to a cancellation, by whatever client id that had.
  func writeCanceled(_ market: PublicMarket, into json: inout JSONText) {
    json.set("symbol", market.symbol)
    json.set("origClientOrderId", originalClientID)
    json.set("orderId", id)
    json.set("orderListId", list)
    json.set("clientOrderId", clientID)
    json.set("transactTime", updated.milliseconds)
    writeTerms(market, into: &json)
    writeExtras(market, isQuery: false, into: &json)
    json.set("selfTradePreventionMode", prevention.rawValue)
  }

  /// The answer to a query.
  func writeQueried(_ market: PublicMarket, into json: inout JSONText) {
    writeHead(market, into: &json)
    // A canceled order is found by the name it was placed under.
    json.set("clientOrderId", status == .canceled ? originalClientID : clientID)
    writeTerms(market, into: &json)
    writeExtras(market, isQuery: true, into: &json)
    json.set("time", created.milliseconds)
    json.set("updateTime", updated.milliseconds)
    json.set("isWorking", isWorking)
    json.set("workingTime", working.isNone ? -1 : working.milliseconds)
    json.set("selfTradePreventionMode", prevention.rawValue)
  }

  /// The order after an amendment, which has names of its own for some members.
  func writeAmended(_ market: PublicMarket, into json: inout JSONText) {
    writeHead(market, into: &json)
    json.set("origClientOrderId", originalClientID)
    json.set("clientOrderId", clientID)
    json.set("price", market.grid.text(terms.type.hasLimit ? terms.price : .zero))
    json.set("qty", market.grid.text(quantity))
    json.set("executedQty", market.grid.text(executed))
    json.set("preventedQty", market.grid.text(Quantity.zero))
    json.set("quoteOrderQty", market.grid.text(quoteQuantity))
    json.set("cumulativeQuoteQty", market.grid.text(executedValue))
    json.set("status", status.rawValue)
    json.set("timeInForce", terms.timeInForce.word)
    json.set("type", type.rawValue)
    json.set("side", terms.side.word)
    json.set("workingTime", working.isNone ? -1 : working.milliseconds)
    json.set("selfTradePreventionMode", prevention.rawValue)
  }

  private func writeHead(_ market: PublicMarket, into json: inout JSONText) {
    json.set("symbol", market.symbol)
    json.set("orderId", id)
    json.set("orderListId", list)
  }

  private func writeTerms(_ market: PublicMarket, into json: inout JSONText) {
    let grid = market.grid
    json.set("price", grid.text(terms.type.hasLimit ? terms.price : .zero))
    json.set("origQty", grid.text(quantity))
    json.set("executedQty", grid.text(executed))
    json.set("origQuoteOrderQty", grid.text(quoteQuantity))
    json.set("cummulativeQuoteQty", grid.text(executedValue))
    json.set("status", status.rawValue)
    json.set("timeInForce", terms.timeInForce.word)
    json.set("type", type.rawValue)
    json.set("side", terms.side.word)
  }

  /// Members that only some orders have; a query always has the first two.
  private func writeExtras(_ market: PublicMarket, isQuery: Bool, into json: inout JSONText) {
    if isQuery || terms.trigger > .zero { json.set("stopPrice", market.grid.text(terms.trigger)) }
    if isQuery || iceberg > .zero { json.set("icebergQty", market.grid.text(iceberg)) }
    if terms.trailing > 0 {
      json.set("trailingDelta", Int(terms.trailing))
      json.set("trailingTime", isWorking ? working.milliseconds : -1)
    }
    if let strategyID { json.set("strategyId", strategyID) }
    if let strategyType { json.set("strategyType", strategyType) }
  }
}
