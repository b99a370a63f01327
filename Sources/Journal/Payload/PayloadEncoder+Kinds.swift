/// How each kind of market event is taken apart into columns.
internal import TradingCore

extension PayloadEncoder {
  @inline(__always)
  mutating func append(_ trade: Trade, _ event: Event) {
    closeGroup()
    let id = trade.instrument.raw
    var tag = open(.trade, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
    let context = unsafe contexts + Int(id)
    unsafe put(trade.price.ticks, minus: context.pointee.tradePrice, .tradePrice)
    put(UInt64(trade.quantity.lots) << 1 | UInt64(trade.aggressor.rawValue), .tradeQuantity)
    unsafe put(trade.id, minus: following(context.pointee.tradeID), .tradeID)
    if trade.firstID != trade.id || trade.count != 1 || trade.isAggregate {
      tag |= Tag.compound
      unsafe put(trade.firstID, minus: context.pointee.nextTradeID, .tradeFirst)
      put(UInt64(trade.count) << 1 | (trade.isAggregate ? 1 : 0), .tradeCount)
    }
    push(tag: tag)
    unsafe context.pointee.tradePrice = trade.price.ticks
    unsafe context.pointee.tradeID = trade.id
    unsafe context.pointee.nextTradeID = trade.firstID &+ Int64(trade.count)
  }

  @inline(__always)
  mutating func append(_ quote: Quote, _ event: Event) {
    closeGroup()
    let id = quote.instrument.raw
    var tag = open(.quote, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
    let context = unsafe contexts + Int(id)
    unsafe put(quote.updateID, minus: context.pointee.quoteID, .quoteID)
    unsafe context.pointee.quoteID = quote.updateID
    let (bid, bidQuantity) = (quote.bidPrice.ticks, quote.bidQuantity.lots)
    if unsafe bid != context.pointee.bidPrice || bidQuantity != context.pointee.bidQuantity {
      tag |= Tag.bidChanged
      unsafe put(bid, minus: context.pointee.bidPrice, .quotePrice)
      put(UInt64(bitPattern: bidQuantity), .quoteQuantity)
      unsafe (context.pointee.bidPrice, context.pointee.bidQuantity) = (bid, bidQuantity)
    }
    let (ask, askQuantity) = (quote.askPrice.ticks, quote.askQuantity.lots)
    if unsafe ask != context.pointee.askPrice || askQuantity != context.pointee.askQuantity {
      tag |= Tag.askChanged
      unsafe put(ask, minus: context.pointee.askPrice, .quotePrice)
      put(UInt64(bitPattern: askQuantity), .quoteQuantity)
      unsafe (context.pointee.askPrice, context.pointee.askQuantity) = (ask, askQuantity)
    }
    push(tag: tag)
  }

  mutating func append(_ candle: Candle, _ event: Event) {
    closeGroup()
    let id = candle.instrument.raw
    let tag = open(.candle, event.receiveTime.nanoseconds, event.venueTime.nanoseconds, id)
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
  mutating func append(
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
      // By a pointer of its own: Swift 6.3's thread sanitizer cannot compile `tags[…] |=`.
      let last = unsafe tags + (tagCount - 1)
      unsafe last.pointee |= Tag.endsMessage
      message.isOpen = false
      closeGroup()
    }
    return true
  }

  private mutating func openMessage(_ header: MessageContext, _ isAsks: Bool) {
    closeGroup()
    let kind: GroupKind = header.isSnapshot ? .snapshot : .depth
    let tag = open(kind, header.receive, header.venue, header.instrument)
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
