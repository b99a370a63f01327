/// What must hold of one resting order whatever the market does: the stricter queue, and the later
/// arrival, never gives more. (Of a strategy nothing of the kind holds by construction: one fill less,
/// and from then on it places other orders.)
import Testing

@testable import TradingCore

@Suite("Honesty")
struct HonestyTests {
  /// A generated market and an order that is placed after one of two of its events.
  struct Case {
    var events: [Event]
    var terms: OrderTerms
    var early: Int
    var late: Int
  }

  static let seeds: Range<UInt64> = 1..<7
  static let ordersPerSeed = 16

  /// Markets whose prices have few ticks, so that queues are long and prices come back.
  static func cases(_ seed: UInt64) throws -> [Case] {
    var settings = GeneratorSettings()
    settings.seed = seed
    settings.duration = Interval(nanoseconds: 30_000_000_000)
    settings.tick = Decimal64(mantissa: 5, scale: 0)
    let events = try MarketGeneratorTests.events(settings)
    let ends = events.indices.filter { events[$0].kind.isMarket && !events[$0].body.isInsideRun }
    var random = RandomSource(seed: seed, label: "honesty")
    return (0..<ordersPerSeed).map { _ in
      let first = 10 + Int(random.below(UInt64(ends.count / 2)))
      let second = first + Int(random.below(UInt64(ends.count / 4)))
      let side: Side = random.below(2) == 0 ? .buy : .sell
      let price = best(side, events[...ends[first]]) + random.integer(in: -2...1)
      let terms = OrderTerms(
        instrument: InstrumentID(0), side: side, type: .limit,
        quantity: Quantity(lots: random.integer(in: 1...60_000)), price: Price(ticks: price))
      return Case(events: events, terms: terms, early: ends[first], late: ends[second])
    }
  }

  /// The best price of a side after some events, in ticks.
  private static func best(_ side: Side, _ events: ArraySlice<Event>) -> Int64 {
    for event in events.reversed() {
      guard case .quote(let quote) = event.body else { continue }
      return side == .buy ? quote.bidPrice.ticks : quote.askPrice.ticks
    }
    return 0
  }

  /// Lots of the order filled after each event, when it is placed after event `place`.
  static func filled(_ one: Case, after place: Int, _ rule: FillRule) -> [Int64] {
    var exchange = SimulatedExchange()
    for change in [
      Configure(.fillRule, value: Int64(rule.rawValue)),
      Configure(.account, value: Int64(AccountKind.margin.rawValue)),
    ] {
      exchange.observe(
        Event(receiveTime: .distantPast, .configure(change)), at: .distantPast)
    }
    var total: Int64 = 0
    return one.events.indices.map { index in
      let time = one.events[index].receiveTime
      while let arrival = exchange.firstArrival, arrival <= time { exchange.receiveNext() }
      exchange.observe(one.events[index], at: time)
      while let report = exchange.popReport() {
        if case .fill(let fill) = report.body { total += fill.quantity.lots }
      }
      if index == place { exchange.submit(OrderID(1), .place(one.terms), at: time) }
      return total
    }
  }

  @Test("An order is never filled less for being there earlier")
  func arrival() throws {
    try compare { one in
      let early = Self.filled(one, after: one.early, .bookConservative)
      return (early, Self.filled(one, after: one.late, .bookConservative))
    }
  }

  @Test("An order is never filled less or later where cancellations shorten its queue")
  func probability() throws {
    try compare { one in
      let lenient = Self.filled(one, after: one.early, .bookProbabilistic)
      return (lenient, Self.filled(one, after: one.early, .bookConservative))
    }
  }

  /// After every event the first has no less than the second, and with some orders it has more.
  private func compare(_ run: (Case) -> (most: [Int64], least: [Int64])) throws {
    var differences = 0
    for seed in Self.seeds {
      for (number, one) in try Self.cases(seed).enumerated() {
        let (most, least) = run(one)
        let wrong = zip(most, least).enumerated().first { $0.element.0 < $0.element.1 }
        #expect(wrong == nil, "seed \(seed), order \(number)")
        if most != least { differences += 1 }
      }
    }
    #expect(differences >= 10, "hardly an order was filled differently")
  }
}
