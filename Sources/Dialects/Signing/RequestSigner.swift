/// Signatures over requests in the form a venue wants them, and their check on the other side: HMAC as
/// hexadecimal text, Ed25519 and RSA as base64.

import TradingCore

/// How an account signs.
public enum SignatureScheme: Sendable, Equatable {
  /// A secret shared with the venue; HMAC-SHA-256 in lower-case hexadecimal.
  case hmac
  /// A private key of ours; base64.
  case ed25519
  /// A private key of ours, PKCS #1 v1.5 over SHA-256; base64.
  case rsa
}

/// The key of one account. It cannot be copied or shown, only used.
public struct RequestSigner: ~Copyable {
  private enum Key: ~Copyable {
    case shared(SharedKey)
    case own(PrivateKey)
  }

  private let key: Key
  /// How it signs.
  public let scheme: SignatureScheme

  /// A signer with what the venue gave or knows: PEM text is a private key, anything else a shared
  /// secret.
  /// - Throws: `DialectError.key` for an empty secret or a key that is not Ed25519 or RSA, and
  ///   `.library` when libcrypto fails.
  public init(_ secret: consuming Secret) throws(DialectError) {
    guard secret.count > 0 else { throw .key("its secret is empty") }
    if secret.begins(with: "-----BEGIN") {
      let own = try PrivateKey(pem: secret)
      scheme = own.algorithm == .ed25519 ? .ed25519 : .rsa
      key = .own(own)
    } else {
      let shared = try SharedKey(secret)
      scheme = .hmac
      key = .shared(shared)
    }
  }

  /// The signature over `payload`, exactly these bytes. The text needs percent-encoding in a query, for
  /// base64 has `+`, `/` and `=`.
  /// - Throws: `DialectError.library` when libcrypto fails.
  public func signature(over payload: [UInt8]) throws(DialectError) -> String {
    switch key {
    case .shared(let shared): hexadecimal(try shared.code(payload))
    case .own(let own): Base64.text(try own.sign(payload))
    }
  }
}

/// The venue's side: what an account's signatures are checked with.
public struct SignatureVerifier: ~Copyable {
  private enum Key: ~Copyable {
    case shared(Secret)
    case theirs(PublicKey)
  }

  private let key: Key

  /// Checks codes made with a shared secret.
  public init(secret: consuming Secret) { key = .shared(secret) }

  /// Checks signatures made with the private key to this public one, as PEM text.
  /// - Throws: `DialectError.key` when it is no Ed25519 or RSA key.
  public init(publicKey pem: [UInt8]) throws(DialectError) {
    key = .theirs(try PublicKey(pem: pem))
  }

  /// Whether `signature`, as text without percent-encoding, was made over exactly `payload`. Codes are
  /// compared in constant time and in either case of hexadecimal.
  public func accepts(_ signature: String, over payload: [UInt8]) -> Bool {
    switch key {
    case .shared(let secret):
      guard let code = hexBytes(signature),
        let expected = try? HMAC.code(.sha256, key: secret, payload)
      else { return false }
      return HMAC.areEqual(code, expected)
    case .theirs(let theirs):
      guard let bytes = Base64.bytes(signature) else { return false }
      return theirs.accepts(bytes, over: payload)
    }
  }
}
