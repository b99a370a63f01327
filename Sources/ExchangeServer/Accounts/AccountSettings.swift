/// What an account of the exchange begins with: its key and its balances.

internal import Dialects
public import TradingCore

/// An account to be opened.
public struct AccountSettings: Sendable {
  /// How its requests are signed.
  public enum Credential: Sendable {
    /// HMAC-SHA-256 with this secret.
    case secret([UInt8])
    /// Ed25519 or RSA; the public key as PEM text.
    case publicKey([UInt8])
  }

  public var apiKey: String
  public var credential: Credential
  public var balances: [AssetAmount]

  public init(apiKey: String, credential: Credential, balances: [AssetAmount]) {
    self.apiKey = apiKey
    self.credential = credential
    self.balances = balances
  }

  func key() throws(AccountError) -> AccountKey {
    guard !apiKey.isEmpty else { throw AccountError(text: "an account has no API key") }
    switch credential {
    case .secret(var secret):
      guard !secret.isEmpty else { throw AccountError(text: "\(apiKey): its secret is empty") }
      let verifier = SignatureVerifier(secret: Secret(wiping: &secret))
      return AccountKey(id: apiKey, verifier: verifier, isPrivate: false)
    case .publicKey(let pem):
      do {
        return AccountKey(
          id: apiKey, verifier: try SignatureVerifier(publicKey: pem), isPrivate: true)
      } catch {
        throw AccountError(text: "\(apiKey): \(error)")
      }
    }
  }
}

/// Why an account cannot be opened.
public struct AccountError: Error, Equatable, Sendable, CustomStringConvertible {
  let text: String
  public var description: String { text }
}
