/// What an account of the exchange begins with: its key and its balances.

internal import Dialects
public import TradingCore

/// An account to be opened. Secrets stand here as they stood in a file or a source: a simulated exchange's
/// money is none, so nothing is wiped but the copy that signatures are checked with.
public struct AccountSettings: Sendable {
  /// How its requests are signed.
  public enum Credential: Sendable {
    /// HMAC-SHA-256 with this secret.
    case secret([UInt8])
    /// Ed25519, P-256 or RSA; the public key as PEM text.
    case publicKey([UInt8])
  }

  /// A key of an account.
  public struct Key: Sendable {
    public var apiKey: String
    public var credential: Credential

    public init(apiKey: String, credential: Credential) {
      self.apiKey = apiKey
      self.credential = credential
    }
  }

  /// At least one.
  public var keys: [Key]
  public var balances: [AssetAmount]

  public init(keys: [Key], balances: [AssetAmount]) {
    self.keys = keys
    self.balances = balances
  }

  public init(apiKey: String, credential: Credential, balances: [AssetAmount]) {
    self.init(keys: [Key(apiKey: apiKey, credential: credential)], balances: balances)
  }
}

extension AccountSettings.Key {
  /// - Throws: `account` for an empty key or secret, and for text that is no public key.
  func key() throws(ExchangeServerError) -> AccountKey {
    guard !apiKey.isEmpty else { throw ExchangeServerError.account("an account has no API key") }
    switch credential {
    case .secret(var secret):
      guard !secret.isEmpty else {
        throw ExchangeServerError.account("\(apiKey): its secret is empty")
      }
      let verifier = SignatureVerifier(secret: Secret(wiping: &secret))
      return AccountKey(id: apiKey, verifier: verifier)
    case .publicKey(let pem):
      do {
        return AccountKey(id: apiKey, verifier: try SignatureVerifier(publicKey: pem))
      } catch {
        throw ExchangeServerError.account("\(apiKey): \(error)")
      }
    }
  }
}
