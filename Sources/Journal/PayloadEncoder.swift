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
  private(set) var count = 0
  /// Both clocks' bounds over the open block.
  private(set) var bounds = ClockBounds()
  /// Instruments and kinds present, as `BlockHeader.bitmap` has them.
  private(set) var bitmap: UInt64 = 0

  /// Events by kind id in the open block.
  private(set) var kinds = InlineArray<128, UInt32>(repeating: 0)

  private var columns: InlineArray<22, ColumnBuffer>
  private let tags: UnsafeMutablePointer<UInt8>
  private var tagCount = 0
  private var rows = RowWriter()
  private let contexts: UnsafeMutablePointer<InstrumentContext>
  private var contextsUsed = 0

  private var receive: Int64 = 0
  private var receiveBase: Int64 = 0
  private var venue: Int64 = 0
  private var venueBase: Int64 = 0
  private var firstLag: Int64 = 0
  private var lagDifference: Int64 = 0
  private var groups = 0
  private var instrument: UInt16 = 0

  private var message = MessageContext()
  private var messages = 0
  private var resumes = false
  /// Levels in the group being filled; 0 when none is.
  private var levels = 0
  private var groupIsAsks = false
  private var levelPrice: Int64 = 0

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
    (count, tagCount, contextsUsed, groups, messages, levels) = (0, 0, 0, 0, 0, 0)
    (receive, venue, lagDifference, instrument, bitmap) = (0, 0, 0, 0, 0)
    (receiveBase, venueBase, firstLag) = (0, 0, 0)
    bounds = ClockBounds()
    kinds = InlineArray(repeating: 0)
    message = MessageContext()
    resumes = false
  }

  /// Takes the next event.
  mutating func append(_ event: Event) {
    precondition(count < JournalFormat.maxBlockEvents, "PayloadEncoder: the block is full")
    count += 1
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

  private func fits(_ instrument: InstrumentID) -> Bool {
    instrument.index < InstrumentContext.limit
  }

  private func fits(_ trade: Trade) -> Bool {
    fits(trade.instrument) && trade.quantity.lots >= 0 && trade.quantity.lots < 1 << 62
  }

  @inline(__always)
  private mutating func put(_ value: UInt64, _ column: ColumnID) {
    columns[column.rawValue].append(value)
  }

  /// A wrapping difference, folded.
  @inline(__always)
  private mutating func put(_ value: Int64, minus base: Int64, _ column: ColumnID) {
    columns[column.rawValue].append(zigzag(value &- base))
  }

  private mutating func append(row event: Event) {
    closeGroup()
    bounds.include(event)
    bitmap |= event.body.bitmap
    kinds[Int(event.kind.rawValue)] += 1
    push(tag: GroupKind.row.rawValue)
    rows.append(event)
  }

  @inline(__always)
  private mutating func push(tag: UInt8) {
    unsafe tags[tagCount] = tag
    tagCount += 1
  }

  @inline(__always)
  private mutating func mark(_ kind: EventKind, _ instrument: UInt16, events: UInt32 = 1) {
    kinds[Int(kind.rawValue)] += events
    bitmap |= 1 << (32 + UInt64(kind.rawValue & 31))
    bitmap |= 1 << UInt64(instrument & 31)
  }

  /// Ends the group of levels being filled, if there is one; its message may go on.
  @inline(__always)
  private mutating func closeGroup() {
    guard levels > 0 else { return }
    put(UInt64(levels - 1), .levels)
    kinds[Int((message.isSnapshot ? EventKind.bookSnapshot : .depth).rawValue)] += UInt32(levels)
    levels = 0
  }

  /// Writes what every group states: instrument, receive time, venue time; returns the tag's bits.
  @inline(__always)
  private mutating func open(
    _ kind: GroupKind, _ receiveTime: Int64, _ venueTime: Int64, _ id: UInt16
  ) -> UInt8 {
    var tag = kind.rawValue
    if groups == 0 { (receive, receiveBase) = (receiveTime, receiveTime) }
    groups += 1
    if id != instrument {
      tag |= Tag.newInstrument
      put(UInt64(id), .instrument)
      instrument = id
    }
    contextsUsed = max(contextsUsed, Int(id) + 1)
    if receiveTime != receive {
      tag |= Tag.newTime
      columns[ColumnID.receive.rawValue].append(UInt64(bitPattern: receiveTime &- receive))
      receive = receiveTime
    }
    bounds.minReceive = min(bounds.minReceive, receiveTime)
    bounds.maxReceive = max(bounds.maxReceive, receiveTime)
    if venueTime != .min {
      tag |= Tag.hasVenueTime
      openVenueTime(venueTime)
    }
    return tag
  }

  @inline(__always)
  private mutating func openVenueTime(_ time: Int64) {
    let lag = time &- receive
    if columns[ColumnID.venue.rawValue].count == 0 {
      (venue, venueBase, firstLag) = (time, time, lag)
    }
    lagDifference |= lag ^ firstLag
    columns[ColumnID.venue.rawValue].append(UInt64(bitPattern: time &- venue))
    venue = time
    bounds.minVenue = min(bounds.minVenue, time)
    bounds.maxVenue = max(bounds.maxVenue, time)
  }
}

// MARK: - Kinds

extension PayloadEncoder {
  @inline(__always)
  private mutating func append(_ trade: Trade, _ event: Event) {
    closeGroup()
    let id = trade.instrument.raw
    var tag = open(.trade, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
    mark(.trade, id)
    var context = unsafe contexts[Int(id)]
    put(trade.price.ticks, minus: context.tradePrice, .tradePrice)
    put(UInt64(trade.quantity.lots) << 1 | UInt64(trade.aggressor.rawValue), .tradeQuantity)
    put(trade.id, minus: following(context.tradeID), .tradeID)
    if trade.firstID != trade.id || trade.count != 1 || trade.isAggregate {
      tag |= Tag.compound
      put(trade.firstID, minus: context.nextTradeID, .tradeFirst)
      put(UInt64(trade.count) << 1 | (trade.isAggregate ? 1 : 0), .tradeCount)
    }
    push(tag: tag)
    context.tradePrice = trade.price.ticks
    context.tradeID = trade.id
    context.nextTradeID = trade.firstID &+ Int64(trade.count)
    unsafe contexts[Int(id)] = context
  }

  @inline(__always)
  private mutating func append(_ quote: Quote, _ event: Event) {
    closeGroup()
    let id = quote.instrument.raw
    var tag = open(.quote, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
    mark(.quote, id)
    var context = unsafe contexts[Int(id)]
    put(quote.updateID, minus: context.quoteID, .quoteID)
    context.quoteID = quote.updateID
    let (bid, bidQuantity) = (quote.bidPrice.ticks, quote.bidQuantity.lots)
    if bid != context.bidPrice || bidQuantity != context.bidQuantity {
      tag |= Tag.bidChanged
      put(bid, minus: context.bidPrice, .quotePrice)
      put(UInt64(bitPattern: bidQuantity), .quoteQuantity)
      (context.bidPrice, context.bidQuantity) = (bid, bidQuantity)
    }
    let (ask, askQuantity) = (quote.askPrice.ticks, quote.askQuantity.lots)
    if ask != context.askPrice || askQuantity != context.askQuantity {
      tag |= Tag.askChanged
      put(ask, minus: context.askPrice, .quotePrice)
      put(UInt64(bitPattern: askQuantity), .quoteQuantity)
      (context.askPrice, context.askQuantity) = (ask, askQuantity)
    }
    push(tag: tag)
    unsafe contexts[Int(id)] = context
  }

  private mutating func append(_ candle: Candle, _ event: Event) {
    closeGroup()
    let id = candle.instrument.raw
    let tag = open(.candle, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
    mark(.candle, id)
    push(tag: tag)
    let (open, close) = (candle.open.ticks, candle.close.ticks)
    put(UInt64(candle.intervalSeconds), .candleInterval)
    unsafe put(open, minus: contexts[Int(id)].close, .candleOpen)
    put(candle.high.ticks, minus: max(open, close), .candleHigh)
    put(candle.low.ticks, minus: min(open, close), .candleLow)
    put(close, minus: open, .candleClose)
    put(UInt64(bitPattern: candle.volume.lots), .candleVolume)
    unsafe contexts[Int(id)].close = close
  }

  /// Takes one level of a message. Returns false when its flags do not fit a run, so that it has to
  /// be a row.
  @inline(__always)
  private mutating func append(
    _ price: Price, _ quantity: Quantity, _ side: Side, _ flags: RunFlags, _ header: MessageContext
  ) -> Bool {
    let isAsks = side == .sell
    if flags.rawValue & ~RunFlags.last.rawValue == 0, message.isOpen, header.continues(message) {
      if levels == 0 || isAsks != groupIsAsks {
        let kind: GroupKind = header.isSnapshot ? .moreSnapshot : .moreDepth
        openLevels(kind.rawValue, isAsks)
      }
    } else {
      let isFirst = flags.contains(.first)
      guard flags.rawValue & ~3 == 0, isFirst || messages == 0 else { return false }
      if !isFirst { resumes = true }
      openMessage(header, isAsks)
    }
    put(price.ticks, minus: levelPrice, .levelPrice)
    levelPrice = price.ticks
    put(UInt64(bitPattern: quantity.lots), .levelQuantity)
    levels += 1
    if levels == 1 { keepLevel() }
    if flags.contains(.last) {
      unsafe tags[tagCount - 1] |= Tag.endsMessage
      message.isOpen = false
      closeGroup()
    }
    return true
  }

  private mutating func openMessage(_ header: MessageContext, _ isAsks: Bool) {
    closeGroup()
    let kind: GroupKind = header.isSnapshot ? .snapshot : .depth
    let tag = open(kind, header.receive, header.venue, header.instrument)
    mark(header.isSnapshot ? .bookSnapshot : .depth, header.instrument, events: 0)
    let before = unsafe contexts[Int(header.instrument)].updateID
    let first = header.id &- Int64(header.span)
    put(first, minus: following(before), .depthID)
    if !header.isSnapshot { put(UInt64(header.span), .depthSpan) }
    unsafe contexts[Int(header.instrument)].updateID = header.id
    message = header
    message.isOpen = true
    messages += 1
    openLevels(tag, isAsks)
  }

  private mutating func openLevels(_ tag: UInt8, _ isAsks: Bool) {
    closeGroup()
    push(tag: isAsks ? tag | Tag.asks : tag)
    groupIsAsks = isAsks
    let context = unsafe contexts[Int(message.instrument)]
    levelPrice = isAsks ? context.askLevel : context.bidLevel
  }

  /// Remembers a group's first level: the next group of that side starts from it.
  private mutating func keepLevel() {
    if groupIsAsks {
      unsafe contexts[Int(message.instrument)].askLevel = levelPrice
    } else {
      unsafe contexts[Int(message.instrument)].bidLevel = levelPrice
    }
  }
}

extension MessageContext {
  /// Whether a level with this header belongs to `other`'s message.
  @inline(__always)
  func continues(_ other: MessageContext) -> Bool {
    id == other.id && receive == other.receive && venue == other.venue && span == other.span
      && instrument == other.instrument && isSnapshot == other.isSnapshot
  }
}

/// The id expected after `id`: one more, or none again where the venue gives none.
@inline(__always)
func following(_ id: Int64) -> Int64 { id == 0 ? 0 : id &+ 1 }

// MARK: - Closing

extension PayloadEncoder {
  /// Whether the block has to close now; counts and sizes alone decide.
  @inline(__always)
  mutating func isDue() -> Bool {
    guard count % JournalFormat.measureStride == 0 else { return false }
    return count >= JournalFormat.maxBlockEvents || measure() >= JournalFormat.blockPayloadTarget
  }

  /// What the payload would take if the block closed now, in bytes.
  mutating func measure() -> Int {
    var bytes = 64 + tagCount + rows.rows.count
    for column in 0..<ColumnID.count where columns[column].count > 0 {
      bytes += columns[column].measure() + 8
    }
    return bytes
  }

  /// Room that `finish` needs.
  var bound: Int {
    var bytes = 64 + tagCount + rows.rows.count
    for column in 0..<ColumnID.count { bytes += columns[column].bound }
    return bytes
  }

  /// Writes the payload to `output`, which must have room for `bound` bytes, and returns its size.
  mutating func finish(into output: UnsafeMutableRawPointer) -> Int {
    closeGroup()
    let venueColumn = ColumnID.venue.rawValue
    let hasLag = columns[venueColumn].count > 0 && lagDifference == 0
    if hasLag { columns[venueColumn].removeAll() }
    var present: UInt32 = 0
    for column in 0..<ColumnID.count where columns[column].count > 0 {
      _ = columns[column].measure()
      present |= 1 << UInt32(column)
    }
    var cursor = unsafe output
    unsafe cursor.storeBytes(of: (resumes ? 1 : 0) | (hasLag ? 2 : 0), as: UInt8.self)
    unsafe cursor.storeBytes(of: receiveBase, toByteOffset: 1, as: Int64.self)
    unsafe cursor.storeBytes(of: hasLag ? firstLag : venueBase, toByteOffset: 9, as: Int64.self)
    unsafe cursor.storeBytes(of: present, toByteOffset: 17, as: UInt32.self)
    unsafe cursor += 21
    unsafe putVarint(UInt64(tagCount), at: &cursor)
    unsafe putVarint(UInt64(rows.rows.count), at: &cursor)
    unsafe cursor.copyMemory(from: tags, byteCount: tagCount)
    unsafe cursor += tagCount
    for column in 0..<ColumnID.count where columns[column].count > 0 {
      unsafe cursor += columns[column].pack(into: cursor)
    }
    return unsafe cursor - output + copyRows(to: cursor)
  }

  private func copyRows(to output: UnsafeMutableRawPointer) -> Int {
    unsafe rows.rows.bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      unsafe output.copyMemory(from: base, byteCount: buffer.count)
      return buffer.count
    }
  }
}
