/// Which way an order, a fill or a book level points.
public enum Side: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Buying; the bid side of a book; the buyer as aggressor of a trade.
  case buy = 0
  /// Selling; the ask side of a book.
  case sell = 1

  public var opposite: Side { self == .buy ? .sell : .buy }
  /// +1 for a buy, −1 for a sell.
  public var sign: Int64 { self == .buy ? 1 : -1 }
}

/// Said, not reflected upon: long tables name it in every row.
extension Side: CustomStringConvertible {
  public var description: String { self == .buy ? "buy" : "sell" }
}
