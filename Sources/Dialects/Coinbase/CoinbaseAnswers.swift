/// Coinbase's answers over HTTP, by the action they answer. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// reference".

import TradingCore

/// Reads one answer.
struct CoinbaseAnswers {
  let names: ClientOrderIDs
  let directory: VenueDirectory
  /// What is known of products; answers about them add to it.
  private(set) var products: CoinbaseProducts
  /// What is known of our orders, and what the answer tells of them.
  let orders: CoinbaseOrders
  private(set) var notes: [CoinbaseOrders.Note] = []
  /// Whether requests are counted by account.
  let isAccount: Bool

  init(
    names: ClientOrderIDs, directory: VenueDirectory, products: CoinbaseProducts,
    orders: CoinbaseOrders, isAccount: Bool
  ) {
    (self.names, self.directory) = (names, directory)
    (self.products, self.orders, self.isAccount) = (products, orders, isAccount)
  }

  /// Reads the text of a success.
  mutating func read(
    _ text: Span<UInt8>, to action: VenueAction, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var json = JSONScanner()
    let object = try JSONObject(text, &json)
    switch action {
    case .ping: break
    case .time: batch.venueTime = try object.time("epochMillis", text)
    case .exchangeInformation(let symbols):
      // One product is told by itself, several in a list.
      let told = symbols.count == 1 ? [object] : try objects("products", of: object, text)
      try describe(told, text, into: &batch)
    case .quote(let instrument):
      try quote(object, text, of: instrument, at: time, into: &batch)
    case .snapshot(let instrument, _):
      try snapshot(object, text, of: instrument, at: time, into: &batch)
    case .candles(let instrument, let seconds, let from, let to):
      let page = CandlePage(instrument, seconds: seconds, from: from, to: to)
      try candles(object, text, into: page).append(to: &batch, directory)
    case .place, .test, .cancel, .cancelAll, .shrink:
      return try change(object, text, by: action, at: time, into: &batch)
    case .query, .openOrders, .allOrders, .fills, .fillsOf, .account:
      return try report(object, text, on: action, at: time, into: &batch)
    case .permissions: batch.listing.permissions = try KeyPermissions(coinbase: object, text)
    case .placeList, .cancelAllAfter, .replace, .margin, .positions, .orderCounts, .logOn,
      .followAccount:
      preconditionFailure("CoinbaseAnswers.read: \(action) is never asked over HTTP")
    }
    return .done
  }

  /// The elements of a list of objects.
  func objects(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> [JSONObject] {
    var json = try object.place(key, text)
    var objects: [JSONObject] = []
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: objects.isEmpty) {
      objects.append(try JSONObject(text, &json))
    }
    return objects
  }

  private mutating func describe(
    _ told: [JSONObject], _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) {
    for product in told {
      let spec = try InstrumentSpec(coinbase: product, text)
      batch.instruments.append(spec)
      if product.find("alias", text) != nil {
        products.note(spec.symbol, toldAs: text.string(try product.string("alias", text)))
      }
    }
    batch.limits = CoinbaseLimits.published(isAccount: isAccount)
  }

  /// A book by itself. Its id is made of its time, like those of books that come with a subscription.
  private func snapshot(
    _ object: JSONObject, _ text: Span<UInt8>, of instrument: InstrumentID, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    guard let index = directory.index(of: instrument) else {
      throw LineFault("a book of an instrument that is not defined")
    }
    var place = try object.place("pricebook", text)
    let book = try JSONObject(text, &place)
    var moment = try book.place("time", text)
    var message = Message()
    (message.receiveTime, message.venueTime) = (time, try moment.moment(text))
    message.bids = try levels("bids", of: book, text, &message)
    message.asks = try levels("asks", of: book, text, &message)
    message.body = .snapshot(updateID: message.venueTime.nanoseconds / 1_000)
    try batch.append(message, of: instrument, on: directory.grid(at: index))
  }

  private func levels(
    _ side: StaticString, of book: JSONObject, _ text: Span<UInt8>, _ message: inout Message
  ) throws(LineFault) -> ContiguousArray<RawLevel> {
    var levels: ContiguousArray<RawLevel> = []
    for level in try objects(side, of: book, text) {
      levels.append(
        RawLevel(
          price: try message.take(try level.decimal("price", text), "a level's price"),
          quantity: try message.take(try level.decimal("size", text), "a level's quantity")))
    }
    return levels
  }
}

// MARK: Orders

extension CoinbaseAnswers {
  private var reader: CoinbaseOrderAnswer {
    CoinbaseOrderAnswer(names: names, directory: directory)
  }

  /// Answers that say what happened to orders.
  private mutating func change(
    _ object: JSONObject, _ text: Span<UInt8>, by action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    switch action {
    case .place(let order): return try placed(order, object, text, at: time, into: &batch)
    case .test:
      let complaints = try strings("errs", of: object, text)
      return complaints.first.map { CoinbaseErrors.outcome($0) } ?? .done
    case .cancel: return try canceled(object, text)
    case .cancelAll:
      _ = try canceled(object, text)
      return .done
    case .shrink(let order, let instrument, let quantity):
      guard try object.boolean("success", text) else {
        let error = try objects("errors", of: object, text).first
        return CoinbaseErrors.outcome(try word("edit_failure_reason", of: error, text))
      }
      let change = Amended(
        order: order, price: orders[order]?.price ?? .zero, quantity: quantity,
        instrument: instrument)
      batch.events.append(Event(receiveTime: time, .amended(change)))
      return .done
    default: preconditionFailure("CoinbaseAnswers.change: \(action) changes nothing")
    }
  }

  private mutating func placed(
    _ order: PlacedOrder, _ object: JSONObject, _ text: Span<UInt8>, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    guard try object.boolean("success", text) else { return try refusal(of: object, text) }
    var place = try object.place("success_response", text)
    let venueID = try JSONObject(text, &place).string("order_id", text)
    let instrument = order.terms.instrument
    let known = CoinbaseOrders.Known(
      venueID: text.string(venueID), instrument: instrument, price: order.terms.price)
    notes.append(CoinbaseOrders.Note(order: order.id, known: known))
    let report = OrderReport(
      order: order.id, venueOrderID: CoinbaseOrders.number(text, venueID), instrument: instrument)
    batch.events.append(Event(receiveTime: time, .accepted(report)))
    return .done
  }

  /// Why an order was not taken, by the most telling of its names.
  private func refusal(
    of object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> VenueOutcome {
    guard var place = object.find("error_response", text) else {
      return CoinbaseErrors.outcome(try word("failure_reason", of: object, text))
    }
    let error = try JSONObject(text, &place)
    let keys: [StaticString] = ["error", "new_order_failure_reason", "preview_failure_reason"]
    for key in keys {
      let name = try word(key, of: error, text)
      let outcome = CoinbaseErrors.outcome(name, try word("message", of: error, text))
      if outcome != .unknown { return outcome }
    }
    return .unknown
  }

  /// A cancel that was taken is under way: the account's reports tell the end. One that was asked for
  /// before is under way as well.
  private func canceled(
    _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> VenueOutcome {
    guard let result = try objects("results", of: object, text).first else { return .unknown }
    if try result.boolean("success", text) { return .done }
    let name = try word("failure_reason", of: result, text)
    return name == "DUPLICATE_CANCEL_REQUEST" ? .done : CoinbaseErrors.outcome(name)
  }

  /// A string's text; empty where it is absent.
  private func word(
    _ key: StaticString, of object: JSONObject?, _ text: Span<UInt8>
  ) throws(LineFault) -> String {
    guard let object, object.find(key, text) != nil else { return "" }
    return try object.words(key, text)
  }

  private func strings(
    _ key: StaticString, of object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> [String] {
    guard var json = object.find(key, text) else { return [] }
    var found: [String] = []
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: found.isEmpty) {
      found.append(text.string(try json.string(text)))
    }
    return found
  }
}

extension CoinbaseAnswers {
  /// Answers that say how things stand.
  private mutating func report(
    _ object: JSONObject, _ text: Span<UInt8>, on action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    switch action {
    case .query(let order, _, let page):
      return try find(order, from: page, object, text, into: &batch)
    case .openOrders:
      for one in try objects("orders", of: object, text) {
        batch.listing.orders.append(try reader.listed(one, text, into: &batch))
      }
      batch.listing.hasMoreOrders = try hasMore(object, text)
    case .allOrders:
      for one in try objects("orders", of: object, text) { _ = try note(one, text, into: &batch) }
    case .fills:
      for one in try objects("fills", of: object, text) {
        if let trade = try reader.trade(one, orders, text, into: &batch) {
          batch.trades.append(trade)
        }
      }
    case .fillsOf(let order, _, _, let page):
      let fills = try objects("fills", of: object, text)
      for one in fills { try noteFill(one, of: order, text, at: time, into: &batch) }
      // A page without fills ends the list, whatever it says of another.
      if !fills.isEmpty, let next = try next(of: object, text, after: page) {
        return .halfway(next: next)
      }
    case .account:
      // What is not listed counts as nothing held, so half a list is none.
      guard try !hasMore(object, text) else { return .unknown }
      for one in try objects("accounts", of: object, text) {
        batch.statements.append(try reader.statement(one, text, into: &batch))
      }
    default: preconditionFailure("CoinbaseAnswers.report: \(action) asks nothing")
    }
    return .done
  }

  private func hasMore(_ object: JSONObject, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    guard object.find("has_next", text) != nil else { return false }
    return try object.boolean("has_next", text)
  }

  /// Where a list goes on behind a page; `nil` for one that leads nowhere, or to itself.
  private func next(
    of object: JSONObject, _ text: Span<UInt8>, after page: String?
  ) throws(LineFault) -> String? {
    let next = try word("cursor", of: object, text)
    return next.isEmpty || next == page ? nil : next
  }

  /// An order that was asked for by Coinbase's id, or that is looked for in a list, of which no other is read. One
  /// that is not listed may stand on a page behind; where its id is known it is asked for by that.
  private mutating func find(
    _ order: OrderID, from page: String?, _ object: JSONObject, _ text: Span<UInt8>,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    if var place = object.find("order", text) {
      let found = try note(try JSONObject(text, &place), text, into: &batch)
      return found == order ? .done : .noSuchOrder
    }
    for one in try objects("orders", of: object, text)
    where try isNamed(one, order, text) {
      _ = try note(one, text, into: &batch)
      return .done
    }
    if let known = orders[order] { return .halfway(next: known.venueID) }
    guard try hasMore(object, text) else { return .noSuchOrder }
    return try next(of: object, text, after: page).map { .halfway(next: $0) } ?? .unknown
  }

  /// Whether an order has the name of one of ours; what was placed by hand long ago may have none.
  private func isNamed(
    _ object: JSONObject, _ order: OrderID, _ text: Span<UInt8>
  ) throws(LineFault) -> Bool {
    guard object.find("client_order_id", text) != nil else { return false }
    return names.order(text, try object.string("client_order_id", text)) == order
  }

  /// Takes where an order stands.
  private mutating func note(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> OrderID {
    let (standing, known) = try reader.standing(object, text)
    notes.append(
      CoinbaseOrders.Note(
        order: standing.order, known: known, hasEnded: standing.status.isFinal))
    batch.standings.append(standing)
    return standing.order
  }

  private func noteFill(
    _ object: JSONObject, of order: OrderID, _ text: Span<UInt8>, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    guard var trade = try reader.trade(object, orders, text, into: &batch) else { return }
    trade.fill.order = order
    batch.trades.append(trade)
    batch.events.append(Event(receiveTime: time, venueTime: trade.time, .fill(trade.fill)))
  }
}

extension InstrumentSpec {
  /// A product as Coinbase describes it. What may not be traded at present can be followed all the same.
  fileprivate init(coinbase product: JSONObject, _ text: Span<UInt8>) throws(LineFault) {
    self.init(
      symbol: text.string(try product.string("product_id", text)),
      base: text.string(try product.string("base_currency_id", text)),
      quote: text.string(try product.string("quote_currency_id", text)))
    func bound(_ key: StaticString) throws(LineFault) -> Decimal64? {
      guard var place = product.find(key, text) else { return nil }
      let scanned = try place.decimalOrZero(text)
      guard !scanned.rounded else { throw LineFault("\(key) is finer than 8 decimals") }
      return scanned.value.mantissa > 0 ? scanned.value : nil
    }
    // What older products lack is what their quote's amounts are multiples of.
    let tickKey: StaticString =
      product.find("price_increment", text) == nil ? "quote_increment" : "price_increment"
    tick = try bound(tickKey)
    lot = try bound("base_increment")
    minQuantity = try bound("base_min_size")
    minNotional = try bound("quote_min_size")
    status = try MarketStatus(coinbase: product, text)
    filters = [
      FilterSpec(.price, step: tick),
      FilterSpec(.lot, low: minQuantity, high: try bound("base_max_size"), step: lot),
      FilterSpec(.notional, low: minNotional, high: try bound("quote_max_size"), bindsMarket: true),
    ]
  }
}
