/// What the simulated exchange does when an instrument gets another tick or lot in the middle of a
/// recording: venues do that, and old prices then mean something else.
import Testing

@testable import TradingCore

@Suite("A new grid")
struct NewGridTests {
  private static func definition(_ tick: Int, _ lot: Int, quote: UInt16 = 1) -> EventBody {
    .instrument(
      InstrumentDefinition(
        instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(quote),
        tick: Decimal64(mantissa: 1, scale: tick), lot: Decimal64(mantissa: 1, scale: lot)))
  }

  private static func quote(_ bid: Int64, _ ask: Int64) -> EventBody {
    .quote(
      Quote(
        instrument: InstrumentID(0), bidPrice: Price(ticks: bid), bidQuantity: Quantity(lots: 50),
        askPrice: Price(ticks: ask), askQuantity: Quantity(lots: 50), updateID: 0))
  }

  private static func order(
    _ side: Side, _ lots: Int64, at price: Int64? = nil, stop: Int64? = nil,
    reduceOnly: Bool = false
  ) -> OrderRequest {
    let type: OrderType = stop != nil ? .stop : price != nil ? .limit : .market
    var terms = OrderTerms(
      instrument: InstrumentID(0), side: side, type: type, quantity: Quantity(lots: lots),
      price: Price(ticks: price ?? 0), reduceOnly: reduceOnly)
    terms.trigger = Price(ticks: stop ?? 0)
    return .place(terms)
  }

  /// Runs facts and requests, a second each, and tells the reports.
  private func reports(_ steps: [(EventBody?, OrderRequest?)]) -> [String] {
    var exchange = EngineUnderTest()
    let settings: [EventBody] = [
      .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
      .configure(Configure(.fillRule, value: Int64(FillRule.quote.rawValue))),
    ]
    for body in settings { exchange.observe(Event(receiveTime: ExchangeLine.time(0), body)) }
    for (second, step) in steps.enumerated() {
      let time = ExchangeLine.time(Int64(second))
      exchange.observe(step.0.map { Event(receiveTime: time, $0) } ?? ExchangeScript.tick(time))
      if let request = step.1 { exchange.submit(OrderID(UInt64(second)), request) }
    }
    exchange.finish()
    return exchange.reports.map(ExchangeScript.describe)
  }

  @Test("orders end, and a price of the old grid is never traded at on the new one")
  func orders() {
    let found = reports([
      (Self.definition(2, 3), nil),
      (Self.quote(9_990, 10_010), Self.order(.sell, 3, stop: 9_500)),
      (nil, Self.order(.buy, 5, at: 9_900)),
      (Self.definition(1, 3), nil),  // from ticks of 0.01 to ticks of 0.1
      (nil, Self.order(.buy, 1)),
      (Self.quote(999, 1_001), nil),
      (nil, Self.order(.buy, 5, at: 1_010)),
    ])
    #expect(
      found == [
        "1 o1 accepted", "2 o2 accepted", "3 o1 canceled marketClosed",
        "3 o2 canceled marketClosed", "4 o4 rejected noLiquidity", "6 o6 accepted",
        "6 o6 buy 5 @1001 taker",
      ])
  }

  @Test("what is held is counted in the new lots")
  func position() {
    let found = reports([
      (Self.definition(2, 3), nil), (Self.quote(9_990, 10_010), Self.order(.buy, 5)),
      (Self.definition(2, 4), nil),  // ten new lots for an old one
      (Self.quote(9_990, 10_010), Self.order(.sell, 70, reduceOnly: true)),
    ])
    #expect(
      found == [
        "1 o1 accepted", "1 o1 buy 5 @10010 taker", "3 o3 accepted", "3 o3 sell 50 @9990 taker",
        "3 o3 expired reduceOnly",
      ])
  }

  @Test("the same grid again changes nothing, and other assets are passed over")
  func same() {
    for again in [Self.definition(2, 3), Self.definition(1, 3, quote: 2)] {
      let found = reports([
        (Self.definition(2, 3), nil),
        (Self.quote(9_990, 10_010), Self.order(.buy, 5, at: 9_900)),
        (again, nil), (Self.quote(9_800, 9_890), nil),
      ])
      #expect(found == ["1 o1 accepted", "3 o1 buy 5 @9900 maker"])
    }
  }
}
