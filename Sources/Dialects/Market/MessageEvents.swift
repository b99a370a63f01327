/// Messages to events: decimals onto the grid of an instrument, levels to runs. The only place where a
/// venue's words become facts of the market, for files and for the live wire alike.

package import TradingCore

/// What is odd about a message and no reason to refuse it.
package struct Oddities: OptionSet {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A trade or a candle of no quantity.
  package static let zeroQuantity = Oddities(rawValue: 1)
  /// A bid at or above the ask.
  package static let crossed = Oddities(rawValue: 2)
}

extension Message {
  /// Appends the events that the message is. On a fault nothing is appended. O(levels), and no
  /// allocation while `events` has room.
  package func appendEvents(
    of instrument: InstrumentID, on grid: TickAndLot, to events: inout ContiguousArray<Event>
  ) throws(LineFault) -> Oddities {
    let before = events.count
    do {
      switch body {
      case .trade(let trade): return try append(trade, instrument, grid, &events)
      case .quote(let quote): return try append(quote, instrument, grid, &events)
      case .candle(let candle): return try append(candle, instrument, grid, &events)
      case .depth(let first, let last):
        try appendDepth(first, last, instrument, grid, &events)
        return []
      case .snapshot(let id): return try appendSnapshot(id, instrument, grid, &events)
      }
    } catch {
      events.removeLast(events.count - before)
      throw error
    }
  }
}

extension Message {
  private func append(
    _ raw: RawTrade, _ instrument: InstrumentID, _ grid: TickAndLot,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) -> Oddities {
    let price = try grid.price(raw.at.price)
    let quantity = try grid.quantity(raw.at.quantity)
    guard price.ticks > 0 else { throw LineFault("the price is zero") }
    try grid.check(price, quantity)
    let trade = Trade(
      instrument: instrument, price: price, quantity: quantity, aggressor: raw.aggressor,
      id: raw.id, firstID: raw.firstID, count: raw.count, isAggregate: raw.isAggregate)
    events.append(event(.trade(trade)))
    return quantity.lots == 0 ? .zeroQuantity : []
  }

  private func append(
    _ raw: RawQuote, _ instrument: InstrumentID, _ grid: TickAndLot,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) -> Oddities {
    let quote = Quote(
      instrument: instrument, bidPrice: try grid.price(raw.bid.price),
      bidQuantity: try grid.quantity(raw.bid.quantity), askPrice: try grid.price(raw.ask.price),
      askQuantity: try grid.quantity(raw.ask.quantity), updateID: raw.updateID)
    try grid.check(quote.bidPrice, quote.bidQuantity)
    try grid.check(quote.askPrice, quote.askQuantity)
    events.append(event(.quote(quote)))
    let isEmpty = quote.bidPrice.ticks == 0 || quote.askPrice.ticks == 0
    return quote.bidPrice >= quote.askPrice && !isEmpty ? .crossed : []
  }

  private func append(
    _ raw: RawCandle, _ instrument: InstrumentID, _ grid: TickAndLot,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) -> Oddities {
    let candle = Candle(
      instrument: instrument, intervalSeconds: raw.intervalSeconds,
      open: try grid.price(raw.open), high: try grid.price(raw.high),
      low: try grid.price(raw.low), close: try grid.price(raw.close),
      volume: try grid.quantity(raw.volume))
    guard candle.low.ticks > 0 else { throw LineFault("the low is zero") }
    guard candle.high >= max(candle.open, candle.close, candle.low) else {
      throw LineFault("the high is below another price of its bar")
    }
    guard candle.low <= min(candle.open, candle.close) else {
      throw LineFault("the low is above another price of its bar")
    }
    try grid.check(candle.high, candle.volume)
    events.append(event(.candle(candle)))
    return candle.volume.lots == 0 ? .zeroQuantity : []
  }

  private func event(_ body: EventBody) -> Event {
    Event(receiveTime: receiveTime, venueTime: venueTime, body)
  }
}

extension Message {
  private func appendDepth(
    _ first: Int64, _ last: Int64, _ instrument: InstrumentID,
    _ grid: TickAndLot, _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let total = bids.count + asks.count
    let span = UInt32(last - first)
    for index in 0..<max(total, 1) {
      let (level, side) = try level(index, grid)
      let depth = Depth(
        instrument: instrument, side: side, price: level.price, quantity: level.quantity,
        lastUpdateID: last, updateSpan: span, flags: flags(index, of: total))
      events.append(event(.depth(depth)))
    }
  }

  private func appendSnapshot(
    _ id: Int64, _ instrument: InstrumentID, _ grid: TickAndLot,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) -> Oddities {
    let total = bids.count + asks.count
    var bestBid = Price.zero
    var bestAsk = Price(ticks: .max)
    for index in 0..<max(total, 1) {
      let (level, side) = try level(index, grid)
      let snapshot = BookSnapshot(
        instrument: instrument, side: side, price: level.price, quantity: level.quantity,
        updateID: id, flags: flags(index, of: total))
      events.append(event(.bookSnapshot(snapshot)))
      if total > 0, side == .buy { bestBid = max(bestBid, level.price) }
      if total > 0, side == .sell { bestAsk = min(bestAsk, level.price) }
    }
    return bestBid >= bestAsk ? .crossed : []
  }

  /// The level at `index` of a run that lists bids, then asks; zeros for a message without levels.
  private func level(
    _ index: Int, _ grid: TickAndLot
  ) throws(LineFault) -> ((price: Price, quantity: Quantity), Side) {
    guard index < bids.count + asks.count else { return ((.zero, .zero), .buy) }
    let isBid = index < bids.count
    let raw = isBid ? bids[index] : asks[index - bids.count]
    let price = try grid.price(raw.price)
    let quantity = try grid.quantity(raw.quantity)
    try grid.check(price, quantity)
    return ((price, quantity), isBid ? .buy : .sell)
  }

  private func flags(_ index: Int, of total: Int) -> RunFlags {
    var flags: RunFlags = total == 0 ? [.empty] : []
    if index == 0 { flags.insert(.first) }
    if index >= total - 1 { flags.insert(.last) }
    return flags
  }
}
