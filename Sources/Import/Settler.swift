/// Messages to events: decimals onto the grid, levels to runs, and everything odd counted.

import Dialects
import TradingCore

/// Turns messages of one import into events. One settler serves all its files, so it holds the
/// counts.
final class Settler {
  private let grids: [Grid]
  /// By symbol index: the instrument's id, `.none` for symbols without a definition.
  private let instruments: [InstrumentID]
  private(set) var counts = ImportCounts()
  /// By instrument, then by `NoticeCode.rawValue`; the last row counts for all instruments.
  private var notices: [[UInt64]]

  init(grids: [Grid], instruments: [InstrumentID]) {
    self.grids = grids
    self.instruments = instruments
    let row = [UInt64](repeating: 0, count: NoticeCode.allCases.count)
    notices = [[UInt64]](repeating: row, count: grids.count + 1)
  }

  /// The instrument of a symbol index; `.none` where it has none.
  func instrument(_ symbol: Int) -> InstrumentID {
    instruments.indices.contains(symbol) ? instruments[symbol] : .none
  }

  /// Appends the message's events. On a fault nothing is appended.
  func settle(
    _ message: borrowing Message, into events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let instrument = instrument(message.symbol)
    guard instrument != .none else {
      throw LineFault(
        message.symbol == Message.unnamed
          ? "the message names no symbol and its file holds several; name it with --symbol"
          : "the symbol first appears behind the rows looked at; import it from a file")
    }
    let grid = grids[instrument.index]
    let before = events.count
    do {
      switch message.body {
      case .trade(let trade): try append(trade, message, instrument, grid, &events)
      case .quote(let quote): try append(quote, message, instrument, grid, &events)
      case .candle(let candle): try append(candle, message, instrument, grid, &events)
      case .depth(let first, let last):
        try appendDepth(first, last, message, instrument, grid, &events)
      case .snapshot(let id): try appendSnapshot(id, message, instrument, grid, &events)
      }
    } catch {
      events.removeLast(events.count - before)
      throw error
    }
    if message.rounded > 0 { count(.digitsRounded, instrument, UInt64(message.rounded)) }
  }
}

extension Settler {
  private func append(
    _ raw: RawTrade, _ message: borrowing Message, _ instrument: InstrumentID, _ grid: Grid,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let price = try grid.price(raw.at.price)
    let quantity = try grid.quantity(raw.at.quantity)
    guard price.ticks > 0 else { throw LineFault("the price is zero") }
    try grid.check(price, quantity)
    let trade = Trade(
      instrument: instrument, price: price, quantity: quantity, aggressor: raw.aggressor,
      id: raw.id, firstID: raw.firstID, count: raw.count, isAggregate: raw.isAggregate)
    events.append(event(message, .trade(trade)))
    counts.trades += 1
    if quantity.lots == 0 { count(.zeroQuantity, instrument) }
  }

  private func append(
    _ raw: RawQuote, _ message: borrowing Message, _ instrument: InstrumentID, _ grid: Grid,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let quote = Quote(
      instrument: instrument, bidPrice: try grid.price(raw.bid.price),
      bidQuantity: try grid.quantity(raw.bid.quantity), askPrice: try grid.price(raw.ask.price),
      askQuantity: try grid.quantity(raw.ask.quantity), updateID: raw.updateID)
    try grid.check(quote.bidPrice, quote.bidQuantity)
    try grid.check(quote.askPrice, quote.askQuantity)
    events.append(event(message, .quote(quote)))
    counts.quotes += 1
    if quote.bidPrice >= quote.askPrice, quote.bidPrice.ticks != 0, quote.askPrice.ticks != 0 {
      count(.crossed, instrument)
    }
  }

  private func append(
    _ raw: RawCandle, _ message: borrowing Message, _ instrument: InstrumentID, _ grid: Grid,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
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
    events.append(event(message, .candle(candle)))
    counts.candles += 1
    if candle.volume.lots == 0 { count(.zeroQuantity, instrument) }
  }

  private func event(_ message: borrowing Message, _ body: EventBody) -> Event {
    Event(receiveTime: message.receiveTime, venueTime: message.venueTime, body)
  }
}

extension Settler {
  private func appendDepth(
    _ first: Int64, _ last: Int64, _ message: borrowing Message, _ instrument: InstrumentID,
    _ grid: Grid, _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let total = message.bids.count + message.asks.count
    let span = UInt32(last - first)
    for index in 0..<max(total, 1) {
      let (level, side) = try level(index, message, grid)
      let depth = Depth(
        instrument: instrument, side: side, price: level.price, quantity: level.quantity,
        lastUpdateID: last, updateSpan: span, flags: flags(index, of: total))
      events.append(event(message, .depth(depth)))
    }
    counts.depthMessages += 1
    counts.depthLevels += UInt64(total)
  }

  private func appendSnapshot(
    _ id: Int64, _ message: borrowing Message, _ instrument: InstrumentID, _ grid: Grid,
    _ events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let total = message.bids.count + message.asks.count
    var bestBid = Price.zero
    var bestAsk = Price(ticks: .max)
    for index in 0..<max(total, 1) {
      let (level, side) = try level(index, message, grid)
      let snapshot = BookSnapshot(
        instrument: instrument, side: side, price: level.price, quantity: level.quantity,
        updateID: id, flags: flags(index, of: total))
      events.append(event(message, .bookSnapshot(snapshot)))
      if total > 0, side == .buy { bestBid = max(bestBid, level.price) }
      if total > 0, side == .sell { bestAsk = min(bestAsk, level.price) }
    }
    counts.snapshots += 1
    counts.snapshotLevels += UInt64(total)
    if bestBid >= bestAsk { count(.crossed, instrument) }
  }

  /// The level at `index` of a run that lists bids, then asks; zeros for a message without levels.
  private func level(
    _ index: Int, _ message: borrowing Message, _ grid: Grid
  ) throws(LineFault) -> ((price: Price, quantity: Quantity), Side) {
    let bids = message.bids.count
    guard index < bids + message.asks.count else { return ((.zero, .zero), .buy) }
    let raw = index < bids ? message.bids[index] : message.asks[index - bids]
    let price = try grid.price(raw.price)
    let quantity = try grid.quantity(raw.quantity)
    try grid.check(price, quantity)
    return ((price, quantity), index < bids ? .buy : .sell)
  }

  private func flags(_ index: Int, of total: Int) -> RunFlags {
    var flags: RunFlags = total == 0 ? [.empty] : []
    if index == 0 { flags.insert(.first) }
    if index >= total - 1 { flags.insert(.last) }
    return flags
  }
}

extension Settler {
  func countLine() { counts.lines += 1 }
  func countFraming() { counts.framingLines += 1 }
  func countSkipped() { counts.skippedLines += 1 }
  func countEvents(_ number: Int) { counts.events += UInt64(number) }

  /// Counts an odd thing about an instrument, `.none` for all.
  func count(_ code: NoticeCode, _ instrument: InstrumentID, _ number: UInt64 = 1) {
    counts.notices[Int(code.rawValue)] += number
    let row = instrument == .none ? grids.count : instrument.index
    notices[row][Int(code.rawValue)] += number
  }

  /// What was counted, as events at `time`: by instrument, then by code, zeros left out.
  func noticeEvents(at time: Timestamp) -> [Event] {
    var events: [Event] = []
    for (row, numbers) in notices.enumerated() {
      let instrument = row == grids.count ? InstrumentID.none : InstrumentID(UInt16(row))
      for code in NoticeCode.allCases where numbers[Int(code.rawValue)] > 0 {
        let notice = Notice(code, count: numbers[Int(code.rawValue)], instrument: instrument)
        events.append(Event(receiveTime: time, .notice(notice)))
      }
    }
    return events
  }
}
