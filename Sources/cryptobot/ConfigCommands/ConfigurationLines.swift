/// The grammar of config.env, on bytes, so that a secret is never a `String`.
///
///     # a comment
///     NAME=value             # another: a hash behind a space ends a plain value
///     export NAME=value
///     NAME='as it is'        also over several lines, for a private key
///     NAME="with \n, \" and \\"

import TradingCore

struct ConfigurationLines {
  /// A setting: its name, the line it begins on (from 1) and its value without quotes.
  struct Line: Equatable {
    var name: String
    var number: Int
    var value: [UInt8]
  }

  private let bytes: [UInt8]
  private let file: String
  private var place: Int
  private var number = 1

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next setting; `nil` at the end.
  /// - Throws: `.malformed` with the line's number.
  mutating func next() throws(ConfigurationError) -> Line? {
    while place < bytes.count {
      skipBlanks()
      if atEnd || bytes[place] == UInt8(ascii: "#") {
        skipLine()
        continue
      }
      let begun = number
      let name = try name()
      let value = try value()
      return Line(name: name, number: begun, value: value)
    }
    return nil
  }

  /// Whether the line, or the file, ends here.
  private var atEnd: Bool { place == bytes.count || bytes[place] == UInt8(ascii: "\n") || isReturn }

  /// A carriage return of a file that was written elsewhere.
  private var isReturn: Bool {
    bytes[place] == UInt8(ascii: "\r")
      && (place + 1 == bytes.count || bytes[place + 1] == UInt8(ascii: "\n"))
  }

  private mutating func skipBlanks() {
    while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func skipLine() {
    while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
    guard place < bytes.count else { return }
    place += 1
    number += 1
  }

  private mutating func name() throws(ConfigurationError) -> String {
    var name = word()
    if name == "export", place < bytes.count, bytes[place] == UInt8(ascii: " ") {
      skipBlanks()
      name = word()
    }
    skipBlanks()
    guard !name.isEmpty, place < bytes.count, bytes[place] == UInt8(ascii: "=") else {
      throw malformed("a line is NAME=value, a comment behind # or empty")
    }
    guard Self.mayBeShown(name) else {
      throw malformed("what stands before = is no name; a value of several lines needs quotes")
    }
    place += 1
    skipBlanks()
    return name
  }

  /// Whether a word can be a name that somebody chose. A line of a private key that lost its quotes ends in
  /// = as well, and must not stand in an error.
  private static func mayBeShown(_ name: String) -> Bool {
    name.utf8.count <= 40 && [name.uppercased(), name.lowercased()].contains(name)
  }

  private mutating func word() -> String {
    let begun = place
    while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
    return String(decoding: bytes[begun..<place], as: UTF8.self)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func value() throws(ConfigurationError) -> [UInt8] {
    guard !atEnd else {
      skipLine()
      return []
    }
    let quote = bytes[place]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return try plain() }
    let value = try quoted(by: quote)
    skipBlanks()
    guard atEnd || bytes[place] == UInt8(ascii: "#") else {
      throw malformed("something stands behind the closing quote")
    }
    skipLine()
    return value
  }

  /// Up to the line's end, or to a hash behind a space.
  private mutating func plain() throws(ConfigurationError) -> [UInt8] {
    let begun = place
    var end = place
    while !atEnd {
      let isBlank = Self.isBlank(bytes[place])
      if bytes[place] == UInt8(ascii: "#"), Self.isBlank(bytes[place - 1]) { break }
      guard bytes[place] >= 32 || isBlank else {
        throw malformed("a value holds a control character; is this a text file?")
      }
      place += 1
      if !isBlank { end = place }
    }
    let value = try checked(Array(bytes[begun..<end]))
    skipLine()
    return value
  }

  /// Up to the same quote, over as many lines as it takes.
  private mutating func quoted(by quote: UInt8) throws(ConfigurationError) -> [UInt8] {
    let begun = number
    var value: [UInt8] = []
    // A value that grows would leave a part of a secret behind.
    value.reserveCapacity(bytes.count - place)
    place += 1
    while place < bytes.count, bytes[place] != quote {
      var byte = bytes[place]
      if byte == UInt8(ascii: "\n") { number += 1 }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), place + 1 < bytes.count {
        place += 1
        byte = bytes[place] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : bytes[place]
      }
      value.append(byte)
      place += 1
    }
    guard place < bytes.count else {
      number = begun
      throw malformed("the quote that begins here is not closed")
    }
    place += 1
    return try checked(value)
  }

  private func checked(_ value: [UInt8]) throws(ConfigurationError) -> [UInt8] {
    guard (try? UTF8Span(validating: value.span)) != nil else {
      throw malformed("a value is no UTF-8 text; save the file as UTF-8")
    }
    return value
  }

  private func malformed(_ problem: String) -> ConfigurationError {
    .malformed(file: file, line: number, problem: problem)
  }
}
