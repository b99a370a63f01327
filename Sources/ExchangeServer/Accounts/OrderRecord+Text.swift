/// An order as answers write it: placed, canceled, queried, amended (rest-api.md).

internal import TradingCore

extension OrderRecord {
  /// How much of an order an answer tells.
  enum Detail {
    case acknowledgement
    case result
    case full
  }

  /// The answer to a placement.
  func writePlaced(
    _ detail: Detail, _ market: PublicMarket, _ names: VenueNames, into json: inout JSONText
  ) {
    writeHead(market, into: &json)
    json.set("clientOrderId", clientID)
    json.set("transactTime", updated.milliseconds)
    guard detail != .acknowledgement else { return }
    writeTerms(into: &json)
    json.set("workingTime", working.isNone ? -1 : working.milliseconds)
    writeExtras(isQuery: false, into: &json)
    json.set("selfTradePreventionMode", prevention.rawValue)
    guard detail == .full else { return }
    json.set("fills", array: trades) { json, trade in
      json.object { json in
        json.set("price", grid.text(trade.price))
        json.set("qty", grid.text(trade.quantity))
        json.set("commission", grid.text(trade.fee))
        json.set("commissionAsset", names.code(trade.feeAsset))
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
    writeTerms(into: &json)
    writeExtras(isQuery: false, into: &json)
    json.set("selfTradePreventionMode", prevention.rawValue)
  }

  /// The answer to a query.
  func writeQueried(_ market: PublicMarket, into json: inout JSONText) {
    writeHead(market, into: &json)
    // A canceled order is found by the name it was placed under.
    json.set("clientOrderId", status == .canceled ? originalClientID : clientID)
    writeTerms(into: &json)
    writeExtras(isQuery: true, into: &json)
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
    json.set("price", grid.text(terms.type.hasLimit ? terms.price : .zero))
    json.set("qty", grid.text(quantity))
    json.set("executedQty", grid.text(executed))
    json.set("preventedQty", grid.text(Quantity.zero))
    json.set("quoteOrderQty", grid.text(quoteQuantity))
    json.set("cumulativeQuoteQty", grid.text(executedValue))
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

  private func writeTerms(into json: inout JSONText) {
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
  private func writeExtras(isQuery: Bool, into json: inout JSONText) {
    if isQuery || terms.trigger > .zero { json.set("stopPrice", grid.text(terms.trigger)) }
    if isQuery || iceberg > .zero { json.set("icebergQty", grid.text(iceberg)) }
    if terms.trailing > 0 {
      json.set("trailingDelta", Int(terms.trailing))
      json.set("trailingTime", isWorking ? working.milliseconds : -1)
    }
    if let strategyID { json.set("strategyId", strategyID) }
    if let strategyType { json.set("strategyType", strategyType) }
  }
}
