/// Requests that place, change and cancel orders.

internal import TradingCore

/// Why the matching took no order, for whichever language says so.
struct EntryRefusal: Error {
  let reason: RejectReason
}

extension ExchangeDesk {
  // MARK: Placing

  /// `POST order`.
  mutating func placeOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let form = try OrderForm(call.parameters, market)
    let detail = try detail(call.parameters, form.type)
    let index = try enter(form, trader, at: call.now)
    return JSONText.object { json in
      traders[trader][index].writePlaced(detail, market, names, into: &json)
    }
  }

  /// `POST order/test`: everything but the placing.
  func testOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let form = try OrderForm(call.parameters, try market(call.parameters))
    try checkClientIDs([form], trader)
    _ = try detail(call.parameters, form.type)
    if let reason = traders[trader].venue.objection(to: form.terms, at: call.now),
      reason != .noLiquidity
    {
      throw reason.apiError
    }
    guard try call.parameters.flag("computeCommissionRates") else { return JSONText.emptyObject }
    return JSONText.object { json in
      writeRates("ForOrder", hasSides: false, into: &json)
    }
  }

  /// How much the answer tells: all of orders that trade at once, where nobody says.
  func detail(
    _ parameters: RequestParameters, _ type: VenueOrderType
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
  mutating func enter(
    _ form: OrderForm, _ trader: Int, at now: Timestamp
  ) throws(APIError) -> Int {
    try checkClientIDs([form], trader)
    do throws(EntryRefusal) { return try admit(form, trader, at: now) } catch {
      throw error.reason.apiError
    }
  }

  /// The same in no language, for an order whose client id no open order has.
  mutating func admit(
    _ form: OrderForm, _ trader: Int, at now: Timestamp
  ) throws(EntryRefusal) -> Int {
    let id = record(form, trader, list: -1, at: now)
    traders[trader].venue.request(.place(form.terms), id: OrderID(UInt64(id)), at: now)
    settle(trader, at: now)
    guard let index = traders[trader].index(of: id) else {
      preconditionFailure("ExchangeDesk.admit: order \(id) was not recorded")
    }
    if let reason = traders[trader][index].rejection {
      guard reason == .noLiquidity, !form.terms.flags.contains(.inQuote) else {
        traders[trader].remove(id)
        throw EntryRefusal(reason: reason)
      }
      // A market order without a market is taken and ends at once.
      traders[trader][index].rejection = nil
      traders[trader][index].status = .expired
      tell(trader, index, .expired, at: now)
    }
    traders[trader].confirm(id)
    return index
  }

  /// Writes orders into the history, before the matching hears of them.
  /// - Returns: their numbers, one after the other.
  /// - Throws: -2010 for a client id that an open order has, or two of them.
  mutating func insert(
    _ forms: [OrderForm], _ trader: Int, list: Int64, at now: Timestamp
  ) throws(APIError) -> [Int64] {
    try checkClientIDs(forms, trader)
    return forms.map { record($0, trader, list: list, at: now) }
  }

  private mutating func record(
    _ form: OrderForm, _ trader: Int, list: Int64, at now: Timestamp
  ) -> Int64 {
    let id = nextOrder()
    var order = OrderRecord(
      id: id, clientID: form.clientID ?? clientID(id, 1), terms: form.terms, type: form.type,
      prevention: form.prevention, grid: form.grid, at: now)
    order.list = list
    order.iceberg = form.iceberg
    order.strategyID = form.strategyID
    order.strategyType = form.strategyType
    traders[trader].insert(order)
    return id
  }

  private func checkClientIDs(_ forms: [OrderForm], _ trader: Int) throws(APIError) {
    let names = forms.compactMap(\.clientID)
    guard Set(names).count == names.count,
      !names.contains(where: { traders[trader].hasOpen(client: $0) })
    else { throw .duplicateOrder }
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
    return writeCanceled(order, trader, market)
  }

  /// The answer to a cancellation: the order's, or its list's.
  private func writeCanceled(
    _ order: OrderRecord, _ trader: Int, _ market: PublicMarket
  ) -> [UInt8] {
    if let list = traders[trader].list(of: order) {
      return writeCanceledList(list, trader, market)
    }
    return JSONText.object { order.writeCanceled(market, into: &$0) }
  }

  /// Cancels an open order.
  /// - Throws: -2011 when there is nothing to cancel or a restriction forbids it, -1145 for a
  ///   restriction that is none.
  mutating func cancel(
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
    default: throw .badRestriction
    }
    cancel(order, name ?? clientID(order.id, 2), trader, at: call.now)
  }

  /// Cancels an order, and with it its list, under a new client id.
  mutating func cancel(_ order: OrderRecord, _ name: String, _ trader: Int, at now: Timestamp) {
    for id in traders[trader].list(of: order)?.orders ?? [order.id] {
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
    let open = traders[trader].orders.allOpen.filter { $0.terms.instrument == market.id }
    guard !open.isEmpty else { throw .unknownOrder }
    let name = clientID(open[0].id, 2)
    var answers: [[UInt8]] = []
    for order in open {
      guard let index = traders[trader].index(of: order.id), traders[trader][index].status.isOpen
      else { continue }
      cancel(order, name, trader, at: call.now)
      answers.append(writeCanceled(traders[trader][index], trader, market))
    }
    return JSONText.array(answers) { $0.add(raw: $1) }
  }

  // MARK: Finding

  /// The market that a request names.
  func market(_ parameters: RequestParameters) throws(APIError) -> PublicMarket {
    let symbol = try parameters.required("symbol")
    guard let market = markets.named(symbol) else { throw .badSymbol }
    return market
  }

  /// The order that a request names by number or by client id, in a market.
  func find(
    _ parameters: RequestParameters, _ trader: Int, _ market: PublicMarket, id: String,
    client: String,
    otherwise missing: APIError
  ) throws(APIError) -> Int {
    let number = try parameters.integer(id)
    let name = try parameters.text(client)
    guard number != nil || name != nil else { throw .missing(client, or: id) }
    let index =
      number.map { traders[trader].index(of: $0) }
      ?? name.flatMap { traders[trader].index(ofClient: $0) }
    guard let index, traders[trader][index].terms.instrument == market.id else {
      throw traders[trader].hasForgotten(number) ? .archived : missing
    }
    if number != nil, let name {
      let order = traders[trader][index]
      guard [order.clientID, order.originalClientID].contains(name) else {
        throw APIError(-2039, "Client order ID is not correct for this order ID.")
      }
    }
    return index
  }
}
