/// When a block closes, and writing out what its columns hold.
internal import TradingCore

extension PayloadEncoder {
  /// Whether the block has to close now; counts and sizes alone decide.
  @inline(__always)
  mutating func isDue() -> Bool {
    guard count > 0, count % JournalFormat.measureStride == 0 else { return false }
    return count >= JournalFormat.maxBlockEvents || measure() >= JournalFormat.blockPayloadTarget
  }

  /// What the payload would take if the block closed now, in bytes.
  mutating func measure() -> Int {
    var bytes = 64 + tagCount + rows.count
    for column in 0..<ColumnID.count where columns[column].count > 0 {
      bytes += columns[column].measure() + 8
    }
    return bytes
  }

  /// Room that `finish` needs.
  var bound: Int {
    var bytes = 64 + tagCount + rows.count
    for column in 0..<ColumnID.count { bytes += columns[column].bound }
    return bytes
  }

  /// Writes the payload to `output`, which must have room for `bound` bytes, and returns its size.
  mutating func finish(into output: UnsafeMutableRawPointer) -> Int {
    closeGroup()
    var present: UInt32 = 0
    for column in 0..<ColumnID.count where columns[column].count > 0 {
      _ = columns[column].measure()
      present |= 1 << UInt32(column)
    }
    let hasLag = columns[ColumnID.venue.rawValue].count > 0 && lagDifference == 0
    if hasLag { present &= ~(1 << UInt32(ColumnID.venue.rawValue)) }
    total()
    var cursor = unsafe output
    unsafe cursor.storeBytes(of: (resumes ? 1 : 0) | (hasLag ? 2 : 0), as: UInt8.self)
    unsafe cursor.storeBytes(of: receiveBase, toByteOffset: 1, as: Int64.self)
    unsafe cursor.storeBytes(of: hasLag ? firstLag : venueBase, toByteOffset: 9, as: Int64.self)
    unsafe cursor.storeBytes(of: present, toByteOffset: 17, as: UInt32.self)
    unsafe cursor += 21
    unsafe putVarint(UInt64(tagCount), at: &cursor)
    unsafe putVarint(UInt64(rows.count), at: &cursor)
    unsafe cursor.copyMemory(from: tags, byteCount: tagCount)
    unsafe cursor += tagCount
    for column in 0..<ColumnID.count where present & 1 << UInt32(column) != 0 {
      unsafe cursor += columns[column].pack(into: cursor)
    }
    return unsafe cursor - output + copyRows(to: cursor)
  }

  /// Completes bounds, kinds and bitmap from what the columns hold.
  private mutating func total() {
    if contextsUsed > 0 {
      let clock = columns[ColumnID.receive.rawValue].range
      bounds.minReceive = min(bounds.minReceive, clock.low)
      bounds.maxReceive = max(bounds.maxReceive, clock.high)
    }
    if columns[ColumnID.venue.rawValue].count > 0 {
      let clock = columns[ColumnID.venue.rawValue].range
      bounds.minVenue = min(bounds.minVenue, clock.low)
      bounds.maxVenue = max(bounds.maxVenue, clock.high)
    }
    kinds[Int(EventKind.trade.rawValue)] += UInt32(columns[ColumnID.tradeID.rawValue].count)
    kinds[Int(EventKind.quote.rawValue)] += UInt32(columns[ColumnID.quoteID.rawValue].count)
    kinds[Int(EventKind.candle.rawValue)] += UInt32(columns[ColumnID.candleOpen.rawValue].count)
    for kind in 0..<128 where kinds[kind] > 0 { bitmap |= 1 << (32 + UInt64(kind & 31)) }
  }

  private func copyRows(to output: UnsafeMutableRawPointer) -> Int {
    unsafe rows.bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      unsafe output.copyMemory(from: base, byteCount: buffer.count)
      return buffer.count
    }
  }
}
