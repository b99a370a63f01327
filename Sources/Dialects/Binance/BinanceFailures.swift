/// What a failed request means for the orders in it: refused, not sent, or nobody knows.

import TradingCore

extension BinanceAnswers {
  /// Appends what an outcome says about the orders of an action. An order that was to be canceled or
  /// amended goes on living when that was refused, so it has no event.
  func noteFailure(
    of action: VenueAction, _ outcome: VenueOutcome, at time: Timestamp,
    into batch: inout FrameBatch
  ) {
    let isUnknown = outcome == .unknown
    switch action {
    case .place(let order): note(order, outcome, at: time, into: &batch)
    case .placeList(let orders):
      for order in orders { note(order, outcome, at: time, into: &batch) }
    case .replace(let old, let order):
      if isUnknown { noteUnknown(old, order.terms.instrument, at: time, into: &batch) }
      note(order, outcome, at: time, into: &batch)
    case .cancel(let order, let instrument), .shrink(let order, let instrument, _):
      if isUnknown { noteUnknown(order, instrument, at: time, into: &batch) }
    case .ping, .time, .exchangeInformation, .snapshot, .test, .cancelAll, .cancelAllAfter, .query,
      .openOrders,
      .allOrders, .fills, .fillsOf, .account, .orderCounts, .logOn, .followAccount:
      break
    }
  }

  private func note(
    _ order: PlacedOrder, _ outcome: VenueOutcome, at time: Timestamp,
    into batch: inout FrameBatch
  ) {
    var report = OrderReport(order: order.id, instrument: order.terms.instrument)
    let body: EventBody
    switch outcome {
    case .done: return
    case .unknown: body = .unknown(report)
    case .rejected(let rejection), .unauthorised(let rejection):
      report.reason = rejection.reason
      body = .rejected(report)
    case .limited:
      report.reason = .rateLimit
      body = .sendFailed(report)
    case .noSuchOrder, .clockSkew: body = .sendFailed(report)
    }
    batch.events.append(Event(receiveTime: time, body))
  }

  private func noteUnknown(
    _ order: OrderID, _ instrument: InstrumentID, at time: Timestamp, into batch: inout FrameBatch
  ) {
    let report = OrderReport(order: order, instrument: instrument)
    batch.events.append(Event(receiveTime: time, .unknown(report)))
  }

  /// A cancel-replace of which at least one half failed: each half says for itself.
  func halves(
    _ text: Span<UInt8>, _ both: JSONObject, _ old: OrderID, _ order: PlacedOrder,
    _ outcome: VenueOutcome, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    let answers = BinanceOrderAnswer(names: names, directory: directory)
    if text.equals("SUCCESS", in: try both.string("cancelResult", text)) {
      var place = try both.place("cancelResponse", text)
      try canceled(try JSONObject(text, &place), text, at: time, into: &batch)
    } else if try isLost(both.find("cancelResponse", text), text) || outcome == .unknown {
      noteUnknown(old, order.terms.instrument, at: time, into: &batch)
    }
    let result = try both.string("newOrderResult", text)
    guard text.equals("SUCCESS", in: result) || both.find("newOrderResponse", text) != nil else {
      return note(order, .rejected(.notAttempted), at: time, into: &batch)
    }
    var place = try both.place("newOrderResponse", text)
    let answer = try JSONObject(text, &place)
    guard !text.equals("SUCCESS", in: result) else {
      return try answers.placed(answer, text, at: time, into: &batch)
    }
    note(order, try self.outcome(of: answer, status: 400, text), at: time, into: &batch)
  }

  /// Whether a half's own error leaves open what became of it.
  private func isLost(_ half: JSONScanner?, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    guard var place = half else { return false }
    return try outcome(of: try JSONObject(text, &place), status: 400, text) == .unknown
  }
}

extension VenueRejection {
  /// An order whose cancel half failed was not tried.
  fileprivate static let notAttempted = VenueRejection(
    code: 0, reason: .unknownOrder, text: "not attempted, for the other could not be canceled")
}
