/// The last trade of a market as people ask for it: from an event, or from a ticker that tells less of it than an
/// event holds.

public import TradingCore

/// A trade without the id and, at some venues, without the time and the side that an event needs.
public struct LastTrade: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  /// When it happened; `.none` where the venue does not say.
  public var time: Timestamp
  /// Who took; `nil` where the venue does not say.
  public var aggressor: Side?

  public init(
    price: Price, quantity: Quantity, time: Timestamp = .none, aggressor: Side? = nil
  ) {
    (self.price, self.quantity) = (price, quantity)
    (self.time, self.aggressor) = (time, aggressor)
  }

  /// What a ticker says; `nil` where its price of zero says that there was none.
  init?(_ raw: RawLevel, on grid: TickAndLot) throws(LineFault) {
    guard raw.price.mantissa > 0 else { return nil }
    self.init(price: try grid.price(raw.price), quantity: try grid.quantity(raw.quantity))
    try grid.check(price, quantity)
  }
}

extension FrameBatch {
  /// The last trade of an answer to `VenueAction.quote`: its last trade event, else what its ticker said.
  public var newestTrade: LastTrade? {
    for event in events.reversed() {
      guard case .trade(let trade) = event.body else { continue }
      return LastTrade(
        price: trade.price, quantity: trade.quantity, time: event.venueTime,
        aggressor: trade.aggressor)
    }
    return lastTrade
  }
}
