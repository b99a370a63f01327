/// What a market looks like at a moment, as `venues market` shows it: rules, best prices, last trade, book.

public import Dialects
public import TradingCore

/// One level of a book with what there is up to it.
public struct MarketLevel: Equatable, Sendable {
  public var price: Price
  public var quantity: Quantity
  /// The quantity of this level and of all that are better, in the base asset.
  public var quantitySum: Money
  /// What those are worth at their own prices, in the quote asset: what it takes to buy or sell so far.
  public var valueSum: Money
}

/// What a venue said of one market. Its two answers, best prices and book, are of one moment only as far as the
/// venue gave them together.
public struct MarketFinding: Equatable, Sendable {
  /// The market's rules in the venue's decimals.
  public let spec: InstrumentSpec
  /// The grid that prices and quantities here are on: finer than the rules' where books need it.
  public let definition: InstrumentDefinition
  /// A price of 0 is a side that is empty; a quantity of 0 is one that the venue does not tell.
  public let quote: Quote
  public let lastTrade: LastTrade?
  /// The best first.
  public let bids: [MarketLevel]
  public let asks: [MarketLevel]
  /// Numbers of the answers whose digits beyond 8 decimals were rounded: one may stand as 0 here.
  public let rounded: UInt64
  /// When the last answer came, by this machine's clock.
  public let time: Timestamp

  /// How far the ask is above the bid, in ticks; `nil` where a side is empty.
  public var spreadTicks: Int64? {
    guard quote.bidPrice > .zero, quote.askPrice > .zero else { return nil }
    return quote.askPrice.ticks - quote.bidPrice.ticks
  }

  /// The spread in basis points of the middle, for judgement.
  public var spreadBasisPoints: Double? {
    spreadTicks.map {
      20_000 * Double($0) / (Double(quote.bidPrice.ticks) + Double(quote.askPrice.ticks))
    }
  }
}

extension MarketFinding {
  /// Both sides of a book from the run of events that it came as. O(levels log levels).
  /// - Parameter depth: levels a side, the best ones.
  /// - Returns: `nil` for a book that is worth more than any market's.
  static func sides(
    _ events: ContiguousArray<Event>, on definition: InstrumentDefinition, depth: Int
  ) -> (bids: [MarketLevel], asks: [MarketLevel])? {
    let levels = events.compactMap { event -> BookSnapshot? in
      guard case .bookSnapshot(let level) = event.body, !level.flags.contains(.empty) else {
        return nil
      }
      return level
    }
    let bids = levels.filter { $0.side == .buy }.sorted { $0.price > $1.price }
    let asks = levels.filter { $0.side == .sell }.sorted { $0.price < $1.price }
    guard let bids = summed(bids.prefix(depth), on: definition),
      let asks = summed(asks.prefix(depth), on: definition)
    else { return nil }
    return (bids, asks)
  }

  private static func summed(
    _ levels: ArraySlice<BookSnapshot>, on definition: InstrumentDefinition
  ) -> [MarketLevel]? {
    var (quantity, value) = (Money.zero, Money.zero)
    var summed: [MarketLevel] = []
    for level in levels {
      guard definition.canValue(level.price, level.quantity) else { return nil }
      quantity += Money(units: definition.lotAmount * Int128(level.quantity.lots))
      value += definition.notional(level.price, level.quantity)
      // Money stays at the end of its range where a sum is beyond it, and a sum here has to be exact.
      guard max(quantity, value) <= Money.largestBooked else { return nil }
      summed.append(
        MarketLevel(
          price: level.price, quantity: level.quantity, quantitySum: quantity, valueSum: value))
    }
    return summed
  }
}
