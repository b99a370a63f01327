/// What a failed cancel-replace of Binance means for the orders in it: each half says for itself.

import TradingCore

extension BinanceAnswers {
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
      batch.noteUnknown(old, order.terms.instrument, at: time)
    }
    let result = try both.string("newOrderResult", text)
    guard text.equals("SUCCESS", in: result) || both.find("newOrderResponse", text) != nil else {
      return batch.noteFailure(of: order, .rejected(.notAttempted), at: time)
    }
    var place = try both.place("newOrderResponse", text)
    let answer = try JSONObject(text, &place)
    guard !text.equals("SUCCESS", in: result) else {
      return try answers.placed(answer, text, at: time, into: &batch)
    }
    batch.noteFailure(
      of: order, try self.outcome(of: answer, status: 400, text), at: time)
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
