/// Why Coinbase's language takes no order, by its names. Source: docs.cdp.coinbase.com, "Create order" and
/// "Preview order", their lists of failure reasons.

internal import TradingCore

/// A failure reason. Some are known to the preview of an order alone: an order that fails for one of them
/// has it as its preview's reason, and an unknown one as its own.
struct CoinbaseReason: Error, Equatable {
  /// The name without what a preview's has in front.
  let name: String
  var isOfPreview = false

  static let badRequest = CoinbaseReason(name: "INVALID_REQUEST")
  static let badProduct = CoinbaseReason(name: "INVALID_PRODUCT_ID")
  static let badSide = CoinbaseReason(name: "INVALID_SIDE")
  static let badConfiguration = CoinbaseReason(name: "UNSUPPORTED_ORDER_CONFIGURATION")
  static let badPrice = CoinbaseReason(name: "INVALID_PRICE_PRECISION")
  static let badSize = CoinbaseReason(name: "INVALID_SIZE_PRECISION")

  /// The order's own reason.
  var ofOrder: String { isOfPreview ? "UNKNOWN_FAILURE_REASON" : name }
  /// Its preview's.
  var ofPreview: String { "PREVIEW_" + name }

  /// The `error_response` of an order that was not taken.
  func write(into json: inout JSONText) {
    json.set("error", ofOrder)
    json.set("message", name.lowercased().replacing("_", with: " "))
    json.set("error_details", "")
    json.set("preview_failure_reason", ofPreview)
    json.set("new_order_failure_reason", ofOrder)
  }
}

extension RejectReason {
  /// The matching's reason under Coinbase's name.
  var coinbase: CoinbaseReason {
    switch self {
    case .insufficientBalance: CoinbaseReason(name: "INSUFFICIENT_FUND")
    case .noLiquidity: CoinbaseReason(name: "INVALID_NO_LIQUIDITY")
    case .wouldMatch: CoinbaseReason(name: "INVALID_LIMIT_PRICE_POST_ONLY")
    case .marketClosed: CoinbaseReason(name: "ORDER_ENTRY_DISABLED")
    case .priceFilter, .percentPrice: CoinbaseReason(name: "INVALID_LIMIT_PRICE")
    case .lotSize, .marketLotSize:
      CoinbaseReason(name: "INVALID_BASE_SIZE_TOO_SMALL", isOfPreview: true)
    case .notional: CoinbaseReason(name: "INVALID_QUOTE_SIZE_TOO_SMALL", isOfPreview: true)
    case .wouldTrigger: CoinbaseReason(name: "INVALID_STOP_PRICE", isOfPreview: true)
    case .maxOrders, .maxAlgoOrders, .maxIcebergOrders, .maxPosition, .rateLimit:
      CoinbaseReason(name: "COMMANDER_REJECTED_NEW_ORDER")
    case .other, .unknownOrder, .filter, .selfTrade, .expiredByDate, .listEnded, .icebergParts,
      .trailingDelta, .maxAmends, .reduceOnly, .malformed:
      .badConfiguration
    }
  }
}
