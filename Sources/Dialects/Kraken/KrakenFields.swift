/// Kraken's WebSocket payloads, from bytes to places: one pass over an object notes where each value
/// stands that a reader may want, and allocates nothing. Source: docs.kraken.com, Spot WebSocket v2.

import TradingCore

/// What one JSON object of Kraken holds, as places in it.
struct KrakenFields {
  /// The keys that are read, whichever object they stand in.
  enum Word: Int {
    // The envelope.
    case channel, type, data, method, result, success, error, requestID, sequence
    // What every message about a market has.
    case symbol, timestamp, side, price, quantity
    case checksum, bids, asks, tradeID
    case bid, bidQuantity, ask, askQuantity
    case interval, begin, open, high, low, close, volume
  }

  private static let words: [(name: StaticString, word: Word)] = [
    ("symbol", .symbol), ("price", .price), ("qty", .quantity), ("side", .side),
    ("timestamp", .timestamp), ("checksum", .checksum), ("bids", .bids), ("asks", .asks),
    ("channel", .channel), ("type", .type), ("data", .data), ("trade_id", .tradeID),
    ("bid", .bid), ("bid_qty", .bidQuantity), ("ask", .ask), ("ask_qty", .askQuantity),
    ("interval", .interval), ("interval_begin", .begin), ("open", .open), ("high", .high),
    ("low", .low), ("close", .close), ("volume", .volume), ("method", .method),
    ("result", .result), ("success", .success), ("error", .error), ("req_id", .requestID),
    ("sequence", .sequence),
  ]

  /// The start of each word's value; −1 where absent.
  private var places = InlineArray<29, Int32>(repeating: -1)

  /// Reads the object that comes next and moves behind it.
  init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      _ = json.peek(text)
      if let word = Self.words.first(where: { text.equals($0.name, in: key) })?.word {
        places[word.rawValue] = Int32(truncatingIfNeeded: json.position)
      }
      try json.skipValue(text)
    }
  }

  /// The place of a word's value; `nil` where it is absent or null.
  func find(_ word: Word, _ text: Span<UInt8>) -> JSONScanner? {
    let place = Int(places[word.rawValue])
    guard place >= 0, place < text.count, text[place] != UInt8(ascii: "n") else { return nil }
    return JSONScanner(at: place)
  }

  /// The place of a word's value.
  func place(_ word: Word, _ text: Span<UInt8>) throws(LineFault) -> JSONScanner {
    if let place = find(word, text) { return place }
    let name = Self.words.first { $0.word == word }?.name ?? "?"
    throw LineFault("the field \"\(name)\" is missing")
  }

  func string(_ word: Word, _ text: Span<UInt8>) throws(LineFault) -> Range<Int> {
    var json = try place(word, text)
    return try json.string(text)
  }

  func integer(_ word: Word, _ text: Span<UInt8>) throws(LineFault) -> Int64 {
    var json = try place(word, text)
    return try json.integer(text)
  }

  func boolean(_ word: Word, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    var json = try place(word, text)
    return try json.boolean(text)
  }

  /// A decimal that must not be negative; its rounding is counted in the message.
  func decimal(
    _ word: Word, _ text: Span<UInt8>, _ what: StaticString, _ message: inout Message
  ) throws(LineFault) -> Decimal64 {
    var json = try place(word, text)
    return try message.take(try json.decimal(text), what)
  }

  /// Reads the entries of a message's data, one after the other.
  /// - Parameter read: reads one and says whether it became events.
  /// - Returns: whether any did.
  func eachEntry(
    _ text: Span<UInt8>, _ read: (inout JSONScanner) throws(LineFault) -> Bool
  ) throws(LineFault) -> Bool {
    var json = try place(.data, text)
    try json.expect(UInt8(ascii: "["), text)
    var (isFirst, isNews) = (true, false)
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      if try read(&json) { isNews = true }
    }
    return isNews
  }

  /// A moment as RFC 3339 writes it.
  func time(_ word: Word, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    try TimeScanner.moment(text, in: try string(word, text))
  }

  /// Whose side it is.
  func side(_ text: Span<UInt8>) throws(LineFault) -> Side {
    try Self.side(text, try string(.side, text))
  }

  /// `buy` or `sell`.
  static func side(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Side {
    if text.equals("buy", in: range) { return .buy }
    guard text.equals("sell", in: range) else {
      throw LineFault("a side is \"\(text.string(range))\"")
    }
    return .sell
  }
}
