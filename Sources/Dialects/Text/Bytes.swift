/// Small questions about bytes of a line: comparison with fixed words, texts for error messages.

extension Span where Element == UInt8 {
  /// Whether the bytes at `start` are those of an ASCII `word`.
  package func matches(_ word: StaticString, at start: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard start >= 0, count - start >= length else { return false }
    for offset in 0..<length where unsafe self[start + offset] != word.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Whether the bytes in `range` are exactly an ASCII `word`.
  package func equals(_ word: StaticString, in range: Range<Int>) -> Bool {
    range.count == word.utf8CodeUnitCount && matches(word, at: range.lowerBound)
  }

  /// The first place of an ASCII `word` at or after `start`. O(n × word).
  package func firstIndex(of word: StaticString, from start: Int) -> Int? {
    let last = count - word.utf8CodeUnitCount
    guard start <= last else { return nil }
    return (start...last).first { matches(word, at: $0) }
  }

  /// The first `byte` at or after `start`, or `count`.
  package func end(of byte: UInt8, from start: Int) -> Int {
    var index = start
    while index < count, self[index] != byte { index += 1 }
    return index
  }

  /// The bytes in `range` as a text, at most 60 of them: for names and error messages.
  package func string(_ range: Range<Int>) -> String {
    let shown = range.prefix(60)
    let bytes = shown.map { self[$0] }
    return String(decoding: bytes, as: UTF8.self) + (shown.count < range.count ? "…" : "")
  }
}
