/// Kraken's errors, to what became of a request: `<severity><category>:<what>` such as
/// `EOrder:Insufficient funds`. Source: docs.kraken.com, "REST general, errors"; support.kraken.com, "API
/// error messages".

import TradingCore

/// What an error means.
enum KrakenErrors {
  /// The outcome of an error's text. What the service says of itself leaves open what became of the
  /// request, unless it says that it took none.
  static func outcome(_ error: String) -> VenueOutcome {
    let rejection = VenueRejection(
      code: 0, reason: reason(error), text: String(error.prefix(200)))
    if limits.contains(where: { error.hasPrefix($0) }) {
      return KrakenLimits.outcome(error)
    }
    if keys.contains(where: { error.hasPrefix($0) }) { return .unauthorised(rejection) }
    // A number that was used before, or a time that has passed: the venue's clock is what both hang on.
    if error.hasPrefix("EAPI:Invalid nonce") || error.hasPrefix("EService:Deadline elapsed") {
      return .clockSkew
    }
    if lost.contains(where: { error.hasPrefix($0) }) { return .unknown }
    return .rejected(rejection)
  }

  /// Too many requests. An order's own limit is a refusal of the order, and no reason to fall silent.
  private static let limits = [
    "EAPI:Rate limit exceeded", "EGeneral:Temporary lockout", "EGeneral:Too many requests",
    "EService:Throttled", "EQuery:Rate limit",
  ]

  /// What another key could mend. A market that the account may not trade (`EAccount:Invalid permissions`)
  /// is no matter of the key, and neither is a session's token that is too old (`ESession:Invalid session`).
  private static let keys = [
    "EAPI:Invalid key", "EAPI:Invalid signature", "EGeneral:Permission denied",
  ]

  private static let lost = [
    "EService:Unavailable", "EService:Busy", "EService:Timeout", "EGeneral:Internal error",
  ]

  /// The reason for an order's refusal, by the words of its text.
  static func reason(_ text: String) -> RejectReason {
    let lower = text.lowercased()
    return words.first { lower.contains($0.0) }?.1 ?? .other
  }

  private static let words: [(String, RejectReason)] = [
    ("insufficient", .insufficientBalance), ("unknown order", .unknownOrder),
    ("order not found", .unknownOrder), ("rate limit", .rateLimit),
    ("post only", .wouldMatch), ("minimum not met", .lotSize), ("cost minimum", .notional),
    ("invalid price", .priceFilter), ("tick size", .priceFilter), ("orders limit", .maxOrders),
    ("market in cancel_only", .marketClosed), ("market in post_only", .marketClosed),
    ("market in limit_only", .marketClosed), ("cancel_only mode", .marketClosed),
    ("trading agreement", .marketClosed), ("trading restricted", .marketClosed),
    ("no liquidity", .noLiquidity),
    ("slippage", .noLiquidity), ("reduce only", .reduceOnly), ("self trade", .selfTrade),
    ("invalid arguments", .malformed), ("positions limit", .maxPosition),
  ]
}
