/// One execution report, to the event it is. Source: user-data-stream.md, "Order Update".
///
/// A report about an order that is not of this journal becomes an event only when it is a fill, for that
/// moves what the account holds; the rest is counted. So is a fill of an instrument that the journal does
/// not have: no event can say it, and the balances show it.

import TradingCore

extension BinanceAccount {
  /// Appends what a report says.
  func report(
    _ fields: BinanceFields, _ text: Span<UInt8>, _ directory: VenueDirectory,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    let order = try self.order(fields, text)
    if order == .none { batch.foreignReports += 1 }
    let symbol = try fields.string("s", text)
    let execution = try fields.string("x", text)
    guard order != .none || directory.symbolTable.find(text, symbol) != nil else {
      return batch.counts.count(text, execution)
    }
    let index = try directory.symbolTable.index(of: text, symbol)
    let instrument = directory.definition(at: index).instrument
    var body: EventBody?
    if text.equals("TRADE", in: execution) {
      let grid = directory.grid(at: index)
      body = .fill(
        try fill(of: order, instrument, grid, fields, text, directory, into: &batch))
    } else if order != .none {
      let report = OrderReport(
        order: order, venueOrderID: try fields.integer("i", text), instrument: instrument,
        reason: try reason(fields, text))
      body = try step(execution, report, directory.grid(at: index), fields, text)
    }
    guard let body else {
      batch.counts.count(text, execution)
      return
    }
    batch.events.append(
      Event(receiveTime: time, venueTime: try fields.time("T", text), body))
  }

  /// A cancel or an amendment carries a name of its own and the order's as the original.
  private func order(_ fields: BinanceFields, _ text: Span<UInt8>) throws(LineFault) -> OrderID {
    if var original = fields.find("C"), original.peek(text) == UInt8(ascii: "\"") {
      let order = names.order(text, try original.string(text))
      if order != .none { return order }
    }
    return names.order(text, try fields.string("c", text))
  }

  /// The event of an execution type without a trade; `nil` for a type that changes nothing.
  private func step(
    _ execution: Range<Int>, _ report: OrderReport, _ grid: TickAndLot, _ fields: BinanceFields,
    _ text: Span<UInt8>
  ) throws(LineFault) -> EventBody? {
    if text.equals("NEW", in: execution) {
      return try wasTriggered(fields, text) ? .triggered(report) : .accepted(report)
    }
    if text.equals("CANCELED", in: execution) { return .canceled(report) }
    if text.equals("REJECTED", in: execution) { return .rejected(report) }
    if text.equals("EXPIRED", in: execution) { return .expired(report) }
    if text.equals("REPLACED", in: execution) { return try amended(report, grid, fields, text) }
    guard text.equals("TRADE_PREVENTION", in: execution) else {
      throw LineFault("an execution of type \"\(text.string(execution))\" is not known")
    }
    var expired = report
    expired.reason = .selfTrade
    let status = try fields.string("X", text)
    return text.equals("EXPIRED_IN_MATCH", in: status) ? .expired(expired) : nil
  }

  /// A waiting order reports as new twice: when it is taken, and when it goes to the book later.
  private func wasTriggered(
    _ fields: BinanceFields, _ text: Span<UInt8>
  ) throws(LineFault) -> Bool {
    let type = try fields.string("o", text)
    guard text.matches("STOP_LOSS", at: type.lowerBound) || isTakeProfit(type, text),
      try fields.boolean("w", text), fields.find("W") != nil
    else { return false }
    return try fields.time("W", text) > fields.time("O", text)
  }

  private func isTakeProfit(_ type: Range<Int>, _ text: Span<UInt8>) -> Bool {
    text.matches("TAKE_PROFIT", at: type.lowerBound)
  }

  /// Price and whole quantity after an amendment.
  private func amended(
    _ report: OrderReport, _ grid: TickAndLot, _ fields: BinanceFields, _ text: Span<UInt8>
  ) throws(LineFault) -> EventBody {
    var places = (price: try fields.place("p"), whole: try fields.place("q"))
    return .amended(
      Amended(
        order: report.order, price: try grid.price(try places.price.decimal(text).value),
        quantity: try grid.quantity(try places.whole.decimal(text).value),
        instrument: report.instrument))
  }

  private func fill(
    of order: OrderID, _ instrument: InstrumentID, _ grid: TickAndLot, _ fields: BinanceFields,
    _ text: Span<UInt8>, _ directory: VenueDirectory, into batch: inout FrameBatch
  ) throws(LineFault) -> Fill {
    var price = try fields.place("L")
    var quantity = try fields.place("l")
    var commission = try fields.place("n")
    var asset = try fields.place("N")
    let code = asset.peek(text) == UInt8(ascii: "\"") ? try asset.string(text) : nil
    let fee = try batch.fee(try commission.decimal(text), code, text, directory)
    return Fill(
      order: order, instrument: instrument, side: try BinanceAccount.side(fields, text),
      price: try grid.price(try price.decimal(text).value),
      quantity: try grid.quantity(try quantity.decimal(text).value), fee: fee.amount,
      feeAsset: fee.asset, tradeID: try fields.integer("t", text),
      liquidity: try fields.boolean("m", text) ? .maker : .taker)
  }

  private static func side(
    _ fields: BinanceFields, _ text: Span<UInt8>
  ) throws(LineFault) -> Side {
    try BinanceAccount.side(text, try fields.string("S", text))
  }

  /// `BUY` or `SELL`.
  static func side(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Side {
    if text.equals("BUY", in: range) { return .buy }
    guard text.equals("SELL", in: range) else {
      throw LineFault("a side is \"\(text.string(range))\"")
    }
    return .sell
  }

  /// Why an order ended: the reason of a rejection, else of an expiry.
  private func reason(
    _ fields: BinanceFields, _ text: Span<UInt8>
  ) throws(LineFault) -> RejectReason {
    let rejection = try fields.string("r", text)
    if !text.equals("NONE", in: rejection) { return BinanceErrors.reason(text.string(rejection)) }
    let status = try fields.string("X", text)
    return text.equals("EXPIRED_IN_MATCH", in: status) ? .selfTrade : .other
  }
}

extension FrameBatch {
  /// A commission in its asset's own precision, half to even; none where the venue names no asset.
  mutating func fee(
    _ scanned: ScannedDecimal, _ code: Range<Int>?, _ text: Span<UInt8>,
    _ directory: VenueDirectory
  ) throws(LineFault) -> (amount: Int64, asset: AssetID) {
    guard let code else {
      guard scanned.value.mantissa == 0 else { throw LineFault("a commission names no asset") }
      return (0, .none)
    }
    let asset = try directory.asset(text, code)
    return (try commission(scanned, in: asset), asset.asset)
  }

  /// A commission in its asset's own precision, half to even.
  mutating func commission(
    _ scanned: ScannedDecimal, in asset: AssetDefinition
  ) throws(LineFault) -> Int64 {
    guard let amount = scanned.value.rescaled(to: Int(asset.commissionDecimals)) else {
      throw LineFault("a commission does not fit in 64 bits")
    }
    if scanned.rounded || !amount.exact { roundedNumbers += 1 }
    return amount.mantissa
  }
}

extension BinanceFields {
  // Letters as they stand in the exchange's documents.
  func find(_ letter: Unicode.Scalar) -> JSONScanner? { find(UInt8(ascii: letter)) }
  func place(_ letter: Unicode.Scalar) throws(LineFault) -> JSONScanner {
    try place(UInt8(ascii: letter))
  }
  func integer(_ letter: Unicode.Scalar, _ text: Span<UInt8>) throws(LineFault) -> Int64 {
    try integer(UInt8(ascii: letter), text)
  }
  func string(_ letter: Unicode.Scalar, _ text: Span<UInt8>) throws(LineFault) -> Range<Int> {
    try string(UInt8(ascii: letter), text)
  }
  func boolean(_ letter: Unicode.Scalar, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    try boolean(UInt8(ascii: letter), text)
  }
  func time(_ letter: Unicode.Scalar, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    try time(UInt8(ascii: letter), text)
  }
}
