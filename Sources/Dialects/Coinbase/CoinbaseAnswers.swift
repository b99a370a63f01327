/// Coinbase's answers over HTTP, by the action they answer. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// reference".

import TradingCore

/// Reads one answer.
struct CoinbaseAnswers {
  let names: ClientOrderIDs
  let directory: VenueDirectory
  /// What is known of products; answers about products add to it.
  private(set) var products: CoinbaseProducts
  /// Whether requests are counted by account.
  let isAccount: Bool

  init(
    names: ClientOrderIDs, directory: VenueDirectory, products: CoinbaseProducts, isAccount: Bool
  ) {
    (self.names, self.directory) = (names, directory)
    (self.products, self.isAccount) = (products, isAccount)
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
    case .exchangeInformation: try describe(object, text, into: &batch)
    case .snapshot(let instrument, _):
      try snapshot(object, text, of: instrument, at: time, into: &batch)
    default: return .unknown
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
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) {
    for product in try objects("products", of: object, text) {
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
    filters = [
      FilterSpec(.price, step: tick),
      FilterSpec(.lot, low: minQuantity, high: try bound("base_max_size"), step: lot),
      FilterSpec(.notional, low: minNotional, high: try bound("quote_max_size"), bindsMarket: true),
    ]
  }
}
