/// One order in an answer of Binance: taken, canceled, amended, asked after; and one trade of ours.
/// Source: rest-api.md, the answers of the trading and account endpoints.

import TradingCore

/// Reads the objects that answers are made of.
struct BinanceOrderAnswer {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// Where an order stands.
  func standing(
    _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> OrderStanding {
    let index = try directory.symbolTable.index(of: text, try object.string("symbol", text))
    let grid = directory.grid(at: index)
    let all = object.find("origQty", text) == nil ? "qty" as StaticString : "origQty"
    return OrderStanding(
      order: try order(object, text), venueOrderID: try object.integer("orderId", text),
      price: try grid.price(try object.decimal("price", text).value),
      quantity: try grid.quantity(try object.decimal(all, text).value),
      filled: try grid.quantity(try object.decimal("executedQty", text).value),
      time: try time(object, text), instrument: directory.definition(at: index).instrument,
      side: try BinanceAccount.side(text, try object.string("side", text)),
      status: try status(text, try object.string("status", text)))
  }

  /// An open order for a person to look at.
  func listed(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> ListedOrder {
    func amount(_ key: StaticString) throws(LineFault) -> Money {
      try batch.money(try object.decimal(key, text))
    }
    let (price, trigger) = (try amount("price"), try amount("stopPrice"))
    return ListedOrder(
      name: text.string(try object.string("clientOrderId", text)),
      venueName: "\(try object.integer("orderId", text))",
      symbol: text.string(try object.string("symbol", text)),
      side: try BinanceAccount.side(text, try object.string("side", text)),
      kind: text.string(try object.string("type", text)).lowercased(),
      price: price > .zero ? price : nil, trigger: trigger > .zero ? trigger : nil,
      quantity: try amount("origQty"), filled: try amount("executedQty"),
      time: try object.time("time", text))
  }

  /// A canceled or amended order's own name is the original one.
  private func order(_ object: JSONObject, _ text: Span<UInt8>) throws(LineFault) -> OrderID {
    if object.find("origClientOrderId", text) != nil {
      let order = names.order(text, try object.string("origClientOrderId", text))
      if order != .none { return order }
    }
    return names.order(text, try object.string("clientOrderId", text))
  }

  private func time(_ object: JSONObject, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    for key in ["transactTime", "updateTime", "workingTime"] as [StaticString]
    where object.find(key, text) != nil {
      return try object.time(key, text)
    }
    return .none
  }

  private func status(
    _ text: Span<UInt8>, _ name: Range<Int>
  ) throws(LineFault) -> VenueOrderStatus {
    if text.equals("NEW", in: name) || text.equals("PENDING_NEW", in: name) { return .working }
    if text.equals("PARTIALLY_FILLED", in: name) { return .partlyFilled }
    if text.equals("FILLED", in: name) { return .filled }
    if text.equals("CANCELED", in: name) || text.equals("PENDING_CANCEL", in: name) {
      return .canceled
    }
    if text.equals("REJECTED", in: name) { return .rejected }
    guard text.equals("EXPIRED", in: name) || text.equals("EXPIRED_IN_MATCH", in: name) else {
      throw LineFault("an order's status is \"\(text.string(name))\"")
    }
    return .expired
  }

  /// What the answer to a new order says, as events: taken, then its fills and its end where the answer
  /// tells fills. Without them the account's reports tell the rest, and the standing shows what to expect.
  func placed(
    _ object: JSONObject, _ text: Span<UInt8>, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    let index = try directory.symbolTable.index(of: text, try object.string("symbol", text))
    let order = try order(object, text)
    guard order != .none else { throw LineFault("it is about an order that is not ours") }
    let report = OrderReport(
      order: order, venueOrderID: try object.integer("orderId", text),
      instrument: directory.definition(at: index).instrument)
    var bodies: [EventBody] = [.accepted(report)]
    var standing: OrderStanding?
    if object.find("status", text) != nil {
      let found = try self.standing(object, text)
      standing = found
      bodies = try steps(object, found, report, text, into: &batch)
    }
    let venueTime = try self.time(object, text)
    if let standing { batch.standings.append(standing) }
    for body in bodies {
      batch.events.append(Event(receiveTime: time, venueTime: venueTime, body))
    }
  }

  private func steps(
    _ object: JSONObject, _ standing: OrderStanding, _ report: OrderReport, _ text: Span<UInt8>,
    into batch: inout FrameBatch
  ) throws(LineFault) -> [EventBody] {
    if standing.status == .rejected { return [.rejected(report)] }
    guard object.find("fills", text) != nil else { return [.accepted(report)] }
    let fills = try fills(object, standing, text, into: &batch)
    let end = standing.status.isFinal ? standing.report : nil
    return [.accepted(report)] + fills.map { .fill($0) } + [end].compactMap { $0 }
  }

  private func fills(
    _ object: JSONObject, _ standing: OrderStanding, _ text: Span<UInt8>,
    into batch: inout FrameBatch
  ) throws(LineFault) -> [Fill] {
    var fills: [Fill] = []
    guard var json = object.find("fills", text) else { return fills }
    let index = try directory.symbolTable.index(of: text, try object.string("symbol", text))
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: fills.isEmpty) {
      let part = try JSONObject(text, &json)
      // An order that trades at once takes.
      var fill = try fill(
        part, "tradeId", directory.grid(at: index), text, liquidity: .taker, into: &batch)
      (fill.order, fill.instrument, fill.side) = (
        standing.order, standing.instrument, standing.side
      )
      fills.append(fill)
    }
    return fills
  }

  /// One of our trades, as `myTrades` lists them.
  func trade(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> AccountTrade {
    let index = try directory.symbolTable.index(of: text, try object.string("symbol", text))
    let liquidity: Liquidity = try object.boolean("isMaker", text) ? .maker : .taker
    var fill = try fill(
      object, "id", directory.grid(at: index), text, liquidity: liquidity, into: &batch)
    fill.instrument = directory.definition(at: index).instrument
    fill.side = try object.boolean("isBuyer", text) ? .buy : .sell
    return AccountTrade(
      venueOrderID: try object.integer("orderId", text), time: try object.time("time", text),
      fill: fill)
  }

  private func fill(
    _ object: JSONObject, _ id: StaticString, _ grid: TickAndLot, _ text: Span<UInt8>,
    liquidity: Liquidity, into batch: inout FrameBatch
  ) throws(LineFault) -> Fill {
    let fee = try batch.fee(
      try object.decimal("commission", text), try object.string("commissionAsset", text), text,
      directory)
    return Fill(
      order: .none, instrument: .none, side: .buy,
      price: try grid.price(try object.decimal("price", text).value),
      quantity: try grid.quantity(try object.decimal("qty", text).value), fee: fee.amount,
      feeAsset: fee.asset, tradeID: try object.integer(id, text), liquidity: liquidity)
  }
}
