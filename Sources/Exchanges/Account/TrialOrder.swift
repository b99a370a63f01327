/// The order that a venue is given to check: one that nobody would mind should it ever be placed.

internal import Dialects
internal import TradingCore

/// A buy of the least that a market takes, far below its best bid.
struct TrialOrder {
  private var symbol = ""
  private var definition = InstrumentDefinition(
    instrument: .none, base: .none, quote: .none, tick: Decimal64(mantissa: 1, scale: 0),
    lot: Decimal64(mantissa: 1, scale: 0))

  /// How far below the best bid it stands, in percent: venues refuse orders that are too far away.
  private static let distance: Int64 = 20

  /// An order of no market.
  init() {}

  init(_ spec: InstrumentSpec, _ definition: InstrumentDefinition) {
    (symbol, self.definition) = (spec.symbol, definition)
  }

  /// The order, on the market's grid; `nil` where there is no bid or the least amount is too large to count.
  func order(below bid: Price) -> PlacedOrder? {
    let price = Price(
      ticks: Int64(Int128(bid.ticks) * Int128(100 - Self.distance) / 100))
    guard price.ticks > 0 else { return nil }
    // What one lot costs, and lots that cost the least value that is taken, rounded up.
    let lot = definition.notional(price, Quantity(lots: 1))
    let least = Int128(definition.minNotional) * Int128(powerOfTen(Money.scale - 8))
    guard lot > .zero else { return nil }
    let dear = (least + lot.units - 1) / lot.units
    guard dear <= Int128(Int32.max) else { return nil }
    let lots = max(definition.minQuantity.lots, Int64(dear), 1)
    return PlacedOrder(
      OrderID(1),
      OrderTerms(
        instrument: definition.instrument, side: .buy, type: .limit,
        quantity: Quantity(lots: lots), price: price))
  }

  /// In words.
  func text(_ order: PlacedOrder) -> String {
    "buy \(definition.text(order.terms.quantity)) \(symbol) at \(definition.text(order.terms.price))"
  }
}
