/// Binance's error codes and texts, to what became of a request. Source: errors.md; HTTP return codes:
/// rest-api.md, "General Info".

import TradingCore

/// What an error means.
enum BinanceErrors {
  /// The outcome of an error with an HTTP status (or a WebSocket answer's), a code and a text.
  ///
  /// A status of 500 and more, and the codes by which the exchange says that it lost sight of the
  /// request, leave the outcome open whatever else is said.
  static func outcome(status: Int, code: Int, text: String) -> VenueOutcome {
    if status >= 500 || isLost(code) { return .unknown }
    if status == 418 || status == 429 || status == 403 || code == -1003 || code == -1034 {
      return .limited(isBan: status == 418, wait: nil, until: banEnd(text))
    }
    let rejection = VenueRejection(
      code: code, reason: reason(code: code, text), text: String(text.prefix(200)))
    switch code {
    case -1021: return .clockSkew
    case -1002, -1022, -2014, -2015: return .unauthorised(rejection)
    case -2013, -2026: return .noSuchOrder
    // Only a request that was sent before can be a duplicate: what became of that one is the question.
    case -2010 where text.contains("Duplicate order"): return .unknown
    default: return .rejected(rejection)
    }
  }

  /// What an HTTP status says without a text of the exchange: a wall before it, or a limit.
  static func outcome(ofWall status: Int) -> VenueOutcome? {
    switch status {
    case 418, 429, 403: .limited(isBan: status == 418, wait: nil, until: nil)
    default: nil
    }
  }

  /// Unknown error, disconnected, unexpected response, timeout.
  private static func isLost(_ code: Int) -> Bool { [-1000, -1001, -1006, -1007].contains(code) }

  /// "IP banned until 1573200697110." as a moment.
  private static func banEnd(_ text: String) -> Timestamp? {
    guard let words = text.firstRange(of: "banned until ") else { return nil }
    let digits = text[words.upperBound...].prefix { $0.isASCII && $0.isNumber }
    return Int64(digits).flatMap { value in
      (try? TimeUnit(magnitudeOf: value).nanoseconds(value)).map { Timestamp(nanoseconds: $0) }
    }
  }

  private static func reason(code: Int, _ text: String) -> RejectReason {
    switch code {
    case -1013, -2010, -2011, -2021, -2022, -2038, -1112: reason(text)
    case -1015: .rateLimit
    case -1014, -1199 ... -1100: .malformed
    default: .other
    }
  }

  /// The reason a text gives, in an error or in a report's `r`. Filters stand first, for their names
  /// hold other words.
  static func reason(_ text: String) -> RejectReason {
    let lower = text.lowercased()
    if lower.hasPrefix("filter failure: ") { return filter(lower.dropFirst(16)) }
    return words.first { lower.contains($0.0) }?.1 ?? .other
  }

  private static let words: [(String, RejectReason)] = [
    ("insufficient", .insufficientBalance), ("liquidity", .noLiquidity), ("no_depth", .noLiquidity),
    ("no orders on book", .noLiquidity), ("immediately match", .wouldMatch),
    ("trigger immediately", .wouldTrigger), ("trigger_immediately", .wouldTrigger),
    ("unknown order", .unknownOrder), ("unknown_order", .unknownOrder),
    ("market is closed", .marketClosed), ("market_closed", .marketClosed),
    ("too many new orders", .rateLimit), ("unsupported order combination", .malformed),
    ("zero or less", .malformed), ("icebergqty exceeds", .malformed),
    ("relationship of the prices", .malformed),
  ]

  private static func filter(_ name: Substring) -> RejectReason {
    switch name {
    case "price_filter": .priceFilter
    case "percent_price", "percent_price_by_side": .percentPrice
    case "lot_size": .lotSize
    case "market_lot_size": .marketLotSize
    case "notional", "min_notional": .notional
    case "iceberg_parts": .icebergParts
    case "max_num_orders", "exchange_max_num_orders": .maxOrders
    case "max_num_algo_orders", "exchange_max_num_algo_orders": .maxAlgoOrders
    case "max_num_iceberg_orders", "exchange_max_num_iceberg_orders": .maxIcebergOrders
    case "max_position": .maxPosition
    case "trailing_delta": .trailingDelta
    case "max_num_order_amends": .maxAmends
    default: .filter
    }
  }
}
