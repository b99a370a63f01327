/// What an account asks of Kraken over HTTP: its signature and number, a token, balances, orders, trades.
/// Source: docs.kraken.com, "Spot REST authentication" and REST, "Account Data".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  static let krakenAccountPath = "/0/private/"
  /// Orders or trades of one list.
  private static let krakenPage = 50

  /// Answers what is asked below `/0/private/`.
  mutating func answerKrakenAccount(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    let endpoint = String(call.path.dropFirst(Self.krakenAccountPath.count))
    var answer: HTTPAnswer
    do throws(KrakenError) {
      let result = try performKrakenAccount(endpoint, call, at: now)
      answer = HTTPAnswer(
        200,
        JSONText.object { json in
          json.set("error", strings: [])
          json.set("result", raw: result)
        })
    } catch {
      return Self.krakenError(error.text)
    }
    guard Self.krakenChanges.contains(endpoint) else { return answer }
    let fault = faults.onAnswer()
    if fault.isTimeout { answer = Self.krakenError(KrakenError.internalError.text) }
    (answer.delay, answer.isLost) = (fault.delay, fault.isLost)
    return answer
  }

  /// The result.
  private mutating func performKrakenAccount(
    _ endpoint: String, _ call: HTTPCall, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    guard call.method == "POST", let form = RequestParameters(krakenBody: call) else {
      throw .arguments("")
    }
    try countKraken(from: call.address, at: now)
    let place = try krakenSigner(of: call, form, at: now)
    try countKraken(endpoint, of: place, at: now)
    let trader = place.account
    let isChange = Self.krakenChanges.contains(endpoint)
    let key = traders[trader].keys[place.key].key.id
    guard endpoint == "GetWebSocketsToken" || isAllowed(key, toTrade: isChange) else {
      throw .permissionDenied
    }
    if isChange {
      return try changeKraken(endpoint, form, trader, at: now)
    }
    switch endpoint {
    case "GetWebSocketsToken":
      let token = giveToken(to: place, at: now)
      return JSONText.object { json in
        json.set("token", token.text)
        json.set("expires", KrakenTokens.life.nanoseconds / 1_000_000_000)
      }
    case "Balance": return krakenBalances(trader, isExtended: false)
    case "BalanceEx": return krakenBalances(trader, isExtended: true)
    case "TradeBalance": return krakenTradeBalance(trader)
    case "OpenPositions": return krakenPositions(trader)
    case "OpenOrders": return krakenOpenOrders(form, trader)
    case "ClosedOrders": return krakenClosedOrders(form, trader)
    case "QueryOrders": return try krakenQueriedOrders(form, trader)
    case "TradesHistory": return krakenTrades(form, trader)
    default: throw .unknownMethod
    }
  }

  /// Lets a fault ban whoever asks, and keeps out whoever is banned.
  mutating func countKraken(from address: String, at now: Timestamp) throws(KrakenError) {
    do throws(APIError) { try count(0, from: address, at: now) } catch {
      throw error.status == 418 ? .lockedOut : .tooMany
    }
  }

  /// Counts a question of a key.
  private mutating func countKraken(
    _ endpoint: String, of place: (account: Int, key: Int), at now: Timestamp
  ) throws(KrakenError) {
    guard let tier = limits.settings.krakenTier else { return }
    let cost = KrakenCounter.cost(of: endpoint)
    let isAnswered = traders[place.account].keys[place.key].counter.count(cost, of: tier, at: now)
    guard cost > 0, !isAnswered else { return }
    traders[place.account].keys[place.key].limited += 1
    throw .tooMany
  }

  /// The account and the key that signed a request.
  /// - Throws: what is wrong with key, signature or number, in this order.
  private mutating func krakenSigner(
    of call: HTTPCall, _ form: RequestParameters, at now: Timestamp
  ) throws(KrakenError) -> (account: Int, key: Int) {
    let place: (account: Int, key: Int)
    do throws(APIError) { place = try trader(withKey: call.headers["api-key"], at: now) } catch {
      throw .invalidKey
    }
    guard let nonce = form["nonce"].flatMap({ UInt64($0) }) else { throw .invalidNonce }
    let key = traders[place.account].keys[place.key]
    guard let signature = call.headers["api-sign"],
      KrakenSignature.accepts(signature, call.path, call.body, nonce: nonce, by: key.key.verifier)
    else { throw .invalidSignature }
    guard nonce > key.nonce else { throw .invalidNonce }
    traders[place.account].keys[place.key].nonce = nonce
    traders[place.account].keys[place.key].signed += 1
    return place
  }

  // MARK: Answers

  private func krakenBalances(_ trader: Int, isExtended: Bool) -> [UInt8] {
    JSONText.object { json in
      for row in balances(trader) {
        let total = (row.free + row.locked).text(decimals: MarketGrid.decimals)
        guard isExtended else {
          json.set(row.asset, total)
          continue
        }
        json.set(row.asset) { json in
          json.set("balance", total)
          json.set("hold_trade", row.locked.text(decimals: MarketGrid.decimals))
        }
      }
    }
  }

  private func krakenOpenOrders(_ form: RequestParameters, _ trader: Int) -> [UInt8] {
    let open = traders[trader].orders.allOpen.filter { $0.isNamed(by: form) }
    return JSONText.object { $0.set("open") { write(open, into: &$0) } }
  }

  /// The latest first, a page of them from `ofs` on.
  private func krakenClosedOrders(_ form: RequestParameters, _ trader: Int) -> [UInt8] {
    let closed = traders[trader].orders.all.filter { !$0.isOpen && $0.isNamed(by: form) }
    return JSONText.object { json in
      json.set("closed") { write(Self.page(of: closed, form), into: &$0) }
      json.set("count", closed.count)
    }
  }

  private func krakenQueriedOrders(
    _ form: RequestParameters, _ trader: Int
  ) throws(KrakenError) -> [UInt8] {
    var found: [OrderRecord] = []
    for id in (form["txid"] ?? "").split(separator: ",") {
      guard
        let index = KrakenID.order.number(String(id)).flatMap({ traders[trader].index(of: $0) })
      else { throw .unknownOrder }
      found.append(traders[trader][index])
    }
    return JSONText.object { write(found, into: &$0) }
  }

  private func write(_ orders: [OrderRecord], into json: inout JSONText) {
    for order in orders {
      guard let market = markets[order.terms.instrument] else { continue }
      json.set(order.krakenID) { order.writeKraken(market, into: &$0) }
    }
  }

  /// Trades after `start`, the latest first, a page of them from `ofs` on.
  private func krakenTrades(_ form: RequestParameters, _ trader: Int) -> [UInt8] {
    let start = form["start"].flatMap { Int64($0) }.map {
      Timestamp(nanoseconds: $0 &* 1_000_000_000)
    }
    let rows = traders[trader].trades.filter { start == nil || $0.time > start ?? .none }
    return JSONText.object { json in
      json.set("trades") { json in
        for row in Self.page(of: rows, form) {
          guard let market = markets[row.instrument] else { continue }
          json.set(KrakenID.trade.text(row.id)) { row.writeKraken(market, into: &$0) }
        }
      }
      json.set("count", rows.count)
    }
  }

  private static func page<Row>(of rows: [Row], _ form: RequestParameters) -> [Row] {
    let offset = max(0, form["ofs"].flatMap { Int($0) } ?? 0)
    return Array(rows.reversed().dropFirst(offset).prefix(krakenPage))
  }
}

extension OrderRecord {
  /// Whether a question is about it: about the name it was placed under, or about all.
  fileprivate func isNamed(by form: RequestParameters) -> Bool {
    form["cl_ord_id"].map { $0 == placedAs } ?? true
  }
}
