/// What of a key's counter at Kraken each request takes.

import Dialects
import Testing
import TradingCore

@Suite("Kraken's limits")
struct KrakenLimitTests {
  @Test("a question counts once, a list of trades twice, an order not at all")
  func weights() throws {
    var dialect = try krakenTrader()
    let order = PlacedOrder(
      OrderID(7),
      OrderTerms(
        instrument: InstrumentID(0), side: .buy, type: .limit, quantity: Quantity(lots: 1),
        price: Price(ticks: 1)))
    let weights = try [
      VenueAction.account, .fillsOf(OrderID(7), InstrumentID(0), venueOrder: 1), .place(order),
      .cancel(OrderID(7), InstrumentID(0)), .cancelAllAfter(.minute),
    ].map { action in
      try dialect.request(
        action, id: 1, over: dialect.transport(of: action), at: arrival
      ).weight
    }
    #expect(weights == [1, 2, 0, 0, 0])
    #expect(dialect.sessionLimits.map(\.most) == [15])
  }
}
