/// The one place where secrets are taken out of text, before anything of it is shown or written.
///
/// Two nets: every `Secret` that was ever made is known by hashes of its bytes and of what they become in a
/// URL, in JSON, in base64 and in hexadecimal; and what looks like a secret by its surroundings
/// (`SecretPatterns`) goes whether it is known or not. Nothing here holds a secret.

internal import Synchronization

public enum Redaction {
  /// What stands in a secret's place.
  public static let mask = "[secret]"

  private static let known = Mutex(KnownSecrets())

  /// The text without secrets; equal to `text` where there is none.
  /// O(bytes × different lengths of known secrets).
  public static func clean(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let found =
      known.withLock { $0.places(in: bytes) } + SecretPatterns.places(in: bytes)
    guard !found.isEmpty else { return text }
    var result: [UInt8] = []
    var place = 0
    for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > place
    {
      if range.lowerBound >= place {
        result += bytes[place..<range.lowerBound]
        result += mask.utf8
      }
      place = range.upperBound
    }
    return String(decoding: result + bytes[place...], as: UTF8.self)
  }

  /// Remembers what a secret looks like.
  static func learn(_ secret: [UInt8]) {
    known.withLock { known in
      for form in SecretForms.all(of: secret) { known.learn(form) }
    }
  }
}

/// Hashes of secrets by their length. A polynomial over the bytes, so that the hash of a window follows from
/// the one before (R. Karp, M. Rabin: Efficient randomized pattern-matching algorithms, 1987).
private struct KnownSecrets {
  private struct Print: Equatable {
    let count: Int
    let hash: UInt64
  }

  /// The oldest is forgotten at this many.
  private static let capacity = 4_096
  /// Shorter than this, a secret is found only where it stands as a word of its own.
  private static let longWord = 8
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var prints: [Print] = []
  private var oldest = 0

  mutating func learn(_ bytes: [UInt8]) {
    let print = Print(
      count: bytes.count, hash: bytes.reduce(0) { $0 &* Self.base &+ UInt64($1) &+ 1 })
    guard !prints.contains(print) else { return }
    if prints.count < Self.capacity { return prints.append(print) }
    prints[oldest] = print
    oldest = (oldest + 1) % Self.capacity
  }

  func places(in bytes: [UInt8]) -> [Range<Int>] {
    Set(prints.map(\.count)).sorted().flatMap { count -> [Range<Int>] in
      let hashes = Set(prints.lazy.filter { $0.count == count }.map(\.hash))
      return windows(of: count, in: bytes, among: hashes)
    }
  }

  private func windows(
    of count: Int, in bytes: [UInt8], among hashes: Set<UInt64>
  ) -> [Range<Int>] {
    guard count <= bytes.count else { return [] }
    let leaving = (1..<count).reduce(UInt64(1)) { power, _ in power &* Self.base }
    var found: [Range<Int>] = []
    var hash: UInt64 = 0
    for end in 1...bytes.count {
      let start = end - count
      if start > 0 { hash &-= (UInt64(bytes[start - 1]) &+ 1) &* leaving }
      hash = hash &* Self.base &+ UInt64(bytes[end - 1]) &+ 1
      guard start >= 0, hashes.contains(hash), isPlausible(start..<end, in: bytes) else { continue }
      found.append(start..<end)
    }
    return found
  }

  private func isPlausible(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    guard range.count < Self.longWord else { return true }
    let before = range.lowerBound > 0 ? bytes[range.lowerBound - 1] : UInt8(ascii: " ")
    let after = range.upperBound < bytes.count ? bytes[range.upperBound] : UInt8(ascii: " ")
    return !before.isOfWord && !after.isOfWord
  }
}

/// What a secret becomes on its way into text.
private enum SecretForms {
  /// A secret of fewer bytes is a word like others, and is not looked for.
  private static let least = 4
  /// No key or passphrase is longer.
  private static let most = 1 << 14

  static func all(of secret: [UInt8]) -> [[UInt8]] {
    var secret = secret[...]
    while let last = secret.last, last == 10 || last == 13 { secret.removeLast() }
    guard (least...most).contains(secret.count) else { return [] }
    let whole = Array(secret)
    // RFC 3986 leaves -._~ as they are; some encoders do not.
    let forms = [
      whole, percent(whole, keeping: [45, 46, 95, 126]), percent(whole, keeping: []), json(whole),
      base64(whole), hexadecimal(whole),
    ]
    // A key as PEM text is also written line by line; its first and last are no secret.
    let lines = whole.split(whereSeparator: { $0 == 10 || $0 == 13 }).map(Array.init)
    return forms + (lines.count > 1 ? lines.filter { $0.count >= 8 && $0[0] != 45 } : [])
  }

  private static func percent(_ bytes: [UInt8], keeping kept: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      (byte.isOfWord && byte != 95) || kept.contains(byte)
        ? [byte] : [UInt8(ascii: "%")] + hexadecimal([byte]).map { $0 >= 97 ? $0 - 32 : $0 }
    }
  }

  private static func json(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case 10: Array(#"\n"#.utf8)
      case 13: Array(#"\r"#.utf8)
      case 34, 92: [92, byte]
      default: [byte]
      }
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return stride(from: 0, to: bytes.count, by: 3).flatMap { start -> [UInt8] in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      let all = [18, 12, 6, 0].map { digits[bits >> $0 & 63] }
      return all[...group.count] + Array(repeating: UInt8(ascii: "="), count: 3 - group.count)
    }
  }
}

extension UInt8 {
  /// Whether the byte is a letter, a digit or an underscore.
  var isOfWord: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
