/// Orders that are canceled over HTTP: one by a form, several by one list of their names, to which Kraken says how
/// many it canceled and not which. Source: docs.kraken.com, REST, "Cancel Order" and "Cancel Order Batch".

import TradingCore

/// What is known of cancels over HTTP.
struct KrakenCancels: Sendable {
  /// Orders that one list names at most.
  static let most = 50

  /// How many orders were named with the last request to cancel an order.
  private var named: [OrderID: Int] = [:]
  /// Whether Kraken takes lists of names, as far as it has said: its documents tell what a list is in two ways,
  /// and whoever is refused one cancels order by order.
  private(set) var takesLists = true

  /// Orders are named with one request.
  mutating func note(_ orders: [OrderID]) {
    for order in orders { named[order] = orders.count }
  }

  /// What an answer means for one of the orders that were named: all of them were canceled, or none. Of any other
  /// count nobody knows whom it counts.
  mutating func outcome(of order: OrderID, canceled: Int64) -> VenueOutcome {
    let all = named.removeValue(forKey: order) ?? 1
    guard canceled > 0 else {
      return .rejected(
        VenueRejection(code: 0, reason: .unknownOrder, text: "no order was canceled"))
    }
    return canceled == all ? .done : .unknown
  }

  /// A request that named an order was refused.
  mutating func noteRefusal(of order: OrderID, _ outcome: VenueOutcome) {
    let all = named.removeValue(forKey: order) ?? 1
    guard case .rejected(let why) = outcome, all > 1 else { return }
    if why.reason == .malformed || why.reason == .other { takesLists = false }
  }
}

extension KrakenDialect {
  /// Names the orders of some cancels with one request.
  mutating func cancel(
    _ actions: [VenueAction], _ writer: KrakenWriter, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    var orders: [OrderID] = []
    for case .cancel(let order, _) in actions { orders.append(order) }
    memory.cancels.note(orders)
    var parameters = RequestParameters()
    guard orders.count > 1 else {
      parameters.add("cl_ord_id", names.text(orders[0]))
      return try signed("CancelOrder", parameters, writer, at: time)
    }
    parameters.add("cl_ord_ids", orders.map(names.text))
    return try signed("CancelOrderBatch", parameters, writer, at: time)
  }
}
