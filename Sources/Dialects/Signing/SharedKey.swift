/// A secret shared with a venue, ready to sign with. It is made once: to look an algorithm up in libcrypto
/// and to hash the key takes longer than all else there is to a request, and every order waits for it.
/// Source: RFC 2104, EVP_MAC(3).
internal import COpenSSL

/// An HMAC key in libcrypto's memory, which wipes it when the key is freed.
@safe struct SharedKey: ~Copyable {
  private let context: OpaquePointer
  private let hash: HMACHash

  /// - Throws: `DialectError.library` when libcrypto has no such hash.
  init(_ secret: borrowing Secret, _ hash: HMACHash = .sha256) throws(DialectError) {
    guard let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else {
      throw .library("libcrypto has no HMAC")
    }
    defer { unsafe EVP_MAC_free(algorithm) }
    guard let context = unsafe EVP_MAC_CTX_new(algorithm) else {
      throw .library("libcrypto makes no HMAC")
    }
    guard unsafe Self.give(secret, hash, to: context) else {
      unsafe EVP_MAC_CTX_free(context)
      throw .library("libcrypto takes no key for an HMAC")
    }
    unsafe self.context = context
    self.hash = hash
  }

  deinit { unsafe EVP_MAC_CTX_free(context) }

  private static func give(
    _ secret: borrowing Secret, _ hash: HMACHash, to context: OpaquePointer
  ) -> Bool {
    var hash = Array((hash == .sha256 ? "SHA256" : "SHA512").utf8CString)
    return unsafe hash.withUnsafeMutableBufferPointer { hash in
      unsafe secret.withBytes { key in
        let parameters = unsafe [
          OSSL_PARAM_construct_utf8_string("digest", hash.baseAddress, 0),
          OSSL_PARAM_construct_end(),
        ]
        let bytes = unsafe key.bindMemory(to: UInt8.self)
        return unsafe EVP_MAC_init(context, bytes.baseAddress, bytes.count, parameters) == 1
      }
    }
  }

  /// The keyed hash of `message`. O(message).
  /// - Throws: `DialectError.library` when libcrypto fails.
  func code(_ message: [UInt8]) throws(DialectError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: hash.byteCount)
    var count = 0
    guard unsafe EVP_MAC_init(context, nil, 0, nil) == 1,
      unsafe EVP_MAC_update(context, message, message.count) == 1,
      unsafe EVP_MAC_final(context, &result, &count, result.count) == 1, count == result.count
    else { throw .library("libcrypto makes no HMAC") }
    return result
  }
}
