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
}
