/// Kraken's reports about an account, to events: the `executions` channel. Source: docs.kraken.com, Spot
/// WebSocket v2, "executions".

import TradingCore

/// Reads one entry of a message.
struct KrakenReports {
  let names: ClientOrderIDs
  let directory: VenueDirectory
  let time: Timestamp
  let isSnapshot: Bool

  /// What a report says. A snapshot tells where open orders stand, which is remembered and is no news: what
  /// is not known of an order is asked for.
  /// - Returns: whether it became an event.
  func read(
    _ object: JSONObject, _ text: Span<UInt8>, _ memory: inout KrakenMemory,
    into batch: inout FrameBatch
  ) throws(LineFault) -> Bool {
    let number = KrakenIDs.number(text, try object.string("order_id", text))
    guard let order = try order(object, text, memory[number]) else {
      batch.foreignReports += 1
      return false
    }
    if order.id == .none { batch.foreignReports += 1 }
    memory[number] = order
    let execution = try object.string("exec_type", text)
    guard !isSnapshot else { return false }
    guard
      let body = try body(execution, object, text, order, number: number, into: &batch)
    else {
      batch.counts.count(text, execution)
      return false
    }
    let moment = try object.instant("timestamp", text)
    batch.events.append(Event(receiveTime: time, venueTime: moment, body))
    return true
  }

  /// The order with what this report changes of it; `nil` for a stranger's of an instrument that nobody
  /// defined.
  private func order(
    _ object: JSONObject, _ text: Span<UInt8>, _ known: KrakenMemory.Order?
  ) throws(LineFault) -> KrakenMemory.Order? {
    var found = known
    if object.find("symbol", text) != nil {
      let symbol = try object.string("symbol", text)
      let name =
        object.find("cl_ord_id", text) == nil ? 0..<0 : try object.string("cl_ord_id", text)
      let id = names.order(text, name)
      guard id != .none || directory.symbolTable.find(text, symbol) != nil else { return nil }
      let index = try directory.symbolTable.index(of: text, symbol)
      let instrument = directory.definition(at: index).instrument
      found = found ?? KrakenMemory.Order(id: id, instrument: instrument)
    }
    if object.find("cash_order_qty", text) != nil { found?.isInQuote = true }
    guard var order = found, let index = directory.index(of: order.instrument) else { return nil }
    let grid = directory.grid(at: index)
    if object.find("limit_price", text) != nil {
      order.price = try grid.price(try object.decimal("limit_price", text).value)
    }
    if object.find("order_qty", text) != nil {
      order.quantity = try grid.quantity(try object.decimal("order_qty", text).value)
    }
    return order
  }

  /// The event of a kind of report; `nil` for one that changes nothing. That an order is filled its fills
  /// have said, unless it was for a sum of money: then it ends, as one that expires.
  private func body(
    _ execution: Range<Int>, _ object: JSONObject, _ text: Span<UInt8>,
    _ order: KrakenMemory.Order, number: Int64, into batch: inout FrameBatch
  ) throws(LineFault) -> EventBody? {
    if text.equals("trade", in: execution) {
      return .fill(try fill(object, text, order, into: &batch))
    }
    guard order.id != .none else { return nil }
    let report = OrderReport(
      order: order.id, venueOrderID: number, instrument: order.instrument,
      reason: reason(object, text))
    if text.equals("new", in: execution) { return .accepted(report) }
    if text.equals("canceled", in: execution) { return .canceled(report) }
    if text.equals("expired", in: execution) { return .expired(report) }
    if text.equals("filled", in: execution), order.isInQuote { return .expired(report) }
    if text.equals("amended", in: execution) || text.equals("restated", in: execution) {
      return .amended(
        Amended(
          order: order.id, price: order.price, quantity: order.quantity,
          instrument: order.instrument))
    }
    for word in ["pending_new", "filled", "status", "iceberg_refill"] as [StaticString]
    where text.equals(word, in: execution) {
      return nil
    }
    throw LineFault("an execution of type \"\(text.string(execution))\" is not known")
  }

  private func reason(_ object: JSONObject, _ text: Span<UInt8>) -> RejectReason {
    guard let words = try? object.words("reason", text) else { return .other }
    return KrakenErrors.reason(words)
  }

  private func fill(
    _ object: JSONObject, _ text: Span<UInt8>, _ order: KrakenMemory.Order,
    into batch: inout FrameBatch
  ) throws(LineFault) -> Fill {
    guard let index = directory.index(of: order.instrument) else {
      throw LineFault("its instrument is not defined")
    }
    let grid = directory.grid(at: index)
    let fee = try fee(object, text, into: &batch)
    return Fill(
      order: order.id, instrument: order.instrument,
      side: try KrakenFields.side(text, try object.string("side", text)),
      price: try grid.price(try object.decimal("last_price", text).value),
      quantity: try grid.quantity(try object.decimal("last_qty", text).value), fee: fee.amount,
      feeAsset: fee.asset, tradeID: KrakenIDs.number(text, try object.string("exec_id", text)),
      liquidity: text.equals("m", in: try object.string("liquidity_ind", text)) ? .maker : .taker)
  }

  /// What a trade cost. Fees in more than one asset no event could hold.
  private func fee(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> (amount: Int64, asset: AssetID) {
    guard var json = object.find("fees", text) else { return (0, .none) }
    var fee: (amount: Int64, asset: AssetID)?
    var isFirst = true
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let part = try JSONObject(text, &json)
      guard fee == nil else { throw LineFault("a trade has fees in more than one asset") }
      let asset = KrakenNames.asset(text.string(try part.string("asset", text)))
      fee = try batch.fee(try part.decimal("qty", text), named: asset, directory)
    }
    return fee ?? (0, .none)
  }
}

extension JSONObject {
  /// A moment as RFC 3339 writes it.
  func instant(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    try TimeScanner.moment(text, in: try string(key, text))
  }
}

extension FrameBatch {
  /// A commission in an asset's own precision, half to even.
  mutating func fee(
    _ scanned: ScannedDecimal, named code: String, _ directory: VenueDirectory
  ) throws(LineFault) -> (amount: Int64, asset: AssetID) {
    let bytes = Array(code.utf8)
    return try fee(scanned, bytes.indices, bytes.span, directory)
  }
}
