/// Kraken's count of what a key asks over HTTP: it rises with every question, falls all the time, and beyond the
/// tier's maximum nothing is answered. Source: docs.kraken.com, "Spot REST Rate Limits".

internal import TradingCore

/// How far an account is verified, which its keys' counts depend on.
public enum KrakenTier: String, CaseIterable, Sendable {
  case starter
  case intermediate
  case pro

  var most: Int64 { self == .starter ? 15 : 20 }

  /// In what time a count falls by one: 0.33, 0.5 or 1 a second.
  var decay: Interval {
    switch self {
    case .starter: Interval(nanoseconds: 3_030_303_031)
    case .intermediate: Interval(nanoseconds: 2_000_000_000)
    case .pro: .second
    }
  }
}

/// One key's count.
struct KrakenCounter: Sendable {
  /// In how many nanoseconds it is back at zero, seen from `since`.
  private var level: Int64 = 0
  private var since = Timestamp(nanoseconds: 0)

  /// Counts a question, even one that is refused.
  /// - Returns: false beyond the maximum.
  mutating func count(_ cost: Int64, of tier: KrakenTier, at now: Timestamp) -> Bool {
    level = max(0, level - max(0, (now - since).nanoseconds)) + cost * tier.decay.nanoseconds
    since = now
    return level <= tier.most * tier.decay.nanoseconds
  }

  /// What a question costs. Orders are counted by pair, and not here.
  static func cost(of endpoint: String) -> Int64 {
    switch endpoint {
    case "AddOrder", "CancelOrder": 0
    case "TradesHistory": 2
    default: 1
    }
  }
}
