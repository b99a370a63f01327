/// ECDSA signatures in the two forms there are: DER, which libcrypto makes and reads, and the plain pair of
/// numbers that JSON Web Signatures want. Source: RFC 3279 section 2.2.3, RFC 7518 section 3.4.
internal import COpenSSL

/// Signatures over P-256: r and s, 32 bytes each.
enum ECDSASignature {
  /// Bytes of each of the two numbers.
  private static let width = 32

  /// r and s, the most significant byte first, from a DER signature.
  /// - Throws: `DialectError.library` for bytes that are none.
  static func plain(der: [UInt8]) throws(DialectError) -> [UInt8] {
    var pair = [UInt8](repeating: 0, count: 2 * width)
    let isDone = unsafe der.withUnsafeBufferPointer { der -> Bool in
      var place = der.baseAddress
      guard let signature = unsafe d2i_ECDSA_SIG(nil, &place, der.count) else { return false }
      defer { unsafe ECDSA_SIG_free(signature) }
      return unsafe pair.withUnsafeMutableBufferPointer { pair -> Bool in
        guard let start = pair.baseAddress else { return false }
        let size = Int32(width)
        return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), start, size) == size
          && BN_bn2binpad(ECDSA_SIG_get0_s(signature), start + width, size) == size
      }
    }
    guard isDone else { throw .library("libcrypto made no signature over P-256") }
    return pair
  }

  /// The DER signature of a pair; `nil` for bytes that are no pair.
  static func der(plain: [UInt8]) -> [UInt8]? {
    guard plain.count == 2 * width, let signature = unsafe ECDSA_SIG_new() else { return nil }
    defer { unsafe ECDSA_SIG_free(signature) }
    let isSet = unsafe plain.withUnsafeBufferPointer { plain -> Bool in
      guard let start = plain.baseAddress else { return false }
      let r = unsafe BN_bin2bn(start, Int32(width), nil)
      let s = unsafe BN_bin2bn(start + width, Int32(width), nil)
      // What is set belongs to the signature; what is not is ours to free.
      guard unsafe ECDSA_SIG_set0(signature, r, s) == 1 else {
        unsafe BN_free(r)
        unsafe BN_free(s)
        return false
      }
      return true
    }
    guard isSet else { return nil }
    var der = [UInt8](repeating: 0, count: 2 * width + 16)
    let count = unsafe der.withUnsafeMutableBufferPointer { der -> Int32 in
      var place = der.baseAddress
      return unsafe i2d_ECDSA_SIG(signature, &place)
    }
    guard count > 0 else { return nil }
    der.removeLast(der.count - Int(count))
    return der
  }
}
