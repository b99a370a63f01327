/// The one place where secrets are taken out of text, before anything of it is shown or written.
///
/// Two nets: every `Secret` that was ever made is known by hashes of its bytes and of what they become in a
/// URL, in JSON, in base64 and in hexadecimal; and what looks like a secret by its surroundings
/// (`SecretPatterns`) goes whether it is known or not. Nothing here holds a secret or a copy of one: forms are
/// hashed byte by byte as they are made, on a base that is another one in every process, so that a hash in
/// an image of the memory is nothing a guess could be tried on without that image.

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
      SecretForms.each(of: secret) { form in
        var print = known.blank
        form { print.take($0) }
        known.learn(print)
      }
    }
  }
}

/// Hashes of secrets by their length. A polynomial over the bytes, so that the hash of a window follows from
/// the one before (R. Karp, M. Rabin: Efficient randomized pattern-matching algorithms, 1987).
private struct KnownSecrets {
  struct Print: Equatable {
    private(set) var count = 0
    private(set) var hash: UInt64 = 0
    fileprivate let base: UInt64

    mutating func take(_ byte: UInt8) {
      count += 1
      hash = hash &* base &+ UInt64(byte) &+ 1
    }
  }

  /// The oldest is forgotten at this many.
  private static let capacity = 4_096
  /// Shorter than this, a secret is found only where it stands as a word of its own.
  private static let longWord = 8
  /// Odd, so that no byte of a long window is lost.
  private let base = UInt64.random(in: 0...UInt64.max) | 1

  private var prints: [Print] = []
  private var oldest = 0

  /// The hash of nothing yet.
  var blank: Print { Print(base: base) }

  mutating func learn(_ print: Print) {
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
    let leaving = (1..<count).reduce(UInt64(1)) { power, _ in power &* base }
    var found: [Range<Int>] = []
    var hash: UInt64 = 0
    for end in 1...bytes.count {
      let start = end - count
      if start > 0 { hash &-= (UInt64(bytes[start - 1]) &+ 1) &* leaving }
      hash = hash &* base &+ UInt64(bytes[end - 1]) &+ 1
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

/// What a secret becomes on its way into text, told byte by byte: no form of it is ever in memory.
private enum SecretForms {
  typealias Emit = (UInt8) -> Void

  /// A secret of fewer bytes is a word like others, and is not looked for.
  private static let least = 4
  /// No key or passphrase is longer.
  private static let most = 1 << 14

  /// Calls `body` for each form, which is a function that tells its bytes.
  static func each(of secret: [UInt8], _ body: ((Emit) -> Void) -> Void) {
    let last = secret.lastIndex { $0 != 10 && $0 != 13 }
    let whole = 0..<(last.map { $0 + 1 } ?? 0)
    guard (least...most).contains(whole.count) else { return }
    for encode in encodings { body { tell(secret, whole, by: encode, to: $0) } }
    body { base64(secret, whole, $0) }
    lines(of: secret, whole, body)
  }

  /// Those that take a byte by itself. RFC 3986 leaves -._~ as they are in a URL; some encoders do not.
  private static let encodings: [@Sendable (UInt8, Emit) -> Void] = [
    plain, { percent($0, keepingMarks: true, $1) }, { percent($0, keepingMarks: false, $1) }, json,
    hexadecimal,
  ]

  private static func tell(
    _ secret: [UInt8], _ range: Range<Int>, by encode: @escaping (UInt8, Emit) -> Void,
    to emit: Emit
  ) {
    for place in range { encode(secret[place], emit) }
  }

  @Sendable private static func plain(_ byte: UInt8, _ emit: Emit) { emit(byte) }

  /// A key as PEM text is also written line by line; its first and last are no secret.
  private static func lines(
    of secret: [UInt8], _ whole: Range<Int>, _ body: ((Emit) -> Void) -> Void
  ) {
    let ends = whole.filter { secret[$0] == 10 || secret[$0] == 13 }
    guard !ends.isEmpty else { return }
    for (start, end) in zip([-1] + ends, ends + [whole.upperBound]) {
      let line = start + 1..<end
      guard line.count >= 8, secret[line.lowerBound] != 45 else { continue }
      body { tell(secret, line, by: plain, to: $0) }
    }
  }

  private static func percent(_ byte: UInt8, keepingMarks: Bool, _ emit: Emit) {
    let isMark = byte == 45 || byte == 46 || byte == 95 || byte == 126
    guard !(byte.isOfWord && byte != 95), !(keepingMarks && isMark) else { return emit(byte) }
    emit(UInt8(ascii: "%"))
    hexadecimal(byte) { emit($0 >= 97 ? $0 - 32 : $0) }
  }

  @Sendable private static func json(_ byte: UInt8, _ emit: Emit) {
    let escaped: UInt8? =
      switch byte {
      case 10: UInt8(ascii: "n")
      case 13: UInt8(ascii: "r")
      case 34, 92: byte
      default: nil
      }
    if escaped != nil { emit(92) }
    emit(escaped ?? byte)
  }

  @Sendable private static func hexadecimal(_ byte: UInt8, _ emit: Emit) {
    for digit in [byte >> 4, byte & 15] { emit(digit < 10 ? 48 + digit : 87 + digit) }
  }

  private static func base64(_ secret: [UInt8], _ whole: Range<Int>, _ emit: Emit) {
    for start in stride(from: 0, to: whole.count, by: 3) {
      let count = min(3, whole.count - start)
      var bits = 0
      for index in 0..<3 { bits = bits << 8 | (index < count ? Int(secret[start + index]) : 0) }
      for place in 0..<4 {
        emit(place <= count ? base64Digit(bits >> (18 - 6 * place) & 63) : UInt8(ascii: "="))
      }
    }
  }

  private static func base64Digit(_ value: Int) -> UInt8 {
    switch value {
    case ..<26: UInt8(65 + value)
    case ..<52: UInt8(71 + value)
    case ..<62: UInt8(value - 4)
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
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
