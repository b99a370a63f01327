/// Coinbase's reports about an account's orders. Source: docs.cdp.coinbase.com, "User channel".
///
/// A report tells how an order stands in all, never the fill that led there: fees and prices of single fills
/// are listed over HTTP alone. So a report is a standing, and whoever follows the account asks for the
/// fills it does not have. A link begins with every open order, which is how a restarted run learns the
/// ids that it cancels by.

import TradingCore

/// Reads the events of one frame of the user channel.
struct CoinbaseAccount {
  let names: ClientOrderIDs
  let directory: VenueDirectory
  /// What is known of our orders.
  let orders: CoinbaseOrders
  /// When the venue sent the frame.
  let sent: Timestamp

  /// Appends the standings of an event's orders, and what they tell of the orders to `notes`. What is not of
  /// this journal is counted.
  func read(
    _ event: CoinbaseEvent, _ text: Span<UInt8>, _ notes: inout [CoinbaseOrders.Note],
    into batch: inout FrameBatch
  ) throws(LineFault) {
    guard var json = event.list else { return }
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let object = try JSONObject(text, &json)
      let order = names.order(text, try object.string("client_order_id", text))
      guard order != .none else {
        batch.foreignReports += 1
        continue
      }
      batch.standings.append(try standing(of: order, object, text, &notes))
    }
  }

  private func standing(
    of order: OrderID, _ object: JSONObject, _ text: Span<UInt8>,
    _ notes: inout [CoinbaseOrders.Note]
  ) throws(LineFault) -> OrderStanding {
    let index = try directory.symbolTable.index(of: text, try object.string("product_id", text))
    let grid = directory.grid(at: index)
    let instrument = directory.definition(at: index).instrument
    let filled = try grid.quantity(try object.decimal("cumulative_quantity", text).value)
    let left = try grid.quantity(try object.decimal("leaves_quantity", text).value)
    let venueID = try object.string("order_id", text)
    let status = try CoinbaseWords.status(
      text, try object.string("status", text), hasTraded: filled > .zero)
    let known = CoinbaseOrders.Known(venueID: text.string(venueID), instrument: instrument)
    notes.append(CoinbaseOrders.Note(order: order, known: known, hasEnded: status.isFinal))
    return OrderStanding(
      order: order, venueOrderID: CoinbaseOrders.number(text, venueID),
      price: orders[order]?.price ?? .zero,
      quantity: Quantity(lots: filled.lots.addingClamped(left.lots)), filled: filled, time: sent,
      instrument: instrument,
      side: try CoinbaseWords.side(text, try object.string("order_side", text)),
      status: status)
  }
}
