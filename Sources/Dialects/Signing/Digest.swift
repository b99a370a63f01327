/// A hash without a key, through libcrypto. Source: FIPS 180-4, EVP_DigestInit(3).

internal import COpenSSL

/// Hashes of bytes.
enum Digest {
  /// The 32 bytes of SHA-256. O(message).
  /// - Throws: `DialectError.library` when libcrypto has no such hash.
  static func sha256(_ message: [UInt8]) throws(DialectError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 32)
    var count = UInt32(result.count)
    guard
      unsafe EVP_Digest(message, message.count, &result, &count, EVP_sha256(), nil) == 1,
      Int(count) == result.count
    else { throw .library("libcrypto makes no SHA-256") }
    return result
  }
}
