/// Kraken's answers, by the action they answer: REST's `{"error":[…],"result":…}` and the WebSocket's
/// `{"method":…,"success":…}`. Source: docs.kraken.com, REST and Spot WebSocket v2.

public import TradingCore

extension KrakenDialect {
  public mutating func answer(
    _ response: VenueResponse?, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(DialectError) -> VenueOutcome {
    guard let response, response.status < 500 else {
      batch.noteFailure(of: action, .unknown, at: time)
      return .unknown
    }
    let mark = batch.mark
    do {
      let text = response.body.span
      return response.status == 0
        ? try reply(text, to: action, at: time, into: &batch)
        : try result(text, of: action, among: response.actions, at: time, into: &batch)
          .ending(as: response)
    } catch {
      batch.takeBack(to: mark)
      // A wall before the exchange answers in its own words.
      if [403, 418, 429].contains(response.status) {
        let outcome = VenueOutcome.limited(
          isBan: response.status == 418, wait: nil, until: nil)
        batch.noteFailure(of: action, outcome, at: time)
        return outcome.ending(as: response)
      }
      throw DialectError(error, frame: response.title(of: "Kraken"), byte: nil)
    }
  }

  /// An answer over the WebSocket. That an order was taken is told; all that becomes of it later, its reports
  /// say.
  private mutating func reply(
    _ text: Span<UInt8>, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var json = JSONScanner()
    let envelope = try JSONObject(text, &json)
    guard try envelope.boolean("success", text) else {
      let outcome = KrakenErrors.outcome(try envelope.words("error", text))
      batch.noteFailure(of: action, outcome, at: time)
      return outcome
    }
    guard case .place(let order) = action else { return .done }
    var result = try envelope.place("result", text)
    let said = try JSONObject(text, &result)
    let number = KrakenIDs.number(text, try said.string("order_id", text))
    take(
      order, as: number,
      Event(
        receiveTime: time, venueTime: try envelope.instant("time_out", text),
        .accepted(Self.report(order, number))), into: &batch)
    return .done
  }

  private static func report(_ order: PlacedOrder, _ number: Int64) -> OrderReport {
    OrderReport(order: order.id, venueOrderID: number, instrument: order.terms.instrument)
  }

  /// An order was taken.
  private mutating func take(
    _ order: PlacedOrder, as number: Int64, _ event: Event, into batch: inout FrameBatch
  ) {
    var known = KrakenMemory.Order(id: order.id, instrument: order.terms.instrument)
    (known.price, known.quantity) = (order.terms.price, order.terms.quantity)
    known.isInQuote = order.terms.flags.contains(.inQuote)
    memory[number] = known
    batch.events.append(event)
  }

  /// An answer over HTTP.
  /// - Parameter count: how many actions the request was made for.
  private mutating func result(
    _ text: Span<UInt8>, of action: VenueAction, among count: Int, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var json = JSONScanner()
    let envelope = try JSONObject(text, &json)
    if let error = try Self.firstError(envelope, text) {
      let outcome = KrakenErrors.outcome(error)
      if case .cancel = action { memory.cancels.noteRefusal(error, of: count) }
      batch.noteFailure(of: action, outcome, at: time)
      return outcome
    }
    var place = try envelope.place("result", text)
    switch action {
    case .place(let order):
      let number = try Self.orderNumber(text, &place)
      take(
        order, as: number,
        Event(receiveTime: time, .accepted(Self.report(order, number))), into: &batch)
    case .cancel:
      let canceled = try JSONObject(text, &place).integer("count", text)
      let outcome = KrakenCancels.outcome(canceled, of: count)
      batch.noteFailure(of: action, outcome, at: time)
      return outcome
    case .time, .exchangeInformation, .snapshot, .quote, .candles:
      try open(text, &place, of: action, at: time, into: &batch)
    case .logOn:
      let range = try JSONObject(text, &place).string("token", text)
      token = String(decoding: range.map { text[$0] }, as: UTF8.self)
    case .account: try KrakenAccount(directory).balances(text, &place, into: &batch)
    case .openOrders: try KrakenListing.orders(text, &place, into: &batch)
    case .margin: batch.listing.funds = try KrakenListing.funds(text, &place, into: &batch)
    case .positions: try KrakenListing.positions(text, &place, into: &batch)
    case .query(let order, let instrument, let page):
      let search = KrakenSearch(page: page)
      return try find(order, instrument, search, text, &place, into: &batch)
    case .fillsOf(let order, let instrument, let venueOrder, let page):
      let count = try KrakenAccount(directory).fills(
        of: order, instrument, venueOrder, text, &place, at: time, into: &batch)
      guard count >= KrakenAccount.mostListed else { break }
      let listed = page.flatMap { Int($0) } ?? 0
      return .halfway(next: String(listed + count))
    default: break
    }
    return .done
  }

  /// An answer to what everybody may ask.
  private func open(
    _ text: Span<UInt8>, _ place: inout JSONScanner, of action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    switch action {
    case .time:
      let second = try JSONObject(text, &place).integer("unixtime", text)
      batch.venueTime = Timestamp(nanoseconds: try TimeUnit.seconds.nanoseconds(second))
      batch.venueResolution = .second
    case .exchangeInformation: batch.instruments = try KrakenPairs.read(text, &place)
    case .snapshot(let instrument, _):
      try KrakenTicker(directory, instrument, at: time).book(text, &place, into: &batch)
    case .quote(let instrument):
      try KrakenTicker(directory, instrument, at: time).quote(text, &place, into: &batch)
    case .candles(let instrument, let seconds, let from, let to):
      var page = CandlePage(instrument, seconds: seconds, from: from, to: to)
      try KrakenHistory(text, &place).add(to: &page)
      try page.append(to: &batch, directory)
    default: preconditionFailure("KrakenDialect.open: \(action) is not asked in the open")
    }
  }

  /// Kraken's id of an order that was taken.
  private static func orderNumber(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> Int64 {
    var list = try JSONObject(text, &json).place("txid", text)
    try list.expect(UInt8(ascii: "["), text)
    guard try list.nextElement(text, isFirst: true) else {
      throw LineFault("an order was taken under no id")
    }
    return KrakenIDs.number(text, try list.string(text))
  }

  /// The first error of an answer; what begins with `W` is a warning beside a result.
  private static func firstError(
    _ envelope: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> String? {
    guard var list = envelope.find("error", text) else { return nil }
    try list.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try list.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let range = try list.string(text)
      if text[range.lowerBound] == UInt8(ascii: "W") { continue }
      return String(decoding: range.prefix(400).map { text[$0] }, as: UTF8.self)
    }
    return nil
  }
}

extension KrakenDialect {
  /// The answer to a search: a list of open or of closed orders. What is not the order that is looked for may be
  /// of any kind and is not read.
  private mutating func find(
    _ order: OrderID, _ instrument: InstrumentID, _ search: KrakenSearch, _ text: Span<UInt8>,
    _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    let list: StaticString = search == .open ? "open" : "closed"
    var place = try JSONObject(text, &json).place(list, text)
    var listed = 0
    try place.expect(UInt8(ascii: "{"), text)
    while let id = try place.nextKey(text, isFirst: listed == 0) {
      listed += 1
      let object = try JSONObject(text, &place)
      guard object.find("cl_ord_id", text) != nil,
        names.order(text, try object.string("cl_ord_id", text)) == order,
        var standing = try KrakenAccount(directory).standing(id, object, text, names)
      else { continue }
      standing.instrument = instrument
      batch.standings.append(standing)
      note(standing)
      return .done
    }
    return search.missed(listed: listed)
  }

  /// Remembers an order that was found, and from when on its trades are to be listed.
  private mutating func note(_ standing: OrderStanding) {
    var known = KrakenMemory.Order(id: standing.order, instrument: standing.instrument)
    (known.price, known.quantity) = (standing.price, standing.quantity)
    known.isInQuote = memory[standing.venueOrderID]?.isInQuote ?? false
    known.tradesFrom = standing.time.nanoseconds / 1_000_000_000 - 1
    memory[standing.venueOrderID] = known
  }
}
