/// Ed25519 signatures (RFC 8032); with `Digest.swift` the only file that calls libcrypto.
///
/// A private key lives in libcrypto's memory alone, which wipes it when the key is freed. It cannot be
/// copied or printed, and its bytes come out only for as long as a closure runs.
internal import COpenSSL

/// A public key: 32 bytes, as RFC 8032 section 5.1.5 encodes them.
public struct Ed25519PublicKey: Equatable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// - Returns: `nil` unless there are exactly 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Whether `signature` was made over `message` by this key's owner; false for bytes that are no
  /// signature or no point of the curve. About 110 µs.
  public func accepts(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    guard signature.count == Ed25519PrivateKey.signatureBytes,
      let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
    else { return false }
    defer { unsafe EVP_PKEY_free(key) }
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// A private key. `~Copyable`, so that it is gone when its owner is.
@safe public struct Ed25519PrivateKey: ~Copyable {
  /// Bytes of a signature.
  static let signatureBytes = 64
  /// Bytes of the seed that is the private key.
  static let seedBytes = 32

  private let key: OpaquePointer
  /// What others verify with.
  public let publicKey: Ed25519PublicKey

  /// A new key from the system's randomness, by way of libcrypto.
  /// - Throws: `JournalError.library` when libcrypto gives none.
  public init() throws(JournalError) {
    var made: OpaquePointer?
    guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else {
      throw .library("libcrypto offers no Ed25519")
    }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &made) == 1,
      let made = unsafe made
    else { throw .library("libcrypto makes no Ed25519 key") }
    try unsafe self.init(owning: made)
  }

  /// The key that these 32 bytes are; they stay the caller's to wipe.
  /// - Throws: `JournalError.library` when they are not 32, or libcrypto refuses.
  package init(seed: [UInt8]) throws(JournalError) {
    guard
      let made = unsafe EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, nil, seed, seed.count)
    else { throw .library("libcrypto takes no such Ed25519 key") }
    try unsafe self.init(owning: made)
  }

  private init(owning made: OpaquePointer) throws(JournalError) {
    var bytes = [UInt8](repeating: 0, count: 32)
    var count = bytes.count
    guard unsafe EVP_PKEY_get_raw_public_key(made, &bytes, &count) == 1,
      let publicKey = Ed25519PublicKey(bytes: bytes)
    else {
      unsafe EVP_PKEY_free(made)
      throw .library("libcrypto gives no public key")
    }
    unsafe key = made
    self.publicKey = publicKey
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// The 64 bytes of the signature over `message`; the same message gives the same. About 45 µs.
  /// - Throws: `JournalError.library` when libcrypto fails.
  public func sign(_ message: [UInt8]) throws(JournalError) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Self.signatureBytes)
    var count = signature.count
    guard let context = unsafe EVP_MD_CTX_new() else {
      throw .library("libcrypto gives no digest context")
    }
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { throw .library("libcrypto does not sign") }
    return signature
  }

  /// Shows the 32 private bytes to `body` and wipes them.
  /// - Throws: `JournalError.library` when libcrypto does not give them, or what `body` throws.
  func withSeed(
    _ body: (UnsafeRawBufferPointer) throws(JournalError) -> Void
  ) throws(JournalError) {
    let seed = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.seedBytes, alignment: 8)
    defer {
      unsafe Secret.wipe(seed)
      unsafe seed.deallocate()
    }
    var count = seed.count
    guard
      unsafe EVP_PKEY_get_raw_private_key(
        key, seed.baseAddress?.assumingMemoryBound(to: UInt8.self), &count) == 1
    else { throw .library("libcrypto does not give the private key") }
    try unsafe body(UnsafeRawBufferPointer(seed))
  }
}

/// Memory that held a secret.
enum Secret {
  /// Overwrites the bytes in a way that no compiler leaves out.
  static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    unsafe OPENSSL_cleanse(bytes.baseAddress, bytes.count)
  }

  /// Overwrites an array's bytes; it must be the only one that holds them.
  static func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe wipe($0) }
  }
}
