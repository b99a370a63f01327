/// Turns one block's payload back into events, in two steps: `load` checks and unpacks everything
/// once, `fill` then hands events out in pieces without checking again.
internal import TradingCore

@safe struct PayloadDecoder: ~Copyable {
  /// The payload, with eight bytes of slack behind it for whole-word loads.
  let payload: UnsafeMutableRawPointer
  /// Events of the block not handed out yet.
  var remaining = 0

  var columns: InlineArray<22, ColumnReader>
  private var rows: [Event] = []
  private var tagStart = 0
  private var tagCount = 0

  // Where `fill` stands.
  var tagIndex = 0
  var rowIndex = 0
  let contexts: UnsafeMutablePointer<InstrumentContext>
  private var contextsUsed = 0
  var receive: Int64 = 0
  var venue: Int64 = 0
  /// Added to the receive time for the venue time where a block has one lag for all.
  var lag: Int64?
  var instrument: UInt16 = 0
  var message = MessageContext()
  /// Whether the first message continues one of the block before.
  var resumes = false
  /// Levels of the current group not handed out yet.
  /// How rows are read that are not of today's version; the segment's schema says which.
  var upcasters: [Upcaster] = []
  var levels = 0
  var levelPrice: Int64 = 0
  var levelFlags = RunFlags()
  var groupIsAsks = false
  var groupEnds = false

  init() {
    unsafe payload = .allocate(byteCount: JournalFormat.maxPayloadBytes + 8, alignment: 16)
    columns = InlineArray { _ in ColumnReader() }
    unsafe contexts = .allocate(capacity: InstrumentContext.limit)
    unsafe contexts.initialize(repeating: InstrumentContext(), count: InstrumentContext.limit)
  }

  deinit {
    unsafe payload.deallocate()
    unsafe contexts.deallocate()
  }

  /// Reads the first `bytes` bytes of `payload`, which must hold exactly `count` events.
  mutating func load(bytes: Int, count: Int) throws(Malformed) {
    removeAll()
    guard bytes >= 21, bytes <= JournalFormat.maxPayloadBytes else {
      throw Malformed("a payload of \(bytes) bytes")
    }
    let flags = unsafe payload.load(as: UInt8.self)
    guard flags <= 3 else { throw Malformed("the payload has unknown flags") }
    resumes = flags & 1 != 0
    unsafe receive = payload.loadUnaligned(fromByteOffset: 1, as: Int64.self)
    unsafe venue = payload.loadUnaligned(fromByteOffset: 9, as: Int64.self)
    lag = flags & 2 != 0 ? venue : nil
    let present = unsafe payload.loadUnaligned(fromByteOffset: 17, as: UInt32.self)
    guard present >> UInt32(ColumnID.count) == 0 else { throw Malformed("an unknown column") }
    var offset = 21
    tagCount = try unsafe takeVarint(payload, bytes, &offset)
    let rowBytes = try unsafe takeVarint(payload, bytes, &offset)
    guard tagCount <= count, offset + tagCount + rowBytes <= bytes else {
      throw Malformed("the payload is shorter than it says")
    }
    tagStart = offset
    offset += tagCount
    for column in 0..<ColumnID.count where present & 1 << UInt32(column) != 0 {
      try unsafe columns[column].unpack(
        payload, bytes: bytes, at: &offset, isClock: column <= ColumnID.venue.rawValue)
    }
    guard offset + rowBytes == bytes else { throw Malformed("the payload is longer than it says") }
    try loadRows(from: offset, bytes: rowBytes)
    let events = try checkTags()
    guard events == count else { throw Malformed("\(events) events where \(count) are announced") }
    remaining = count
  }

  mutating func removeAll() {
    for column in 0..<ColumnID.count { columns[column].removeAll() }
    unsafe contexts.update(repeating: InstrumentContext(), count: contextsUsed)
    rows.removeAll(keepingCapacity: true)
    (remaining, tagCount, tagIndex, rowIndex, contextsUsed, levels) = (0, 0, 0, 0, 0, 0)
    instrument = 0
    message = MessageContext()
    message.instrument = 0
  }

  private mutating func loadRows(from offset: Int, bytes: Int) throws(Malformed) {
    guard bytes > 0 else { return }
    let region = unsafe UnsafeRawBufferPointer(start: payload + offset, count: bytes)
    var reader = unsafe RowReader([UInt8](region), upcasters: upcasters)
    while !reader.isAtEnd {
      guard rows.count < JournalFormat.maxBlockEvents else { throw Malformed("too many rows") }
      rows.append(try reader.next())
    }
  }

  @inline(__always)
  func tag(at index: Int) -> UInt8 {
    unsafe payload.load(fromByteOffset: tagStart + index, as: UInt8.self)
  }

  @inline(__always)
  func row(at index: Int) -> Event { rows[index] }

  /// The definitions of the loaded block, which are always rows.
  var definitions: some Sequence<Event> { rows.lazy.filter(\.kind.isDefinition) }

  var tagsLeft: Bool { tagIndex < tagCount }
}

// MARK: - Checking

extension PayloadDecoder {
  /// Checks that the tags ask for exactly the values that the columns hold, and that every value that
  /// is narrower in an event fits; returns the events that will come out.
  private mutating func checkTags() throws(Malformed) -> Int {
    var needed = InlineArray<22, Int>(repeating: 0)
    var kinds = InlineArray<8, Int>(repeating: 0)
    let tags = countTags()
    for tag in 0..<256 where tags[tag] > 0 {
      guard Self.isKnown(UInt8(tag)) else { throw Malformed("the tag \(tag) is unknown") }
      count(UInt8(tag), Int(tags[tag]), &needed, &kinds)
    }
    countKinds(kinds, &needed)
    let levels = try sumOfLevels(groups: needed[ColumnID.levels.rawValue])
    needed[ColumnID.levelPrice.rawValue] = levels
    needed[ColumnID.levelQuantity.rawValue] = levels
    if lag != nil { needed[ColumnID.venue.rawValue] = 0 }
    for column in 0..<ColumnID.count where needed[column] != columns[column].count {
      throw Malformed("column \(column) holds \(columns[column].count) of \(needed[column]) values")
    }
    guard rows.count == kinds[Int(GroupKind.row.rawValue)] else {
      throw Malformed("\(rows.count) rows for \(kinds[Int(GroupKind.row.rawValue)]) tags")
    }
    contextsUsed = try check(.instrument, below: UInt64(InstrumentContext.limit)) + 1
    _ = try check(.tradeCount, below: 1 << 33)
    _ = try check(.depthSpan, below: 1 << 32)
    _ = try check(.candleInterval, below: 1 << 32)
    return levels + rows.count + kinds[0] + kinds[1] + kinds[6]
  }

  private static func isKnown(_ tag: UInt8) -> Bool {
    let flags = tag & ~Tag.kindMask
    let header = Tag.newInstrument | Tag.newTime | Tag.hasVenueTime
    return switch GroupKind(rawValue: tag & Tag.kindMask) {
    case .row: flags == 0
    case .moreDepth, .moreSnapshot: flags & header == 0
    case .candle: flags & ~header == 0
    case .trade: flags & Tag.bit6 == 0
    case .quote, .depth, .snapshot, nil: true
    }
  }

  /// How often each tag occurs; four counts side by side, so that equal neighbours do not wait.
  private func countTags() -> InlineArray<256, UInt32> {
    var counts = InlineArray<1_024, UInt32>(repeating: 0)
    for index in 0..<tagCount {
      counts[(index & 3) << 8 | Int(tag(at: index))] &+= 1
    }
    return InlineArray { counts[$0] + counts[$0 + 256] + counts[$0 + 512] + counts[$0 + 768] }
  }

  /// Adds what `times` tags of one value ask for.
  private func count(
    _ tag: UInt8, _ times: Int, _ needed: inout InlineArray<22, Int>,
    _ kinds: inout InlineArray<8, Int>
  ) {
    let kind = tag & Tag.kindMask
    kinds[Int(kind)] += times
    if tag & Tag.newInstrument != 0 { needed[ColumnID.instrument.rawValue] += times }
    if tag & Tag.newTime != 0 { needed[ColumnID.receive.rawValue] += times }
    if tag & Tag.hasVenueTime != 0 { needed[ColumnID.venue.rawValue] += times }
    if kind == GroupKind.quote.rawValue {
      let sides = (tag & Tag.bidChanged != 0 ? 1 : 0) + (tag & Tag.askChanged != 0 ? 1 : 0)
      needed[ColumnID.quotePrice.rawValue] += sides * times
    }
    if kind == GroupKind.trade.rawValue, tag & Tag.compound != 0 {
      needed[ColumnID.tradeFirst.rawValue] += times
    }
  }

  private func countKinds(
    _ kinds: InlineArray<8, Int>, _ needed: inout InlineArray<22, Int>
  ) {
    func need(_ column: ColumnID, _ count: Int) { needed[column.rawValue] = count }
    need(.tradePrice, kinds[0])
    need(.tradeQuantity, kinds[0])
    need(.tradeID, kinds[0])
    need(.tradeCount, needed[ColumnID.tradeFirst.rawValue])
    need(.quoteID, kinds[1])
    need(.quoteQuantity, needed[ColumnID.quotePrice.rawValue])
    need(.depthID, kinds[2] + kinds[4])
    need(.depthSpan, kinds[2])
    need(.levels, kinds[2] + kinds[3] + kinds[4] + kinds[5])
    for column in [
      ColumnID.candleInterval, .candleOpen, .candleHigh, .candleLow, .candleClose, .candleVolume,
    ] { need(column, kinds[6]) }
  }

  private func sumOfLevels(groups: Int) throws(Malformed) -> Int {
    let column = ColumnID.levels.rawValue
    guard columns[column].count == groups else { throw Malformed("groups without their levels") }
    var sum = 0
    for index in 0..<groups {
      let more = unsafe columns[column].values[index]
      guard more < UInt64(JournalFormat.maxBlockEvents) else { throw Malformed("too many levels") }
      sum += Int(more) + 1
    }
    return sum
  }

  /// Throws unless all values of a column are below `limit`; returns the largest, 0 when it is empty.
  private func check(_ column: ColumnID, below limit: UInt64) throws(Malformed) -> Int {
    var largest: UInt64 = 0
    for index in 0..<columns[column.rawValue].count {
      largest = unsafe max(largest, columns[column.rawValue].values[index])
    }
    guard largest < limit else { throw Malformed("\(largest) is out of range in \(column)") }
    return Int(largest)
  }
}
