/// A JSON object by its keys, for answers that come seldom: it notes where each value begins and reads
/// none. Frames that come by the thousand have readers of their own, which allocate nothing.

package import TradingCore

/// The keys of one object and the places of their values.
package struct JSONObject {
  private var entries: [(key: Range<Int>, place: Int)] = []

  /// Reads the object that comes next and moves behind it.
  package init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    try json.expect(UInt8(ascii: "{"), text)
    while let key = try json.nextKey(text, isFirst: entries.isEmpty) {
      guard json.peek(text) != 0 else { throw LineFault("JSON: a value is missing") }
      entries.append((key, json.position))
      try json.skipValue(text)
    }
  }

  /// The place of a key's value; `nil` where it is absent or null. O(keys).
  package func find(_ key: StaticString, _ text: Span<UInt8>) -> JSONScanner? {
    guard let entry = entries.first(where: { text.equals(key, in: $0.key) }),
      text[entry.place] != UInt8(ascii: "n")
    else { return nil }
    return JSONScanner(at: entry.place)
  }

  /// The place of a key's value.
  package func place(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> JSONScanner {
    guard let place = find(key, text) else { throw LineFault("the field \"\(key)\" is missing") }
    return place
  }

  package func integer(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> Int64 {
    var json = try place(key, text)
    return try json.integer(text)
  }

  package func decimal(
    _ key: StaticString, _ text: Span<UInt8>
  ) throws(LineFault) -> ScannedDecimal {
    var json = try place(key, text)
    return try json.decimal(text)
  }

  package func boolean(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> Bool {
    var json = try place(key, text)
    return try json.boolean(text)
  }

  package func string(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> Range<Int> {
    var json = try place(key, text)
    return try json.string(text)
  }

  /// A string for people, at most 400 bytes of it, escapes left as they stand.
  package func words(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> String {
    let range = try string(key, text)
    return String(decoding: range.prefix(400).map { text[$0] }, as: UTF8.self)
  }

  /// Milliseconds or microseconds to a moment.
  package func time(_ key: StaticString, _ text: Span<UInt8>) throws(LineFault) -> Timestamp {
    let value = try integer(key, text)
    return Timestamp(nanoseconds: try TimeUnit(magnitudeOf: value).nanoseconds(value))
  }
}
