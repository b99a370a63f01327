/// How old what is known is.

/// Seconds since the last trade, since the best quotes were told, and since the last message of a book in
/// step with its venue; by receive times, not below 0. Missing before the first, and from a loss to the
/// first behind it.
public struct MarketAge: Feature {
  private var trade = Timestamp.none
  private var quotes = Timestamp.none
  private var book = Timestamp.none

  public init() {}

  public var outputs: [FeatureOutput] {
    [.init("trade", .seconds), .init("quotes", .seconds), .init("book", .seconds)]
  }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade: trade = sight.now
    case .quotes: quotes = sight.now
    case .book: self.book = sight.now
    case .lost(let trades, let quotes):
      if trades { trade = .none }
      if quotes { (self.quotes, self.book) = (.none, .none) }
    }
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    for time in [trade, quotes, self.book] {
      numbers.put(time.isNone ? nil : (sight.now - time).seconds)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for time in [trade, quotes, book] { bytes.append(time) }
  }
}
