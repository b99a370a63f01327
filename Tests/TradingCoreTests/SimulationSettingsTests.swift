/// The simulation's settings: what a configure event may say, that canonical bytes keep it, and the
/// self-trade rule for orders that say nothing.
import Testing

@testable import TradingCore

@Suite("Simulation settings")
struct SimulationSettingsTests {
  @Test(
    "a setting is taken, bounded, or refused",
    arguments: [
      (Configure(.impact, value: 500, index: 3), true),
      (Configure(.impact, value: -1, index: 1), true),
      (Configure(.impact, value: 5, index: 4), false),
      (Configure(.impact, value: 5, index: 256), false),
      (Configure(.queue, value: 2_000_000, index: 0), true),
      (Configure(.queue, value: .max, index: 0), true),
      (Configure(.queue, value: 0, index: 1), true),
      (Configure(.queue, value: 1, index: 2), false), (Configure(.volumeCap, value: .min), true),
      (Configure(.volumeCap, value: 100_000), true), (Configure(.selfTrade, value: 3), true),
      (Configure(.selfTrade, value: 4), false), (Configure(.selfTrade, value: -1), false),
    ])
  func settings(change: Configure, isTaken: Bool) throws {
    var settings = Settings()
    let taken = settings.apply(change)
    #expect(taken == isTaken)
    #expect(isTaken || settings == Settings())
    #expect(settings.impact.strength >= 0 && settings.volumeCap >= -1)
    #expect((0...QueueRule.largestExponent).contains(settings.queue.exponent))
    var bytes = CanonicalBytes()
    settings.encode(into: &bytes)
    #expect(try Settings(canonicalBytes: bytes.bytes) == settings)
  }

  @Test(
    "the run's self-trade rule is that of orders that say nothing; others keep their own",
    arguments: [
      (SelfTrade.allow, SelfTrade.allow, ["accepted", "accepted", "fill", "fill"]),
      (.expireTaker, .allow, ["accepted", "accepted", "expired"]),
      (.expireBoth, .allow, ["accepted", "accepted", "expired", "expired"]),
      (.expireBoth, .expireTaker, ["accepted", "accepted", "expired"]),
      (.allow, .expireTaker, ["accepted", "accepted", "expired"]),
    ])
  func selfTrade(run: SelfTrade, order: SelfTrade, reports: [String]) {
    var exchange = SimulatedExchange()
    let definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    let settings = [
      Configure(.account, value: Int64(AccountKind.margin.rawValue)),
      Configure(.selfTrade, value: Int64(run.rawValue)),
    ]
    for body in [EventBody.instrument(definition)] + settings.map({ .configure($0) }) {
      exchange.observe(Event(receiveTime: .distantPast, body), at: .distantPast)
    }
    for (id, side) in [(UInt64(1), Side.buy), (2, .sell)] {
      var terms = OrderTerms(
        instrument: InstrumentID(0), side: side, type: .limit, quantity: Quantity(lots: 5),
        price: Price(ticks: 100))
      if side == .sell { terms.flags.selfTrade = order }
      exchange.submit(OrderID(id), .place(terms), at: Timestamp(nanoseconds: Int64(id)))
      exchange.receiveNext()
    }
    var seen: [String] = []
    while let report = exchange.popReport() { seen.append(report.kind.name) }
    #expect(seen == reports)
  }
}
