/// What is known of one instrument's market: its last price, best quotes, book and bars.
public struct MarketState: Equatable, Sendable, CanonicallyDecodable {
  /// The price positions are valued at: the last trade or candle close, or the middle of the quotes
  /// (rounded down to a tick) while no trade has been seen. `nil` before the first.
  public internal(set) var mark: Price?
  /// The best bid and ask last seen, from quotes or from the book, whichever is newer.
  public internal(set) var top = Quote(
    instrument: .none, bidPrice: .zero, bidQuantity: .zero, askPrice: .zero, askQuantity: .zero,
    updateID: 0)
  public internal(set) var hasTop = false
  /// Whether the instrument was defined on an exact grid; until then its events are not believed.
  var isDefined = false
  public internal(set) var hasTraded = false
  /// Lots that an order's quantity must be a multiple of, by the venue's lot filter: books keep finer
  /// quantities than a venue still takes orders in.
  public internal(set) var orderStep: Int64 = 1
  public internal(set) var book = OrderBook()
  public internal(set) var bars: BarBuilder
  /// The bar that closed last, and the sequence at which it did.
  public internal(set) var lastBar: Bar?
  public internal(set) var lastBarSequence: Sequence64 = 0
  /// Events that this market's stream is known to have lost.
  public internal(set) var gapCount: UInt64 = 0

  public init(barInterval: Interval) { bars = BarBuilder(interval: barInterval) }

  /// So many lots in whole steps, rounded down.
  public func wholeSteps(_ lots: Int64) -> Int64 { lots - lots % orderStep }

  /// The middle of the best quotes in half ticks (bid + ask), `nil` while either side is missing or
  /// the sum is beyond 64 bits.
  public var twiceMiddle: Int64? {
    guard hasTop, top.bidQuantity.lots > 0, top.askQuantity.lots > 0 else { return nil }
    let (twice, overflow) = top.bidPrice.ticks.addingReportingOverflow(top.askPrice.ticks)
    return overflow ? nil : twice
  }

  /// Takes the best levels of a valid book when it is newer than the quotes. In place: through the
  /// array of markets each look at the book would copy the whole market.
  mutating func readTop(_ instrument: InstrumentID) -> (isCrossed: Bool, isNewer: Bool) {
    guard book.isValid else { return (false, false) }
    let isCrossed = book.isCrossed
    guard !hasTop || book.updateID > top.updateID else { return (isCrossed, false) }
    let bid = book.bids.best
    let ask = book.asks.best
    top = Quote(
      instrument: instrument, bidPrice: bid?.price ?? .zero, bidQuantity: bid?.quantity ?? .zero,
      askPrice: ask?.price ?? .zero, askQuantity: ask?.quantity ?? .zero, updateID: book.updateID)
    hasTop = true
    return (isCrossed, true)
  }

  /// Takes a trade or a candle as a piece of a bar; its close is the mark.
  /// - Returns: whether it is the first mark.
  mutating func take(_ piece: Bar, endingAt time: Timestamp, sequence: Sequence64) -> Bool {
    let isFirst = mark == nil
    mark = piece.close
    hasTraded = true
    if bars.interval == .zero {
      lastBar = piece
      lastBarSequence = sequence
    } else {
      closeBar(at: time, sequence: sequence)
      bars.add(piece)
    }
    return isFirst
  }

  /// Takes a candle as a piece of a bar, and as a whole one where bars are no longer than it. A fact
  /// shows one bar: where the candle ends the bar before its own, its own ends with the next event.
  /// - Returns: whether it is the first mark.
  mutating func take(
    _ candle: Candle, from start: Timestamp, sequence: Sequence64
  ) -> Bool {
    let piece = Bar(
      start: start, open: candle.open, high: candle.high, low: candle.low, close: candle.close,
      volume: candle.volume)
    let isFirst = take(piece, endingAt: start, sequence: sequence)
    if lastBarSequence != sequence { closeBar(at: start + candle.interval, sequence: sequence) }
    return isFirst
  }

  /// Closes the open bar if it ended by `time`.
  @inline(__always)
  mutating func closeBar(at time: Timestamp, sequence: Sequence64) {
    guard let bar = bars.close(at: time) else { return }
    lastBar = bar
    lastBarSequence = sequence
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(mark != nil)
    bytes.append(mark ?? .zero)
    for price in [top.bidPrice, top.askPrice] { bytes.append(price) }
    for quantity in [top.bidQuantity, top.askQuantity] { bytes.append(quantity) }
    bytes.append(top.updateID)
    bytes.append(hasTop)
    bytes.append(UInt8(hasTraded ? 1 : 0) | (orderStep != 1 ? 2 : 0))
    book.encode(into: &bytes)
    bars.encode(into: &bytes)
    bytes.append(lastBar != nil)
    lastBar?.encode(into: &bytes)
    bytes.append(lastBarSequence)
    bytes.append(gapCount)
    if orderStep != 1 { bytes.append(orderStep) }
  }

  /// Reads what `encode` wrote; whose market it is follows from its place, by `settle`.
  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    let (isMarked, price) = (try reader.take() as Bool, try reader.take() as Price)
    try reader.expect(isMarked || price == .zero, "a mark that is none")
    mark = isMarked ? price : nil
    (top.bidPrice, top.askPrice) = (try reader.take(), try reader.take())
    (top.bidQuantity, top.askQuantity) = (try reader.take(), try reader.take())
    top.updateID = try reader.take()
    hasTop = try reader.take()
    let flags: UInt8 = try reader.take()
    try reader.expect(flags < 4, "flags \(flags) of a market")
    hasTraded = flags & 1 != 0
    book = try OrderBook(canonical: &reader)
    bars = try BarBuilder(canonical: &reader)
    lastBar = try reader.takeOptional()
    (lastBarSequence, gapCount) = (try reader.take(), try reader.take())
    guard flags & 2 != 0 else { return }
    orderStep = try reader.take()
    try reader.expect(orderStep > 1, "steps of \(orderStep) lots")
  }

  /// Rebuilds what follows from the market's place and is not in the canonical bytes.
  mutating func settle(_ instrument: InstrumentID, isDefined: Bool) {
    if hasTop { top.instrument = instrument }
    self.isDefined = isDefined
  }
}
