/// JSON read in one pass over bytes, without a tree, a string or an allocation: the decoder asks
/// for the next key and takes or skips its value. The rules are RFC 8259's, except that what is
/// skipped is checked for structure and literals, not for every digit and escape.

import TradingCore

/// A position in a JSON text, with the moves a decoder needs. The text is handed to every move.
package struct JSONScanner {
  /// The byte that is read next.
  package var position: Int

  package init(at position: Int = 0) { self.position = position }

  /// The next byte behind white space, 0 at the end.
  package mutating func peek(_ text: Span<UInt8>) -> UInt8 {
    while position < text.count {
      let byte = text[position]
      guard byte == 32 || byte == 9 || byte == 10 || byte == 13 else { return byte }
      position += 1
    }
    return 0
  }

  /// Takes `byte` if it comes next.
  package mutating func take(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
    guard peek(text) == byte else { return false }
    position += 1
    return true
  }

  /// Takes `byte` or fails.
  package mutating func expect(_ byte: UInt8, _ text: Span<UInt8>) throws(LineFault) {
    guard take(byte, text) else {
      throw LineFault("JSON: expected '\(Character(UnicodeScalar(byte)))' at byte \(position + 1)")
    }
  }

  /// The next key of the object entered, its colon taken; `nil` behind the closing brace.
  /// `isFirst` is true for the call that follows the opening brace.
  package mutating func nextKey(
    _ text: Span<UInt8>, isFirst: Bool
  ) throws(LineFault) -> Range<Int>? {
    if take(UInt8(ascii: "}"), text) { return nil }
    if !isFirst { try expect(UInt8(ascii: ","), text) }
    let key = try string(text)
    try expect(UInt8(ascii: ":"), text)
    return key
  }

  /// Moves to the next element of the array entered; false behind the closing bracket.
  package mutating func nextElement(_ text: Span<UInt8>, isFirst: Bool) throws(LineFault) -> Bool {
    if take(UInt8(ascii: "]"), text) { return false }
    if !isFirst { try expect(UInt8(ascii: ","), text) }
    return true
  }

  /// A string's bytes between its quotes, escapes left as they stand.
  package mutating func string(_ text: Span<UInt8>) throws(LineFault) -> Range<Int> {
    try expect(UInt8(ascii: "\""), text)
    let start = position
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return start..<position - 1
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    throw LineFault("JSON: a string is not closed")
  }

  /// A number, bare or inside quotes.
  package mutating func decimal(_ text: Span<UInt8>) throws(LineFault) -> ScannedDecimal {
    let quoted = take(UInt8(ascii: "\""), text)
    let value = try NumberScanner.decimal(text, &position)
    if quoted { try closeQuote(text) }
    return value
  }

  /// A whole number, bare or inside quotes.
  package mutating func integer(_ text: Span<UInt8>) throws(LineFault) -> Int64 {
    let quoted = take(UInt8(ascii: "\""), text)
    let value = try NumberScanner.integer(text, &position)
    if quoted {
      try closeQuote(text)
    } else if position < text.count, Self.goesOn(text[position]) {
      throw LineFault("JSON: a whole number has a fraction or an exponent")
    }
    return value
  }

  /// `true` or `false`.
  package mutating func boolean(_ text: Span<UInt8>) throws(LineFault) -> Bool {
    let first = peek(text)
    guard first != UInt8(ascii: "n") else {
      throw LineFault("JSON: null is neither true nor false")
    }
    try literal(text)
    return first == UInt8(ascii: "t")
  }

  /// Whether a byte carries a number on behind its whole part.
  private static func goesOn(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
  }

  private mutating func closeQuote(_ text: Span<UInt8>) throws(LineFault) {
    guard position < text.count, text[position] == UInt8(ascii: "\"") else {
      throw LineFault("JSON: a number in quotes holds something else")
    }
    position += 1
  }

  /// Fails unless nothing but white space follows.
  package mutating func finish(_ text: Span<UInt8>) throws(LineFault) {
    guard peek(text) == 0, position >= text.count else {
      throw LineFault("JSON: more text after the message, at byte \(position + 1)")
    }
  }
}

extension JSONScanner {
  /// Moves behind one value of any kind. Nesting beyond 60 levels is refused.
  package mutating func skipValue(_ text: Span<UInt8>) throws(LineFault) {
    var depth = 0
    /// Bit *n* tells whether level *n* is an object.
    var objects: UInt64 = 0
    var afterOpening = false
    repeat {
      if depth > 0 {
        let isObject = objects & 1 == 1
        let goesOn =
          isObject
          ? try nextKey(text, isFirst: afterOpening) != nil
          : try nextElement(text, isFirst: afterOpening)
        afterOpening = false
        guard goesOn else {
          depth -= 1
          objects >>= 1
          continue
        }
      }
      let byte = peek(text)
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard depth < 60 else { throw LineFault("JSON: nested too deeply") }
        position += 1
        depth += 1
        objects = objects << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
        afterOpening = true
      } else {
        try skipScalar(byte, text)
      }
    } while depth > 0
  }

  private mutating func skipScalar(_ byte: UInt8, _ text: Span<UInt8>) throws(LineFault) {
    switch byte {
    case UInt8(ascii: "\""):
      _ = try string(text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      while position < text.count, isNumberByte(text[position]) { position += 1 }
    default:
      try literal(text)
    }
  }

  private func isNumberByte(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
  }

  private mutating func literal(_ text: Span<UInt8>) throws(LineFault) {
    if text.matches("true", at: position) || text.matches("null", at: position) {
      position += 4
    } else if text.matches("false", at: position) {
      position += 5
    } else {
      throw LineFault("JSON: expected a value at byte \(position + 1)")
    }
  }
}
