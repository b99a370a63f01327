/// Requests that place and cancel order lists: OCO, OTO, OTOCO. Source: rest-api.md, "Order lists".

internal import TradingCore

extension ExchangeDesk {
  // MARK: Placing

  /// `POST orderList/oco`: one order above the market, one below.
  mutating func placeOCO(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let above = try OrderForm(
      call.parameters, market, keys: OrderKeys(leg: "above", side: "side", quantity: "quantity"))
    let below = try OrderForm(
      call.parameters, market, keys: OrderKeys(leg: "below", side: "side", quantity: "quantity"))
    try Self.checkPair(above: above, below: below)
    // The order that waits comes first, as the matching takes alternatives in order.
    return try placeList([below, above], .oco, roles: [.alternative, .alternative], call, trader)
  }

  /// `POST order/oco`, the older form: a limit maker and a stop.
  mutating func placeOldOCO(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    var limit = OrderKeys()
    limit.iceberg = "limitIcebergQty"
    limit.clientID = "limitClientOrderId"
    var stop = OrderKeys()
    (stop.price, stop.iceberg) = ("stopLimitPrice", "stopIcebergQty")
    (stop.clientID, stop.timeInForce) = ("stopClientOrderId", "stopLimitTimeInForce")
    let hasLimit = call.parameters.has("stopLimitPrice")
    var limitParameters = call.parameters.without(["stopPrice", "trailingDelta"])
    limitParameters.set("type", "LIMIT_MAKER")
    var stopParameters = call.parameters
    stopParameters.set("type", hasLimit ? "STOP_LOSS_LIMIT" : "STOP_LOSS")
    let maker = try OrderForm(limitParameters, market, keys: limit)
    let loss = try OrderForm(stopParameters, market, keys: stop)
    let isSell = maker.terms.side == .sell
    try Self.checkPair(above: isSell ? maker : loss, below: isSell ? loss : maker)
    return try placeList([loss, maker], .oco, roles: [.alternative, .alternative], call, trader)
  }

  /// `POST orderList/oto`: a working order, and one that is placed when it has filled.
  mutating func placeOTO(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let working = try workingForm(call, market)
    let pending = try OrderForm(
      call.parameters, market,
      keys: OrderKeys(leg: "pending", side: "pendingSide", quantity: "pendingQuantity"))
    return try placeList([working, pending], .oto, roles: [.entry, .exit], call, trader)
  }

  /// `POST orderList/otoco`: a working order, and a pair that is placed when it has filled.
  mutating func placeOTOCO(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let working = try workingForm(call, market)
    func leg(_ name: String) -> OrderKeys {
      OrderKeys(leg: name, side: "pendingSide", quantity: "pendingQuantity")
    }
    let above = try OrderForm(call.parameters, market, keys: leg("pendingAbove"))
    let below = try OrderForm(call.parameters, market, keys: leg("pendingBelow"))
    try Self.checkPair(above: above, below: below)
    return try placeList(
      [working, below, above], .oto, roles: [.entry, .exit, .exit], call, trader)
  }

  private func workingForm(_ call: Call, _ market: PublicMarket) throws(APIError) -> OrderForm {
    let form = try OrderForm(
      call.parameters, market,
      keys: OrderKeys(leg: "working", side: "workingSide", quantity: "workingQuantity"))
    guard form.type == .limit || form.type == .limitMaker else { throw .unsupported }
    return form
  }

  /// Which types go above and below the market.
  private static func checkPair(above: OrderForm, below: OrderForm) throws(APIError) {
    guard above.type != .market, below.type != .market else {
      throw APIError(-1158, "Order type not supported in OCO.")
    }
    let waits = [above, below].map(\.type.core.waitsForTrigger)
    guard waits.contains(true) else {
      throw APIError(-1168, "At least one OCO order must be contingent.")
    }
    let isBuy = above.terms.side == .buy
    if isBuy, above.type.core == .limit {
      throw APIError(-1165, "A limit order in a buy OCO must be below.")
    }
    if !isBuy, below.type.core == .limit {
      throw APIError(-1166, "A limit order in a sell OCO must be above.")
    }
    if isBuy, below.type.core.isStop {
      throw APIError(-1196, "A stop loss order in a buy OCO must be above.")
    }
    if !isBuy, above.type.core.isStop {
      throw APIError(-1197, "A stop loss order in a sell OCO must be below.")
    }
    let prices = (lead(above), lead(below))
    guard prices.0 > prices.1 else {
      throw .rejected("The relationship of the prices for the orders is not correct.")
    }
  }

  /// The price that says on which side of the market an order is.
  private static func lead(_ form: OrderForm) -> Price {
    form.type.core.waitsForTrigger ? form.terms.trigger : form.terms.price
  }

  /// Places the orders of a list, one directly after the other.
  private mutating func placeList(
    _ forms: [OrderForm], _ contingency: ListRecord.Contingency, roles: [ListRole],
    _ call: Call, _ trader: Int
  ) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let detail = try listDetail(call.parameters)
    let name = try OrderForm.clientID(call.parameters, "listClientOrderId")
    if let name, traders[trader].hasOpenList(client: name) { throw .duplicateOrder }
    let number = nextList()
    var placed: [OrderForm] = []
    for (place, var form) in forms.enumerated() {
      form.terms.list = ListPlace(roles[place], offset: place, isLast: place == forms.count - 1)
      placed.append(form)
    }
    let ids = try insert(placed, trader, list: number, at: call.now)
    for (id, role) in zip(ids, roles) where role == .exit { setPending(id, trader) }
    // What is forgotten of old lists leaves no trace elsewhere.
    _ = traders[trader].lists.append(
      ListRecord(
        id: number, contingency: contingency, clientID: name ?? clientID(number, 4),
        instrument: market.id, orders: ids, created: call.now, updated: call.now))
    for id in ids {
      guard let index = traders[trader].index(of: id) else { continue }
      traders[trader].venue.request(
        .place(traders[trader][index].terms), id: OrderID(UInt64(id)), at: call.now)
    }
    settle(trader, at: call.now)
    try withdraw(ids, number, trader)
    for id in ids { traders[trader].confirm(id) }
    return writePlacedList(ids, number, trader, market, detail)
  }

  private mutating func setPending(_ id: Int64, _ trader: Int) {
    guard let index = traders[trader].index(of: id) else { return }
    traders[trader][index].status = .pending
  }

  private func listDetail(
    _ parameters: RequestParameters
  ) throws(APIError) -> OrderRecord.Detail {
    switch try parameters.text("newOrderRespType") {
    case "ACK": .acknowledgement
    case nil, "RESULT": .result
    case "FULL": .full
    default: throw .invalid("newOrderRespType")
    }
  }

  /// Forgets a list that was rejected.
  /// - Throws: why it was.
  private mutating func withdraw(
    _ ids: [Int64], _ number: Int64, _ trader: Int
  ) throws(APIError) {
    let reasons = ids.compactMap { id in
      traders[trader].index(of: id).flatMap { traders[trader][$0].rejection }
    }
    guard let reason = reasons.first(where: { $0 != .listEnded }) ?? reasons.first else { return }
    for id in ids { traders[trader].remove(id) }
    _ = traders[trader].lists.remove(number)
    throw reason.apiError
  }

  private func writePlacedList(
    _ ids: [Int64], _ number: Int64, _ trader: Int, _ market: PublicMarket,
    _ detail: OrderRecord.Detail
  ) -> [UInt8] {
    let list = findList(trader, number, nil)
    return JSONText.object { json in
      guard let list else { return }
      list.write(market, clientIDs: clientIDs(of: list, trader), into: &json)
      guard detail != .acknowledgement else { return }
      json.set("orderReports", array: ids) { json, id in
        guard let index = traders[trader].index(of: id) else { return }
        json.object { traders[trader][index].writePlaced(detail, market, names, into: &$0) }
      }
    }
  }

  // MARK: Canceling

  /// `DELETE orderList`.
  mutating func cancelList(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let number = try call.parameters.integer("orderListId")
    let name = try call.parameters.text("listClientOrderId")
    guard number != nil || name != nil else {
      throw .missing("orderListId", or: "listClientOrderId")
    }
    guard let list = findList(trader, number, name), list.isOpen, list.instrument == market.id
    else { throw .unknownOrder }
    let orders = list.orders.compactMap { traders[trader].index(of: $0) }.map {
      traders[trader][$0]
    }
    guard let open = orders.first(where: \.isOpen) else { throw .unknownOrder }
    let client = try OrderForm.clientID(call.parameters, "newClientOrderId")
    cancel(open, client ?? clientID(open.id, 2), trader, at: call.now)
    guard let done = findList(trader, list.id, nil) else { throw .unknownOrder }
    return writeCanceledList(done, trader, market)
  }

  /// A list that was canceled, with a report of each order.
  func writeCanceledList(_ list: ListRecord, _ trader: Int, _ market: PublicMarket) -> [UInt8] {
    JSONText.object { json in
      list.write(market, clientIDs: clientIDs(of: list, trader), into: &json)
      json.set("orderReports", array: list.orders) { json, id in
        guard let index = traders[trader].index(of: id) else { return }
        json.object { traders[trader][index].writeCanceled(market, into: &$0) }
      }
    }
  }
}

extension RequestParameters {
  /// All but some.
  fileprivate func without(_ names: [String]) -> RequestParameters {
    RequestParameters(items.filter { !names.contains($0.name) })
  }
}
