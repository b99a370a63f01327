/// Keyed hashes through libcrypto. Source: RFC 2104, FIPS 180-4, HMAC(3).
internal import COpenSSL

/// The hash inside an HMAC.
package enum HMACHash: Sendable {
  /// Binance.
  case sha256
  /// Kraken.
  case sha512

  /// Bytes of the result.
  package var byteCount: Int { self == .sha256 ? 32 : 64 }
}

/// Keyed hashes.
package enum HMAC {
  /// The keyed hash of `message`. O(message).
  /// - Throws: `DialectError.library` when libcrypto has no such hash.
  package static func code(
    _ hash: HMACHash, key: borrowing Secret, _ message: [UInt8]
  ) throws(DialectError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: hash.byteCount)
    var count = UInt32(result.count)
    let isDone = unsafe key.withBytes { key in
      unsafe COpenSSL.HMAC(
        hash == .sha256 ? EVP_sha256() : EVP_sha512(), key.baseAddress, Int32(key.count), message,
        message.count, &result, &count) != nil
    }
    guard isDone, Int(count) == result.count else {
      throw .library("libcrypto makes no HMAC")
    }
    return result
  }

  /// Whether two codes are equal, in a time that does not tell where they differ.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
  }
}
