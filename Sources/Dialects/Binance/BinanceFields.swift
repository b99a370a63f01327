/// Binance's WebSocket payloads, from bytes to places, sans I/O: the same reader serves a recording and
/// a live connection. Source: the exchange's web-socket-streams.md, user-data-stream.md and
/// web-socket-api.md.
///
/// Payload keys are single letters whose order is not promised, so one pass notes where each
/// letter's value stands, and the kind then says which to read. Levels are read on the way.

import TradingCore

/// What one JSON text holds, as places in it.
struct BinanceFields {
  /// The envelope's keys that are words.
  enum Word: Int {
    case id, result, error, status, code, event
  }

  /// The start of each single-letter key's value, by letter − 64; −1 where absent.
  private var places = InlineArray<64, Int32>(repeating: -1)
  /// The start of each word's value, by `Word`; −1 where absent.
  private var words = InlineArray<6, Int32>(repeating: -1)
  /// The combined stream's name; empty where there is none.
  private(set) var stream = 0..<0
  /// The value of `lastUpdateId`, which makes it a snapshot.
  private(set) var lastUpdateID: Int64?
  /// Whether a list of levels was read.
  private(set) var hasLevels = false

  /// The place of `letter`'s value; fails where it is absent.
  func place(_ letter: UInt8) throws(LineFault) -> JSONScanner {
    guard let scanner = find(letter) else {
      throw LineFault("the field \"\(Character(UnicodeScalar(letter)))\" is missing")
    }
    return scanner
  }

  /// The place of `letter`'s value, if there is one.
  func find(_ letter: UInt8) -> JSONScanner? {
    let place = places[Int(letter & 63)]
    return place < 0 ? nil : JSONScanner(at: Int(place))
  }

  /// The place of an envelope's word, if there is one.
  func find(_ word: Word) -> JSONScanner? {
    let place = words[word.rawValue]
    return place < 0 ? nil : JSONScanner(at: Int(place))
  }

  func integer(_ letter: UInt8, _ text: Span<UInt8>) throws(LineFault) -> Int64 {
    var scanner = try place(letter)
    return try scanner.integer(text)
  }

  func decimal(
    _ letter: UInt8, _ text: Span<UInt8>, _ what: StaticString, _ message: inout Message
  ) throws(LineFault) -> Decimal64 {
    var scanner = try place(letter)
    return try message.take(try scanner.decimal(text), what)
  }

  func boolean(_ letter: UInt8, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    var scanner = try place(letter)
    return try scanner.boolean(text)
  }

  func string(_ letter: UInt8, _ text: Span<UInt8>) throws(LineFault) -> Range<Int> {
    var scanner = try place(letter)
    return try scanner.string(text)
  }

  /// Milliseconds, or microseconds where the connection asked for them, to a moment.
  func time(_ letter: UInt8, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    let value = try integer(letter, text)
    return Timestamp(nanoseconds: try TimeUnit(magnitudeOf: value).nanoseconds(value))
  }
}

extension BinanceFields {
  /// Reads the object at `json`; the payload inside a combined stream's `data`, or inside an account's
  /// `event`, stands in for it.
  mutating func read(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into message: inout Message,
    isInner: Bool = false
  ) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      let isList = json.peek(text) == UInt8(ascii: "[")
      if key.count == 1 {
        let letter = text[key.lowerBound]
        guard letter >= 64, letter < 128 else { throw LineFault("JSON: an unknown key") }
        if isList, letter == UInt8(ascii: "b") || letter == UInt8(ascii: "a") {
          hasLevels = true
          try message.takeLevels(text, &json, isBid: letter == UInt8(ascii: "b"))
        } else {
          places[Int(letter & 63)] = Int32(truncatingIfNeeded: json.position)
          try json.skipValue(text)
        }
      } else {
        try readNamed(key, isList: isList, text, &json, into: &message, isInner: isInner)
      }
    }
  }

  /// The keys with whole words: the wrapper's and the snapshot's.
  private mutating func readNamed(
    _ key: Range<Int>, isList: Bool, _ text: Span<UInt8>, _ json: inout JSONScanner,
    into message: inout Message, isInner: Bool
  ) throws(LineFault) {
    if !isInner, text.equals("data", in: key), json.peek(text) == UInt8(ascii: "{") {
      try read(text, &json, into: &message, isInner: true)
    } else if !isInner, text.equals("stream", in: key) {
      stream = try json.string(text)
    } else if text.equals("lastUpdateId", in: key) {
      lastUpdateID = try json.integer(text)
    } else if isList, text.equals("bids", in: key) {
      hasLevels = true
      try message.takeLevels(text, &json, isBid: true)
    } else if isList, text.equals("asks", in: key) {
      hasLevels = true
      try message.takeLevels(text, &json, isBid: false)
    } else if !isInner, let word = BinanceFields.word(key, text) {
      words[word.rawValue] = Int32(truncatingIfNeeded: json.position)
      if word == .event, json.peek(text) == UInt8(ascii: "{") {
        try read(text, &json, into: &message, isInner: true)
      } else {
        try json.skipValue(text)
      }
    } else {
      try json.skipValue(text)
    }
  }

  private static func word(_ key: Range<Int>, _ text: Span<UInt8>) -> Word? {
    switch text[key.lowerBound] {
    case UInt8(ascii: "i") where text.equals("id", in: key): .id
    case UInt8(ascii: "r") where text.equals("result", in: key): .result
    case UInt8(ascii: "e") where text.equals("error", in: key): .error
    case UInt8(ascii: "e") where text.equals("event", in: key): .event
    case UInt8(ascii: "s") where text.equals("status", in: key): .status
    case UInt8(ascii: "c") where text.equals("code", in: key): .code
    default: nil
    }
  }
}
