/// Bytes that nobody may print, copy or keep: an API secret, a private key's PEM text.
internal import COpenSSL

/// A secret. It cannot be copied, compared, described or encoded, and its memory is wiped when its owner
/// lets go of it; so it ends up in no log, error, journal or core of a closed session.
@safe public struct Secret: ~Copyable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Takes the bytes and wipes the caller's array, which must be the only one that holds them.
  public init(wiping source: inout [UInt8]) {
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

  /// Shows the bytes to `body`, which must not let them out.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe body(UnsafeRawBufferPointer(bytes))
  }

  /// Overwrites bytes in a way that no compiler leaves out.
  private static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    unsafe OPENSSL_cleanse(bytes.baseAddress, bytes.count)
  }
}
