/// Bytes sealed so that only the key's holder can read them, and nobody can change or move them
/// unnoticed: AES-256-GCM through libcrypto. Source: NIST SP 800-38D; EVP_EncryptInit(3).

internal import COpenSSL
internal import Dialects

/// What sealing made: safe to store and to lose.
struct SealedBytes: Equatable, Sendable {
  /// Drawn anew for every sealing: the same one under the same key twice would give both away.
  var nonce: [UInt8]
  /// As many bytes as were sealed, then the tag.
  var bytes: [UInt8]
}

/// 256 bits that seal.
struct SealingKey: ~Copyable, Sendable {
  static let byteCount = 32
  private static let nonceBytes = 12

  let secret: Secret

  /// - Parameter secret: `byteCount` bytes.
  init(_ secret: consuming Secret) {
    precondition(secret.count == Self.byteCount, "SealingKey: \(secret.count) bytes")
    self.secret = secret
  }

  /// A key that nobody had before.
  static func random() throws(VaultError) -> SealingKey {
    var bytes = try randomBytes(byteCount)
    return SealingKey(Secret(wiping: &bytes))
  }

  /// Seals `plain`. O(bytes).
  /// - Parameter context: what has to be told again, byte for byte, to open it.
  /// - Throws: `VaultError.library`.
  func seal(_ plain: borrowing Secret, as context: [UInt8]) throws(VaultError) -> SealedBytes {
    let nonce = try randomBytes(Self.nonceBytes)
    let cipher = try Cipher()
    guard secret.withBytes({ cipher.beginSealing($0, nonce, context) }),
      let bytes = plain.withBytes({ cipher.seal($0) })
    else { throw .library("it does not seal with AES-256-GCM") }
    return SealedBytes(nonce: nonce, bytes: bytes)
  }

  /// Opens what was sealed.
  /// - Returns: `nil` for another key, another context, or bytes that were changed.
  /// - Throws: `VaultError.library`.
  func open(_ sealed: SealedBytes, as context: [UInt8]) throws(VaultError) -> Secret? {
    guard sealed.bytes.count >= Cipher.tagBytes, sealed.nonce.count == Self.nonceBytes else {
      return nil
    }
    let cipher = try Cipher()
    guard secret.withBytes({ cipher.beginOpening($0, sealed.nonce, context) }) else { return nil }
    return cipher.open(sealed.bytes)
  }
}

/// One sealing or opening under way. It frees its state, the key's schedule with it, at its end.
private final class Cipher {
  static let tagBytes = 16
  private let context: OpaquePointer

  init() throws(VaultError) {
    guard let context = EVP_CIPHER_CTX_new() else { throw .library("it gives no cipher") }
    self.context = context
  }

  deinit { EVP_CIPHER_CTX_free(context) }

  func beginSealing(_ key: UnsafeRawBufferPointer, _ nonce: [UInt8], _ data: [UInt8]) -> Bool {
    var count: Int32 = 0
    let key = key.bindMemory(to: UInt8.self).baseAddress
    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
      && EVP_EncryptUpdate(context, nil, &count, data, Int32(data.count)) == 1
  }

  /// The sealed bytes and their tag.
  func seal(_ plain: UnsafeRawBufferPointer) -> [UInt8]? {
    var (sealed, count) = ([UInt8](repeating: 0, count: plain.count), Int32(0))
    var tag = [UInt8](repeating: 0, count: Self.tagBytes)
    let bytes = plain.bindMemory(to: UInt8.self).baseAddress
    guard EVP_EncryptUpdate(context, &sealed, &count, bytes, Int32(plain.count)) == 1,
      EVP_EncryptFinal_ex(context, nil, &count) == 1,
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagBytes), &tag) == 1
    else { return nil }
    return sealed + tag
  }

  func beginOpening(_ key: UnsafeRawBufferPointer, _ nonce: [UInt8], _ data: [UInt8]) -> Bool {
    var count: Int32 = 0
    let key = key.bindMemory(to: UInt8.self).baseAddress
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
      && EVP_DecryptUpdate(context, nil, &count, data, Int32(data.count)) == 1
  }

  /// What was sealed; `nil` and nothing of it where the tag is another's.
  func open(_ sealed: [UInt8]) -> Secret? {
    let size = sealed.count - Self.tagBytes
    var (plain, count) = ([UInt8](repeating: 0, count: size), Int32(0))
    var tag = Array(sealed[size...])
    let isTrue =
      EVP_DecryptUpdate(context, &plain, &count, sealed, Int32(size)) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagBytes), &tag) == 1
      && EVP_DecryptFinal_ex(context, nil, &count) == 1
    let secret = Secret(wiping: &plain)
    guard isTrue else { return nil }
    return secret
  }
}

/// Bytes nobody can foretell.
/// - Throws: `VaultError.library` when the system gives none.
func randomBytes(_ count: Int) throws(VaultError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw .library("it gives no random bytes") }
  return bytes
}
