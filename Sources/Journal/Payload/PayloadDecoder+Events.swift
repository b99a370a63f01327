/// The second step of decoding: tags and unpacked columns become events, straight into their place.
internal import TradingCore

extension PayloadDecoder {
  /// All events not yet taken.
  mutating func events() -> Result<ContiguousArray<Event>, Malformed> {
    var result = ContiguousArray<Event>()
    var problem: Malformed?
    result.append(addingCapacity: remaining) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, filled in
        guard let base = buffer.baseAddress else { return }
        do throws(Malformed) {
          filled = try unsafe fill(base, limit: remaining)
        } catch { problem = error }
      }
    }
    return problem.map { .failure($0) } ?? .success(result)
  }

  /// Writes up to `limit` events to `output` and returns how many; fewer only at the block's end.
  mutating func fill(
    _ output: UnsafeMutablePointer<Event>, limit: Int
  ) throws(Malformed) -> Int {
    var produced = 0
    while produced < limit {
      if levels > 0 {
        unsafe produced += fillLevels(output + produced, limit: limit - produced)
        continue
      }
      guard tagsLeft else { break }
      let tag = tag(at: tagIndex)
      tagIndex += 1
      switch tag & Tag.kindMask {
      case GroupKind.trade.rawValue: unsafe (output + produced).initialize(to: trade(tag))
      case GroupKind.quote.rawValue: unsafe (output + produced).initialize(to: quote(tag))
      case GroupKind.candle.rawValue: unsafe (output + produced).initialize(to: candle(tag))
      case GroupKind.row.rawValue:
        unsafe (output + produced).initialize(to: row(at: rowIndex))
        rowIndex += 1
      default:
        try openGroup(tag)
        continue
      }
      produced += 1
    }
    remaining -= produced
    return produced
  }

  /// Reads what every group states and returns its venue time.
  @inline(__always)
  private mutating func open(_ tag: UInt8) -> Int64 {
    if tag & Tag.newInstrument != 0 {
      instrument = UInt16(truncatingIfNeeded: columns[ColumnID.instrument.rawValue].next())
    }
    if tag & Tag.newTime != 0 {
      receive = receive &+ columns[ColumnID.receive.rawValue].nextDifference()
    }
    guard tag & Tag.hasVenueTime != 0 else { return .min }
    if let lag { return receive &+ lag }
    venue = venue &+ columns[ColumnID.venue.rawValue].nextDifference()
    return venue
  }

  @inline(__always)
  private func event(_ venueTime: Int64, _ body: EventBody) -> Event {
    Event(
      receiveTime: Timestamp(nanoseconds: receive), venueTime: Timestamp(nanoseconds: venueTime),
      body)
  }

  @inline(__always)
  private mutating func trade(_ tag: UInt8) -> Event {
    let venueTime = open(tag)
    let context = unsafe contexts + Int(instrument)
    let price =
      unsafe context.pointee.tradePrice &+ columns[ColumnID.tradePrice.rawValue].nextDifference()
    let id =
      unsafe following(context.pointee.tradeID)
      &+ columns[ColumnID.tradeID.rawValue].nextDifference()
    let folded = columns[ColumnID.tradeQuantity.rawValue].next()
    var (firstID, count, isAggregate) = (id, UInt32(1), false)
    if tag & Tag.compound != 0 {
      firstID =
        unsafe context.pointee.nextTradeID &+ columns[ColumnID.tradeFirst.rawValue].nextDifference()
      let word = columns[ColumnID.tradeCount.rawValue].next()
      (count, isAggregate) = (UInt32(truncatingIfNeeded: word >> 1), word & 1 != 0)
    }
    unsafe context.pointee.tradePrice = price
    unsafe context.pointee.tradeID = id
    unsafe context.pointee.nextTradeID = firstID &+ Int64(count)
    return event(
      venueTime,
      .trade(
        Trade(
          instrument: InstrumentID(instrument), price: Price(ticks: price),
          quantity: Quantity(lots: Int64(bitPattern: folded >> 1)),
          aggressor: folded & 1 == 0 ? .buy : .sell, id: id, firstID: firstID, count: count,
          isAggregate: isAggregate)))
  }

  @inline(__always)
  private mutating func quote(_ tag: UInt8) -> Event {
    let venueTime = open(tag)
    let context = unsafe contexts + Int(instrument)
    let id = unsafe context.pointee.quoteID &+ columns[ColumnID.quoteID.rawValue].nextDifference()
    unsafe context.pointee.quoteID = id
    if tag & Tag.bidChanged != 0 {
      unsafe context.pointee.bidPrice &+= columns[ColumnID.quotePrice.rawValue].nextDifference()
      unsafe context.pointee.bidQuantity = Int64(
        bitPattern: columns[ColumnID.quoteQuantity.rawValue].next())
    }
    if tag & Tag.askChanged != 0 {
      unsafe context.pointee.askPrice &+= columns[ColumnID.quotePrice.rawValue].nextDifference()
      unsafe context.pointee.askQuantity = Int64(
        bitPattern: columns[ColumnID.quoteQuantity.rawValue].next())
    }
    let quote = unsafe Quote(
      instrument: InstrumentID(instrument), bidPrice: Price(ticks: context.pointee.bidPrice),
      bidQuantity: Quantity(lots: context.pointee.bidQuantity),
      askPrice: Price(ticks: context.pointee.askPrice),
      askQuantity: Quantity(lots: context.pointee.askQuantity), updateID: id)
    return event(venueTime, .quote(quote))
  }

  private mutating func candle(_ tag: UInt8) -> Event {
    let venueTime = open(tag)
    let before = unsafe contexts[Int(instrument)].close
    let open = before &+ columns[ColumnID.candleOpen.rawValue].nextDifference()
    let close = open &+ columns[ColumnID.candleClose.rawValue].nextDifference()
    let high = max(open, close) &+ columns[ColumnID.candleHigh.rawValue].nextDifference()
    let low = min(open, close) &+ columns[ColumnID.candleLow.rawValue].nextDifference()
    let volume = Int64(bitPattern: columns[ColumnID.candleVolume.rawValue].next())
    unsafe contexts[Int(instrument)].close = close
    return event(
      venueTime,
      .candle(
        Candle(
          instrument: InstrumentID(instrument),
          intervalSeconds: UInt32(
            truncatingIfNeeded: columns[ColumnID.candleInterval.rawValue].next()),
          open: Price(ticks: open), high: Price(ticks: high), low: Price(ticks: low),
          close: Price(ticks: close), volume: Quantity(lots: volume))))
  }
}

// MARK: - Levels

extension PayloadDecoder {
  /// Reads the head of a group of levels; `fillLevels` then hands them out.
  private mutating func openGroup(_ tag: UInt8) throws(Malformed) {
    let kind = tag & Tag.kindMask
    let isSnapshot = kind >= GroupKind.snapshot.rawValue
    levelFlags = []
    if kind == GroupKind.depth.rawValue || kind == GroupKind.snapshot.rawValue {
      openMessage(tag, isSnapshot)
      if resumes { resumes = false } else { levelFlags = .first }
    } else if !message.isOpen || message.isSnapshot != isSnapshot {
      throw Malformed("levels without their message")
    }
    groupIsAsks = tag & Tag.asks != 0
    groupEnds = tag & Tag.endsMessage != 0
    message.isOpen = !groupEnds
    levels = Int(columns[ColumnID.levels.rawValue].next()) + 1
    openLevels()
  }

  private mutating func openMessage(_ tag: UInt8, _ isSnapshot: Bool) {
    let venueTime = open(tag)
    let before = unsafe contexts[Int(instrument)].updateID
    let first = following(before) &+ columns[ColumnID.depthID.rawValue].nextDifference()
    let span =
      isSnapshot
      ? 0 : UInt32(truncatingIfNeeded: columns[ColumnID.depthSpan.rawValue].next())
    message = MessageContext(
      receive: receive, venue: venueTime, id: first &+ Int64(span), span: span,
      instrument: instrument, isSnapshot: isSnapshot)
    unsafe contexts[Int(instrument)].updateID = message.id
  }

  /// Finds the price the group's first level is counted from, and remembers that level for the next.
  private mutating func openLevels() {
    let index = Int(message.instrument)
    let step = unsafe unzigzag(
      columns[ColumnID.levelPrice.rawValue].values[columns[ColumnID.levelPrice.rawValue].cursor])
    if groupIsAsks {
      unsafe levelPrice = contexts[index].askLevel
      unsafe contexts[index].askLevel = levelPrice &+ step
    } else {
      unsafe levelPrice = contexts[index].bidLevel
      unsafe contexts[index].bidLevel = levelPrice &+ step
    }
  }

  /// Hands out up to `limit` levels of the open group.
  private mutating func fillLevels(_ output: UnsafeMutablePointer<Event>, limit: Int) -> Int {
    let count = min(levels, limit)
    let prices = unsafe columns[ColumnID.levelPrice.rawValue].take(count)
    let quantities = unsafe columns[ColumnID.levelQuantity.rawValue].take(count)
    let isLast = groupEnds && count == levels
    if message.isSnapshot {
      unsafe fillSnapshot(output, prices, quantities, count)
    } else {
      unsafe fillDepth(output, prices, quantities, count)
    }
    if isLast { unsafe markLast(output + count - 1) }
    levels -= count
    return count
  }

  private mutating func fillDepth(
    _ output: UnsafeMutablePointer<Event>, _ prices: UnsafePointer<UInt64>,
    _ quantities: UnsafePointer<UInt64>, _ count: Int
  ) {
    var event = Event(
      receiveTime: Timestamp(nanoseconds: message.receive),
      venueTime: Timestamp(nanoseconds: message.venue), .depth(.blank))
    var level = Depth(
      instrument: InstrumentID(message.instrument), side: groupIsAsks ? .sell : .buy, price: .zero,
      quantity: .zero, lastUpdateID: message.id, updateSpan: message.span, flags: levelFlags)
    var price = levelPrice
    for index in 0..<count {
      price = unsafe price &+ unzigzag(prices[index])
      level.price = Price(ticks: price)
      level.quantity = unsafe Quantity(lots: Int64(bitPattern: quantities[index]))
      event.body = .depth(level)
      unsafe (output + index).initialize(to: event)
      level.flags = []
    }
    levelPrice = price
    levelFlags = []
  }

  private mutating func fillSnapshot(
    _ output: UnsafeMutablePointer<Event>, _ prices: UnsafePointer<UInt64>,
    _ quantities: UnsafePointer<UInt64>, _ count: Int
  ) {
    for index in 0..<count {
      levelPrice = unsafe levelPrice &+ unzigzag(prices[index])
      let level = unsafe BookSnapshot(
        instrument: InstrumentID(message.instrument), side: groupIsAsks ? .sell : .buy,
        price: Price(ticks: levelPrice),
        quantity: Quantity(lots: Int64(bitPattern: quantities[index])), updateID: message.id,
        flags: levelFlags)
      unsafe (output + index).initialize(
        to: Event(
          receiveTime: Timestamp(nanoseconds: message.receive),
          venueTime: Timestamp(nanoseconds: message.venue), .bookSnapshot(level)))
      levelFlags = []
    }
  }

  /// Marks the level that ends its message.
  private func markLast(_ place: UnsafeMutablePointer<Event>) {
    switch unsafe place.pointee.body {
    case .depth(var level):
      level.flags.insert(.last)
      unsafe place.pointee.body = .depth(level)
    case .bookSnapshot(var level):
      level.flags.insert(.last)
      unsafe place.pointee.body = .bookSnapshot(level)
    default: preconditionFailure("PayloadDecoder.markLast: not a level")
    }
  }
}
