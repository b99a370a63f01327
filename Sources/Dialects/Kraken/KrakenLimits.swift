/// What Kraken counts of a key's questions over HTTP, and how it says that they were too many. Source:
/// docs.kraken.com, "Spot REST Rate Limits".

import TradingCore

/// Kraken's count, as far as it can be kept here.
enum KrakenLimits {
  /// The count of the lowest tier (15, falling by 0.33 a second), for no answer tells which one an account has. And
  /// a third less: a run that was killed just before asked with the same key, and what is under way arrives closer
  /// together than it left.
  static let count = RateLimit.falling(
    .weight, oneIn: Interval(nanoseconds: 3_030_303_031), most: 10)

  /// How long a key that asked too much is silent. Kraken lifts it within a few seconds where nothing is asked, and
  /// a lockout within minutes.
  static let silence = Interval(nanoseconds: 5_000_000_000)

  /// What a question counts. Orders are counted by pair, and not here; and what takes several of them back waits
  /// for no count.
  static func weight(of endpoint: String) -> Int64 {
    switch endpoint {
    case "AddOrder", "CancelOrder", "CancelOrderBatch", "CancelAll", "CancelAllOrdersAfter": 0
    case "TradesHistory": 2
    default: 1
    }
  }

  /// What an error for too many requests means: `EService:Throttled: 1688583840` names its end.
  static func outcome(_ error: String) -> VenueOutcome {
    let isBan = error.hasPrefix("EGeneral:Temporary lockout")
    let digits = error.split(separator: " ").last { $0.allSatisfy(\.isNumber) }
    guard error.hasPrefix("EService:Throttled"), let second = digits.flatMap({ Int64($0) }),
      (0...4_102_444_800).contains(second)
    else { return .limited(isBan: isBan, wait: isBan ? .minute : silence, until: nil) }
    return .limited(
      isBan: false, wait: nil, until: Timestamp(nanoseconds: second * 1_000_000_000))
  }
}
