/// Our orders' names at a venue: made from the journal and the order's sequence, so that a restart
/// makes the same name, no two runs share one, and a report leads back to its order.

public import TradingCore

/// The names of one journal's orders: 16 hexadecimal digits of the journal, 16 of the order. 32 digits
/// are within every venue's rules (Binance: 36 of letters, digits, `-`, `_`; Kraken: a UUID without
/// dashes; Coinbase: any text).
public struct ClientOrderIDs: Equatable, Sendable {
  /// Bits that tell this journal from others.
  public let journal: UInt64

  /// The most a name takes, in bytes.
  static let length = 32

  public init(journal: UInt64) { self.journal = journal }

  /// The name of an order.
  public func text(_ order: OrderID) -> String { hexadecimal(journal) + hexadecimal(order.raw) }

  /// The order that a name stands for; `.none` for a name that is not of this journal.
  public func order(_ name: String) -> OrderID {
    let bytes = Array(name.utf8)
    return order(bytes.span, bytes.indices)
  }

  /// The same from bytes, without an allocation.
  func order(_ text: Span<UInt8>, _ range: Range<Int>) -> OrderID {
    guard range.count == Self.length else { return .none }
    let middle = range.lowerBound + Self.length / 2
    guard number(text, range.lowerBound..<middle) == journal else { return .none }
    return number(text, middle..<range.upperBound).map { OrderID($0) } ?? .none
  }

  private func number(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    var value: UInt64 = 0
    for index in range {
      guard let digit = hexValue(text[index]) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }
}
