/// Who asks in Coinbase's language: a token in place of a key, one for each request over HTTP and one for
/// each subscription to an account's reports. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// authentication"; RFC 7515, RFC 7519.

internal import Dialects
internal import TradingCore

/// What a token says, whoever signed it.
struct CoinbaseClaim {
  /// The key that it names.
  let key: String
  private let header: RequestParameters
  private let claims: RequestParameters
  /// The bytes that are signed, and the signature as base64.
  private let signed: [UInt8]
  private let signature: String

  /// How long a token is good for at most.
  private static let mostLife = Interval(nanoseconds: 120_000_000_000)
  /// How far a client's clock may be ahead.
  private static let mostAhead = Interval.second

  /// - Returns: `nil` for text that is no token.
  init?(_ token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Self.members(parts[0]), let key = header["kid"],
      let claims = Self.members(parts[1])
    else { return nil }
    (self.key, self.header, self.claims) = (key, header, claims)
    signed = Array((parts[0] + "." + parts[1]).utf8)
    signature = Self.base64(parts[2])
  }

  /// The base64 of what is base64 for URLs.
  private static func base64(_ text: Substring) -> String {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    return plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
  }

  private static func members(_ text: Substring) -> RequestParameters? {
    Base64.bytes(base64(text)).flatMap { try? RequestParameters(json: $0) }
  }

  /// Whether it was signed by the private key to this one, in the way that it says.
  func isSigned(by key: AccountKey) -> Bool {
    let algorithms: [String: SignatureScheme] = ["ES256": .ecdsa, "EdDSA": .ed25519]
    return algorithms[header["alg"] ?? ""] == key.verifier.scheme
      && key.verifier.accepts(signature, over: signed)
  }

  /// Whether it is good now for a request (`GET host/path`), or for a subscription (`nil`).
  func isGood(for use: String?, at now: Timestamp) -> Bool {
    guard claims["iss"] == "cdp", claims["sub"] == key, claims["uri"] == use,
      let start = moment("nbf"), let end = moment("exp")
    else { return false }
    return start <= now + Self.mostAhead && now < end && end - start <= Self.mostLife
  }

  private func moment(_ name: String) -> Timestamp? {
    guard let seconds = claims[name].flatMap({ Int64($0) }), (0...1 << 32).contains(seconds) else {
      return nil
    }
    return Timestamp(nanoseconds: seconds * 1_000_000_000)
  }
}

extension ExchangeDesk {
  /// The account that a token speaks for, and the id of the key that signed it. From its first token on an
  /// account pays its fees as Coinbase takes them: in the quote asset.
  /// - Returns: `nil` for a token that is none, of a key that is not known or has ended, of another use or of
  ///   another time.
  mutating func coinbaseSigner(
    _ token: String?, for use: String?, at now: Timestamp
  ) -> (account: Int, key: String)? {
    guard let claim = token.flatMap({ CoinbaseClaim($0) }), claim.isGood(for: use, at: now),
      let place = try? trader(withKey: claim.key, at: now),
      claim.isSigned(by: traders[place.account].keys[place.key].key)
    else { return nil }
    traders[place.account].keys[place.key].signed += 1
    traders[place.account].payInQuote(publishedFees, at: now)
    return (place.account, claim.key)
  }
}
