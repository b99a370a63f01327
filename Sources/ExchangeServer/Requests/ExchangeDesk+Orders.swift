/// Requests that place, change and cancel orders.

internal import TradingCore

extension ExchangeDesk {
  // MARK: Placing

  func place(_ call: Call, _ trader: Int) throws(APIError) -> (OrderForm, PublicMarket) {
    let market = try market(call.parameters)
    let form = try OrderForm(call.parameters, market)
    if let id = form.clientID, traders[trader].hasOpen(client: id) {
      throw .rejected("Duplicate order sent.")
    }
    return (form, market)
  }

  /// `POST order`.
  mutating func placeOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let (form, market) = try place(call, trader)
    let detail = try detail(call.parameters, form.type)
    let index = try enter(form, trader, at: call.now)
    return JSONText.object { json in
      traders[trader][index].writePlaced(detail, market, names, into: &json)
    }
  }

  /// `POST order/test`: everything but the placing.
  func testOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let (form, _) = try place(call, trader)
    _ = try detail(call.parameters, form.type)
    if let reason = traders[trader].venue.objection(to: form.terms, at: call.now),
      reason != .noLiquidity
    {
      throw reason.apiError
    }
    guard try call.parameters.flag("computeCommissionRates") else { return Array("{}".utf8) }
    return JSONText.object { json in
      writeRates("ForOrder", hasSides: false, into: &json)
    }
  }

  /// How much the answer tells: all of orders that trade at once, where nobody says.
  private func detail(
    _ parameters: Parameters, _ type: VenueOrderType
  ) throws(APIError) -> OrderRecord.Detail {
    switch try parameters.text("newOrderRespType") {
    case nil: type == .market || type == .limit ? .full : .acknowledgement
    case "ACK": .acknowledgement
    case "RESULT": .result
    case "FULL": .full
    default: throw .invalid("newOrderRespType")
    }
  }

  /// Lets an order arrive at the matching.
  /// - Returns: its place in the history.
  /// - Throws: why it was rejected; it then leaves no trace.
  private mutating func enter(
    _ form: OrderForm, _ trader: Int, at now: Timestamp
  ) throws(APIError) -> Int {
    let id = insert(form, trader, list: -1, at: now)
    traders[trader].venue.request(
      .place(form.terms), id: OrderID(UInt64(id)), at: now)
    settle(trader, at: now)
    guard let index = traders[trader].index(of: id) else { throw .unknownOrder }
    guard let reason = traders[trader][index].rejection else { return index }
    // A market order without a market is taken and ends at once.
    if reason == .noLiquidity, !form.terms.flags.contains(.inQuote) {
      traders[trader][index].rejection = nil
      traders[trader][index].status = .expired
      tell(trader, index, .expired, at: now)
      return index
    }
    traders[trader].remove(id)
    throw reason.apiError
  }

  /// Writes an order into the history, before the matching hears of it.
  mutating func insert(
    _ form: OrderForm, _ trader: Int, list: Int64, at now: Timestamp
  ) -> Int64 {
    let id = nextOrder()
    var order = OrderRecord(
      id: id, clientID: form.clientID ?? clientID(id, 1), terms: form.terms, type: form.type,
      prevention: form.prevention, at: now)
    order.list = list
    order.iceberg = form.iceberg
    order.strategyID = form.strategyID
    order.strategyType = form.strategyType
    traders[trader].insert(order)
    return id
  }

  // MARK: Canceling

  /// `DELETE order`; an order of a list takes the list with it.
  mutating func cancelOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let index = try find(
      call.parameters, trader, market, id: "orderId", client: "origClientOrderId",
      otherwise: .unknownOrder)
    try cancel(index, call, trader, newClient: "newClientOrderId")
    let order = traders[trader][index]
    if order.list >= 0, let list = traders[trader].lists.first(where: { $0.id == order.list }) {
      return writeCanceledList(list, trader, market)
    }
    return JSONText.object { order.writeCanceled(market, into: &$0) }
  }

  /// Cancels an open order.
  /// - Throws: -2011 when there is nothing to cancel or a restriction forbids it, -1145 for a
  ///   restriction that is none.
  private mutating func cancel(
    _ index: Int, _ call: Call, _ trader: Int, newClient: String
  ) throws(APIError) {
    let order = traders[trader][index]
    guard order.status.isOpen else { throw .unknownOrder }
    let name = try OrderForm.clientID(call.parameters, newClient)
    switch try call.parameters.text("cancelRestrictions") {
    case nil: break
    case "ONLY_NEW" where order.status == .new: break
    case "ONLY_PARTIALLY_FILLED" where order.status == .partiallyFilled: break
    case "ONLY_NEW", "ONLY_PARTIALLY_FILLED":
      throw APIError(-2011, "Order was not canceled due to cancel restrictions.")
    default: throw APIError(-1145, "Invalid cancelRestrictions")
    }
    cancel(order, name ?? clientID(order.id, 2), trader, at: call.now)
  }

  /// Cancels an order, and with it its list, under a new client id.
  mutating func cancel(_ order: OrderRecord, _ name: String, _ trader: Int, at now: Timestamp) {
    let list = traders[trader].lists.first { $0.id == order.list }
    for id in list?.orders ?? [order.id] {
      guard let index = traders[trader].index(of: id), traders[trader][index].status.isOpen else {
        continue
      }
      traders[trader].rename(index, to: name)
    }
    traders[trader].venue.request(
      .cancel(OrderID(UInt64(order.id))), id: OrderID(UInt64(order.id)), at: now)
    settle(trader, at: now)
  }

  /// `DELETE openOrders`.
  mutating func cancelAll(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let open = traders[trader].orders.filter {
      $0.status.isOpen && $0.terms.instrument == market.id
    }
    guard !open.isEmpty else { throw .unknownOrder }
    let name = clientID(open[0].id, 2)
    var answers: [[UInt8]] = []
    for order in open {
      guard let index = traders[trader].index(of: order.id), traders[trader][index].status.isOpen
      else { continue }
      cancel(order, name, trader, at: call.now)
      if let list = traders[trader].lists.first(where: { $0.id == order.list }) {
        answers.append(writeCanceledList(list, trader, market))
      } else {
        answers.append(
          JSONText.object { traders[trader][index].writeCanceled(market, into: &$0) })
      }
    }
    return JSONText.array(answers) { $0.add(raw: $1) }
  }

  // MARK: Cancel and replace

  /// `POST order/cancelReplace`.
  mutating func cancelReplace(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let mode = try call.parameters.required("cancelReplaceMode")
    guard mode == "STOP_ON_FAILURE" || mode == "ALLOW_FAILURE" else {
      throw .invalid("cancelReplaceMode")
    }
    let form = try OrderForm(call.parameters, market)
    let detail = try detail(call.parameters, form.type)
    // Filters are looked at before anything is canceled.
    if let reason = traders[trader].venue.objection(to: form.terms, at: call.now),
      reason.apiError.code == -1013, reason != .maxOrders
    {
      throw reason.apiError
    }
    let (canceled, isCanceled) = try cancelForReplacement(call, trader, market)
    guard isCanceled || mode == "ALLOW_FAILURE" else {
      throw Self.replacement(canceled, isCanceled: false, nil, isPlaced: false)
    }
    let (placed, isPlaced) = placeReplacement(form, detail, trader, market, at: call.now)
    guard isCanceled, isPlaced else {
      throw Self.replacement(canceled, isCanceled: isCanceled, placed, isPlaced: isPlaced)
    }
    return Self.replacementData(canceled, isCanceled: true, placed, isPlaced: true)
  }

  /// The first half: the answer to the cancellation, and whether it was done.
  /// - Throws: what is wrong with the request itself.
  private mutating func cancelForReplacement(
    _ call: Call, _ trader: Int, _ market: PublicMarket
  ) throws(APIError) -> ([UInt8], Bool) {
    do throws(APIError) {
      let index = try find(
        call.parameters, trader, market, id: "cancelOrderId", client: "cancelOrigClientOrderId",
        otherwise: .unknownOrder)
      try cancel(index, call, trader, newClient: "cancelNewClientOrderId")
      return (JSONText.object { traders[trader][index].writeCanceled(market, into: &$0) }, true)
    } catch {
      guard error.code == APIError.unknownOrder.code else { throw error }
      return (error.body, false)
    }
  }

  /// The second half: the answer to the placement, and whether it was done.
  private mutating func placeReplacement(
    _ form: OrderForm, _ detail: OrderRecord.Detail, _ trader: Int, _ market: PublicMarket,
    at now: Timestamp
  ) -> ([UInt8], Bool) {
    do throws(APIError) {
      let index = try enter(form, trader, at: now)
      let body = JSONText.object { json in
        traders[trader][index].writePlaced(detail, market, names, into: &json)
      }
      return (body, true)
    } catch {
      return (error.body, false)
    }
  }

  /// What went wrong of a cancel-replace: one half (409), or both (400).
  private static func replacement(
    _ cancel: [UInt8], isCanceled: Bool, _ order: [UInt8]?, isPlaced: Bool
  ) -> APIError {
    var error =
      isCanceled || isPlaced
      ? APIError(-2021, "Order cancel-replace partially failed.", status: 409)
      : APIError(-2022, "Order cancel-replace failed.")
    error.data = replacementData(cancel, isCanceled: isCanceled, order, isPlaced: isPlaced)
    return error
  }

  private static func replacementData(
    _ cancel: [UInt8], isCanceled: Bool, _ order: [UInt8]?, isPlaced: Bool
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("cancelResult", isCanceled ? "SUCCESS" : "FAILURE")
      json.set(
        "newOrderResult", order == nil ? "NOT_ATTEMPTED" : isPlaced ? "SUCCESS" : "FAILURE")
      json.set("cancelResponse", raw: cancel)
      if let order {
        json.set("newOrderResponse", raw: order)
      } else {
        json.setNull("newOrderResponse")
      }
    }
  }

  // MARK: Amending

  /// `PUT order/amend/keepPriority`: a smaller quantity, in the same place.
  mutating func amendOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let index = try find(
      call.parameters, trader, market, id: "orderId", client: "origClientOrderId",
      otherwise: APIError(-2038, "Unknown order sent."))
    let wanted = try market.grid.quantity(call.parameters.required("newQty"), "newQty")
    let name = try OrderForm.clientID(call.parameters, "newClientOrderId")
    let old = traders[trader][index]
    try Self.checkAmendment(old, wanted)
    let id = OrderID(UInt64(old.id))
    traders[trader].venue.request(
      .amend(AmendTerms(order: id, price: old.terms.price, quantity: wanted)), id: id, at: call.now)
    guard takeAmendment(trader, to: wanted) else { throw RejectReason.maxAmends.apiError }
    let execution = lastExecution + 1
    let row = AmendmentRow(
      execution: execution, oldClientID: old.clientID, newClientID: name ?? clientID(execution, 3),
      oldQuantity: old.terms.quantity, newQuantity: wanted, time: call.now)
    traders[trader].rename(index, to: row.newClientID)
    traders[trader][index].terms.quantity = wanted
    traders[trader][index].amendments.append(row)
    traders[trader][index].updated = call.now
    tell(trader, index, .replaced, at: call.now)
    settle(trader, at: call.now)
    let definition = market.grid.definition
    tellBalances(trader, [definition.base, definition.quote], at: call.now)
    return JSONText.object { json in
      json.set("transactTime", call.now.milliseconds)
      json.set("executionId", execution)
      json.set("amendedOrder") { traders[trader][index].writeAmended(market, into: &$0) }
    }
  }

  private static func checkAmendment(_ old: OrderRecord, _ wanted: Quantity) throws(APIError) {
    guard old.status == .new || old.status == .partiallyFilled, old.terms.type.hasLimit else {
      throw APIError(-2038, "Unknown order sent.")
    }
    guard wanted.lots > old.executed.lots else { throw APIError(-1013, "Invalid quantity.") }
    guard wanted != old.terms.quantity else {
      throw APIError(-2038, "The requested action would change no state; rejecting.")
    }
    guard wanted < old.terms.quantity else {
      throw APIError(-2038, "Order amend (quantity increase) is not supported.")
    }
  }

  /// Whether an amendment was made, by its report, which is taken: where it was refused the old quantity
  /// stands in it.
  private mutating func takeAmendment(_ trader: Int, to wanted: Quantity) -> Bool {
    guard let report = traders[trader].venue.nextReport(), case .amended(let answer) = report.body
    else { return false }
    return answer.quantity == wanted
  }

  // MARK: Finding

  /// The market that a request names.
  func market(_ parameters: Parameters) throws(APIError) -> PublicMarket {
    let symbol = try parameters.required("symbol")
    guard let market = markets.named(symbol) else { throw .badSymbol }
    return market
  }

  /// The order that a request names by number or by client id, in a market.
  func find(
    _ parameters: Parameters, _ trader: Int, _ market: PublicMarket, id: String, client: String,
    otherwise missing: APIError
  ) throws(APIError) -> Int {
    let number = try parameters.integer(id)
    let name = try parameters.text(client)
    guard number != nil || name != nil else { throw .missing(client, or: id) }
    let index =
      number.map { traders[trader].index(of: $0) }
      ?? name.flatMap { traders[trader].index(ofClient: $0) }
    guard let index, traders[trader][index].terms.instrument == market.id else { throw missing }
    if number != nil, let name {
      let order = traders[trader][index]
      guard [order.clientID, order.originalClientID].contains(name) else {
        throw APIError(-2039, "Client order ID is not correct for this order ID.")
      }
    }
    return index
  }
}
