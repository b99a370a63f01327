/// One market message as its decoder understood it: decimals still as written, the symbol a small
/// index. What follows either looks at its digits (a survey of files) or makes events of it.

package import TradingCore

/// A price and a quantity as written.
package struct RawLevel {
  package var price = Decimal64(mantissa: 0, scale: 0)
  package var quantity = Decimal64(mantissa: 0, scale: 0)

  package init() {}

  package init(price: Decimal64, quantity: Decimal64) {
    (self.price, self.quantity) = (price, quantity)
  }
}

/// A trade as written.
package struct RawTrade {
  package var at = RawLevel()
  package var id: Int64 = 0
  package var firstID: Int64 = 0
  package var count: UInt32 = 1
  package var aggressor = Side.buy
  package var isAggregate = false

  package init() {}
}

/// The best bid and ask as written.
package struct RawQuote {
  package var bid = RawLevel()
  package var ask = RawLevel()
  package var updateID: Int64 = 0

  package init() {}
}

/// A closed bar as written.
package struct RawCandle: Equatable {
  package var open = Decimal64(mantissa: 0, scale: 0)
  package var high = Decimal64(mantissa: 0, scale: 0)
  package var low = Decimal64(mantissa: 0, scale: 0)
  package var close = Decimal64(mantissa: 0, scale: 0)
  package var volume = Decimal64(mantissa: 0, scale: 0)
  package var intervalSeconds: UInt32 = 0

  package init() {}
}

/// What a message says. Depth and snapshot levels stand in the message's `bids` and `asks`.
package enum MessageBody {
  case trade(RawTrade)
  case quote(RawQuote)
  case depth(firstID: Int64, lastID: Int64)
  case snapshot(updateID: Int64)
  case candle(RawCandle)
}

/// A decoded message. One value is reused for a whole file or connection, so its arrays keep their room.
package struct Message {
  /// The symbol is not in the message; the only one is meant.
  package static let unnamed = -1

  package var receiveTime = Timestamp.none
  package var venueTime = Timestamp.none
  /// Index into the `SymbolTable`, or `unnamed`.
  package var symbol = Message.unnamed
  package var body = MessageBody.snapshot(updateID: 0)
  package var bids: ContiguousArray<RawLevel> = []
  package var asks: ContiguousArray<RawLevel> = []
  /// Numbers whose digits beyond 8 decimals were rounded.
  package var rounded = 0

  package init() {}

  /// Forgets the last message and keeps the room.
  package mutating func reset() {
    receiveTime = .none
    venueTime = .none
    symbol = Message.unnamed
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    rounded = 0
  }
}

/// What a text turned out to be.
package enum MessageOutcome: Equatable {
  /// A message that becomes events.
  case message
  /// A message of a kind that becomes none; `kind` is where its name stands, if it has one.
  case ignored(kind: Range<Int>?)
  /// A candle that had not closed yet.
  case unclosed
}

extension Message {
  /// Reads `[["price","quantity"],…]` into one side; what else stands behind a quantity is skipped (Kraken's
  /// times, an empty list in Binance's older answers).
  mutating func takeLevels(
    _ text: Span<UInt8>, _ json: inout JSONScanner, isBid: Bool
  ) throws(LineFault) {
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let level = try takeLevel(text, &json, "a level's price", "a level's quantity")
      guard level.price.mantissa > 0 else { throw LineFault("a level's price is zero") }
      if isBid { bids.append(level) } else { asks.append(level) }
    }
  }

  /// Reads `["price","quantity",…]`. Inlined, for updates of books hold hundreds.
  @inline(__always)
  mutating func takeLevel(
    _ text: Span<UInt8>, _ json: inout JSONScanner, _ price: StaticString, _ quantity: StaticString
  ) throws(LineFault) -> RawLevel {
    try json.expect(UInt8(ascii: "["), text)
    var level = RawLevel()
    level.price = try take(try json.decimal(text), price)
    try json.expect(UInt8(ascii: ","), text)
    level.quantity = try take(try json.decimal(text), quantity)
    while try json.nextElement(text, isFirst: false) { try json.skipValue(text) }
    return level
  }

  /// Reads a decimal that must not be negative and counts its rounding.
  package mutating func take(_ scanned: ScannedDecimal, _ what: StaticString) throws(LineFault)
    -> Decimal64
  {
    if scanned.rounded { rounded += 1 }
    guard scanned.value.mantissa >= 0 else { throw LineFault("\(what) is negative") }
    return scanned.value
  }
}
