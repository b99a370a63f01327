/// One column of the open block: its values, a running histogram of their lengths, and packing.
///
/// A packed column is: mode u8 · count varint · data bytes varint · control bytes, two bits a value,
/// four values a byte · data bytes. The mode is the length table's number, plus eight times the clock
/// scale's. With `bitPacked` in the mode there are no control bytes and the data is as `BitPacking`
/// has it; `allZero` stands alone, without data bytes.
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

  /// A clock's time at the last value measured, and its earliest and latest so far.
  private var clock: Int64 = 0
  private(set) var range: (low: Int64, high: Int64) = (0, 0)

  /// The bits that the values of each run of `BitPacking.run` set.
  private var bits: [UInt64] = []

  /// The mode's bit for a bit-packed column.
  static let bitPacked: UInt8 = 32
  /// The mode of a column whose values are all zero.
  static let allZero: UInt8 = 0xFF
  private static let finestStart = 3
  /// Bit-packing is taken when 100 of its bytes replace at least this many: LZ4 gains more on bytes.
  private static let packedGain = 105

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
    bits.removeAll(keepingCapacity: true)
    scale = Self.finestStart
    unsafe histogram.update(repeating: 0, count: 18)
  }

  /// Takes a value; there must be room.
  @inline(__always)
  mutating func append(_ value: UInt64) {
    assert(count < capacity, "ColumnBuffer.append: no room was reserved")
    unsafe values[count] = value
    count &+= 1
  }

  /// Makes room for `more` values, once per batch, so that `append` need not ask.
  mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    while capacity < count + more { capacity *= 2 }
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    unsafe larger.update(from: values, count: count)
    unsafe values.deallocate()
    unsafe values = larger
  }

  /// Begins a clock: the differences that follow add up from `time`.
  mutating func begin(at time: Int64) {
    clock = time
    range = (time, time)
  }

  /// Counts the lengths of the values that came since, and returns what the column would take now.
  mutating func measure() -> Int {
    if isClock { rescale(from: measured) }
    while measured < count { measureRun() }
    return min(best().bytes, packedBytes)
  }

  /// Counts the lengths, and joins the bits, of the values up to the end of a run.
  private mutating func measureRun() {
    let run = measured / BitPacking.run
    let end = min((run + 1) * BitPacking.run, count)
    var joined: UInt64 = 0
    for index in measured..<end {
      let value = unsafe values[index]
      joined |= value
      unsafe histogram[byteLength(value) &+ (index & 1) &* 9] &+= 1
    }
    if run == bits.count { bits.append(joined) } else { bits[run] |= joined }
    measured = end
  }

  /// Data bytes of the column when it is bit-packed.
  private var packedBytes: Int {
    var bytes = bits.count
    for run in bits.indices {
      let values = min(BitPacking.run, count - run * BitPacking.run)
      bytes += BitPacking.bytes(values, width: BitPacking.width(of: bits[run]))
    }
    return bytes
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
      bits.removeAll(keepingCapacity: true)
      unsafe histogram.update(repeating: 0, count: 18)
    }
    var (time, low, high) = (clock, range.low, range.high)
    for index in start..<count {
      let difference = unsafe Int64(bitPattern: values[index])
      time = time &+ difference
      low = min(low, time)
      high = max(high, time)
      unsafe values[index] = zigzag(scale == 0 ? difference : difference / divisor)
    }
    (clock, range) = (time, (low, high))
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
    let packed = packedBytes
    if packed * Self.packedGain < bytes * 100 {
      unsafe output.storeBytes(of: mode & 0x18 | Self.bitPacked, as: UInt8.self)
      unsafe putVarint(UInt64(packed), at: &cursor)
      return unsafe packRuns(into: cursor) - output
    }
    unsafe putVarint(UInt64(bytes - (count + 3) / 4), at: &cursor)
    return unsafe packValues(table, into: cursor) - output
  }

  /// Room that `pack` needs.
  var bound: Int { 32 + (count + 3) / 4 + count * 8 + bits.count + 16 }

  private func packRuns(into output: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    var data = unsafe output + bits.count
    for run in bits.indices {
      let width = BitPacking.width(of: bits[run])
      let first = run * BitPacking.run
      let size = min(BitPacking.run, count - first)
      unsafe output.storeBytes(of: UInt8(width), toByteOffset: run, as: UInt8.self)
      unsafe BitPacking.pack(values + first, size, width: width, into: data)
      unsafe data += BitPacking.bytes(size, width: width)
    }
    return unsafe data
  }

  private func packValues(
    _ table: Int, into output: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let codes = LengthTables.codes[table]
    let lengths = LengthTables.packedLengths[table]
    var control = unsafe output
    var data = unsafe output + (count + 3) / 4
    var index = 0
    while index &+ 4 <= count {
      var byte = unsafe put(values[index], at: &data, codes, lengths)
      unsafe byte |= put(values[index &+ 1], at: &data, codes, lengths) &<< 2
      unsafe byte |= put(values[index &+ 2], at: &data, codes, lengths) &<< 4
      unsafe byte |= put(values[index &+ 3], at: &data, codes, lengths) &<< 6
      unsafe control.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
      unsafe control += 1
      index &+= 4
    }
    guard index < count else { return unsafe data }
    var byte: UInt32 = 0
    for lane in 0..<count - index {
      unsafe byte |= put(values[index + lane], at: &data, codes, lengths) &<< UInt32(2 * lane)
    }
    unsafe control.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
    return unsafe data
  }

  /// Writes one value's bytes, moves `data` behind them, and returns the value's code.
  @inline(__always)
  private func put(
    _ value: UInt64, at data: inout UnsafeMutableRawPointer, _ codes: UInt32, _ lengths: UInt32
  ) -> UInt32 {
    let code = codes &>> UInt32(truncatingIfNeeded: 2 &* byteLength(value)) & 3
    unsafe data.storeBytes(of: value, as: UInt64.self)
    unsafe data += Int(lengths &>> (code &* 8) & 0xFF)
    return code
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
