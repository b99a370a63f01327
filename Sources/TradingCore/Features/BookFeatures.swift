/// What the levels of the book say by themselves: how much waits, on which side, how steeply. None needs
/// to warm up; all are missing while the book is not in step with its venue, crossed, or shorter than
/// what is asked of it.

extension OrderBook {
  /// Whether its levels mean what they say: in step with the venue, with two sides, not crossed.
  var isSound: Bool {
    guard isValid, let bid = bids.best, let ask = asks.best else { return false }
    return bid.price > .zero && bid.price < ask.price
  }

  /// Whether it is sound with so many levels on either side.
  func isSound(levels: Int) -> Bool { isSound && bids.count >= levels && asks.count >= levels }

  /// Best bid and best ask together: the middle in half ticks. Only for a sound book.
  var twiceMiddle: Double { Double(bids[0].price.ticks) + Double(asks[0].price.ticks) }
}

/// The quantity at the best `levels` of either side together, in the base asset.
public struct BookDepth: MomentaryFeature {
  private let levels: Int

  /// `levels` must be positive.
  public init(levels: Int) {
    precondition(levels > 0, "BookDepth: \(levels) levels")
    self.levels = levels
  }

  public var outputs: [FeatureOutput] { [.init("bid", .quantity), .init("ask", .quantity)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard book.isSound(levels: levels) else { return numbers.putNothing(2) }
    numbers.put(sight.grid.quantity(book.bids.lots(levels: levels)))
    numbers.put(sight.grid.quantity(book.asks.lots(levels: levels)))
  }
}

/// The quantity that waits within `reach` basis points of the middle, the border included, in the base
/// asset. O(levels within).
public struct BandDepth: MomentaryFeature {
  private let reach: Double

  /// `reach`, in basis points, must be positive.
  public init(reach: Double) {
    precondition(reach > 0, "BandDepth: a reach of \(reach) bp")
    self.reach = reach
  }

  public var outputs: [FeatureOutput] { [.init("bid", .quantity), .init("ask", .quantity)] }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard book.isSound else { return numbers.putNothing(2) }
    let middle = book.twiceMiddle
    numbers.put(sight.grid.quantity(lots(book.bids, around: middle)))
    numbers.put(sight.grid.quantity(lots(book.asks, around: middle)))
  }

  /// A level is within reach where 2 · |price − middle| · 10⁴ ≤ reach · 2 · middle, in half ticks.
  private func lots(_ side: BookSide, around twiceMiddle: Double) -> Double {
    let border = reach * twiceMiddle
    var sum: Int128 = 0
    for level in 0..<side.count {
      let (price, quantity) = side[level]
      guard (2 * Double(price.ticks) - twiceMiddle).magnitude * 10_000 <= border else { break }
      sum += Int128(quantity.lots)
    }
    return Double(near: sum)
  }
}

/// (bids − asks) ÷ both over the quantities of the best 1, 2 … `levels` levels: one number for each, −1…1.
/// The first is the queue imbalance of the book.
/// Source: M. Gould and J. Bonart (2016) for the first; over several levels C. Cao, O. Hansch and X. Wang,
/// "The information content of an open limit-order book" (2009).
public struct BookImbalance: MomentaryFeature {
  private let levels: Int

  /// `levels` must be positive.
  public init(levels: Int) {
    precondition(levels > 0, "BookImbalance: \(levels) levels")
    self.levels = levels
  }

  public var outputs: [FeatureOutput] { (1...levels).map { .init("\($0)", .plain) } }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard book.isSound(levels: levels) else { return numbers.putNothing(levels) }
    var (bids, asks): (Int128, Int128) = (0, 0)
    for level in 0..<levels {
      bids += Int128(book.bids[level].quantity.lots)
      asks += Int128(book.asks[level].quantity.lots)
      numbers.put(Double(near: bids - asks) / Double(near: bids + asks))
    }
  }
}

/// How much more waits for each basis point further from the middle, side by side: the slope of the line
/// through the origin that is closest, by least squares, to the quantities up to each of the best `levels`
/// over their distances; Σ distance · quantity ÷ Σ distance².
///
/// A steep book is a deep one. The idea is the order book slope of R. Næs and J. Skjeltorp, "Order book
/// characteristics and the volume–volatility relation" (2006); theirs averages the growth of the logarithm
/// of the quantity from level to level, which has no meaning below one unit of the base asset.
public struct BookSlope: MomentaryFeature {
  private let levels: Int

  /// `levels` must be positive.
  public init(levels: Int) {
    precondition(levels > 0, "BookSlope: \(levels) levels")
    self.levels = levels
  }

  public var outputs: [FeatureOutput] {
    [.init("bid", .quantityPerBasisPoint), .init("ask", .quantityPerBasisPoint)]
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard book.isSound(levels: levels) else { return numbers.putNothing(2) }
    let middle = book.twiceMiddle
    numbers.put(sight.grid.quantity(slope(book.bids, around: middle)))
    numbers.put(sight.grid.quantity(slope(book.asks, around: middle)))
  }

  private func slope(_ side: BookSide, around twiceMiddle: Double) -> Double {
    var lots: Int128 = 0
    var (products, squares) = (0.0, 0.0)
    for level in 0..<levels {
      let (price, quantity) = side[level]
      lots += Int128(quantity.lots)
      let away = (2 * Double(price.ticks) - twiceMiddle).magnitude * 10_000 / twiceMiddle
      products += away * Double(near: lots)
      squares += away * away
    }
    return products / squares
  }
}

extension BookSide {
  /// The lots of the best `levels` together, which must be there.
  fileprivate func lots(levels: Int) -> Double {
    var sum: Int128 = 0
    for level in 0..<levels { sum += Int128(self[level].quantity.lots) }
    return Double(near: sum)
  }
}
