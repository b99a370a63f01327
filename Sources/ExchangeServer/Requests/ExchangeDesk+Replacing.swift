/// Requests that put one order in the place of another: cancel-replace, and an amendment, which keeps the
/// order's place in the queue. Sources: rest-api.md; faqs/order_amend_keep_priority.md.

internal import TradingCore

extension ExchangeDesk {
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
      otherwise: .unknownAmended)
    let wanted = try market.grid.quantity(call.parameters.required("newQty"), "newQty")
    let execution = lastExecution + 1
    let name =
      try OrderForm.clientID(call.parameters, "newClientOrderId") ?? clientID(execution, 3)
    try shrink(index, to: wanted, as: name, trader, at: call.now)
    return JSONText.object { json in
      json.set("transactTime", call.now.milliseconds)
      json.set("executionId", execution)
      json.set("amendedOrder") { traders[trader][index].writeAmended(market, into: &$0) }
    }
  }

  /// Gives an order a smaller quantity and a client id, which may be the one it has.
  /// - Throws: why it stays as it is.
  mutating func shrink(
    _ index: Int, to wanted: Quantity, as name: String, _ trader: Int, at now: Timestamp
  ) throws(APIError) {
    let old = traders[trader][index]
    try Self.checkAmendment(old, wanted)
    guard !isOneOfPair(old, trader) else { throw .noAmendment }
    let id = OrderID(UInt64(old.id))
    let terms = AmendTerms(order: id, price: old.terms.price, quantity: wanted)
    if let reason = traders[trader].venue.objection(to: terms, at: now) {
      throw reason.amendError
    }
    traders[trader].venue.request(.amend(terms), id: id, at: now)
    let row = AmendmentRow(
      execution: lastExecution + 1, oldClientID: old.clientID, newClientID: name,
      oldQuantity: old.terms.quantity, newQuantity: wanted, time: now)
    traders[trader].rename(index, to: name)
    traders[trader][index].terms.quantity = wanted
    traders[trader][index].amendments.append(row)
    traders[trader][index].updated = now
    tell(trader, index, .replaced, at: now)
    if let list = traders[trader].list(of: old), row.newClientID != row.oldClientID {
      tell(trader, list, isUpdate: true, at: now)
    }
    // Its report says what was told just now.
    settle(trader, at: now)
    let definition = old.grid.definition
    tellBalances(trader, [definition.base, definition.quote], at: now)
  }

  /// Whether another order of its list must have the same quantity, so that neither can be amended alone.
  private func isOneOfPair(_ order: OrderRecord, _ trader: Int) -> Bool {
    let isExitOfTwo =
      order.terms.list.role == .exit && traders[trader].list(of: order)?.orders.count == 3
    return order.terms.list.role == .alternative || isExitOfTwo
  }

  private static func checkAmendment(_ old: OrderRecord, _ wanted: Quantity) throws(APIError) {
    guard old.status == .new || old.status == .partiallyFilled, old.terms.type.hasLimit else {
      throw .unknownAmended
    }
    guard wanted.lots > old.executed.lots else { throw APIError(-1013, "Invalid quantity.") }
    guard wanted != old.terms.quantity else {
      throw APIError(-2038, "The requested action would change no state; rejecting.")
    }
    guard wanted < old.terms.quantity else {
      throw APIError(-2038, "Order amend (quantity increase) is not supported.")
    }
  }
}

extension RejectReason {
  /// What a client is told whose amendment is refused; the order stays as it is.
  fileprivate var amendError: APIError {
    switch self {
    case .unknownOrder: .unknownAmended
    case .other: .noAmendment
    default: apiError
    }
  }
}
