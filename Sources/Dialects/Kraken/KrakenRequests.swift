/// What is asked of Kraken: market data in the open, orders as frames with a session's token, and questions
/// about an account as signed forms. Source: docs.kraken.com, REST and Spot WebSocket v2.

public import TradingCore

extension KrakenDialect {
  /// Orders leave over the WebSocket, and over HTTP while that is away; all that is asked is asked over HTTP.
  public func transport(of action: VenueAction) -> VenueTransport {
    switch action {
    case .place, .test, .placeList, .replace, .cancel, .cancelAll, .cancelAllAfter, .shrink,
      .followAccount:
      .webSocket
    case .ping, .time, .exchangeInformation, .snapshot, .quote, .candles, .query, .openOrders,
      .allOrders,
      .fills, .fillsOf, .account, .margin, .positions, .permissions, .orderCounts, .logOn:
      .http
    }
  }

  /// What shrinks an order over HTTP (AmendOrder) is not spoken here.
  public func isTakenOverHTTP(_ action: VenueAction) -> Bool {
    if case .shrink = action { return false }
    return action != .followAccount
  }

  public mutating func request(
    _ action: VenueAction, id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    let usual = self.transport(of: action)
    guard transport == usual || (transport == .http && isTakenOverHTTP(action)) else {
      throw .inexpressible("Kraken takes this over \(usual) only")
    }
    let writer = KrakenWriter(id: id)
    switch action {
    case .ping: return writer.open("SystemStatus", RequestParameters())
    case .time: return writer.open("Time", RequestParameters())
    case .exchangeInformation(let symbols):
      var parameters = RequestParameters()
      if !symbols.isEmpty { parameters.add("pair", symbols.joined(separator: ",")) }
      return writer.open("AssetPairs", parameters)
    case .snapshot(let instrument, let levels):
      var parameters = try pair(of: instrument)
      parameters.add("count", Int64(min(max(1, levels), KrakenTicker.mostLevels)))
      return writer.open("Depth", parameters)
    case .quote(let instrument): return writer.open("Ticker", try pair(of: instrument))
    case .candles(let instrument, let seconds, let from, _):
      guard Self.profile.history.lengths.contains(seconds) else {
        throw .inexpressible("Kraken has no candles of \(seconds) seconds")
      }
      var parameters = try pair(of: instrument)
      parameters.add("interval", Int64(seconds / 60))
      // Candles behind this second, and it has no word for where they end.
      parameters.add("since", from.nanoseconds / 1_000_000_000 - 1)
      return writer.open("OHLC", parameters)
    case .placeList, .replace:
      throw .inexpressible("Kraken takes no orders together whose parts have names of ours")
    case .allOrders, .fills, .orderCounts:
      throw .inexpressible("Kraken lists orders and trades by time, not by number")
    case .place, .test, .cancel, .cancelAll, .cancelAllAfter, .shrink, .followAccount:
      return transport == .http
        ? try form(action, writer, at: time) : try frame(action, writer, at: time)
    case .permissions: throw .inexpressible("Kraken is not asked what a key may do")
    case .query, .openOrders, .fillsOf, .account, .margin, .positions, .logOn:
      return try form(action, writer, at: time)
    }
  }

  /// A pair as REST's oldest questions know it: `XBTUSD`.
  private func pair(of instrument: InstrumentID) throws(DialectError) -> RequestParameters {
    let symbol = try directory.named(instrument).symbol
    var parameters = RequestParameters()
    parameters.add("pair", KrakenNames.pair(symbol).map(KrakenNames.altname) ?? symbol)
    return parameters
  }

  /// Whatever changes orders carries the session's token.
  private mutating func frame(
    _ action: VenueAction, _ writer: KrakenWriter, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    guard let token else { throw .key("no session has been opened with it yet") }
    var parameters = RequestParameters()
    var method = "cancel_all"
    var orders: Int64 = 0
    switch action {
    case .place(let order), .test(let order):
      parameters = try KrakenTerms(names: names, directory: directory).parameters(order)
      parameters.add("deadline", (time + window).instantText)
      if case .test = action { parameters.add("validate", true) }
      (method, orders) = ("add_order", 1)
    case .cancel(let order, _):
      parameters.add("cl_ord_id", [names.text(order)])
      method = "cancel_order"
    case .shrink(let order, let instrument, let quantity):
      parameters.add("cl_ord_id", names.text(order))
      let definition = try directory.named(instrument).definition
      parameters.add("order_qty", digits: definition.text(quantity))
      method = "amend_order"
    case .cancelAllAfter(let span):
      parameters.add("timeout", KrakenDialect.seconds(span))
      method = "cancel_all_orders_after"
    case .followAccount:
      parameters.add("channel", "executions")
      parameters.add("snap_orders", true)
      parameters.add("snap_trades", false)
      parameters.add("order_status", true)
      method = "subscribe"
      follows.insert(writer.id)
    default: break  // All of the account's orders: Kraken has nothing narrower.
    }
    parameters.add("token", token)
    return writer.frame(method, parameters, orders: orders)
  }

  /// A dead man's switch waits a day at most; 0 ends it.
  private static func seconds(_ span: Interval?) -> Int64 {
    min(max(0, (span?.nanoseconds ?? 0) / 1_000_000_000), 86_400)
  }

  private mutating func form(
    _ action: VenueAction, _ writer: KrakenWriter, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    var parameters = RequestParameters()
    let endpoint: String
    var orders: Int64 = 0
    switch action {
    case .place(let order), .test(let order):
      parameters = try KrakenTerms(names: names, directory: directory).form(order)
      parameters.add("deadline", (time + window).instantText)
      if case .test = action { parameters.add("validate", true) } else { orders = 1 }
      endpoint = "AddOrder"
    case .cancel: return try cancel([action], writer, at: time)
    case .cancelAll: endpoint = "CancelAll"
    case .cancelAllAfter(let span):
      parameters.add("timeout", Self.seconds(span))
      endpoint = "CancelAllOrdersAfter"
    case .query, .fillsOf: return try list([action], writer, at: time)
    case .openOrders: endpoint = "OpenOrders"
    case .account: endpoint = "BalanceEx"
    case .margin: endpoint = "TradeBalance"
    case .positions: endpoint = "OpenPositions"
    default: endpoint = "GetWebSocketsToken"
    }
    return try signed(endpoint, parameters, writer, orders: orders, at: time)
  }

  mutating func signed(
    _ endpoint: String, _ parameters: RequestParameters, _ writer: KrakenWriter,
    orders: Int64 = 0, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    let nonce = nonce.next(at: time)
    switch credentials {
    case .some(let credentials):
      return try writer.signed(
        endpoint, parameters, nonce: nonce, weight: KrakenLimits.weight(of: endpoint),
        orders: orders, by: credentials)
    case .none: throw .key("\(endpoint) needs one")
    }
  }
}

// MARK: Several orders

extension KrakenDialect {
  /// Orders that are looked for in the same list, fills on the same page of the account's trades, which are
  /// listed the newest first from wherever, and over HTTP cancels.
  public func areAskedTogether(
    _ questions: [VenueAction], _ other: VenueAction, over transport: VenueTransport
  ) -> Bool {
    switch (questions[0], other) {
    case (.query(_, _, let one), .query(_, _, let two)):
      return one == two && KrakenSearch(page: one) != .named
    case (.fillsOf(_, _, _, let one), .fillsOf(_, _, _, let two)): return one == two
    case (.cancel, .cancel):
      return transport == .http && memory.cancels.takesLists
        && questions.count < KrakenCancels.most
    default: return false
    }
  }

  public mutating func request(
    together questions: [VenueAction], id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    guard transport == .http else { throw .inexpressible("Kraken takes this over http only") }
    let writer = KrakenWriter(id: id)
    if case .cancel = questions[0] { return try cancel(questions, writer, at: time) }
    return try list(questions, writer, at: time)
  }

  /// The list that answers questions about orders or their fills.
  private mutating func list(
    _ questions: [VenueAction], _ writer: KrakenWriter, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    var parameters = RequestParameters()
    guard case .query(let order, _, let page) = questions[0] else {
      addPage(of: questions, to: &parameters)
      return try signed("TradesHistory", parameters, writer, at: time)
    }
    if questions.count == 1 { parameters.add("cl_ord_id", names.text(order)) }
    let endpoint = KrakenSearch(page: page) == .open ? "OpenOrders" : "ClosedOrders"
    return try signed(endpoint, parameters, writer, at: time)
  }

  /// The trades of several orders begin where those of the first one do.
  private func addPage(of questions: [VenueAction], to parameters: inout RequestParameters) {
    parameters.add("consolidate_taker", false)
    var (beginnings, offset) = ([Int64](), "0")
    for case .fillsOf(_, _, let venueOrder, let page) in questions {
      if let from = memory[venueOrder]?.tradesFrom { beginnings.append(from) }
      offset = page ?? offset
    }
    if beginnings.count == questions.count, let first = beginnings.min() {
      parameters.add("start", first)
    }
    parameters.add("ofs", offset)
  }
}
