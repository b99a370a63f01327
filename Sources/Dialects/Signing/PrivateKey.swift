/// Private and public keys read from PEM text, for the venues that take signatures instead of shared
/// secrets. Source: RFC 8032 (Ed25519), RFC 8017 (RSA), RFC 7468 (PEM).
internal import COpenSSL

/// What a key signs with.
public enum KeyAlgorithm: Sendable {
  case ed25519
  /// RSASSA-PKCS1-v1_5 over SHA-256.
  case rsaSHA256
}

/// A private key in libcrypto's memory, which wipes it when the key is freed.
@safe struct PrivateKey: ~Copyable {
  private let key: OpaquePointer
  let algorithm: KeyAlgorithm

  /// Reads PKCS#8 PEM text without a password.
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
      throw .key("it is no private key as PEM text (PKCS#8, without a password)")
    }
    guard let algorithm = unsafe keyAlgorithm(of: read) else {
      unsafe EVP_PKEY_free(read)
      throw .key("it is neither an Ed25519 nor an RSA key")
    }
    unsafe key = read
    self.algorithm = algorithm
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// The signature over `message`; both algorithms give the same for the same message.
  /// - Throws: `DialectError.library` when libcrypto does not sign.
  func sign(_ message: [UInt8]) throws(DialectError) -> [UInt8] {
    var count = Int(unsafe EVP_PKEY_get_size(key))
    var signature = [UInt8](repeating: 0, count: count)
    guard let context = unsafe EVP_MD_CTX_new() else {
      throw .library("libcrypto gives no context to sign in")
    }
    defer { unsafe EVP_MD_CTX_free(context) }
    let hash = unsafe algorithm == .rsaSHA256 ? EVP_sha256() : nil
    guard unsafe EVP_DigestSignInit(context, nil, hash, nil, key) == 1,
      unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { throw .library("libcrypto does not sign") }
    signature.removeLast(signature.count - count)
    return signature
  }
}

/// What others check a private key's signatures with.
@safe struct PublicKey: ~Copyable {
  private let key: OpaquePointer
  private let algorithm: KeyAlgorithm

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
      throw .key("it is neither an Ed25519 nor an RSA key")
    }
    unsafe key = read
    self.algorithm = algorithm
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// Whether the private key's owner made `signature` over `message`.
  func accepts(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    let hash = unsafe algorithm == .rsaSHA256 ? EVP_sha256() : nil
    return unsafe EVP_DigestVerifyInit(context, nil, hash, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// `nil` for algorithms that no dialect signs with.
private func keyAlgorithm(of key: OpaquePointer) -> KeyAlgorithm? {
  switch unsafe EVP_PKEY_get_id(key) {
  case EVP_PKEY_ED25519: .ed25519
  case EVP_PKEY_RSA: .rsaSHA256
  default: nil
  }
}
