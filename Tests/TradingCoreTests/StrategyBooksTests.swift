/// Several strategies in one run: each trades for its own book as if it were alone.
import Testing

@testable import TradingCore

@Suite("Several strategies")
struct StrategyBooksTests {
  static func member(_ name: String, _ set: [(String, Double)] = []) throws -> StrategyMember {
    let entry = try #require(StrategyRegistry.entry(named: name))
    var values = ParameterValues(defaultsOf: entry.parameters)
    for (parameter, value) in set { try values.set(parameter, to: value) }
    return StrategyMember(entry, values)
  }

  private func setup(
    _ recorder: Recorder, _ seed: UInt64, _ settings: [EventBody]
  ) throws -> RunSetup {
    var market = MarketGeneratorTests.settings(seed: seed, [.normal, .crash])
    market.duration = Interval(nanoseconds: 300 * Interval.second.nanoseconds)
    return RunSetup(
      feed: try MarketGenerator(market),
      preamble: StrategyRunTests.preamble(.sameEvent, bars: .second)
        + settings.map { Event(receiveTime: GeneratorSettings().start, $0) },
      journal: recorder, watcher: recorder)
  }

  /// At the last price, whatever the size, and with sizes in lots nobody stands in anybody's way; so a
  /// book of a joint run must be, to the last digit, the account of a run of that strategy alone.
  @Test(
    "books of a joint run are the accounts of the runs alone", arguments: [3, 11, 40] as [UInt64])
  func alone(seed: UInt64) throws {
    let members = [
      try Self.member("ema-cross"), try Self.member("mean-reversion"),
      try Self.member("ema-cross", [("fast", 3), ("slow", 9)]), try Self.member("breakout"),
    ]
    let sizes: [Int64] = [7, 20, 3, 11]
    let joint = Recorder()
    let sizing = sizes.enumerated().map { index, lots in
      EventBody.configure(
        Configure(.sizing, value: lots, place: 1, book: BookID(UInt8(index + 1))))
    }
    let outcome = try StrategyRegistry.backtest(
      try setup(joint, seed, sizing), members, instruments: [InstrumentID(0)])
    #expect(outcome.state.anomalies == Anomalies())
    for (index, member) in members.enumerated() {
      let recorder = Recorder()
      let lone = try member.entry.backtest(
        try setup(recorder, seed, [.configure(Configure(.sizing, value: sizes[index], index: 1))]),
        values: member.values, instruments: [InstrumentID(0)])
      let book = try #require(outcome.state.books[BookID(UInt8(index + 1))])
      #expect(book.positions.first == lone.state.account.positions.first, "\(member.entry.name)")
      #expect(book.lots.first == lone.state.account.lots.first, "\(member.entry.name)")
      #expect(book.fillCount == lone.state.metrics.fillCount && book.fillCount > 0)
      #expect(book.tripCount == UInt64(lone.state.metrics.trips.count))
    }
    for invariant in Invariant.all {
      #expect(invariant.violation(outcome.state, after: joint.events[0]) == nil)
    }
  }

  @Test("a joint run audits clean and folds to the same state, market maker included")
  func audit() throws {
    let members = [
      try Self.member("market-making", [("spread", 1)]), try Self.member("ema-cross"),
      try Self.member("market-making", [("spread", 2), ("size", 1)]),
    ]
    let sizing = (1...3).map {
      EventBody.configure(Configure(.sizing, value: 300_000, book: BookID($0)))
    }
    let recorder = Recorder()
    var setup = try setup(recorder, 21, sizing)
    setup.preamble.append(
      Event(
        receiveTime: GeneratorSettings().start,
        .configure(Configure(.fillRule, value: Int64(FillRule.bookConservative.rawValue)))))
    let outcome = try StrategyRegistry.backtest(setup, members, instruments: [InstrumentID(0)])
    #expect(outcome.state.books.all.allSatisfy { $0.sizing == nil || $0.fillCount > 0 })
    let again = Recorder()
    let audited = try StrategyRegistry.audit(
      RunSetup(feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      members, instruments: [InstrumentID(0)])
    #expect(audited.state == outcome.state && again.events == recorder.events)
    #expect(audited.strategyFingerprint == outcome.strategyFingerprint)
    #expect(recorder.events.reduce(into: State(), reduce) == outcome.state)
    // Nobody cancels another's quotes.
    let books = Set(
      recorder.events.compactMap { event in
        if case .order(let order) = event.body { order.terms.book.raw } else { nil }
      })
    #expect(books == [1, 2, 3])
  }

  @Test("wishes carry their book, weights are shared within it alone, and room is counted for all")
  func decisions() {
    var decisions = Decisions()
    decisions.begin(BookID(1))
    decisions.target(InstrumentID(0), weight: 1)
    decisions.begin(BookID(2))
    decisions.target(InstrumentID(0), weight: 1)
    decisions.shareWeight(among: 4)
    #expect((0..<2).map { decisions[$0].weightMillionths } == [1_000_000, 250_000])
    #expect((0..<2).map { decisions.book(of: $0).raw } == [1, 2])
    for _ in 2..<Decisions.capacity + 3 { decisions.cancelAll(InstrumentID(0)) }
    #expect(decisions.count == Decisions.capacity && decisions.droppedCount == 3)
  }
}
