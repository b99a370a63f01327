/// Requests of Kraken's clients that place, change and cancel orders, on a connection with a session's token.
/// Source: docs.kraken.com, Spot WebSocket v2, "add_order", "amend_order", "cancel_order", "cancel_all",
/// "cancel_all_orders_after".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// A request's answer: the members of its result, or why it was not done.
  typealias KrakenAnswer = Result<[UInt8], KrakenError>

  /// Answers a request; one that cancels several orders is answered for each.
  mutating func answerKrakenOrder(_ call: KrakenCall, on id: Int, at now: Timestamp) {
    var answers: [KrakenAnswer]
    var fault = FaultPlan.AnswerFault()
    do throws(KrakenError) {
      answers = try performKraken(call, on: id, at: now)
      fault = faults.onAnswer()
      if fault.isTimeout { answers = answers.map { _ in .failure(.internalError) } }
    } catch {
      answers = [.failure(error)]
    }
    if fault.isLost { return close(id, 1006) }
    for answer in answers {
      switch answer {
      case .success(let result):
        replyKraken(call.method, call.requestID, on: id, at: now, after: fault.delay) {
          $0.set("result", raw: result)
        }
      case .failure(let error):
        refuseKraken(error.text, call, nil, on: id, at: now, after: fault.delay)
      }
    }
  }

  private mutating func performKraken(
    _ call: KrakenCall, on id: Int, at now: Timestamp
  ) throws(KrakenError) -> [KrakenAnswer] {
    try countKraken(from: connections[id]?.address ?? "", at: now)
    let trader = try krakenSession(call, on: id, at: now).trader
    let parameters = call.parameters
    switch call.method {
    case "add_order":
      let (name, id) = try addKraken(parameters, trader, at: now)
      return [.success(Self.krakenName(name, id))]
    case "amend_order": return [.success(try amendKraken(parameters, trader, at: now))]
    case "cancel_order": return try cancelKraken(parameters, trader, at: now)
    case "cancel_all":
      let count = cancelAll(of: trader, at: now)
      return [.success(JSONText.object { $0.set("count", count) })]
    default: return [.success(try setKrakenSwitch(parameters, trader, at: now))]
    }
  }

  // MARK: Placing

  /// - Returns: its client's name and the exchange's id; no id for an order that was only checked.
  mutating func addKraken(
    _ parameters: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> (name: String?, id: String?) {
    guard let market = markets.krakenNamed(parameters["symbol"] ?? "") else { throw .unknownPair }
    try expectInTime(parameters, at: now)
    let form = try OrderForm(kraken: parameters, market)
    if let name = form.clientID, traders[trader].hasOpen(client: name) {
      throw .arguments("cl_ord_id")
    }
    guard parameters["validate"] != "true" else {
      if let reason = traders[trader].venue.objection(to: form.terms, at: now) {
        throw KrakenError(reason)
      }
      return (form.clientID, nil)
    }
    do throws(EntryRefusal) {
      let index = try admit(form, trader, at: now)
      return (form.clientID, traders[trader][index].krakenID)
    } catch { throw KrakenError(error.reason) }
  }

  /// - Throws: `tooLate` where a request came after the moment until which it was to be taken.
  private func expectInTime(
    _ parameters: RequestParameters, at now: Timestamp
  ) throws(KrakenError) {
    guard parameters.has("deadline") else { return }
    guard let deadline = parameters.instant("deadline") else { throw .arguments("deadline") }
    guard now <= deadline else { throw .tooLate }
  }

  private static func krakenName(_ name: String?, _ id: String?) -> [UInt8] {
    JSONText.object { json in
      if let id { json.set("order_id", id) }
      if let name { json.set("cl_ord_id", name) }
    }
  }

  // MARK: Changing

  /// Changes an order in its place; one that would be smaller than what has traded is canceled.
  private mutating func amendKraken(
    _ parameters: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    try expectInTime(parameters, at: now)
    let name = parameters["order_id"].map { KrakenOrderName.id($0) }
    let index = try openOrder(name ?? .client(parameters["cl_ord_id"] ?? ""), trader)
    let old = traders[trader][index]
    var change = AmendTerms(
      order: OrderID(UInt64(old.id)), price: old.terms.price, quantity: old.terms.quantity)
    if let text = parameters["limit_price"] {
      guard let price = try? old.grid.price(text, "limit_price") else {
        throw .arguments("limit_price")
      }
      change.price = price
    }
    if let text = parameters["order_qty"] {
      guard let quantity = try? old.grid.quantity(text, "order_qty") else {
        throw .arguments("order_qty")
      }
      change.quantity = quantity
    }
    if change.quantity <= old.executed {
      cancel(old, old.clientID, trader, at: now)
    } else {
      try amend(index, trader, change, at: now)
    }
    return JSONText.object { json in
      json.set("amend_id", KrakenID.trade.text(lastExecution))
      json.set("order_id", old.krakenID)
      json.set("cl_ord_id", old.placedAs)
    }
  }

  private mutating func amend(
    _ index: Int, _ trader: Int, _ change: AmendTerms, at now: Timestamp
  ) throws(KrakenError) {
    if let reason = traders[trader].venue.objection(to: change, at: now) {
      throw KrakenError(reason)
    }
    traders[trader].venue.request(.amend(change), id: change.order, at: now)
    (traders[trader][index].terms.price, traders[trader][index].terms.quantity) =
      (change.price, change.quantity)
    traders[trader][index].updated = now
    tell(trader, index, .replaced, at: now)
    // At its new price it may have traded.
    settle(trader, at: now)
    let definition = traders[trader][index].grid.definition
    tellBalances(trader, [definition.base, definition.quote], at: now)
  }

  // MARK: Canceling

  mutating func cancelKraken(
    _ parameters: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [KrakenAnswer] {
    let ids = parameters.list("order_id").map { KrakenOrderName.id($0) }
    let names = parameters.list("cl_ord_id").map { KrakenOrderName.client($0) }
    guard ids.isEmpty != names.isEmpty else { throw .arguments("order_id") }
    return (ids + names).map { name -> KrakenAnswer in
      do throws(KrakenError) {
        let order = traders[trader][try openOrder(name, trader)]
        cancel(order, order.clientID, trader, at: now)
        return .success(Self.krakenName(order.placedAs, order.krakenID))
      } catch { return .failure(error) }
    }
  }

  private func openOrder(_ name: KrakenOrderName, _ trader: Int) throws(KrakenError) -> Int {
    let index =
      switch name {
      case .id(let text): KrakenID.order.number(text).flatMap { traders[trader].index(of: $0) }
      case .client(let text): traders[trader].index(ofClient: text)
      }
    guard let index, traders[trader][index].isOpen else { throw .unknownOrder }
    return index
  }

  /// Cancels every open order of an account.
  /// - Returns: how many there were.
  mutating func cancelAll(of trader: Int, at now: Timestamp) -> Int {
    let open = traders[trader].orders.allOpen
    for order in open {
      // The end of one may be the end of others of its list.
      guard let index = traders[trader].index(of: order.id), traders[trader][index].isOpen else {
        continue
      }
      cancel(order, order.clientID, trader, at: now)
    }
    return open.count
  }

  // MARK: The dead man's switch

  /// The longest that a switch waits, in seconds.
  private static let longestSwitch: Int64 = 86_400

  /// Sets when everything is canceled, or with no seconds that nothing is.
  mutating func setKrakenSwitch(
    _ parameters: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    guard let seconds = parameters["timeout"].flatMap({ Int64($0) }),
      (0...Self.longestSwitch).contains(seconds)
    else { throw .arguments("timeout") }
    let end = now + Interval(nanoseconds: seconds * 1_000_000_000)
    traders[trader].cancelsAllAt = seconds > 0 ? end : nil
    return JSONText.object { json in
      json.set("currentTime", now.instantText)
      json.set("triggerTime", seconds > 0 ? end.instantText : "0")
    }
  }

  /// Cancels the orders of accounts that did not put it off in time; once.
  mutating func cancelOverdue(at now: Timestamp) {
    for trader in traders.indices {
      guard let end = traders[trader].cancelsAllAt, now >= end else { continue }
      traders[trader].cancelsAllAt = nil
      _ = cancelAll(of: trader, at: now)
    }
  }
}

/// How a request names an order.
private enum KrakenOrderName {
  /// As the exchange does.
  case id(String)
  /// As its client does.
  case client(String)
}
