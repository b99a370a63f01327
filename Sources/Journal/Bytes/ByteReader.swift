/// Little-endian integers out of untrusted bytes: every read is checked, none can trap.

/// Why bytes could not be read as what they should be; whoever knows the place says where.
struct Malformed: Error, Equatable {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// A cursor over bytes. Reads throw when fewer bytes are left than asked for.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - offset }

  /// The next integer, lowest byte first.
  mutating func take<Word: FixedWidthInteger & BitwiseCopyable>(
    _ type: Word.Type = Word.self
  ) throws(Malformed) -> Word {
    let size = MemoryLayout<Word>.size
    guard remaining >= size else { throw Malformed("\(size) bytes expected, \(remaining) left") }
    let value = unsafe bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    offset += size
    return Word(littleEndian: value)
  }

  /// The next `count` bytes.
  mutating func take(bytes count: Int) throws(Malformed) -> [UInt8] {
    guard count >= 0, remaining >= count else {
      throw Malformed("\(count) bytes expected, \(remaining) left")
    }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  mutating func skip(_ count: Int) throws(Malformed) {
    guard count >= 0, remaining >= count else {
      throw Malformed("\(count) bytes expected, \(remaining) left")
    }
    offset += count
  }

  /// The next LEB128 integer; only the shortest form is accepted, so encodings stay canonical.
  mutating func takeVarint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try take(UInt8.self)
      guard shift < 63 || byte <= 1 else { throw Malformed("a variable integer exceeds 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard byte != 0 || shift == 0 else { throw Malformed("a variable integer is padded") }
        return value
      }
      shift += 7
    }
  }

  /// Throws unless the bytes up to `end` are all zero.
  mutating func expectZeros(upTo end: Int) throws(Malformed) {
    while offset + 8 <= end {
      guard try take(UInt64.self) == 0 else {
        throw Malformed("bytes \(offset - 8)…\(offset - 1) should be zero")
      }
    }
    while offset < end {
      guard try take(UInt8.self) == 0 else {
        throw Malformed("byte \(offset - 1) should be zero")
      }
    }
  }
}
