/// Binance's answers, by the action they answer: envelope, error, result. Source: rest-api.md and
/// web-socket-api.md, "Response format".

import TradingCore

/// Reads one answer.
struct BinanceAnswers {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// An answer without its envelope.
  private struct Envelope {
    var status: Int
    /// Where the result begins, or the error's object.
    var place: JSONScanner
    var isError: Bool
  }

  /// Reads an answer's text; `status` is 0 for a WebSocket's, which says its own.
  func read(
    _ text: Span<UInt8>, status: Int, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var envelope = try self.envelope(text, status: status, into: &batch)
    guard envelope.isError else {
      return try result(text, &envelope.place, of: action, at: time, into: &batch)
    }
    let error = try JSONObject(text, &envelope.place)
    let outcome = try outcome(of: error, status: envelope.status, text)
    guard case .replace(let old, let order) = action, var data = error.find("data", text),
      let both = try? JSONObject(text, &data), both.find("cancelResult", text) != nil
    else {
      batch.noteFailure(of: action, outcome, at: time)
      return outcome
    }
    try halves(text, both, old, order, outcome, at: time, into: &batch)
    return outcome
  }

  /// What an error says became of the request; a limit over a WebSocket tells in `data` when it ends.
  func outcome(
    of error: JSONObject, status: Int, _ text: Span<UInt8>
  ) throws(LineFault) -> VenueOutcome {
    let outcome = BinanceErrors.outcome(
      status: status, code: Int(try error.integer("code", text)),
      text: try error.words("msg", text))
    guard case .limited(let isBan, let wait, nil) = outcome, var data = error.find("data", text),
      let end = try? JSONObject(text, &data).time("retryAfter", text)
    else { return outcome }
    return .limited(isBan: isBan, wait: wait, until: end)
  }

  private func envelope(
    _ text: Span<UInt8>, status: Int, into batch: inout FrameBatch
  ) throws(LineFault) -> Envelope {
    guard status == 0 else {
      return Envelope(status: status, place: JSONScanner(), isError: !(200...299).contains(status))
    }
    var json = JSONScanner()
    let object = try JSONObject(text, &json)
    if var limits = object.find("rateLimits", text) {
      batch.uses += try BinanceLimits.read(text, &limits).uses
    }
    let status = Int(try object.integer("status", text))
    if let error = object.find("error", text) {
      return Envelope(status: status, place: error, isError: true)
    }
    // A result of null stands for an empty one.
    let result = object.find("result", text) ?? JSONScanner(at: text.count)
    return Envelope(status: status, place: result, isError: false)
  }

  private func result(
    _ text: Span<UInt8>, _ json: inout JSONScanner, of action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    switch action {
    case .ping, .test, .cancelAllAfter, .margin, .positions, .permissions, .logOn, .followAccount:
      break
    case .time: batch.venueTime = try JSONObject(text, &json).time("serverTime", text)
    case .exchangeInformation:
      let information = try BinanceExchangeInfo(text, &json)
      (batch.instruments, batch.limits) = (information.instruments, information.limits)
      batch.venueTime = information.time
    case .snapshot(let instrument, _):
      try snapshot(text, &json, of: instrument, at: time, into: &batch)
    case .quote(let instrument):
      try quote(try JSONObject(text, &json), text, of: instrument, at: time, into: &batch)
    case .candles(let instrument, let seconds, let from, let to):
      let page = CandlePage(instrument, seconds: seconds, from: from, to: to)
      try candles(text, &json, into: page).append(to: &batch, directory)
    case .place, .placeList, .replace, .cancel, .cancelAll, .shrink:
      try changes(text, &json, by: action, at: time, into: &batch)
    case .openOrders:
      for object in try objects(text, &json) {
        batch.listing.orders.append(try orders.listed(object, text, into: &batch))
      }
    case .query, .allOrders, .fills, .fillsOf, .account, .orderCounts:
      return try report(text, &json, on: action, at: time, into: &batch)
    }
    return .done
  }
}

extension BinanceAnswers {
  private var orders: BinanceOrderAnswer {
    BinanceOrderAnswer(names: names, directory: directory)
  }

  private func snapshot(
    _ text: Span<UInt8>, _ json: inout JSONScanner, of instrument: InstrumentID,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    var message = Message()
    message.receiveTime = time
    var fields = BinanceFields()
    try fields.read(text, &json, into: &message)
    guard let id = fields.lastUpdateID, fields.hasLevels,
      let index = directory.index(of: instrument)
    else { throw LineFault("it is no snapshot of a book") }
    message.body = .snapshot(updateID: id)
    try batch.append(message, of: instrument, on: directory.grid(at: index))
  }

  /// Answers that say what happened to orders.
  private func changes(
    _ text: Span<UInt8>, _ json: inout JSONScanner, by action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) {
    switch action {
    case .place:
      try orders.placed(try JSONObject(text, &json), text, at: time, into: &batch)
    case .placeList:
      let list = try JSONObject(text, &json)
      guard var reports = list.find("orderReports", text) else {
        throw LineFault("the field \"orderReports\" is missing")
      }
      for object in try objects(text, &reports) {
        try orders.placed(object, text, at: time, into: &batch)
      }
    case .replace:
      let both = try JSONObject(text, &json)
      guard var old = both.find("cancelResponse", text),
        var new = both.find("newOrderResponse", text)
      else { throw LineFault("half of a cancel-replace is missing") }
      try canceled(try JSONObject(text, &old), text, at: time, into: &batch)
      try orders.placed(try JSONObject(text, &new), text, at: time, into: &batch)
    case .cancel: try canceled(try JSONObject(text, &json), text, at: time, into: &batch)
    case .cancelAll:
      for object in try objects(text, &json) {
        try canceled(object, text, at: time, into: &batch)
      }
    default: try shrunk(try JSONObject(text, &json), text, at: time, into: &batch)
    }
  }

  /// The objects of a list.
  private func objects(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> [JSONObject] {
    var objects: [JSONObject] = []
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: objects.isEmpty) {
      objects.append(try JSONObject(text, &json))
    }
    return objects
  }

  /// A canceled order, or a canceled list of them. Of an order that is not of this journal only its
  /// standing is said.
  func canceled(
    _ object: JSONObject, _ text: Span<UInt8>, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    if var reports = object.find("orderReports", text) {
      for one in try objects(text, &reports) {
        try canceled(one, text, at: time, into: &batch)
      }
      return
    }
    let standing = try orders.standing(object, text)
    batch.standings.append(standing)
    guard standing.order != .none, let end = standing.report else { return }
    batch.events.append(Event(receiveTime: time, venueTime: standing.time, end))
  }

  private func shrunk(
    _ object: JSONObject, _ text: Span<UInt8>, at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    guard var place = object.find("amendedOrder", text) else {
      throw LineFault("the field \"amendedOrder\" is missing")
    }
    let standing = try orders.standing(try JSONObject(text, &place), text)
    batch.standings.append(standing)
    guard standing.order != .none else { return }
    let change = Amended(
      order: standing.order, price: standing.price, quantity: standing.quantity,
      instrument: standing.instrument)
    batch.events.append(
      Event(
        receiveTime: time, venueTime: try object.time("transactTime", text), .amended(change)))
  }

  /// Where the search for an order goes on that is not open: it is asked for by itself.
  private static let byItself = "by itself"

  /// An order on a list of open ones. One that is not on it has ended or never came: it has to be asked for by
  /// itself.
  private func find(
    _ order: OrderID, _ text: Span<UInt8>, _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    for object in try objects(text, &json)
    where names.order(text, try object.string("clientOrderId", text)) == order {
      batch.standings.append(try orders.standing(object, text))
      return .done
    }
    return .halfway(next: Self.byItself)
  }

  /// Answers that say how things stand.
  private func report(
    _ text: Span<UInt8>, _ json: inout JSONScanner, on action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    switch action {
    case .query(let order, _, _) where json.peek(text) == UInt8(ascii: "["):
      return try find(order, text, &json, into: &batch)
    case .query(let order, _, _):
      var standing = try orders.standing(try JSONObject(text, &json), text)
      // It was asked for by our name, whatever name of a cancel or an amendment it shows.
      standing.order = order
      batch.standings.append(standing)
    case .allOrders:
      for object in try objects(text, &json) {
        batch.standings.append(try orders.standing(object, text))
      }
    case .fills:
      for object in try objects(text, &json) {
        batch.trades.append(try orders.trade(object, text, into: &batch))
      }
    case .fillsOf(let order, _, _, let page):
      return try fills(of: order, from: page, text, &json, at: time, into: &batch)
    case .orderCounts: batch.uses += try BinanceLimits.read(text, &json).uses
    default: try account(try JSONObject(text, &json), text, into: &batch)
    }
    return .done
  }

  /// An order's fills. Without a fill's id the newest are listed: behind a full page of those the list is read from
  /// its beginning. Source: rest-api.md, "Account trade list".
  private func fills(
    of order: OrderID, from page: String?, _ text: Span<UInt8>, _ json: inout JSONScanner,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var (count, last) = (0, Int64(0))
    for object in try objects(text, &json) {
      var trade = try orders.trade(object, text, into: &batch)
      trade.fill.order = order
      (count, last) = (count + 1, max(last, trade.fill.tradeID))
      batch.trades.append(trade)
      batch.events.append(Event(receiveTime: time, venueTime: trade.time, .fill(trade.fill)))
    }
    guard count >= BinanceRequests.mostListed else { return .done }
    return .halfway(next: page == nil ? "0" : String(last + 1))
  }

  private func account(
    _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) {
    guard var place = object.find("balances", text) else {
      throw LineFault("the field \"balances\" is missing")
    }
    let time = object.find("updateTime", text) == nil ? .none : try object.time("updateTime", text)
    for balance in try objects(text, &place) {
      let asset = try directory.asset(text, try balance.string("asset", text))
      batch.statements.append(
        BalanceStatement(
          asset: asset.asset, free: try batch.money(try balance.decimal("free", text)),
          locked: try batch.money(try balance.decimal("locked", text)), time: time))
    }
  }
}
