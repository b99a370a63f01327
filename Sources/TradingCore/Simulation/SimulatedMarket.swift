/// One instrument as the simulated exchange sees it: the recorded book, quote and last price up to
/// the moment of an order's arrival.
struct SimulatedMarket {
  /// `nil` until the instrument was defined.
  var definition: InstrumentDefinition?
  private(set) var book = OrderBook()
  private(set) var top: Quote?
  /// The last price traded or closed at.
  var last: Price?

  mutating func observe(_ candle: Candle) { last = candle.close }
  mutating func observe(_ quote: Quote) { top = quote }

  mutating func observe(_ depth: Depth) {
    book.update(depth.level)
  }

  mutating func observe(_ level: BookSnapshot) {
    book.load(level.level)
  }

  /// A gap in a stream: what it told cannot be traded on until it is whole again.
  mutating func lose(_ stream: StreamKind) {
    if stream == .depth || stream == .any { book.invalidate() }
    if stream == .quote || stream == .any { top = nil }
  }

  /// The price level `depth` places into the side an order would take from, by the fill rule; `nil`
  /// when nothing (more) is there. The quote and last-price rules have one level of any size.
  func opposite(_ side: Side, _ depth: Int, _ rule: FillRule) -> (price: Price, lots: Int64)? {
    switch rule {
    case .book:
      guard book.isValid, !book.isCrossed else { return nil }
      let levels = side == .buy ? book.asks : book.bids
      guard depth < levels.count else { return nil }
      let level = levels[depth]
      return (level.price, level.quantity.lots)
    case .quote:
      guard depth == 0, let top else { return nil }
      let quantity = side == .buy ? top.askQuantity : top.bidQuantity
      guard quantity.lots > 0 else { return nil }
      return (side == .buy ? top.askPrice : top.bidPrice, .max)
    case .sameEvent:
      guard depth == 0, let last else { return nil }
      return (last, .max)
    case .candleNextOpen:
      return nil
    }
  }
}
