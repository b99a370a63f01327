/// What the best quotes say by themselves: spread, middle, microprice, imbalance of the queues. None
/// needs to warm up; all are missing while there are no sound quotes.

/// The distance from the best bid to the best ask: in the quote asset, and in basis points of the
/// middle. Above 0.
public struct QuotedSpread: MomentaryFeature {
  public init() {}

  public var outputs: [FeatureOutput] { [.init("", .price), .init("bp", .basisPoints)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard let quotes = sight.quotes else { return numbers.putNothing(2) }
    let spread = Double(quotes.ask - quotes.bid)
    numbers.put(sight.grid.price(spread))
    numbers.put(20_000 * spread / Double(quotes.twiceMiddle))
  }
}

/// The middle between the best bid and the best ask, in the quote asset.
public struct MiddlePrice: MomentaryFeature {
  public init() {}

  public var outputs: [FeatureOutput] { [.init("", .price)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    numbers.put(sight.quotes.map { sight.grid.price(Double($0.twiceMiddle) / 2) })
  }
}

/// The middle weighted by the quantities on the other side, I · ask + (1 − I) · bid with I = bid quantity
/// ÷ both: in the quote asset, and in basis points from the middle.
///
/// This is the weighted mid of S. Stoikov, "The micro-price: a high-frequency estimator of future
/// prices" (2018), section 2, which traders call the microprice; the paper's own micro-price adds an
/// adjustment that has to be fitted first.
public struct Microprice: MomentaryFeature {
  public init() {}

  public var outputs: [FeatureOutput] { [.init("", .price), .init("bp", .basisPoints)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard let quotes = sight.quotes else { return numbers.putNothing(2) }
    let all = Double(quotes.bidLots) + Double(quotes.askLots)
    let share = Double(quotes.bidLots) / all
    let spread = Double(quotes.ask - quotes.bid)
    numbers.put(sight.grid.price(Double(quotes.bid) + share * spread))
    let lean = Double(quotes.bidLots - quotes.askLots) / all * spread
    numbers.put(10_000 * lean / Double(quotes.twiceMiddle))
  }
}

/// (bid quantity − ask quantity) ÷ both at the best quotes, −1…1; above 0 where more waits to buy.
/// Source: M. Gould and J. Bonart, "Queue imbalance as a one-tick-ahead price predictor" (2016).
public struct QueueImbalance: MomentaryFeature {
  public init() {}

  public var outputs: [FeatureOutput] { [.init("", .plain)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    numbers.put(
      sight.quotes.map {
        Double($0.bidLots - $0.askLots) / (Double($0.bidLots) + Double($0.askLots))
      })
  }
}
