/// What a payload of Binance says it is, read once for the market's messages and the account's.

/// The kind in a payload's `e`.
enum BinanceKind {
  case trade, aggregateTrade, quote, depth, kline
  case executionReport, accountPosition, balanceUpdate, listStatus, streamTerminated
  case shutdown
  /// A kind that is not known here; where its name stands.
  case other(Range<Int>)
  /// No kind: spot's bookTicker, a partial book, an answer.
  case unnamed

  init(_ fields: BinanceFields, _ text: Span<UInt8>) throws(LineFault) {
    guard var place = fields.find("e"), place.peek(text) == UInt8(ascii: "\"") else {
      self = .unnamed
      return
    }
    let name = try place.string(text)
    self = BinanceKind.named(name, text) ?? .other(name)
  }

  /// The first letter leaves at most two names to compare.
  private static func named(_ name: Range<Int>, _ text: Span<UInt8>) -> BinanceKind? {
    guard !name.isEmpty else { return nil }
    switch text[name.lowerBound] {
    case UInt8(ascii: "t") where text.equals("trade", in: name): return .trade
    case UInt8(ascii: "d") where text.equals("depthUpdate", in: name): return .depth
    case UInt8(ascii: "a") where text.equals("aggTrade", in: name): return .aggregateTrade
    case UInt8(ascii: "b") where text.equals("bookTicker", in: name): return .quote
    case UInt8(ascii: "b") where text.equals("balanceUpdate", in: name): return .balanceUpdate
    case UInt8(ascii: "k") where text.equals("kline", in: name): return .kline
    case UInt8(ascii: "e") where text.equals("executionReport", in: name): return .executionReport
    case UInt8(ascii: "e") where text.equals("eventStreamTerminated", in: name):
      return .streamTerminated
    case UInt8(ascii: "o") where text.equals("outboundAccountPosition", in: name):
      return .accountPosition
    case UInt8(ascii: "l") where text.equals("listStatus", in: name): return .listStatus
    case UInt8(ascii: "s") where text.equals("serverShutdown", in: name): return .shutdown
    default: return nil
    }
  }
}
