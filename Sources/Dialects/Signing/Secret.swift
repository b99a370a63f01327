/// Bytes that nobody may print, copy or keep: an API secret, a private key's PEM text.
internal import COpenSSL

/// A secret. It cannot be copied, compared, described or encoded, and its memory is wiped when its owner
/// lets go of it; so it ends up in no log, error, journal or core of a closed session.
///
/// Unchecked, because the compiler cannot see behind the pointer: the bytes never change, and their one
/// owner frees them.
@safe public struct Secret: ~Copyable, @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Takes the bytes and wipes the caller's array, which must be the only one that holds them.
  /// From now on `Redaction` knows it.
  public init(wiping source: inout [UInt8]) {
    Redaction.learn(source)
    unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 8)
    unsafe bytes.copyBytes(from: source)
    unsafe source.withUnsafeMutableBytes { unsafe Self.wipe($0) }
    source.removeAll()
  }

  deinit {
    unsafe Self.wipe(bytes)
    unsafe bytes.deallocate()
  }

  /// How many bytes it has.
  public var count: Int { unsafe bytes.count }

  /// Whether the secret is a text that begins with these ASCII characters.
  func begins(with prefix: StaticString) -> Bool {
    guard count >= prefix.utf8CodeUnitCount else { return false }
    return (0..<prefix.utf8CodeUnitCount).allSatisfy { unsafe bytes[$0] == prefix.utf8Start[$0] }
  }

  /// The bytes that a base64 text with padding stands for (RFC 4648 section 4); `nil` for other text.
  /// White space at its ends is passed over, as it stands in files.
  func decodingBase64() -> Secret? {
    var decoded = [UInt8](repeating: 0, count: (count / 4 + 1) * 3)
    var padding = 0
    let length = unsafe withBytes { bytes -> Int32 in
      let text = unsafe bytes.bindMemory(to: UInt8.self)
      guard let last = unsafe text.lastIndex(where: { $0 > 32 }) else { return -1 }
      padding = unsafe text[...last].suffix(2).count { $0 == UInt8(ascii: "=") }
      return unsafe EVP_DecodeBlock(&decoded, text.baseAddress, Int32(text.count))
    }
    guard length >= padding else { return nil }
    unsafe decoded.withUnsafeMutableBytes {
      unsafe Self.wipe(UnsafeMutableRawBufferPointer(rebasing: $0[(Int(length) - padding)...]))
    }
    decoded.removeLast(decoded.count - Int(length) + padding)
    return Secret(wiping: &decoded)
  }

  /// Shows the bytes to `body`, which must not let them out.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe body(UnsafeRawBufferPointer(bytes))
  }

  /// Overwrites bytes in a way that no compiler leaves out.
  private static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    unsafe OPENSSL_cleanse(bytes.baseAddress, bytes.count)
  }
}
