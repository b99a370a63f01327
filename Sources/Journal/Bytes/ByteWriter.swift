/// Little-endian bytes into an array that keeps its capacity: headers, footers and rows.
internal import TradingCore

/// Bytes being written, in order.
struct ByteWriter {
  /// What was written so far.
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Appends an integer's bytes, lowest first.
  mutating func put<Word: FixedWidthInteger>(_ value: Word) {
    var rest = value.littleEndian
    unsafe withUnsafeBytes(of: &rest) { unsafe bytes.append(contentsOf: $0) }
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) { bytes.append(byte) }

  mutating func put(bytes other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

  /// Appends zeros until `count` bytes are there.
  mutating func pad(to count: Int) {
    precondition(bytes.count <= count, "ByteWriter.pad: \(bytes.count) bytes exceed \(count)")
    bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
  }

  /// Appends `value` in groups of seven bits, lowest first, the high bit saying "more follows"
  /// (LEB128): 1…10 bytes.
  mutating func putVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Overwrites the byte at `offset`, which was written before.
  mutating func patch(_ byte: UInt8, at offset: Int) { bytes[offset] = byte }

  /// Overwrites four bytes at `offset`, which were written before.
  mutating func patch(_ value: UInt32, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }

  /// The XXH64 of the bytes from `start` to the end.
  func hash(from start: Int = 0) -> UInt64 {
    unsafe XXH64.hash(bytes.span.bytes.extracting(start..<bytes.count))
  }
}

/// Maps signed to unsigned so that small magnitudes are small numbers: 0, −1, 1, −2 → 0, 1, 2, 3.
@inline(__always)
func zigzag(_ value: Int64) -> UInt64 {
  UInt64(bitPattern: (value << 1) ^ (value >> 63))
}

/// The inverse of `zigzag`.
@inline(__always)
func unzigzag(_ value: UInt64) -> Int64 {
  Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
}
