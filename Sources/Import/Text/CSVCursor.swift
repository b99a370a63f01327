/// Fields of one CSV line in order, numbers straight from the bytes. Quotes around a field are
/// taken off; RFC 4180's doubled quotes and line breaks inside fields do not occur in numbers.

import Dialects

/// A place in a CSV line: before a field.
struct CSVCursor {
  private(set) var position = 0
  private let delimiter: UInt8

  init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

  /// Whether no field follows.
  func isAtEnd(_ line: Span<UInt8>) -> Bool { position > line.count || line.count == 0 }

  /// The next field without its quotes; the cursor moves behind its delimiter.
  mutating func field(_ line: Span<UInt8>, _ name: StaticString) throws(LineFault) -> Range<Int> {
    guard !isAtEnd(line) else { throw LineFault("the column \(name) is missing") }
    let end = line.end(of: delimiter, from: position)
    let range = position..<end
    position = end + 1
    guard range.count >= 2, line[range.lowerBound] == UInt8(ascii: "\""),
      line[end - 1] == UInt8(ascii: "\"")
    else { return range }
    return range.lowerBound + 1..<end - 1
  }

  /// The next field as a number of at most 8 decimals.
  mutating func decimal(
    _ line: Span<UInt8>, _ name: StaticString
  ) throws(LineFault) -> ScannedDecimal {
    let (start, quoted) = try open(line, name)
    do {
      let value = try NumberScanner.decimal(line, &position)
      try close(line, from: start, quoted: quoted)
      return value
    } catch {
      throw fault(error, line, from: start, name)
    }
  }

  /// The next field as a whole number.
  mutating func integer(_ line: Span<UInt8>, _ name: StaticString) throws(LineFault) -> Int64 {
    let (start, quoted) = try open(line, name)
    do {
      let value = try NumberScanner.integer(line, &position)
      try close(line, from: start, quoted: quoted)
      return value
    } catch {
      throw fault(error, line, from: start, name)
    }
  }

  /// `true`, `True`, `TRUE`, `1`, or their opposites.
  mutating func boolean(_ line: Span<UInt8>, _ name: StaticString) throws(LineFault) -> Bool {
    let range = try field(line, name)
    guard !range.isEmpty else { throw LineFault("\(name) is empty") }
    for word in CSVCursor.truths where line.equals(word, in: range) { return true }
    for word in CSVCursor.untruths where line.equals(word, in: range) { return false }
    throw LineFault("\(name) is \"\(line.string(range))\", neither true nor false")
  }

  private static let truths: [StaticString] = ["true", "True", "TRUE", "1"]
  private static let untruths: [StaticString] = ["false", "False", "FALSE", "0"]

  private mutating func open(
    _ line: Span<UInt8>, _ name: StaticString
  ) throws(LineFault) -> (start: Int, quoted: Bool) {
    guard !isAtEnd(line) else { throw LineFault("the column \(name) is missing") }
    let start = position
    while position < line.count, line[position] == 32 { position += 1 }
    guard position < line.count, line[position] == UInt8(ascii: "\"") else { return (start, false) }
    position += 1
    return (start, true)
  }

  private mutating func close(
    _ line: Span<UInt8>, from start: Int, quoted: Bool
  ) throws(LineFault) {
    if quoted {
      guard position < line.count, line[position] == UInt8(ascii: "\"") else {
        throw LineFault("its quotes are not closed")
      }
      position += 1
    }
    guard position == line.count || line[position] == delimiter else {
      throw LineFault("more than a number")
    }
    position += 1
  }

  private func fault(
    _ inner: LineFault, _ line: Span<UInt8>, from start: Int, _ name: StaticString
  ) -> LineFault {
    let field = line.string(start..<line.end(of: delimiter, from: start))
    return LineFault("\(name) is \"\(field)\": \(inner.rule)")
  }
}
