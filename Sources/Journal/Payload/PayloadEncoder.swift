/// Turns events into the payload of one block: groups and rows behind tags, values into columns.
///
///     flags u8 (bit 0: the first message resumes one; bit 1: venue time = receive time + lag)
///     receive base i64 · venue base or lag i64 · columns present u32
///     tag count varint · row bytes varint · tags · columns · rows
///
/// Nothing is allocated per event once the buffers have grown; the order of kinds is the order of tags.
internal import TradingCore

@safe struct PayloadEncoder: ~Copyable {
  /// Events in the open block.
  var count = 0
  /// Both clocks' bounds over the block; complete once it is finished, as are the next two.
  var bounds = ClockBounds()
  /// Instruments and kinds present, as `BlockHeader.bitmap` has them.
  var bitmap: UInt64 = 0
  /// Events by kind id.
  var kinds = InlineArray<128, UInt32>(repeating: 0)

  var columns: InlineArray<22, ColumnBuffer>
  let tags: UnsafeMutablePointer<UInt8>
  var tagCount = 0
  var rows = RowWriter()
  let contexts: UnsafeMutablePointer<InstrumentContext>
  var contextsUsed = 0

  var receive: Int64 = 0
  var receiveBase: Int64 = 0
  var venue: Int64 = 0
  var venueBase: Int64 = 0
  var firstLag: Int64 = 0
  var lagDifference: Int64 = 0
  var instrument: UInt16 = 0

  var message = MessageContext()
  var messages = 0
  var resumes = false
  /// Levels in the group being filled; 0 when none is.
  var levels = 0
  var groupIsAsks = false
  var levelPrice: Int64 = 0

  init() {
    columns = InlineArray { ColumnBuffer(isClock: $0 <= ColumnID.venue.rawValue) }
    unsafe tags = .allocate(capacity: JournalFormat.maxBlockEvents)
    unsafe contexts = .allocate(capacity: InstrumentContext.limit)
    unsafe contexts.initialize(repeating: InstrumentContext(), count: InstrumentContext.limit)
  }

  deinit {
    unsafe tags.deallocate()
    unsafe contexts.deallocate()
  }

  /// Begins the next block: every context as at the start of a journal.
  mutating func removeAll() {
    for column in 0..<ColumnID.count { columns[column].removeAll() }
    unsafe contexts.update(repeating: InstrumentContext(), count: contextsUsed)
    rows.removeAll()
    (count, tagCount, contextsUsed, messages, levels) = (0, 0, 0, 0, 0)
    (receive, venue, lagDifference, instrument, bitmap) = (0, 0, 0, 0, 0)
    (receiveBase, venueBase, firstLag) = (0, 0, 0)
    bounds = ClockBounds()
    kinds = InlineArray(repeating: 0)
    message = MessageContext()
    resumes = false
  }

  /// Takes events from place `start` on, up to the next measurement of the block, and returns the
  /// place behind the last one taken.
  mutating func append(_ events: borrowing ContiguousArray<Event>, from start: Int) -> Int {
    let room = JournalFormat.measureStride - count % JournalFormat.measureStride
    let end = min(events.count, start + room)
    precondition(
      count + end - start <= JournalFormat.maxBlockEvents, "PayloadEncoder: the block is full")
    for column in 0..<ColumnID.count { columns[column].reserve(2 * (end - start) + 1) }
    for index in start..<end { append(events[index]) }
    return end
  }

  /// Definitions in the open block; they are always rows.
  var definitions: UInt32 {
    var sum: UInt32 = 0
    for kind in Self.definitionKinds { sum += kinds[kind] }
    return sum
  }

  private static let definitionKinds = EventKind.allCases.filter(\.isDefinition).map {
    Int($0.rawValue)
  }

  /// Takes the next event, by its columns or as a row; every column has room for two more values.
  @inline(__always)
  mutating func append(_ event: Event) {
    count &+= 1
    switch event.body {
    case .trade(let trade) where fits(trade): append(trade, event)
    case .quote(let quote) where fits(quote.instrument): append(quote, event)
    case .depth(let depth) where fits(depth.instrument):
      let header = MessageContext(
        receive: event.receiveTime.nanoseconds, venue: event.venueTime.nanoseconds,
        id: depth.lastUpdateID, span: depth.updateSpan, instrument: depth.instrument.raw)
      if !append(depth.price, depth.quantity, depth.side, depth.flags, header) {
        append(row: event)
      }
    case .bookSnapshot(let level) where fits(level.instrument):
      let header = MessageContext(
        receive: event.receiveTime.nanoseconds, venue: event.venueTime.nanoseconds,
        id: level.updateID, instrument: level.instrument.raw, isSnapshot: true)
      if !append(level.price, level.quantity, level.side, level.flags, header) {
        append(row: event)
      }
    case .candle(let candle) where fits(candle.instrument): append(candle, event)
    default: append(row: event)
    }
  }

  func fits(_ instrument: InstrumentID) -> Bool {
    instrument.index < InstrumentContext.limit
  }

  func fits(_ trade: Trade) -> Bool {
    fits(trade.instrument) && trade.quantity.lots >= 0 && trade.quantity.lots < 1 << 62
  }

  @inline(__always)
  mutating func put(_ value: UInt64, _ column: ColumnID) {
    columns[column.rawValue].append(value)
  }

  /// A wrapping difference, folded.
  @inline(__always)
  mutating func put(_ value: Int64, minus base: Int64, _ column: ColumnID) {
    columns[column.rawValue].append(zigzag(value &- base))
  }

  mutating func append(row event: Event) {
    closeGroup()
    bounds.include(event)
    bitmap |= event.body.bitmap
    kinds[Int(event.kind.rawValue)] += 1
    push(tag: GroupKind.row.rawValue)
    rows.append(event)
  }

  @inline(__always)
  mutating func push(tag: UInt8) {
    unsafe tags[tagCount] = tag
    tagCount += 1
  }

  /// Ends the group of levels being filled, if there is one; its message may go on.
  @inline(__always)
  mutating func closeGroup() {
    guard levels > 0 else { return }
    put(UInt64(levels - 1), .levels)
    kinds[Int((message.isSnapshot ? EventKind.bookSnapshot : .depth).rawValue)] += UInt32(levels)
    levels = 0
  }

  /// Writes what every group states: instrument, receive time, venue time; returns the tag's bits.
  @inline(__always)
  mutating func open(
    _ kind: GroupKind, _ receiveTime: Int64, _ venueTime: Int64, _ id: UInt16
  ) -> UInt8 {
    var tag = kind.rawValue
    if contextsUsed == 0 { openFirst(receiveTime) }
    if id != instrument {
      tag |= Tag.newInstrument
      put(UInt64(id), .instrument)
      instrument = id
      contextsUsed = max(contextsUsed, Int(id) + 1)
      bitmap |= 1 << UInt64(id & 31)
    } else if contextsUsed == 1 {
      bitmap |= 1
    }
    if receiveTime != receive {
      tag |= Tag.newTime
      columns[ColumnID.receive.rawValue].append(UInt64(bitPattern: receiveTime &- receive))
      receive = receiveTime
    }
    if venueTime != .min {
      tag |= Tag.hasVenueTime
      openVenueTime(venueTime)
    }
    return tag
  }

  /// Begins the block's clock at its first group.
  mutating func openFirst(_ receiveTime: Int64) {
    (receive, receiveBase) = (receiveTime, receiveTime)
    columns[ColumnID.receive.rawValue].begin(at: receiveTime)
    contextsUsed = 1
  }

  @inline(__always)
  mutating func openVenueTime(_ time: Int64) {
    let lag = time &- receive
    if columns[ColumnID.venue.rawValue].count == 0 {
      (venue, venueBase, firstLag) = (time, time, lag)
      columns[ColumnID.venue.rawValue].begin(at: time)
    }
    lagDifference |= lag ^ firstLag
    columns[ColumnID.venue.rawValue].append(UInt64(bitPattern: time &- venue))
    venue = time
  }
}
