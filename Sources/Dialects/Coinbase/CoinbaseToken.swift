/// The tokens that Coinbase takes in place of a key: one for each request over HTTP, one for each
/// subscription that needs an account. Coinbase takes a token for two minutes at most; one of an order is good
/// for as long as the order may be under way and no longer, for an order that the venue does not know by then
/// has never reached it. Source: docs.cdp.coinbase.com, "Advanced Trade API authentication".

import TradingCore

/// Makes tokens, no two alike.
struct CoinbaseToken {
  /// Tokens made so far.
  private var count: UInt64 = 0

  /// How long a token is good for, before its end is rounded up to a second.
  private let life: Interval

  /// Seconds that a token may be good for.
  private static let mostLife: Int64 = 120

  /// - Parameter life: how long a request may be under way.
  init(life: Interval) { self.life = life }

  /// A token for `use`: the verb, a space, host and path without the query of a request over HTTP; `nil`
  /// for a subscription. `time` is the venue's, which refuses a token from its future.
  /// - Throws: `DialectError.key` for a key that Coinbase does not take, `.library` when libcrypto fails.
  mutating func text(
    for use: String?, by credentials: borrowing Credentials, at time: Timestamp
  ) throws(DialectError) -> String {
    count += 1
    var header = RequestParameters()
    header.add("kid", credentials.apiKey)
    header.add("nonce", hexadecimal(try credentials.signer.nonce(at: time, count: count)))
    let second = Interval.second.nanoseconds
    let start = time.nanoseconds / second
    let end = ((time + life).nanoseconds + second - 1) / second
    var claims = RequestParameters()
    claims.add("sub", credentials.apiKey)
    claims.add("iss", "cdp")
    claims.add("nbf", start)
    claims.add("exp", min(end, start + Self.mostLife))
    if let use { claims.add("uri", use) }
    return try WebToken.text(header, claims, by: credentials.signer)
  }
}
