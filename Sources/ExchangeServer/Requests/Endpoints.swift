/// Every endpoint, with weight and parameters. Source: Binance spot API, rest-api.md and
/// web-socket-api.md.

extension Endpoint {
  private static let order =
    "symbol side type timeInForce quantity quoteOrderQty price newClientOrderId strategyId "
    + "strategyType stopPrice trailingDelta icebergQty newOrderRespType selfTradePreventionMode"

  private static func leg(_ name: String) -> String {
    let parts = [
      "Type", "Side", "ClientOrderId", "Price", "Quantity", "IcebergQty", "TimeInForce",
      "StopPrice", "TrailingDelta", "StrategyId", "StrategyType",
    ]
    return parts.map { " " + name + $0 }.joined()
  }

  private static let listed =
    "symbol listClientOrderId newOrderRespType selfTradePreventionMode"
  private static let history = "symbol orderId startTime endTime limit"
  private static let window = "symbol symbols type symbolStatus"

  /// Market data and what everybody may ask.
  private static let open: [Endpoint] = [
    Endpoint(.ping, "GET ping", "ping", weight: 1),
    Endpoint(.time, "GET time", "time", weight: 1),
    Endpoint(
      .exchangeInfo, "GET exchangeInfo", "exchangeInfo", weight: 20,
      "symbol symbols permissions showPermissionSets symbolStatus"),
    Endpoint(.depth, "GET depth", "depth", weight: 5, "symbol limit symbolStatus"),
    Endpoint(.trades, "GET trades", "trades.recent", weight: 25, "symbol limit"),
    Endpoint(
      .historicalTrades, "GET historicalTrades", "trades.historical", weight: 25,
      "symbol limit fromId"),
    Endpoint(
      .aggregateTrades, "GET aggTrades", "trades.aggregate", weight: 4,
      "symbol fromId startTime endTime limit"),
    Endpoint(
      .klines, "GET klines", "klines", weight: 2,
      "symbol interval startTime endTime timeZone limit"),
    Endpoint(
      .klines, "GET uiKlines", "uiKlines", weight: 2,
      "symbol interval startTime endTime timeZone limit"),
    Endpoint(.averagePrice, "GET avgPrice", "avgPrice", weight: 2, "symbol"),
    Endpoint(.ticker24, "GET ticker/24hr", "ticker.24hr", weight: 2, window),
    Endpoint(
      .tickerDay, "GET ticker/tradingDay", "ticker.tradingDay", weight: 4, window + " timeZone"),
    Endpoint(.tickerWindow, "GET ticker", "ticker", weight: 4, window + " windowSize"),
    Endpoint(.tickerPrice, "GET ticker/price", "ticker.price", weight: 2, window),
    Endpoint(.tickerBook, "GET ticker/bookTicker", "ticker.book", weight: 2, window),
    Endpoint(
      .executionRules, "GET executionRules", "executionRules", weight: 2,
      "symbol symbols symbolStatus"),
    Endpoint(.referencePrice, "GET referencePrice", "referencePrice", weight: 2, "symbol"),
    Endpoint(
      .referencePrice, "GET referencePrice/calculation", "referencePrice.calculation", weight: 2,
      "symbol symbolStatus"),
    Endpoint(
      .blockTrades, "GET historicalBlockTrades", "blockTrades.historical", weight: 25,
      "symbol fromId limit"),
  ]

  /// What changes orders.
  private static let trading: [Endpoint] = [
    Endpoint(.place, "POST order", "order.place", .signed, weight: 1, order),
    Endpoint(
      .testPlace, "POST order/test", "order.test", .signed, weight: 1,
      order + " computeCommissionRates"),
    Endpoint(
      .cancel, "DELETE order", "order.cancel", .signed, weight: 1,
      "symbol orderId origClientOrderId newClientOrderId cancelRestrictions"),
    Endpoint(.cancelAll, "DELETE openOrders", "openOrders.cancelAll", .signed, weight: 1, "symbol"),
    Endpoint(
      .cancelReplace, "POST order/cancelReplace", "order.cancelReplace", .signed, weight: 1,
      order + " cancelReplaceMode cancelNewClientOrderId cancelOrigClientOrderId cancelOrderId "
        + "cancelRestrictions orderRateLimitExceededMode"),
    Endpoint(
      .amend, "PUT order/amend/keepPriority", "order.amend.keepPriority", .signed, weight: 4,
      "symbol orderId origClientOrderId newClientOrderId newQty"),
    Endpoint(
      .placeOCO, "POST orderList/oco", "orderList.place.oco", .signed, weight: 1,
      listed + " side quantity" + leg("above") + leg("below")),
    Endpoint(
      .placeOldOCO, "POST order/oco", "orderList.place", .signed, weight: 1,
      listed + " side quantity limitClientOrderId price limitIcebergQty stopClientOrderId "
        + "stopPrice stopLimitPrice stopIcebergQty stopLimitTimeInForce limitStrategyId "
        + "limitStrategyType stopStrategyId stopStrategyType trailingDelta"),
    Endpoint(
      .placeOTO, "POST orderList/oto", "orderList.place.oto", .signed, weight: 1,
      listed + leg("working") + leg("pending")),
    Endpoint(
      .placeOTOCO, "POST orderList/otoco", "orderList.place.otoco", .signed, weight: 1,
      listed + leg("working") + " pendingSide pendingQuantity" + leg("pendingAbove")
        + leg("pendingBelow")),
    Endpoint(
      .cancelList, "DELETE orderList", "orderList.cancel", .signed, weight: 1,
      "symbol orderListId listClientOrderId newClientOrderId"),
  ]

  /// What an account may ask about itself.
  private static let own: [Endpoint] = [
    Endpoint(
      .order, "GET order", "order.status", .signed, weight: 4, "symbol orderId origClientOrderId"),
    Endpoint(.openOrders, "GET openOrders", "openOrders.status", .signed, weight: 6, "symbol"),
    Endpoint(.allOrders, "GET allOrders", "allOrders", .signed, weight: 20, history),
    Endpoint(
      .list, "GET orderList", "orderList.status", .signed, weight: 4,
      "orderListId origClientOrderId"),
    Endpoint(
      .allLists, "GET allOrderList", "allOrderLists", .signed, weight: 20,
      "fromId startTime endTime limit"),
    Endpoint(.openLists, "GET openOrderList", "openOrderLists.status", .signed, weight: 6),
    Endpoint(.myTrades, "GET myTrades", "myTrades", .signed, weight: 20, history + " fromId"),
    Endpoint(.account, "GET account", "account.status", .signed, weight: 20, "omitZeroBalances"),
    Endpoint(
      .commission, "GET account/commission", "account.commission", .signed, weight: 20, "symbol"),
    Endpoint(.orderCount, "GET rateLimit/order", "account.rateLimits.orders", .signed, weight: 40),
    Endpoint(
      .amendments, "GET order/amendments", "order.amendments", .signed, weight: 4,
      "symbol orderId fromExecutionId limit"),
    Endpoint(
      .preventedMatches, "GET myPreventedMatches", "myPreventedMatches", .signed, weight: 20,
      "symbol preventedMatchId orderId fromPreventedMatchId limit"),
    Endpoint(
      .allocations, "GET myAllocations", "myAllocations", .signed, weight: 20,
      "symbol startTime endTime fromAllocationId limit orderId"),
    Endpoint(.myFilters, "GET myFilters", "myFilters", .signed, weight: 40, "symbol"),
  ]

  static let all = open + trading + own
}
