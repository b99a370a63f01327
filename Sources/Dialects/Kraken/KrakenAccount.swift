/// What Kraken tells of an account over HTTP: balances, orders, trades. Source: docs.kraken.com, REST,
/// "Account Data".

import TradingCore

/// Reads the objects that answers are made of.
struct KrakenAccount {
  let directory: VenueDirectory

  /// Trades of one list.
  static let mostListed = 50

  init(_ directory: VenueDirectory) { self.directory = directory }

  /// Balances by asset: an amount, or an amount with what open orders hold of it. Of what an account does not
  /// hold nothing is said.
  func balances(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) {
    var isFirst = true
    try json.expect(UInt8(ascii: "{"), text)
    while let code = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      var (total, held) = (Money.zero, Money.zero)
      if json.peek(text) == UInt8(ascii: "{") {
        let object = try JSONObject(text, &json)
        total = try batch.money(try object.decimal("balance", text))
        if object.find("hold_trade", text) != nil {
          held = try batch.money(try object.decimal("hold_trade", text))
        }
      } else {
        total = try batch.money(try json.decimal(text))
      }
      guard total != .zero || held != .zero else { continue }
      let name = Array(KrakenNames.asset(text.string(code)).utf8)
      let asset = try directory.asset(name.span, name.indices).asset
      batch.statements.append(
        BalanceStatement(asset: asset, free: total - held, locked: held, time: .none))
    }
  }

  /// Where an order stands; `nil` for one of an instrument that is not ours.
  func standing(
    _ id: Range<Int>, _ object: JSONObject, _ text: Span<UInt8>, _ names: ClientOrderIDs
  ) throws(LineFault) -> OrderStanding? {
    var place = try object.place("descr", text)
    let terms = try JSONObject(text, &place)
    guard let index = index(ofPair: text.string(try terms.string("pair", text))) else {
      return nil
    }
    let grid = directory.grid(at: index)
    let name =
      object.find("cl_ord_id", text) == nil ? 0..<0 : try object.string("cl_ord_id", text)
    let filled = try grid.quantity(try object.decimal("vol_exec", text).value)
    return OrderStanding(
      order: names.order(text, name), venueOrderID: KrakenIDs.number(text, id),
      price: try Self.limit(of: terms, text, grid),
      quantity: try grid.quantity(try object.decimal("vol", text).value), filled: filled,
      time: try Self.time("opentm", object, text),
      instrument: directory.definition(at: index).instrument,
      side: try KrakenFields.side(text, try terms.string("type", text)),
      status: try Self.status(text, try object.string("status", text), filled))
  }

  /// An order's limit: of one that waits it is the second price, for the first is what sets it off.
  private static func limit(
    of terms: JSONObject, _ text: Span<UInt8>, _ grid: TickAndLot
  ) throws(LineFault) -> Price {
    switch text.string(try terms.string("ordertype", text)) {
    case "limit", "iceberg": try grid.price(try terms.decimal("price", text).value)
    case "stop-loss-limit", "take-profit-limit", "trailing-stop-limit":
      try grid.price(try terms.decimal("price2", text).value)
    default: .zero
    }
  }

  private static func status(
    _ text: Span<UInt8>, _ name: Range<Int>, _ filled: Quantity
  ) throws(LineFault) -> VenueOrderStatus {
    if text.equals("open", in: name) || text.equals("pending", in: name) {
      return filled == .zero ? .working : .partlyFilled
    }
    if text.equals("closed", in: name) { return .filled }
    if text.equals("canceled", in: name) { return .canceled }
    guard text.equals("expired", in: name) else {
      throw LineFault("an order's status is \"\(text.string(name))\"")
    }
    return .expired
  }

  /// The fills of one order among an account's trades.
  /// - Returns: how many trades the list had.
  func fills(
    of order: OrderID, _ instrument: InstrumentID, _ venueOrder: Int64, _ text: Span<UInt8>,
    _ json: inout JSONScanner, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> Int {
    var place = try JSONObject(text, &json).place("trades", text)
    var count = 0
    try place.expect(UInt8(ascii: "{"), text)
    while let id = try place.nextKey(text, isFirst: count == 0) {
      count += 1
      let object = try JSONObject(text, &place)
      guard KrakenIDs.number(text, try object.string("ordertxid", text)) == venueOrder else {
        continue
      }
      let fill = try fill(of: order, instrument, id, object, text, into: &batch)
      let traded = try Self.time("time", object, text)
      batch.trades.append(AccountTrade(venueOrderID: venueOrder, time: traded, fill: fill))
      batch.events.append(Event(receiveTime: time, venueTime: traded, .fill(fill)))
    }
    return count
  }

  /// One trade; its fee is in the quote asset, as it was asked to be.
  private func fill(
    of order: OrderID, _ instrument: InstrumentID, _ id: Range<Int>, _ object: JSONObject,
    _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> Fill {
    guard let index = directory.index(of: instrument),
      let pair = KrakenNames.pair(directory.symbolTable.name(index))
    else { throw LineFault("its instrument is not defined") }
    let grid = directory.grid(at: index)
    let fee = try batch.fee(try object.decimal("fee", text), named: pair.quote, directory)
    let isMaker =
      object.find("maker", text) == nil ? false : try object.boolean("maker", text)
    return Fill(
      order: order, instrument: instrument,
      side: try KrakenFields.side(text, try object.string("type", text)),
      price: try grid.price(try object.decimal("price", text).value),
      quantity: try grid.quantity(try object.decimal("vol", text).value), fee: fee.amount,
      feeAsset: fee.asset, tradeID: KrakenIDs.number(text, id),
      liquidity: isMaker ? .maker : .taker)
  }

  /// The instrument of a pair as REST writes it, `XBTUSDT` or `XXBTZUSD`. O(instruments).
  private func index(ofPair name: String) -> Int? {
    let symbols = directory.allSymbols
    return symbols.indices.first { place in
      guard let pair = KrakenNames.pair(symbols[place]) else { return false }
      return KrakenNames.spellings(of: pair).contains(name)
    }
  }

  /// Seconds with a fraction.
  static func time(
    _ key: StaticString, _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> Timestamp {
    var position = try object.place(key, text).position
    let time = try TimeScanner.unixTime(text, &position, unit: .seconds)
    return Timestamp(nanoseconds: time.nanoseconds)
  }
}
