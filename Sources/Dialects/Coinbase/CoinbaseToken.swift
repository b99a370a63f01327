/// The tokens that Coinbase takes in place of a key: one for each request over HTTP, one for each
/// subscription that needs an account, two minutes long. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// authentication".

import TradingCore

/// Makes tokens, no two alike.
struct CoinbaseToken {
  /// Tokens made so far.
  private var count: UInt64 = 0

  /// Seconds that a token is good for.
  private static let lifetime: Int64 = 120

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
    let start = time.nanoseconds / 1_000_000_000
    var claims = RequestParameters()
    claims.add("sub", credentials.apiKey)
    claims.add("iss", "cdp")
    claims.add("nbf", start)
    claims.add("exp", start + Self.lifetime)
    if let use { claims.add("uri", use) }
    return try WebToken.text(header, claims, by: credentials.signer)
  }
}
