/// Coinbase's refusals, to what became of a request. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// errors" and the failure reasons of its order endpoints.

import TradingCore

/// What statuses, reasons and texts mean.
enum CoinbaseErrors {
  /// What an answer to an action says that is no success; `nil` for a success. A status of 500 and more
  /// leaves the outcome open, and is not asked about here.
  /// - Parameter orders: what was known of our orders when it came.
  static func outcome(
    _ response: VenueResponse, to action: VenueAction, _ orders: CoinbaseOrders
  ) -> VenueOutcome? {
    guard response.status != 0, !(200...299).contains(response.status) else { return nil }
    let told = words(response.body)
    let text =
      told ?? String(String(decoding: response.body.prefix(800), as: UTF8.self).prefix(200))
    if response.status == 404, let outcome = notFound(action, orders, isTold: told != nil) {
      return outcome
    }
    switch response.status {
    case 429:
      return VenueOutcome.limited(isBan: false, wait: nil, until: nil)
        .ending(as: response, otherwise: .second)
    case 401, 403:
      return .unauthorised(VenueRejection(code: response.status, reason: .other, text: text))
    // Somebody before Coinbase answered.
    case 300..<400: return .unknown
    case _ where action.isAboutMarket && told == nil: return .unknown
    default:
      return .rejected(
        VenueRejection(code: response.status, reason: reason(error(response.body)), text: text))
    }
  }

  /// What it says of orders that something was not found; `nil` where it refuses the question alone. That Coinbase does
  /// not know an order is said only where it was asked for by Coinbase's id and Coinbase answered: of the orders that a
  /// page lists, neither a page that is not there says anything, nor a wall before it.
  private static func notFound(
    _ action: VenueAction, _ orders: CoinbaseOrders, isTold: Bool
  ) -> VenueOutcome? {
    guard case .query(let order, _, let page) = action else {
      return action.isAboutMarket ? nil : .noSuchOrder
    }
    guard isTold, let known = orders[order] else { return nil }
    // It may have been asked for with others, by their list.
    return page == known.venueID ? .noSuchOrder : .halfway(next: known.venueID)
  }

  /// What an error says that came in place of the account's reports. One of these is the key's: its texts name
  /// no code, and all that are known begin alike ("authentication failure").
  static func outcome(ofFollowing words: String) -> VenueOutcome {
    let refusal = VenueRejection(code: 0, reason: .other, text: String(words.prefix(200)))
    return words.lowercased().contains("authenticat") ? .unauthorised(refusal) : .rejected(refusal)
  }

  /// `message`, else `error`, at most 200 characters; `nil` in what is no error of Coinbase's.
  private static func words(_ body: [UInt8]) -> String? {
    for key in ["message", "error"] as [StaticString] {
      if let words = member(key, of: body), !words.isEmpty { return String(words.prefix(200)) }
    }
    return nil
  }

  private static func error(_ body: [UInt8]) -> String {
    member("error", of: body) ?? "INVALID_REQUEST"
  }

  private static func member(_ key: StaticString, of body: [UInt8]) -> String? {
    var json = JSONScanner()
    let text = body.span
    guard let object = try? JSONObject(text, &json) else { return nil }
    return try? object.words(key, text)
  }

  /// A refusal by its reason's name. The names that say that the reason is not known leave open whether
  /// anything happened.
  static func outcome(_ name: String, _ words: String = "") -> VenueOutcome {
    guard !name.isEmpty, !name.hasPrefix("UNKNOWN_FAILURE"), !name.hasSuffix("FAILURE_REASON")
    else {
      return .unknown
    }
    let text = words.isEmpty ? name : words
    return .rejected(
      VenueRejection(code: 0, reason: reason(name), text: String(text.prefix(200))))
  }

  /// Our reason for a reason of Coinbase's: the first word that it holds.
  static func reason(_ name: String) -> RejectReason {
    words.first { name.contains($0.0) }?.1 ?? .other
  }

  private static let words: [(String, RejectReason)] = [
    ("INSUFFICIENT", .insufficientBalance), ("LEDGER_BALANCE", .insufficientBalance),
    ("LIQUIDITY", .noLiquidity), ("POST_ONLY", .wouldMatch), ("STOP_PRICE", .wouldTrigger),
    ("STOP_TRIGGER", .wouldTrigger), ("QUOTE_SIZE", .notional), ("NOTIONAL", .notional),
    ("PRICE", .priceFilter), ("SIZE", .lotSize), ("UNKNOWN_CANCEL_ORDER", .unknownOrder),
    ("FULLY_FILLED", .unknownOrder), ("ORDER_NOT_FOUND", .unknownOrder),
    ("TOO_MANY", .maxOrders), ("DISABLED", .marketClosed), ("INELIGIBLE_PAIR", .marketClosed),
    ("CANCEL_ONLY", .marketClosed), ("LIMIT_ONLY", .marketClosed),
    ("SESSION", .marketClosed), ("UNSUPPORTED", .malformed), ("INVALID", .malformed),
    ("MISSING", .malformed),
  ]
}

extension VenueAction {
  /// Whether what is missing where Coinbase finds nothing is a product, and no order.
  fileprivate var isAboutMarket: Bool {
    switch self {
    case .ping, .time, .exchangeInformation, .snapshot, .quote, .candles: true
    case .place, .test, .placeList, .cancel, .cancelAll, .cancelAllAfter, .shrink, .replace,
      .query, .openOrders, .allOrders, .fills, .fillsOf, .account, .margin, .positions,
      .permissions, .orderCounts, .logOn,
      .followAccount:
      false
    }
  }
}
