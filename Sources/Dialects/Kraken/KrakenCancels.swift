/// Orders that are canceled over HTTP: one by a form, several by one list of their names, to which Kraken says how
/// many it canceled and not which. Source: docs.kraken.com, REST, "Cancel Order" and "Cancel Order Batch".

import TradingCore

/// What is known of cancels over HTTP.
struct KrakenCancels: Sendable {
  /// Orders that one list names at most.
  static let most = 50
  /// What Kraken says where it has no lists, or others than its documents tell of; in small letters, for it is not
  /// always written alike. Source: support.kraken.com, "API error messages".
  private static let refusals = [
    "egeneral:invalid arguments", "egeneral:unknown method", "eapi:feature disabled",
  ]

  /// Whether Kraken takes lists of names, as far as it has said: its documents tell what a list is in two ways,
  /// and whoever is refused one cancels order by order.
  private(set) var takesLists = true

  /// What an answer means for each of some orders that one request named: all of them were canceled, or none. Of any
  /// other count nobody knows whom it counts.
  static func outcome(_ canceled: Int64, of count: Int) -> VenueOutcome {
    guard canceled > 0 else {
      return .rejected(
        VenueRejection(code: 0, reason: .unknownOrder, text: "no order was canceled"))
    }
    return canceled == count ? .done : .unknown
  }

  /// A request that named some orders was refused.
  mutating func noteRefusal(_ error: String, of count: Int) {
    let said = error.lowercased()
    if count > 1, Self.refusals.contains(where: { said.hasPrefix($0) }) { takesLists = false }
  }
}

extension KrakenDialect {
  /// Names the orders of some cancels with one request.
  mutating func cancel(
    _ actions: [VenueAction], _ writer: KrakenWriter, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    var orders: [OrderID] = []
    for case .cancel(let order, _) in actions { orders.append(order) }
    var parameters = RequestParameters()
    guard orders.count > 1 else {
      parameters.add("cl_ord_id", names.text(orders[0]))
      return try signed("CancelOrder", parameters, writer, at: time)
    }
    parameters.add("cl_ord_ids", orders.map(names.text))
    return try signed("CancelOrderBatch", parameters, writer, at: time)
  }
}
