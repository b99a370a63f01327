/// Binance's reports about an account, to events. Source: user-data-stream.md.

import TradingCore

/// Reads the account's frames, whose places are known.
struct BinanceAccount {
  let names: ClientOrderIDs

  /// What a frame is whose kind is one of the account's.
  func decode(
    _ kind: BinanceKind, _ fields: BinanceFields, _ text: Span<UInt8>,
    _ directory: VenueDirectory, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    switch kind {
    case .executionReport: try report(fields, text, directory, at: time, into: &batch)
    case .accountPosition: try position(fields, text, directory, into: &batch)
    case .balanceUpdate: try transfer(fields, text, directory, at: time, into: &batch)
    case .listStatus: return try list(fields, text, directory, at: time, into: &batch)
    case .streamTerminated:
      let report = ConnectionReport(venue: 0, stream: .account)
      batch.events.append(
        Event(receiveTime: time, venueTime: try fields.time("E", text), .disconnected(report)))
      return .accountEnded
    case .trade, .aggregateTrade, .quote, .depth, .kline, .shutdown, .other, .unnamed:
      preconditionFailure("BinanceAccount.decode: \(kind) is no report about an account")
    }
    return .events
  }

  /// Every asset whose amount changed.
  private func position(
    _ fields: BinanceFields, _ text: Span<UInt8>, _ directory: VenueDirectory,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    let time = try fields.time("u", text)
    var json = try fields.place("B")
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let object = try JSONObject(text, &json)
      let asset = try directory.asset(text, try object.string("a", text))
      batch.statements.append(
        BalanceStatement(
          asset: asset.asset, free: try batch.money(try object.decimal("f", text)),
          locked: try batch.money(try object.decimal("l", text)), time: time))
    }
  }

  private func transfer(
    _ fields: BinanceFields, _ text: Span<UInt8>, _ directory: VenueDirectory,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    let asset = try directory.asset(text, try fields.string("a", text))
    var delta = try fields.place("d")
    let amount = try batch.money(try delta.decimal(text))
    let change = AssetAmount(asset: asset.asset, amount: amount, reason: AssetAmount.transferred)
    batch.events.append(
      Event(receiveTime: time, venueTime: try fields.time("T", text), .adjustment(change)))
  }

  /// The orders of a list report for themselves, unless the list was refused as a whole.
  private func list(
    _ fields: BinanceFields, _ text: Span<UInt8>, _ directory: VenueDirectory,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    guard text.equals("REJECT", in: try fields.string("L", text)) else {
      batch.counts.count("listStatus")
      return .counted
    }
    let index = try directory.symbolTable.index(of: text, try fields.string("s", text))
    let reason = BinanceErrors.reason(text.string(try fields.string("r", text)))
    let venueTime = try fields.time("T", text)
    var json = try fields.place("O")
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let object = try JSONObject(text, &json)
      let order = names.order(text, try object.string("c", text))
      guard order != .none else { continue }
      let report = OrderReport(
        order: order, venueOrderID: try object.integer("i", text),
        instrument: directory.definition(at: index).instrument, reason: reason)
      batch.events.append(Event(receiveTime: time, venueTime: venueTime, .rejected(report)))
    }
    return .events
  }
}

extension FrameBatch {
  /// A decimal as an amount of money; its rounding is counted.
  mutating func money(_ scanned: ScannedDecimal) throws(LineFault) -> Money {
    if scanned.rounded { roundedNumbers += 1 }
    let step = Int128(powerOfTen(Money.scale - scanned.value.scale))
    return Money(units: Int128(scanned.value.mantissa) * step)
  }
}
