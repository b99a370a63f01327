/// Words that Coinbase uses in frames and answers alike.

import TradingCore

/// Words to values.
enum CoinbaseWords {
  /// `BUY` or `SELL`.
  static func side(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Side {
    if text.equals("BUY", in: range) { return .buy }
    guard text.equals("SELL", in: range) else {
      throw LineFault("a side is \"\(text.string(range))\"")
    }
    return .sell
  }

  static func text(_ side: Side) -> String { side == .buy ? "BUY" : "SELL" }

  /// Where an order stands by the name of its status; whether something traded is told beside it.
  static func status(
    _ text: Span<UInt8>, _ range: Range<Int>, hasTraded: Bool
  ) throws(LineFault) -> VenueOrderStatus {
    switch true {
    case text.equals("FILLED", in: range): return .filled
    case text.equals("CANCELLED", in: range): return .canceled
    case text.equals("EXPIRED", in: range): return .expired
    case text.equals("FAILED", in: range): return .rejected
    case text.equals("OPEN", in: range), text.equals("PENDING", in: range),
      text.equals("QUEUED", in: range), text.equals("CANCEL_QUEUED", in: range),
      text.equals("EDIT_QUEUED", in: range):
      return hasTraded ? .partlyFilled : .working
    default: throw LineFault("an order's status is \"\(text.string(range))\"")
    }
  }
}
