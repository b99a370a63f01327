/// Private and public keys, for the venues that take signatures instead of shared secrets. Source: RFC 8032
/// (Ed25519), RFC 8017 (RSA), FIPS 186-5 (ECDSA), RFC 7468, RFC 5915 (PEM).
internal import COpenSSL

/// What a key signs with.
public enum KeyAlgorithm: Sendable {
  case ed25519
  /// RSASSA-PKCS1-v1_5 over SHA-256.
  case rsaSHA256
  /// ECDSA on P-256 over SHA-256. Signatures are r and s, 32 bytes each.
  case ecdsaP256
}

/// A private key in libcrypto's memory, which wipes it when the key is freed.
@safe struct PrivateKey: ~Copyable {
  private let key: OpaquePointer
  let algorithm: KeyAlgorithm

  /// Reads PEM text without a password: PKCS#8, or the older forms for RSA and elliptic curves.
  /// - Throws: `DialectError.key` when it is no such text, or a key of another kind.
  init(pem: borrowing Secret) throws(DialectError) {
    let read = unsafe pem.withBytes { bytes -> OpaquePointer? in
      guard let stream = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
        return nil
      }
      defer { unsafe BIO_free(stream) }
      return unsafe PEM_read_bio_PrivateKey(stream, nil, { _, _, _, _ in 0 }, nil)
    }
    guard let read = unsafe read else {
      throw .key("it is no private key as PEM text (PKCS#8 or SEC 1, without a password)")
    }
    guard let algorithm = unsafe keyAlgorithm(of: read) else {
      unsafe EVP_PKEY_free(read)
      throw .key(otherAlgorithm)
    }
    unsafe key = read
    self.algorithm = algorithm
  }

  /// Reads an Ed25519 key as Coinbase issues it: 32 bytes of the private key, then the public key's 32.
  /// - Returns: `nil` for bytes whose halves do not belong together, so that no other secret is taken for
  ///   a key.
  init?(seedAndPublic bytes: borrowing Secret) {
    guard bytes.count == 64 else { return nil }
    let made = unsafe bytes.withBytes { bytes -> OpaquePointer? in
      let raw = unsafe bytes.bindMemory(to: UInt8.self)
      guard
        let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, raw.baseAddress, 32)
      else { return nil }
      var found = [UInt8](repeating: 0, count: 32)
      var count = found.count
      guard unsafe EVP_PKEY_get_raw_public_key(key, &found, &count) == 1,
        unsafe found.elementsEqual(raw[32...])
      else {
        unsafe EVP_PKEY_free(key)
        return nil
      }
      return unsafe key
    }
    guard let made = unsafe made else { return nil }
    unsafe key = made
    algorithm = .ed25519
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// The signature over `message`; Ed25519 and RSA give the same for the same message.
  /// - Throws: `DialectError.library` when libcrypto does not sign.
  func sign(_ message: [UInt8]) throws(DialectError) -> [UInt8] {
    var count = Int(unsafe EVP_PKEY_get_size(key))
    var signature = [UInt8](repeating: 0, count: count)
    guard let context = unsafe EVP_MD_CTX_new() else {
      throw .library("libcrypto gives no context to sign in")
    }
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestSignInit(context, nil, algorithm.hash, nil, key) == 1,
      unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { throw .library("libcrypto does not sign") }
    signature.removeLast(signature.count - count)
    return algorithm == .ecdsaP256 ? try ECDSASignature.plain(der: signature) : signature
  }
}

/// What others check a private key's signatures with.
@safe struct PublicKey: ~Copyable {
  private let key: OpaquePointer
  let algorithm: KeyAlgorithm

  /// Reads a public key's PEM text (SubjectPublicKeyInfo).
  /// - Throws: `DialectError.key` when it is no such text, or a key of another kind.
  init(pem: [UInt8]) throws(DialectError) {
    guard let stream = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else {
      throw .library("libcrypto gives no buffer")
    }
    defer { unsafe BIO_free(stream) }
    guard let read = unsafe PEM_read_bio_PUBKEY(stream, nil, nil, nil) else {
      throw .key("it is no public key as PEM text")
    }
    guard let algorithm = unsafe keyAlgorithm(of: read) else {
      unsafe EVP_PKEY_free(read)
      throw .key(otherAlgorithm)
    }
    unsafe key = read
    self.algorithm = algorithm
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// Whether the private key's owner made `signature` over `message`.
  func accepts(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    let given = algorithm == .ecdsaP256 ? ECDSASignature.der(plain: signature) : signature
    guard let given, let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe EVP_DigestVerifyInit(context, nil, algorithm.hash, nil, key) == 1
      && EVP_DigestVerify(context, given, given.count, message, message.count) == 1
  }
}

extension KeyAlgorithm {
  /// The hash that a message goes through first; Ed25519 has its own.
  fileprivate var hash: OpaquePointer? {
    switch self {
    case .ed25519: nil
    case .rsaSHA256, .ecdsaP256: unsafe EVP_sha256()
    }
  }
}

private let otherAlgorithm = "it is neither an Ed25519 nor an RSA nor a P-256 key"

/// `nil` for algorithms that no dialect signs with.
private func keyAlgorithm(of key: OpaquePointer) -> KeyAlgorithm? {
  switch unsafe EVP_PKEY_get_id(key) {
  case EVP_PKEY_ED25519: .ed25519
  case EVP_PKEY_RSA: .rsaSHA256
  case EVP_PKEY_EC: unsafe EVP_PKEY_get_bits(key) == 256 && isP256(key) ? .ecdsaP256 : nil
  default: nil
  }
}

/// Whether a key lies on P-256 and not on another curve of its size, such as secp256k1.
private func isP256(_ key: OpaquePointer) -> Bool {
  var name = [CChar](repeating: 0, count: 32)
  var count = 0
  guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else { return false }
  return name.prefix(count).elementsEqual("prime256v1".utf8.map { CChar(bitPattern: $0) })
}
