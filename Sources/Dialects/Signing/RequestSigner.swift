/// Signatures over requests in the form a venue wants them, and their check on the other side: HMAC as
/// hexadecimal text, signatures of private keys as base64, either as bytes.

import TradingCore

/// How an account signs.
public enum SignatureScheme: Sendable, Equatable {
  /// A secret shared with the venue; HMAC-SHA-256 in lower-case hexadecimal.
  case hmac
  /// A private key of ours; base64.
  case ed25519
  /// A private key of ours, PKCS #1 v1.5 over SHA-256; base64.
  case rsa
  /// A private key of ours on P-256, over SHA-256; r and s as base64. Never the same twice.
  case ecdsa
}

extension KeyAlgorithm {
  fileprivate var scheme: SignatureScheme {
    switch self {
    case .ed25519: .ed25519
    case .rsaSHA256: .rsa
    case .ecdsaP256: .ecdsa
    }
  }
}

/// The key of one account. It cannot be copied or shown, only used.
public struct RequestSigner: ~Copyable {
  // Not private: optimised builds end a signer's life in other modules too and look its type up there.
  enum Key: ~Copyable {
    case shared(SharedKey)
    case own(PrivateKey)
  }

  private let key: Key
  /// What nonces are made with; it follows from the secret and does not lead back to it.
  private let nonces: SharedKey
  /// A shared secret's bytes, where its text is base64.
  private let decoded: SharedKey?
  /// How it signs.
  public let scheme: SignatureScheme

  /// A signer with what the venue gave or knows: PEM text is a private key, base64 of an Ed25519 key's
  /// two halves is one too, anything else a shared secret.
  /// - Throws: `DialectError.key` for an empty secret or a key that is not Ed25519, RSA or P-256, and
  ///   `.library` when libcrypto fails.
  public init(_ secret: borrowing Secret) throws(DialectError) {
    guard secret.count > 0 else { throw .key("its secret is empty") }
    var derived = try HMAC.code(.sha256, key: secret, Array("cryptobot nonces".utf8))
    let nonces = try SharedKey(Secret(wiping: &derived))
    let decoded = try Self.decodedKey(in: secret)
    switch try Self.privateKey(in: secret) {
    case .some(let own):
      scheme = own.algorithm.scheme
      key = .own(own)
    case .none:
      let shared = try SharedKey(secret)
      scheme = .hmac
      key = .shared(shared)
    }
    self.nonces = nonces
    self.decoded = decoded
  }

  private static func decodedKey(
    in secret: borrowing Secret
  ) throws(DialectError) -> SharedKey? {
    guard let bytes = secret.decodingBase64() else { return nil }
    return try SharedKey(bytes, .sha512)
  }

  private static func privateKey(
    in secret: borrowing Secret
  ) throws(DialectError) -> PrivateKey? {
    if secret.begins(with: "-----BEGIN") { return try PrivateKey(pem: secret) }
    guard let bytes = secret.decodingBase64() else { return nil }
    return PrivateKey(seedAndPublic: bytes)
  }

  /// The signature over `payload`, exactly these bytes. The text needs percent-encoding in a query, for
  /// base64 has `+`, `/` and `=`.
  /// - Throws: `DialectError.library` when libcrypto fails.
  public func signature(over payload: [UInt8]) throws(DialectError) -> String {
    let bytes = try bytes(over: payload)
    return scheme == .hmac ? hexadecimal(bytes) : Base64.text(bytes)
  }

  /// The signature over `payload` as bytes.
  /// - Throws: `DialectError.library` when libcrypto fails.
  func bytes(over payload: [UInt8]) throws(DialectError) -> [UInt8] {
    switch key {
    case .shared(let shared): try shared.code(payload)
    case .own(let own): try own.sign(payload)
    }
  }

  /// The HMAC-SHA-512 of `payload` as base64, by the bytes that the secret is the base64 text of.
  /// - Throws: `DialectError.key` for a secret that is no such text, `.library` when libcrypto fails.
  func base64Code(over payload: [UInt8]) throws(DialectError) -> String {
    switch decoded {
    case .some(let key): return Base64.text(try key.code(payload))
    case .none: throw Self.notBase64
    }
  }

  /// - Throws: `DialectError.key` for a secret that is not shared, or no base64 text.
  func expectBase64() throws(DialectError) {
    switch decoded {
    case .some where scheme == .hmac: break
    default: throw Self.notBase64
    }
  }

  private static var notBase64: DialectError { .key("its secret is no base64 text") }

  /// 16 bytes that nobody without the secret can foresee, and that no other time and count give. So a
  /// request that needs a number used once needs no source of chance, and the same session makes the
  /// same requests again.
  /// - Throws: `DialectError.library` when libcrypto fails.
  func nonce(at time: Timestamp, count: UInt64) throws(DialectError) -> [UInt8] {
    Array(try nonces.code(Array("\(time.nanoseconds) \(count)".utf8)).prefix(16))
  }
}

/// The venue's side: what an account's signatures are checked with.
public struct SignatureVerifier: ~Copyable {
  // Not private, as a signer's.
  enum Key: ~Copyable {
    case shared(Secret)
    case theirs(PublicKey)
  }

  private let key: Key
  /// How what it accepts was signed.
  public let scheme: SignatureScheme

  /// Checks codes made with a shared secret.
  public init(secret: consuming Secret) {
    key = .shared(secret)
    scheme = .hmac
  }

  /// Checks signatures made with the private key to this public one, as PEM text.
  /// - Throws: `DialectError.key` when it is no Ed25519, RSA or P-256 key.
  public init(publicKey pem: [UInt8]) throws(DialectError) {
    let theirs = try PublicKey(pem: pem)
    scheme = theirs.algorithm.scheme
    key = .theirs(theirs)
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

  /// Whether `code`, as base64, is the HMAC-SHA-512 of exactly `payload` by the bytes that the shared secret
  /// is the base64 text of. Compared in constant time.
  func acceptsBase64Code(_ code: String, over payload: [UInt8]) -> Bool {
    switch key {
    case .theirs: return false
    case .shared(let secret):
      guard let bytes = Base64.bytes(code), let decoded = secret.decodingBase64(),
        let expected = try? HMAC.code(.sha512, key: decoded, payload)
      else { return false }
      return HMAC.areEqual(bytes, expected)
    }
  }
}
