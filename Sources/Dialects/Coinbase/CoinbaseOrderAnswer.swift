/// One order, one fill or one account in Coinbase's answers. Source: docs.cdp.coinbase.com, "Get order", "List
/// fills", "List accounts".

import TradingCore

/// Reads the objects that answers are made of.
struct CoinbaseOrderAnswer {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// Where an order stands, and what requests need of it. `time` is its last fill's, where it has one.
  func standing(
    _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> (standing: OrderStanding, known: CoinbaseOrders.Known) {
    let index = try directory.symbolTable.index(of: text, try object.string("product_id", text))
    let grid = directory.grid(at: index)
    let terms = try configuration(of: object, text) ?? object
    let filled = try amount("filled_size", of: object, text, grid)
    let venueID = try object.string("order_id", text)
    let standing = OrderStanding(
      order: names.order(text, try object.string("client_order_id", text)),
      venueOrderID: CoinbaseOrders.number(text, venueID),
      price: try price("limit_price", of: terms, text, grid),
      quantity: try amount("base_size", of: terms, text, grid),
      filled: filled, time: try moment("last_fill_time", of: object, text),
      instrument: directory.definition(at: index).instrument,
      side: try CoinbaseWords.side(text, try object.string("side", text)),
      status: try CoinbaseWords.status(
        text, try object.string("status", text), hasTraded: filled > .zero))
    return (
      standing,
      CoinbaseOrders.Known(
        venueID: text.string(venueID), instrument: standing.instrument, price: standing.price)
    )
  }

  /// The one configuration an order has; kinds that are not placed here may come as well.
  private func configuration(
    of object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> JSONObject? {
    guard var place = object.find("order_configuration", text) else { return nil }
    try place.expect(UInt8(ascii: "{"), text)
    guard try place.nextKey(text, isFirst: true) != nil else { return nil }
    return try JSONObject(text, &place)
  }

  private func price(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>, _ grid: TickAndLot
  ) throws(LineFault) -> Price {
    guard var place = object.find(key, text) else { return .zero }
    return try grid.price(try place.decimalOrZero(text).value)
  }

  private func amount(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>, _ grid: TickAndLot
  ) throws(LineFault) -> Quantity {
    guard var place = object.find(key, text) else { return .zero }
    return try grid.quantity(try place.decimalOrZero(text).value)
  }

  private func moment(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> Timestamp {
    guard var place = object.find(key, text) else { return .none }
    return try place.moment(text)
  }
}

extension CoinbaseOrderAnswer {
  /// An open order for a person to look at.
  func listed(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> ListedOrder {
    let terms = try configuration(of: object, text) ?? object
    func amount(_ key: StaticString, _ object: JSONObject) throws(LineFault) -> Money {
      guard var place = object.find(key, text) else { return .zero }
      return try batch.money(try place.decimalOrZero(text))
    }
    let (price, trigger) = (try amount("limit_price", terms), try amount("stop_price", terms))
    let size = try amount("base_size", terms)
    let isInQuote = size == .zero
    return ListedOrder(
      name: text.string(try object.string("client_order_id", text)),
      venueName: text.string(try object.string("order_id", text)),
      symbol: text.string(try object.string("product_id", text)),
      side: try CoinbaseWords.side(text, try object.string("side", text)),
      kind: text.string(try object.string("order_type", text)).lowercased(),
      price: price > .zero ? price : nil, trigger: trigger > .zero ? trigger : nil,
      quantity: isInQuote ? try amount("quote_size", terms) : size, isInQuote: isInQuote,
      filled: try amount("filled_size", object),
      time: try moment("created_time", of: object, text))
  }

  /// A fill of ours; `nil` for an entry that is none, such as a correction. Commissions are in the quote
  /// asset.
  func trade(
    _ object: JSONObject, _ orders: CoinbaseOrders, _ text: Span<UInt8>,
    into batch: inout FrameBatch
  ) throws(LineFault) -> AccountTrade? {
    let type = try object.string("trade_type", text)
    guard text.equals("FILL", in: type) else {
      batch.counts.count(text, type)
      return nil
    }
    let index = try directory.symbolTable.index(of: text, try object.string("product_id", text))
    let definition = directory.definition(at: index)
    let order = try object.string("order_id", text)
    let fill = Fill(
      order: orders.owner(text.string(order)), instrument: definition.instrument,
      side: try CoinbaseWords.side(text, try object.string("side", text)),
      price: try directory.grid(at: index).price(try object.decimal("price", text).value),
      quantity: try quantity(of: object, text, directory.grid(at: index)),
      fee: try batch.commission(
        try object.decimal("commission", text), in: try directory.asset(definition.quote)),
      feeAsset: definition.quote,
      tradeID: CoinbaseOrders.number(text, try object.string("entry_id", text)),
      liquidity: text.equals("MAKER", in: try object.string("liquidity_indicator", text))
        ? .maker : .taker)
    return AccountTrade(
      venueOrderID: CoinbaseOrders.number(text, order),
      time: try moment("trade_time", of: object, text), fill: fill)
  }

  /// What was traded of the base asset. A fill of an order that was given in the quote asset tells that
  /// much; what was traded is a whole number of lots, and the nearest one.
  private func quantity(
    of fill: JSONObject, _ text: Span<UInt8>, _ grid: TickAndLot
  ) throws(LineFault) -> Quantity {
    let size = try fill.decimal("size", text).value
    guard fill.find("size_in_quote", text) != nil, try fill.boolean("size_in_quote", text) else {
      return try grid.quantity(size)
    }
    let price = try fill.decimal("price", text).value
    guard let lots = grid.lots(worth: size, at: price) else {
      throw LineFault("a fill's size in the quote asset is no number of lots")
    }
    return lots
  }

  /// What an account holds of an asset, free and held.
  func statement(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> BalanceStatement {
    let asset = try directory.asset(text, try object.string("currency", text))
    return BalanceStatement(
      asset: asset.asset, free: try value("available_balance", of: object, text, into: &batch),
      locked: try value("hold", of: object, text, into: &batch),
      time: try moment("updated_at", of: object, text))
  }

  private func value(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> Money {
    guard var place = object.find(key, text) else { return .zero }
    return try batch.money(try JSONObject(text, &place).decimal("value", text))
  }
}

extension KeyPermissions {
  /// What Coinbase says of the key that asked. Source: docs.cdp.coinbase.com, "Get API Key Permissions".
  init(coinbase object: JSONObject, _ text: Span<UInt8>) throws(LineFault) {
    self.init(
      mayRead: try object.boolean("can_view", text),
      mayTrade: try object.boolean("can_trade", text),
      mayWithdraw: try object.boolean("can_transfer", text))
  }
}
