/// Coinbase's limits: what its documents say, and how much of them its answers say is used. Source:
/// docs.cdp.coinbase.com, "Advanced Trade REST API rate limits"; headers as coinbase-advanced-py names them.

import TradingCore

/// Limits and counts.
enum CoinbaseLimits {
  /// Requests a second: by account where one signs, else by address.
  static func published(isAccount: Bool) -> [RateLimit] {
    [RateLimit(.requests, per: .second, most: isAccount ? 30 : 10)]
  }

  /// What the headers of an answer count, in the second it was made.
  static func uses(in headers: [HTTPHeader]) -> [RateUse] {
    func number(_ name: String) -> Int64? {
      headers.first { $0.name.lowercased() == name }.flatMap { Int64($0.value) }
    }
    guard let most = number("x-ratelimit-limit"), let left = number("x-ratelimit-remaining"),
      (0...most).contains(left)
    else { return [] }
    return [RateUse(.requests, per: .second, used: most - left)]
  }
}
