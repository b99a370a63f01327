/// Ids as Kraken writes them, `OK4GJX-KSTLS-7DZZO5`: sixteen digits of base 32 (RFC 4648, section 6) behind a
/// letter. Half of them are the number of the order or the trade, so that nobody has to remember them.

internal import TradingCore

/// What has an id, by its first letter.
enum KrakenID: String {
  case order = "O"
  case trade = "T"

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// The id of a number, of which 40 bits count.
  func text(_ number: Int64) -> String {
    let seed = XXH64.hash(Array("\(rawValue)\(number)".utf8))
    let all = Self.digits(seed) + Self.digits(UInt64(bitPattern: number))
    let groups = [all[0..<5], all[5..<10], all[10..<16]]
    return rawValue + groups.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
  }

  /// The number of an id; `nil` for text that is none.
  func number(_ text: String) -> Int64? {
    var number: Int64 = 0
    for byte in text.utf8.filter({ $0 != UInt8(ascii: "-") }).suffix(8) {
      guard let digit = Self.digits.firstIndex(of: byte) else { return nil }
      number = number << 5 | Int64(digit)
    }
    return self.text(number) == text ? number : nil
  }

  /// Eight digits.
  private static func digits(_ value: UInt64) -> [UInt8] {
    (0..<8).map { digits[Int(value >> (35 - 5 * UInt64($0)) & 31)] }
  }
}
