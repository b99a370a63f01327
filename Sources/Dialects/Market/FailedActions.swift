/// What a failed request means for the orders in it: refused, not sent, or nobody knows. The same at every
/// venue, whatever words it says it with.

import TradingCore

extension FrameBatch {
  /// Appends what an outcome says about the orders of an action. An order that was to be canceled or
  /// amended goes on living when that was refused, so it has no event.
  mutating func noteFailure(
    of action: VenueAction, _ outcome: VenueOutcome, at time: Timestamp
  ) {
    let isUnknown = outcome == .unknown
    switch action {
    case .place(let order): noteFailure(of: order, outcome, at: time)
    case .placeList(let orders):
      for order in orders { noteFailure(of: order, outcome, at: time) }
    case .replace(let old, let order):
      if isUnknown { noteUnknown(old, order.terms.instrument, at: time) }
      noteFailure(of: order, outcome, at: time)
    case .cancel(let order, let instrument), .shrink(let order, let instrument, _):
      if isUnknown { noteUnknown(order, instrument, at: time) }
    case .ping, .time, .exchangeInformation, .snapshot, .quote, .candles, .test, .cancelAll,
      .cancelAllAfter, .query, .openOrders, .allOrders, .fills, .fillsOf, .account, .margin,
      .positions, .permissions, .orderCounts, .logOn, .followAccount:
      break
    }
  }

  /// The same for an order that was to be placed.
  mutating func noteFailure(of order: PlacedOrder, _ outcome: VenueOutcome, at time: Timestamp) {
    var report = OrderReport(order: order.id, instrument: order.terms.instrument)
    let body: EventBody
    switch outcome {
    case .done: return
    case .unknown, .halfway: body = .unknown(report)
    case .rejected(let rejection), .unauthorised(let rejection):
      report.reason = rejection.reason
      body = .rejected(report)
    case .limited:
      report.reason = .rateLimit
      body = .sendFailed(report)
    case .noSuchOrder, .clockSkew: body = .sendFailed(report)
    }
    events.append(Event(receiveTime: time, body))
  }

  /// Nobody knows what became of an order.
  mutating func noteUnknown(_ order: OrderID, _ instrument: InstrumentID, at time: Timestamp) {
    let report = OrderReport(order: order, instrument: instrument)
    events.append(Event(receiveTime: time, .unknown(report)))
  }
}
