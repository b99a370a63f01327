/// Coinbase's WebSocket frames, from bytes to places: the envelope that all channels share, and the events
/// inside it. Source: docs.cdp.coinbase.com, "Advanced Trade WebSocket channels", August 2026.

import TradingCore

/// The envelope of a frame. Its keys come in any order, so one pass notes where the events stand.
struct CoinbaseFrame {
  /// Where the channel's name stands; empty for a frame that is of none.
  private(set) var channel = 0..<0
  /// When the venue sent it; `.none` where it does not say.
  private(set) var time = Timestamp.none
  /// The frame's number on its connection.
  private(set) var sequence: Int64?
  private(set) var events: JSONScanner?
  /// Whether it refuses something that was asked for.
  private(set) var isError = false

  /// Reads the object that comes next.
  init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("channel", in: key) {
        channel = try json.string(text)
      } else if text.equals("timestamp", in: key) {
        time = try json.moment(text)
      } else if text.equals("sequence_num", in: key) {
        sequence = try json.integer(text)
      } else if text.equals("type", in: key) {
        isError = text.equals("error", in: try json.string(text))
      } else {
        if text.equals("events", in: key) { events = json }
        try json.skipValue(text)
      }
    }
  }
}

/// One event of a frame.
struct CoinbaseEvent {
  /// Whether it tells how things stand, and not what changed.
  private(set) var isSnapshot = false
  /// Where the product's id stands, in events that are about one.
  private(set) var product = 0..<0
  /// What it tells: levels, trades, tickers, candles or orders.
  private(set) var list: JSONScanner?

  /// Reads the object that comes next.
  init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("type", in: key) {
        isSnapshot = text.equals("snapshot", in: try json.string(text))
      } else if text.equals("product_id", in: key) {
        product = try json.string(text)
      } else {
        if json.peek(text) == UInt8(ascii: "[") { list = json }
        try json.skipValue(text)
      }
    }
  }

  /// The place of what it tells.
  func place(_ what: StaticString) throws(LineFault) -> JSONScanner {
    guard let list else { throw LineFault("an event without its \(what)") }
    return list
  }
}

extension JSONScanner {
  /// A moment in ISO 8601, of whatever precision.
  mutating func moment(_ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    try TimeScanner.moment(text, in: try string(text))
  }

  /// A decimal, or zero for an empty string, which is how Coinbase says that there is none.
  mutating func decimalOrZero(_ text: Span<UInt8>) throws(LineFault) -> ScannedDecimal {
    guard peek(text) == UInt8(ascii: "\""), text.matches("\"\"", at: position) else {
      return try decimal(text)
    }
    position += 2
    return ScannedDecimal(value: Decimal64(mantissa: 0, scale: 0), rounded: false)
  }
}
