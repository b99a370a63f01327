/// One request, one answer: what REST and the WebSocket API have in common, and REST's own part.

public import TradingCore

extension ExchangeDesk {
  /// Answers an HTTP request.
  /// - Parameter now: when it arrived.
  public mutating func answer(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    if call.path.hasPrefix("/control/") { return control(call, at: now) }
    if call.path.hasPrefix("/0/public/") { return answerKraken(call, at: now) }
    if call.path.hasPrefix(Self.krakenAccountPath) { return answerKrakenAccount(call, at: now) }
    if call.path.hasPrefix(Self.coinbasePath) { return answerCoinbase(call, at: now) }
    guard call.path.hasPrefix("/api/v3/") else { return otherProduct(call, at: now) }
    let path = String(call.path.dropFirst(8))
    // Listen keys ended on 2026-02-20.
    if path == "userDataStream" { return HTTPAnswer(410, []) }
    guard let endpoint = Endpoint.rest(call.method, path) else {
      let isKnown = Endpoint.all.contains { $0.path == path }
      return HTTPAnswer(isKnown ? 405 : 404, [])
    }
    var sender: Int?
    var answer: HTTPAnswer
    do {
      let parameters = try RequestParameters(query: call.query, body: call.body)
      try count(weight(endpoint, parameters), from: call.address, at: now)
      try checkNames(endpoint, parameters, extra: [])
      switch endpoint.security {
      case .none: break
      case .key: sender = try trader(withKey: call.headers["x-mbx-apikey"], at: now).account
      case .signed:
        let claim = Claim(call, parameters)
        sender = try signer(of: claim, parameters, at: now)
        let trades = endpoint.changesOrders || endpoint.action == .testPlace
        try expectRight(of: claim.apiKey, toTrade: trades)
      }
      let body = try perform(
        Call(endpoint: endpoint, parameters: parameters, trader: sender, now: now))
      let fault = strike(endpoint)
      answer = fault.isTimeout ? HTTPAnswer(.timeout) : HTTPAnswer(200, body)
      (answer.delay, answer.isLost) = (fault.delay, fault.isLost)
    } catch {
      answer = HTTPAnswer(error)
    }
    addHeaders(&answer, endpoint, sender, call.address, at: now)
    return answer
  }

  private func addHeaders(
    _ answer: inout HTTPAnswer, _ endpoint: Endpoint, _ trader: Int?, _ address: String,
    at now: Timestamp
  ) {
    let used = String(limits.used(by: address, at: now))
    answer.headers.append(("X-MBX-USED-WEIGHT", used))
    answer.headers.append(("X-MBX-USED-WEIGHT-1M", used))
    guard endpoint.countsOrders > 0, answer.status == 200, let trader else { return }
    let account = traders[trader]
    answer.headers.append(
      ("X-MBX-ORDER-COUNT-10S", String(account.tenSeconds.count(at: now))))
    answer.headers.append(("X-MBX-ORDER-COUNT-1D", String(account.day.count(at: now))))
  }

  // MARK: What all requests go through

  /// Counts a request with its address, even one that is refused.
  /// - Throws: 429 beyond the limit, 418 during a ban.
  mutating func count(
    _ weight: Int64, from address: String, at now: Timestamp
  ) throws(APIError) {
    if faults.strikes(.ban) != nil { limits.ban(address, until: now + limits.settings.ban) }
    try limits.count(weight, from: address, at: now)
  }

  /// What a fault makes of the answer to something that was done.
  mutating func strike(_ endpoint: Endpoint) -> FaultPlan.AnswerFault {
    endpoint.changesOrders ? faults.onAnswer() : FaultPlan.AnswerFault()
  }

  /// - Throws: -1101 or -1104 for a parameter that the endpoint does not have.
  func checkNames(
    _ endpoint: Endpoint, _ parameters: RequestParameters, extra: [String]
  ) throws(APIError) {
    let known = parameters.items.filter { item in
      endpoint.parameters.contains(item.name) || extra.contains(item.name)
    }.count
    let count = parameters.items.count
    guard known < count else { return }
    guard endpoint.security == .signed else {
      throw APIError(-1101, "Too many parameters; expected '\(known)' and received '\(count)'.")
    }
    throw APIError(
      -1104,
      "Not all sent parameters were read; read '\(known)' parameter(s) but was sent "
        + "'\(count)'.")
  }

  /// What a request weighs, which for some depends on how much it wants.
  func weight(_ endpoint: Endpoint, _ parameters: RequestParameters) -> Int64 {
    let limit = parameters["limit"].flatMap { Int64($0) } ?? 100
    let isForAll = !parameters.has("symbol") && !parameters.has("symbols")
    switch endpoint.action {
    case .depth: return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250
    case .ticker24 where isForAll: return 80
    case .tickerPrice where isForAll, .tickerBook where isForAll: return 4
    case .openOrders where isForAll: return 80
    case .executionRules where isForAll: return 40
    case .myTrades where parameters.has("orderId"): return 5
    default: return endpoint.weight
    }
  }

  /// Does what is asked.
  mutating func perform(_ call: Call) throws(APIError) -> [UInt8] {
    guard let trader = call.trader else { return try performOpen(call) }
    try countOrders(call.endpoint, trader, at: call.now)
    switch call.endpoint.action {
    case .place: return try placeOrder(call, trader)
    case .testPlace: return try testOrder(call, trader)
    case .cancel: return try cancelOrder(call, trader)
    case .cancelAll: return try cancelAll(call, trader)
    case .cancelReplace: return try cancelReplace(call, trader)
    case .amend: return try amendOrder(call, trader)
    case .placeOCO: return try placeOCO(call, trader)
    case .placeOldOCO: return try placeOldOCO(call, trader)
    case .placeOTO: return try placeOTO(call, trader)
    case .placeOTOCO: return try placeOTOCO(call, trader)
    case .cancelList: return try cancelList(call, trader)
    case .order: return try queryOrder(call, trader)
    case .openOrders: return try openOrders(call, trader)
    case .allOrders: return try allOrders(call, trader)
    case .list: return try queryList(call, trader)
    case .allLists: return try allLists(call, trader)
    case .openLists: return openLists(call, trader)
    case .myTrades: return try myTrades(call, trader)
    case .account: return try account(call, trader)
    case .commission: return try commission(call)
    case .orderCount: return orderCounts(call, trader)
    case .amendments: return try amendments(call, trader)
    case .preventedMatches, .allocations: return JSONText.emptyArray
    case .myFilters: return try myFilters(call)
    default: return try performOpen(call)
    }
  }

  private func performOpen(_ call: Call) throws(APIError) -> [UInt8] {
    switch call.endpoint.action {
    case .ping: return JSONText.emptyObject
    case .time: return JSONText.object { $0.set("serverTime", call.now.milliseconds) }
    case .exchangeInfo: return try exchangeInfo(call)
    case .depth: return try depth(call)
    case .trades: return try trades(call)
    case .historicalTrades: return try historicalTrades(call)
    case .aggregateTrades: return try aggregateTrades(call)
    case .klines: return try klines(call)
    case .averagePrice: return try averagePrice(call)
    case .ticker24: return try ticker24(call)
    case .tickerDay: return try tickerDay(call)
    case .tickerWindow: return try tickerWindow(call)
    case .tickerPrice: return try tickerPrice(call)
    case .tickerBook: return try tickerBook(call)
    case .executionRules: return try executionRules(call)
    case .referencePrice: return try referencePrice(call)
    case .blockTrades: return try blockTrades(call)
    default: throw .unknownKey
    }
  }

  /// Counts a request's orders with its account.
  /// - Throws: -1015 beyond a limit.
  private mutating func countOrders(
    _ endpoint: Endpoint, _ trader: Int, at now: Timestamp
  ) throws(APIError) {
    let orders = endpoint.countsOrders
    guard orders > 0 else { return }
    for row in orderLimits(trader, at: now) where (row.count ?? 0) + orders > row.limit {
      throw APIError(
        -1015,
        "Too many new orders; current limit is \(row.limit) orders per "
          + "\(row.number) \(row.interval).", status: 429)
    }
    traders[trader].tenSeconds.add(orders, at: now)
    traders[trader].day.add(orders, at: now)
  }

  // MARK: Other products

  /// What clients of the whole exchange ask of the products that this one does not have.
  private mutating func otherProduct(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    switch call.path {
    case "/fapi/v1/exchangeInfo", "/dapi/v1/exchangeInfo", "/eapi/v1/exchangeInfo":
      let body = JSONText.object { json in
        json.set("timezone", "UTC")
        json.set("serverTime", now.milliseconds)
        for list in ["rateLimits", "exchangeFilters", "symbols", "optionSymbols"] {
          json.set(list, strings: [])
        }
      }
      return HTTPAnswer(200, body)
    case "/sapi/v1/margin/allPairs", "/sapi/v1/margin/isolated/allPairs":
      return HTTPAnswer(200, JSONText.emptyArray)
    case "/sapi/v1/capital/config/getall": return HTTPAnswer(200, coins)
    case "/sapi/v1/asset/tradeFee": return HTTPAnswer(200, tradeFees)
    default: return HTTPAnswer(404, [])
    }
  }

  private var tradeFees: [UInt8] {
    JSONText.array(markets.indices.compactMap { markets[$0] }) { json, market in
      json.object { json in
        json.set("symbol", market.symbol)
        json.set("makerCommission", MarketGrid.text(Int128(fees.maker), scale: 8))
        json.set("takerCommission", MarketGrid.text(Int128(fees.taker), scale: 8))
      }
    }
  }

  private var coins: [UInt8] {
    JSONText.array(names.codes.filter { !$0.isEmpty }) { json, code in
      json.object { json in
        json.set("coin", code)
        json.set("name", code)
        json.set("trading", true)
        json.set("isLegalMoney", false)
        json.set("networkList", strings: [])
      }
    }
  }
}

extension Endpoint {
  /// Whether it does something to orders, so that its answer matters.
  var changesOrders: Bool {
    switch action {
    case .place, .cancel, .cancelAll, .cancelReplace, .amend, .placeOCO, .placeOldOCO, .placeOTO,
      .placeOTOCO, .cancelList:
      true
    default: false
    }
  }
}
