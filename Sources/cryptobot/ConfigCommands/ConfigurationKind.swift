/// What a setting may be: how its text is checked, and in which one form it is shown and handed on.

import Research
import TradingCore

enum ConfigurationKind: Equatable, Sendable {
  /// `true` or `false` and nothing else: a word that nobody understands must not choose a network.
  case truth
  /// One of some words, in either case, or another word for one of them.
  case choice([String], or: [String: String] = [:])
  /// A share of equity in millionths: `0.02`, `2%` or `200bp`.
  case share(ClosedRange<Int64>)
  /// A whole number.
  case whole(ClosedRange<Int64>)
  /// A number of bytes, with KiB, MiB or GiB where one wants.
  case size(ClosedRange<Int64>)
  /// A symbol as the venue spells it.
  case symbol
  /// A file or folder.
  case path
  /// Never shown.
  case secret

  /// What a value has to be, for the help and for refusals.
  var expected: String {
    switch self {
    case .truth: "true or false"
    case .choice(let words, _): words.joined(separator: " or ")
    case .share(let range):
      "a share from \(Self.text(share: range.lowerBound)) to \(Self.text(share: range.upperBound)), "
        + "such as 0.02 or 2%"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .size(let range):
      "a size from \(Self.text(size: range.lowerBound)) to \(Self.text(size: range.upperBound))"
    case .symbol: "a symbol of letters and digits, such as BTCUSDT"
    case .path: "a path"
    case .secret: "a secret"
    }
  }

  /// The value in its one form; `nil` for text that is none.
  func canonical(_ text: String) -> String? {
    switch self {
    case .truth: return ["true", "false"].contains(text.lowercased()) ? text.lowercased() : nil
    case .choice(let words, let others):
      let word = text.lowercased()
      return words.contains(word) ? word : others[word]
    case .share(let range):
      return Self.share(text).flatMap { range.contains($0) ? Self.text(share: $0) : nil }
    case .whole(let range):
      return Int64(text).flatMap { range.contains($0) ? String($0) : nil }
    case .size(let range):
      return Self.size(text).flatMap { range.contains($0) ? Self.text(size: $0) : nil }
    case .symbol: return Self.isSymbol(text) ? text.uppercased() : nil
    case .path, .secret: return text
    }
  }

  /// Millionths of a share as a scenario writes it.
  static func share(_ text: String) -> Int64? { ScenarioValues.share(text, scale: 6) }

  /// Letters and digits, with what some venues put between two assets.
  private static func isSymbol(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "/"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// `0.02`, without zeros at the end.
  static func text(share millionths: Int64) -> String {
    Money(units: Int128(millionths) * Int128(powerOfTen(12))).exactText
  }

  private static let units: [(word: String, shift: Int)] = [("GiB", 30), ("MiB", 20), ("KiB", 10)]

  /// Bytes of a size; `nil` for text that is none or beyond counting.
  static func size(_ text: String) -> Int64? {
    let unit = units.first { text.lowercased().hasSuffix($0.word.lowercased()) }
    var digits = text.dropLast(unit?.word.count ?? 0)
    while digits.last == " " { digits.removeLast() }
    guard let count = Int64(digits), count >= 0 else { return nil }
    let (bytes, isTooMany) = count.multipliedReportingOverflow(by: 1 << (unit?.shift ?? 0))
    return isTooMany ? nil : bytes
  }

  /// `16MiB`: in the largest unit that is exact.
  static func text(size bytes: Int64) -> String {
    let unit = units.first { bytes > 0 && bytes % (1 << $0.shift) == 0 }
    return unit.map { "\(bytes >> $0.shift)\($0.word)" } ?? String(bytes)
  }
}
