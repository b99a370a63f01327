/// One message of a file as its decoder understood it: decimals still as written, the symbol a
/// small index. What follows either looks at its digits (the survey) or makes events of it.

import Dialects
import TradingCore

/// A price and a quantity as written.
struct RawLevel {
  var price = Decimal64(mantissa: 0, scale: 0)
  var quantity = Decimal64(mantissa: 0, scale: 0)
}

/// A trade as written.
struct RawTrade {
  var at = RawLevel()
  var id: Int64 = 0
  var firstID: Int64 = 0
  var count: UInt32 = 1
  var aggressor = Side.buy
  var isAggregate = false
}

/// The best bid and ask as written.
struct RawQuote {
  var bid = RawLevel()
  var ask = RawLevel()
  var updateID: Int64 = 0
}

/// A closed bar as written.
struct RawCandle {
  var open = Decimal64(mantissa: 0, scale: 0)
  var high = Decimal64(mantissa: 0, scale: 0)
  var low = Decimal64(mantissa: 0, scale: 0)
  var close = Decimal64(mantissa: 0, scale: 0)
  var volume = Decimal64(mantissa: 0, scale: 0)
  var intervalSeconds: UInt32 = 0
}

/// What a message says. Depth and snapshot levels stand in the message's `bids` and `asks`.
enum MessageBody {
  case trade(RawTrade)
  case quote(RawQuote)
  case depth(firstID: Int64, lastID: Int64)
  case snapshot(updateID: Int64)
  case candle(RawCandle)
}

/// A decoded message. One value is reused for a whole file, so its arrays keep their room.
struct Message {
  /// The symbol is not in the message; the file's only one is meant.
  static let unnamed = -1

  var receiveTime = Timestamp.none
  var venueTime = Timestamp.none
  /// Index into the import's `SymbolTable`, or `unnamed`.
  var symbol = Message.unnamed
  var body = MessageBody.snapshot(updateID: 0)
  var bids: ContiguousArray<RawLevel> = []
  var asks: ContiguousArray<RawLevel> = []
  /// Numbers whose digits beyond 8 decimals were rounded.
  var rounded = 0

  /// Forgets the last message and keeps the room.
  mutating func reset() {
    receiveTime = .none
    venueTime = .none
    symbol = Message.unnamed
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    rounded = 0
  }
}

/// What a line turned out to be.
enum LineOutcome {
  /// A message that becomes events.
  case message
  /// Nothing to import: a blank line, a header, a connection note.
  case framing
  /// A message of a kind the format does not use.
  case ignored
  /// A candle that had not closed yet.
  case unclosed
  /// An exchangeInfo answer, its JSON beginning at this byte of the line.
  case exchangeInfo(from: Int)
}

/// Turns lines of one file into messages, one after the other.
protocol LineDecoder {
  /// Reads `line` into `message`, which holds a result only for `.message`.
  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome
}

extension Message {
  /// Reads a decimal that must not be negative and counts its rounding.
  mutating func take(_ scanned: ScannedDecimal, _ what: StaticString) throws(LineFault) -> Decimal64
  {
    if scanned.rounded { rounded += 1 }
    guard scanned.value.mantissa >= 0 else { throw LineFault("\(what) is negative") }
    return scanned.value
  }
}
