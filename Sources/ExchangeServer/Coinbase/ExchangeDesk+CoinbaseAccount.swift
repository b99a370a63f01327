/// What an account may ask in Coinbase's language over HTTP, each request with a token of its own. Source:
/// docs.cdp.coinbase.com, "Advanced Trade API reference", private endpoints.

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// Orders and fills in one answer where nobody says how many.
  private static let usuallyListed = 100
  private static let mostListed = 1_000

  /// Answers what stands below Coinbase's path and is not everybody's business.
  /// - Parameter path: the parts behind it.
  mutating func answerCoinbaseAccount(
    _ call: HTTPCall, _ path: [String], at now: Timestamp
  ) -> HTTPAnswer {
    let use = "\(call.method) \(call.headers["host"] ?? "")\(call.path)"
    let words = (call.headers["authorization"] ?? "").split(separator: " ").map(String.init)
    guard words.count == 2, words[0] == "Bearer",
      let (trader, key) = coinbaseSigner(words[1], for: use, at: now)
    else { return HTTPAnswer(401, Array("Unauthorized".utf8)) }
    if path == ["key_permissions"], call.method == "GET" { return coinbasePermissions(ofKey: key) }
    guard isAllowed(key, toTrade: call.method == "POST") else {
      return Self.coinbaseError(403, "PERMISSION_DENIED", "Missing required scopes")
    }
    do throws(APIError) {
      if call.method == "POST" { return try changeCoinbase(call, path, trader, at: now) }
      return try askCoinbase(call, path, trader)
    } catch {
      return Self.coinbaseError(400, "INVALID_ARGUMENT", error.message)
    }
  }

  private mutating func changeCoinbase(
    _ call: HTTPCall, _ path: [String], _ trader: Int, at now: Timestamp
  ) throws(APIError) -> HTTPAnswer {
    let body = try RequestParameters(json: call.body)
    var answer: HTTPAnswer
    switch path {
    case ["orders", "preview"]: return previewCoinbase(body, trader, at: now)
    case ["orders"]: answer = placeCoinbase(body, trader, at: now)
    case ["orders", "batch_cancel"]: answer = cancelCoinbase(body, trader, at: now)
    case ["orders", "edit"]: answer = editCoinbase(body, trader, at: now)
    default: return Self.coinbaseStranger
    }
    let fault = faults.onAnswer()
    if fault.isTimeout {
      answer = Self.coinbaseError(504, "DEADLINE_EXCEEDED", "nobody knows whether it was done")
    }
    (answer.delay, answer.isLost) = (fault.delay, fault.isLost)
    return answer
  }

  private func askCoinbase(
    _ call: HTTPCall, _ path: [String], _ trader: Int
  ) throws(APIError) -> HTTPAnswer {
    let query = try RequestParameters(repeating: call.query)
    switch (call.method, path) {
    case ("GET", ["accounts"]): return coinbaseAccounts(trader)
    case ("GET", ["orders", "historical", "batch"]): return try coinbaseOrders(query, trader)
    case ("GET", ["orders", "historical", "fills"]): return try coinbaseFills(query, trader)
    case ("GET", _) where path.count == 3 && path.starts(with: ["orders", "historical"]):
      guard let index = coinbaseIndex(path[2], trader) else { break }
      return HTTPAnswer(
        200, JSONText.object { $0.set("order", raw: coinbaseOrder(traders[trader][index], trader)) }
      )
    default: break
    }
    return Self.coinbaseStranger
  }

  private static let coinbaseStranger = coinbaseError(
    404, "NOT_FOUND", "there is no such order or request")

  private func coinbaseOrder(_ order: OrderRecord, _ trader: Int) -> [UInt8] {
    JSONText.object { json in
      guard let market = markets[order.terms.instrument] else { return }
      order.writeCoinbase(market, user: traders[trader].uid, into: &json)
    }
  }

  // MARK: Lists

  private func coinbaseAccounts(_ trader: Int) -> HTTPAnswer {
    let (rows, account) = (balances(trader), traders[trader])
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("accounts", array: rows.enumerated()) { json, row in
          let number = account.uid << 16 | Int64(row.offset)
          json.object { row.element.writeCoinbase(number, updated: account.updated, into: &$0) }
        }
        json.set("has_next", false)
        json.set("cursor", "")
        json.set("size", rows.count)
      })
  }

  /// Orders, the newest first, from behind a cursor on.
  private func coinbaseOrders(
    _ query: RequestParameters, _ trader: Int
  ) throws(APIError) -> HTTPAnswer {
    let limit = try query.limit(Self.usuallyListed, most: Self.mostListed)
    let behind = query["cursor"].flatMap { CoinbaseID.order.number($0) } ?? .max
    let (products, statuses) = (query.all("product_ids"), query.all("order_status"))
    var found: [OrderRecord] = []
    for order in traders[trader].orders.all.reversed() where order.id < behind {
      guard statuses.isEmpty || statuses.contains(order.coinbaseStatus),
        isAmong(products, order.terms.instrument)
      else { continue }
      guard found.count <= limit else { break }
      found.append(order)
    }
    let page = found.prefix(limit)
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("orders", array: page) { $0.add(raw: coinbaseOrder($1, trader)) }
        json.set("has_next", found.count > limit)
        json.set(
          "cursor", found.count > limit ? page.last.map { CoinbaseID.order.text($0.id) } ?? "" : "")
      })
  }

  /// Fills, the newest first, from behind a cursor on.
  private func coinbaseFills(
    _ query: RequestParameters, _ trader: Int
  ) throws(APIError) -> HTTPAnswer {
    let limit = try query.limit(Self.usuallyListed, most: Self.mostListed)
    let behind = query["cursor"].flatMap { CoinbaseID.entry.number($0) } ?? .max
    let products = query.all("product_ids")
    let orders = query.all("order_ids")
    var found: [TradeRow] = []
    for row in traders[trader].trades.reversed() where row.id < behind {
      guard orders.isEmpty || orders.contains(CoinbaseID.order.text(row.order)),
        isAmong(products, row.instrument)
      else { continue }
      found.append(row)
      if found.count == limit { break }
    }
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("fills", array: found) { json, row in
          guard let market = markets[row.instrument] else { return }
          json.object { row.writeCoinbase(market, user: traders[trader].uid, into: &$0) }
        }
        json.set(
          "cursor",
          found.count == limit ? found.last.map { CoinbaseID.entry.text($0.id) } ?? "" : "")
      })
  }

  /// Whether a market is one of some products; of none is all.
  private func isAmong(_ products: [String], _ market: InstrumentID) -> Bool {
    products.isEmpty || markets[market].map { products.contains($0.coinbaseName) } ?? false
  }
}
