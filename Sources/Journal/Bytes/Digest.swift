/// SHA-256; with `Ed25519.swift` the only file that calls libcrypto. The algorithm is fetched once and
/// the context reused, because fetching costs as much as hashing 500 bytes. Source: FIPS 180-4,
/// EVP_DigestInit(3).
internal import COpenSSL
internal import TradingCore

/// A SHA-256 value: 32 bytes as four words, the first byte lowest in the first word.
public struct SHA256Digest: Equatable, Sendable, BitwiseCopyable {
  /// The 32 bytes, eight to a word, lowest first.
  public var words: (UInt64, UInt64, UInt64, UInt64)

  public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// All bits zero: "none".
  public static let zero = SHA256Digest(words: (0, 0, 0, 0))

  public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

  /// The 32 bytes in order.
  public var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
  }

  /// 64 lower-case hex digits.
  public var hex: String { hexadecimal(bytes) }
}

/// A running SHA-256. One value serves any number of digests, one after the other.
@safe public struct Digest: ~Copyable {
  private let algorithm: OpaquePointer
  private let context: OpaquePointer

  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init() throws(JournalError) {
    guard let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
      throw .library("libcrypto offers no SHA-256")
    }
    guard let context = unsafe EVP_MD_CTX_new() else {
      unsafe EVP_MD_free(algorithm)
      throw .library("libcrypto gives no digest context")
    }
    guard unsafe EVP_DigestInit_ex2(context, algorithm, nil) == 1 else {
      unsafe EVP_MD_CTX_free(context)
      unsafe EVP_MD_free(algorithm)
      throw .library("libcrypto does not start a SHA-256")
    }
    unsafe self.algorithm = algorithm
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
    unsafe EVP_MD_free(algorithm)
  }

  /// Takes `count` more bytes.
  mutating func update(_ bytes: UnsafeRawPointer, count: Int) {
    let answer = unsafe EVP_DigestUpdate(context, bytes, count)
    precondition(answer == 1, "Digest.update: libcrypto answered \(answer)")
  }

  /// Takes an array's bytes.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe update(base, count: buffer.count)
    }
  }

  /// Takes a digest's 32 bytes.
  mutating func update(_ digest: SHA256Digest) {
    var copy = digest.words
    unsafe withUnsafeBytes(of: &copy) { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe update(base, count: 32)
    }
  }

  /// Takes one byte: the tag that keeps leaves, nodes and links apart.
  mutating func update(tag: UInt8) {
    var copy = tag
    unsafe withUnsafePointer(to: &copy) { unsafe update($0, count: 1) }
  }

  /// The digest of all bytes taken since the last one; the next digest begins.
  public mutating func finish() -> SHA256Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var answer = unsafe withUnsafeMutableBytes(of: &words) { buffer in
      unsafe EVP_DigestFinal_ex(
        context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
    }
    precondition(answer == 1, "Digest.finish: libcrypto answered \(answer)")
    answer = unsafe EVP_DigestInit_ex2(context, algorithm, nil)
    precondition(answer == 1, "Digest.finish: libcrypto answered \(answer)")
    return SHA256Digest(words: words)
  }

  /// The digest of one array.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public static func sha256(_ bytes: [UInt8]) throws(JournalError) -> SHA256Digest {
    var digest = try Digest()
    digest.update(bytes)
    return digest.finish()
  }
}
