/// One column of a block being read: bounds checked once, then unpacked at about a nanosecond a value.
internal import TradingCore

@safe struct ColumnReader: ~Copyable {
  /// The unpacked values; `count` are valid.
  private(set) var values: UnsafeMutablePointer<UInt64>
  private(set) var count = 0
  /// The next value to hand out; whoever takes values has checked `count` before.
  var cursor = 0
  private var capacity = 64

  init() { unsafe values = .allocate(capacity: 64) }

  deinit { unsafe values.deallocate() }

  mutating func removeAll() {
    count = 0
    cursor = 0
  }

  /// The next value. The block's counts were checked against its tags before the first call.
  @inline(__always)
  mutating func next() -> UInt64 {
    let value = unsafe values[cursor]
    cursor += 1
    return value
  }

  /// The next `count` values; as `next`, checked before.
  @inline(__always)
  mutating func take(_ count: Int) -> UnsafePointer<UInt64> {
    let start = unsafe UnsafePointer(values + cursor)
    cursor += count
    return unsafe start
  }

  /// The next value as a signed difference.
  @inline(__always)
  mutating func nextDifference() -> Int64 { unzigzag(next()) }

  /// Reads a packed column at `offset` of a payload of `bytes` bytes, behind which eight more may be
  /// read, and moves `offset` behind it.
  mutating func unpack(
    _ payload: UnsafeRawPointer, bytes: Int, at offset: inout Int, isClock: Bool
  ) throws(Malformed) {
    guard offset < bytes else { throw Malformed("a column is missing") }
    let mode = unsafe payload.load(fromByteOffset: offset, as: UInt8.self)
    offset += 1
    try grow(to: unsafe takeVarint(payload, bytes, &offset))
    if mode == ColumnBuffer.allZero {
      unsafe values.update(repeating: 0, count: count)
      return
    }
    let (table, scale) = (Int(mode & 7), Int(mode >> 3 & 3))
    guard mode < 2 * ColumnBuffer.bitPacked, mode < ColumnBuffer.bitPacked || table == 0,
      scale < (isClock ? ClockScale.divisors.count : 1)
    else {
      throw Malformed("a column has the unknown mode \(mode)")
    }
    let dataBytes = try unsafe takeVarint(payload, bytes, &offset)
    if mode & ColumnBuffer.bitPacked != 0 {
      guard dataBytes <= bytes - offset else {
        throw Malformed("a column is longer than what is left")
      }
      try unsafe unpackRuns(payload + offset, bytes: dataBytes)
      offset += dataBytes
      if scale > 0 { multiply(by: ClockScale.divisors[scale]) }
      return
    }
    let controlBytes = (count + 3) / 4
    guard dataBytes <= bytes, offset + controlBytes + dataBytes <= bytes else {
      throw Malformed("a column is longer than what is left")
    }
    let control = unsafe payload + offset
    guard unsafe dataSize(control, table) == dataBytes else {
      throw Malformed("a column's control bytes do not match its data")
    }
    unsafe unpackValues(control, control + controlBytes, table)
    offset += controlBytes + dataBytes
    if scale > 0 { multiply(by: ClockScale.divisors[scale]) }
  }

  private mutating func grow(to newCount: Int) throws(Malformed) {
    guard newCount > 0, newCount <= 2 * JournalFormat.maxBlockEvents else {
      throw Malformed("a column of \(newCount) values")
    }
    count = newCount
    cursor = 0
    guard newCount + 4 > capacity else { return }
    unsafe values.deallocate()
    capacity = newCount + 4
    unsafe values = .allocate(capacity: capacity)
  }

  /// The data bytes that the control bytes announce; unused lanes of the last one must be zero.
  private func dataSize(_ control: UnsafeRawPointer, _ table: Int) -> Int? {
    let totals = LengthTables.totals
    var sum = 0
    for index in 0..<count / 4 {
      let byte = unsafe control.load(fromByteOffset: index, as: UInt8.self)
      sum += Int(totals[table * 256 + Int(byte)])
    }
    let rest = count & 3
    guard rest > 0 else { return sum }
    let last = unsafe control.load(fromByteOffset: count / 4, as: UInt8.self)
    guard last >> UInt8(2 * rest) == 0 else { return nil }
    let unused = Int(LengthTables.packedLengths[table] & 0xFF) * (4 - rest)
    return sum + Int(totals[table * 256 + Int(last)]) - unused
  }

  private func unpackValues(_ control: UnsafeRawPointer, _ start: UnsafeRawPointer, _ table: Int) {
    let lengths = LengthTables.packedLengths[table]
    var data = unsafe start
    var index = 0
    while index &+ 4 <= count {
      let byte = unsafe UInt32(control.load(fromByteOffset: index &>> 2, as: UInt8.self))
      unsafe values[index] = take(&data, byte, lengths)
      unsafe values[index &+ 1] = take(&data, byte &>> 2, lengths)
      unsafe values[index &+ 2] = take(&data, byte &>> 4, lengths)
      unsafe values[index &+ 3] = take(&data, byte &>> 6, lengths)
      index &+= 4
    }
    guard index < count else { return }
    let byte = unsafe UInt32(control.load(fromByteOffset: index / 4, as: UInt8.self))
    for lane in 0..<count - index {
      unsafe values[index + lane] = take(&data, byte &>> UInt32(2 * lane), lengths)
    }
  }

  private func unpackRuns(_ start: UnsafeRawPointer, bytes: Int) throws(Malformed) {
    let runs = (count + BitPacking.run - 1) / BitPacking.run
    guard runs <= bytes else { throw Malformed("a column's widths are cut short") }
    var offset = runs
    for run in 0..<runs {
      let width = unsafe Int(start.load(fromByteOffset: run, as: UInt8.self))
      guard width <= 56 || width == 64 else { throw Malformed("\(width) is no width") }
      let first = run * BitPacking.run
      let size = min(BitPacking.run, count - first)
      let length = BitPacking.bytes(size, width: width)
      guard length <= bytes - offset else { throw Malformed("a column's runs are cut short") }
      unsafe BitPacking.unpack(start + offset, size, width: width, into: values + first)
      offset += length
    }
    guard offset == bytes else { throw Malformed("a column's runs do not fill it") }
  }

  /// Reads the value whose code is in the two lowest bits of `codes`, and moves `data` behind it.
  @inline(__always)
  private func take(_ data: inout UnsafeRawPointer, _ codes: UInt32, _ lengths: UInt32) -> UInt64 {
    let length = UInt64(lengths &>> ((codes & 3) &* 8) & 0xFF)
    let word = unsafe data.loadUnaligned(as: UInt64.self)
    unsafe data += Int(length)
    // Two shifts: a length of eight would need one of 64.
    return word & ((1 &<< (length &* 4)) &<< (length &* 4) &- 1)
  }

  private func multiply(by divisor: Int64) {
    for index in 0..<count {
      unsafe values[index] = zigzag(unzigzag(values[index]) &* divisor)
    }
  }
}

/// A LEB128 integer at `offset`, which is moved behind it; only the shortest form, at most 28 bits.
func takeVarint(
  _ payload: UnsafeRawPointer, _ bytes: Int, _ offset: inout Int
) throws(Malformed) -> Int {
  var value = 0
  for shift in stride(from: 0, to: 28, by: 7) {
    guard offset < bytes else { throw Malformed("the payload ends within a number") }
    let byte = unsafe payload.load(fromByteOffset: offset, as: UInt8.self)
    offset += 1
    value |= Int(byte & 0x7F) << shift
    if byte < 0x80 {
      guard byte != 0 || shift == 0 else { throw Malformed("a number is padded") }
      return value
    }
  }
  throw Malformed("a number exceeds 28 bits")
}
