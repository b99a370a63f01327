/// One column of the open block: its values, a running histogram of their lengths, and packing.
///
/// A packed column is: mode u8 · count varint · data bytes varint · control bytes, two bits a value,
/// four values a byte · data bytes. The mode is the length table's number, plus eight times the clock
/// scale's; `allZero` has no control and no data bytes.
@safe struct ColumnBuffer: ~Copyable {
  private var values: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0
  /// Values whose lengths are counted.
  private var measured = 0
  /// How many values take 0…8 bytes; two sets side by side, so that equal neighbours do not wait.
  private let histogram: UnsafeMutablePointer<UInt32>
  /// Whether values are clock differences, kept signed until they are measured.
  private let isClock: Bool
  /// Index into `ClockScale.divisors`; only ever falls within a block.
  private var scale: Int

  /// The mode of a column whose values are all zero.
  static let allZero: UInt8 = 0xFF
  private static let finestStart = 3

  init(isClock: Bool) {
    capacity = 64
    unsafe values = .allocate(capacity: capacity)
    unsafe histogram = .allocate(capacity: 18)
    unsafe histogram.initialize(repeating: 0, count: 18)
    self.isClock = isClock
    scale = Self.finestStart
  }

  deinit {
    unsafe values.deallocate()
    unsafe histogram.deallocate()
  }

  mutating func removeAll() {
    count = 0
    measured = 0
    scale = Self.finestStart
    unsafe histogram.update(repeating: 0, count: 18)
  }

  @inline(__always)
  mutating func append(_ value: UInt64) {
    if count == capacity { grow() }
    unsafe values[count] = value
    count += 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
    unsafe larger.update(from: values, count: count)
    unsafe values.deallocate()
    unsafe values = larger
    capacity *= 2
  }

  /// Counts the lengths of the values that came since, and returns what the column would take now.
  mutating func measure() -> Int {
    if isClock { rescale(from: measured) }
    var index = measured
    while index < count {
      let length = unsafe byteLength(values[index])
      unsafe histogram[length + (index & 1) * 9] &+= 1
      index += 1
    }
    measured = count
    return best().bytes
  }

  /// The smallest of the tables for the values measured, and its size in bytes.
  private func best() -> (table: Int, bytes: Int) {
    var result = (table: 0, bytes: Int.max)
    for table in 0..<8 {
      let bytes = size(LengthTables.packedLengths[table])
      if bytes < result.bytes { result = (table, bytes) }
    }
    return (result.table, result.bytes + (count + 3) / 4)
  }

  /// Data bytes with a table of these lengths; `Int.max` where a value does not fit.
  private func size(_ lengths: UInt32) -> Int {
    var bytes = 0
    var code: UInt32 = 0
    for length in 0...8 {
      while code < 4, Int(lengths >> (8 * code) & 0xFF) < length { code += 1 }
      let values = unsafe Int(histogram[length] &+ histogram[length + 9])
      guard values > 0 else { continue }
      guard code < 4 else { return .max }
      bytes += values * Int(lengths >> (8 * code) & 0xFF)
    }
    return bytes
  }

  /// Divides the clock differences from `start` on by the coarsest scale that all of them fit, and
  /// folds their signs; should they need a finer one, those before are brought to it as well.
  private mutating func rescale(from start: Int) {
    let before = scale
    while scale > 0, !allDivisible(by: ClockScale.divisors[scale], from: start) { scale -= 1 }
    let divisor = ClockScale.divisors[scale]
    if scale < before, start > 0 {
      let factor = ClockScale.divisors[before] / divisor
      for index in 0..<start {
        unsafe values[index] = zigzag(unzigzag(values[index]) &* factor)
      }
      measured = 0
      unsafe histogram.update(repeating: 0, count: 18)
    }
    for index in start..<count {
      let difference = unsafe Int64(bitPattern: values[index])
      unsafe values[index] = zigzag(scale == 0 ? difference : difference / divisor)
    }
  }

  private func allDivisible(by divisor: Int64, from start: Int) -> Bool {
    for index in start..<count where unsafe Int64(bitPattern: values[index]) % divisor != 0 {
      return false
    }
    return true
  }

  /// Writes the column to `output`, which must have room for `bound` bytes, and returns the bytes
  /// written. All values must be measured.
  func pack(into output: UnsafeMutableRawPointer) -> Int {
    precondition(measured == count, "ColumnBuffer.pack: \(count - measured) values not measured")
    let zeros = unsafe Int(histogram[0] &+ histogram[9])
    let (table, bytes) = best()
    let isZero = zeros == count
    var cursor = unsafe output
    let mode = isZero ? Self.allZero : UInt8(table) | UInt8(isClock ? scale : 0) << 3
    unsafe cursor.storeBytes(of: mode, as: UInt8.self)
    unsafe cursor += 1
    unsafe putVarint(UInt64(count), at: &cursor)
    guard !isZero else { return unsafe cursor - output }
    unsafe putVarint(UInt64(bytes - (count + 3) / 4), at: &cursor)
    return unsafe packValues(table, into: cursor) - output
  }

  /// Room that `pack` needs.
  var bound: Int { 32 + (count + 3) / 4 + count * 8 + 8 }

  private func packValues(
    _ table: Int, into output: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let codes = LengthTables.codes[table]
    let lengths = LengthTables.packedLengths[table]
    var control = unsafe output
    var data = unsafe output + (count + 3) / 4
    var index = 0
    while index < count {
      var byte: UInt32 = 0
      var lane: UInt32 = 0
      let end = min(index + 4, count)
      while index < end {
        let value = unsafe values[index]
        let code = codes &>> UInt32(2 * byteLength(value)) & 3
        unsafe data.storeBytes(of: value, as: UInt64.self)
        unsafe data += Int(lengths &>> (code &* 8) & 0xFF)
        byte |= code &<< lane
        lane &+= 2
        index += 1
      }
      unsafe control.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
      unsafe control += 1
    }
    return unsafe data
  }
}

/// Bytes needed for a value: 0 for 0, 8 for the largest.
@inline(__always)
func byteLength(_ value: UInt64) -> Int { (71 &- value.leadingZeroBitCount) &>> 3 }

/// Writes a LEB128 integer and moves the cursor behind it.
func putVarint(_ value: UInt64, at cursor: inout UnsafeMutableRawPointer) {
  var rest = value
  while rest >= 0x80 {
    unsafe cursor.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
    unsafe cursor += 1
    rest >>= 7
  }
  unsafe cursor.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
  unsafe cursor += 1
}
