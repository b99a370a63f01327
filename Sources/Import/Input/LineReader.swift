/// Lines out of a stream of bytes, in one reused buffer: a line is a range of it, never a string.

import Glibc

/// Reads lines that end with LF or CR LF; the last may end with the stream.
struct LineReader {
  /// The bytes the ranges point into; valid until the next call of `next`.
  private(set) var buffer: [UInt8]
  /// The line returned last, from 1.
  private(set) var lineNumber = 0
  private let source: any ByteSource
  private let name: String
  /// Unread bytes are `start..<end`; those before `searched` hold no line end.
  private var start = 0
  private var searched = 0
  private var end = 0
  private var ended = false

  /// The longest line read; a day's exchangeInfo has some 20 MB.
  static let longestLine = 134_217_728

  init(_ source: any ByteSource, name: String, capacity: Int = 262_144) {
    self.source = source
    self.name = name
    buffer = [UInt8](repeating: 0, count: capacity)
  }

  /// The next line without its end; `nil` behind the last.
  mutating func next() throws(ImportError) -> Range<Int>? {
    while true {
      if let lineEnd = lineEnd() {
        lineNumber += 1
        let first = start
        start = lineEnd + 1
        searched = start
        return trimmed(first..<lineEnd)
      }
      searched = end
      if ended {
        guard start < end else { return nil }
        lineNumber += 1
        defer { start = end }
        return trimmed(start..<end)
      }
      try fill()
    }
  }

  private func trimmed(_ line: Range<Int>) -> Range<Int> {
    var (first, last) = (line.lowerBound, line.upperBound)
    if last > first, buffer[last - 1] == 13 { last -= 1 }
    if lineNumber == 1, last - first >= 3, buffer[first] == 0xEF, buffer[first + 1] == 0xBB,
      buffer[first + 2] == 0xBF
    {
      first += 3
    }
    return first..<last
  }

  private func lineEnd() -> Int? {
    guard searched < end else { return nil }
    return unsafe buffer.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + searched, 10, end - searched)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Moves what is unread to the front, grows the buffer if a line fills it, and reads on.
  private mutating func fill() throws(ImportError) {
    if start > 0 {
      let unread = end - start
      let first = start
      unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe memmove(base, base + first, unread)
      }
      searched -= start
      end = unread
      start = 0
    }
    if end == buffer.count {
      guard buffer.count < LineReader.longestLine else {
        throw .malformed(file: name, line: lineNumber + 1, rule: "the line is longer than 128 MiB")
      }
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let got = try source.read(into: &buffer, from: end)
    end += got
    ended = got == 0
  }
}
