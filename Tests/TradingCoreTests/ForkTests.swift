/// Forks of recorded runs: nothing changed means nothing different, at every place of a run; a change from the
/// first event on is the run that had it from the first event on; what a venue left is taken over as said.

import Testing

@testable import TradingCore

@Suite("A fork")
struct ForkTests {
  /// A small market with trades, quotes and a book.
  private static func market(_ seed: UInt64, events: Int) throws -> [Event] {
    var settings = GeneratorSettings()
    settings.seed = seed
    settings.duration = .minute
    settings.eventsPerSecond = 20
    let generator = try MarketGenerator(settings)
    var batch = EventBatch()
    var all: [Event] = []
    while all.count < events, try generator.next(into: &batch) { all += batch.events }
    let end = all.indices.dropFirst(events).first { !all[$0 - 1].body.isInsideRun } ?? all.count
    return Array(all[..<end])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var strategy = "market-making"
    var values: [String: Double] = ["spread": 0.2, "requote": 0.05, "skew": 0.5, "size": 2]
    var rule = FillRule.bookConservative
    var settings: [EventBody] = []
    var testDescription: String { name }
  }

  private static let slow = EventBody.latency(
    LatencyRow(
      feed: Interval(nanoseconds: 7_000_000), entry: Interval(nanoseconds: 40_000_000),
      response: Interval(nanoseconds: 25_000_000), spread: Interval(nanoseconds: 9_000_000)))

  static let cases = [
    Case(name: "orders at once"),
    Case(
      name: "a constant latency",
      settings: [.configure(Configure(.latency, value: 60_000_000))]),
    Case(name: "latencies of every leg, drawn", settings: [slow]),
    Case(
      name: "a queue that is probable, and a cap", rule: .bookProbabilistic,
      settings: [slow, .configure(Configure(.volumeCap, value: 200_000))]),
    Case(name: "quotes", rule: .quote, settings: [slow]),
    Case(
      name: "targets", strategy: "ema-cross", values: ["fast": 2, "slow": 5],
      settings: [slow]),
    Case(
      name: "targets in slices", strategy: "ema-cross", values: ["fast": 3, "slow": 8],
      settings: [
        .configure(
          ExecutionRule(.timeWeighted, durationSeconds: 4, slices: 4).setting)
      ]),
  ]

  private static func head(_ item: Case) -> [Event] {
    let bodies: [EventBody] =
      [
        .logicVersion(.current),
        .configure(Configure(.fillRule, value: Int64(item.rule.rawValue))),
        .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
        .configure(Configure(.reportingAsset, value: 1)),
        .configure(Configure(.seed, value: 11)),
      ] + item.settings + [
        .fee(FeeSchedule(instrument: .none, maker: 10_000, taker: 50_000)),
        .balance(AssetAmount(asset: AssetID(1), amount: Money(units: 100_000 * Money.one.units))),
      ]
    return bodies.map { Event(receiveTime: GeneratorSettings().start, $0) }
  }

  private static func member(_ item: Case) throws -> StrategyMember {
    let entry = try #require(StrategyRegistry.entry(named: item.strategy))
    var values = ParameterValues(defaultsOf: entry.parameters)
    for (name, value) in item.values { try values.set(name, to: value) }
    return StrategyMember(entry, values)
  }

  private static func run(_ item: Case, _ market: [Event]) throws -> [Event] {
    let (recorder, member) = (Recorder(), try member(item))
    let setup = RunSetup(
      feed: ArrayFeed(market), preamble: head(item), journal: recorder, watcher: recorder)
    _ = try member.entry.backtest(setup, values: member.values, instruments: [InstrumentID(0)])
    return recorder.events
  }

  private static func fork(
    _ item: Case, _ recorded: [Event], at fork: Int, _ past: ForkPast = .repeated,
    changes: [EventBody] = [], then other: Case? = nil
  ) throws -> [Event] {
    let count = head(item).count
    let recorder = Recorder()
    let setup = ForkSetup(
      recorded: ArrayFeed(recorded),
      market: ArrayFeed(past == .repeated ? Array(recorded[count...]) : recorded),
      preamble: past == .repeated ? Array(recorded[..<count]) : [], past: past,
      fork: Sequence64(fork), changes: changes, journal: recorder, watcher: recorder)
    _ = try StrategyRegistry.fork(
      setup, [try member(item)], then: try other.map { [try member($0)] }, hasBooks: false,
      instruments: [InstrumentID(0)])
    return recorder.events
  }

  /// Sequences behind which a fork can be: before each fact that begins a message.
  private static func forks(_ recorded: [Event], from first: Int) -> [Int] {
    (first..<recorded.count).filter { index in
      recorded[index].isFact && !recorded[index - 1].body.isInsideRun
    }
  }

  @Test("with nothing changed is the run itself, wherever it is", arguments: cases)
  func nothing(item: Case) throws {
    let recorded = try Self.run(item, try Self.market(3, events: 260))
    #expect(recorded.contains { $0.kind == .fill }, "nothing was traded")
    for fork in Self.forks(recorded, from: Self.head(item).count) {
      let events = try Self.fork(item, recorded, at: fork)
      let different = zip(events, recorded).enumerated().first { $0.element.0 != $0.element.1 }
      #expect(different == nil, "forked at \(fork), differs at \(different?.offset ?? 0)")
      #expect(events.count == recorded.count)
    }
  }

  /// What was traded, without the numbers that count facts.
  private static func trades(_ events: [Event]) -> [String] {
    events.compactMap { event in
      guard case .fill(let fill) = event.body else { return nil }
      return "\(event.receiveTime.nanoseconds) \(fill.side) \(fill.price.ticks) "
        + "\(fill.quantity.lots) \(fill.fee) \(fill.liquidity)"
    }
  }

  static let changes: [(String, EventBody)] = [
    ("a latency", .configure(Configure(.latency, value: 150_000_000))),
    ("a latency of every leg", slow),
    ("a fee", .fee(FeeSchedule(instrument: .none, maker: -5_000, taker: 90_000))),
    ("a limit", .limit(LimitChange(.maxPosition, value: 20_000))),
    ("a size", .configure(Configure(.sizing, value: 100_000, index: 1))),
    ("a cap", .configure(Configure(.volumeCap, value: 50_000))),
  ]

  @Test("with a change at the first event is the run that began with it", arguments: changes)
  func fromTheFirst(name: String, change: EventBody) throws {
    let market = try Self.market(5, events: 1_200)
    var telling = 0
    let targets = Case(
      name: "targets", strategy: "ema-cross", values: ["fast": 2, "slow": 5])
    for item in [Self.cases[0], targets] {
      var changed = item
      changed.settings.append(change)
      let recorded = try Self.run(item, market)
      let fork = try Self.fork(
        item, recorded, at: Self.head(item).count, changes: [change])
      // A later schedule replaces the head's own.
      if change.kind == .fee { changed.settings = item.settings }
      let expected =
        change.kind == .fee
        ? try Self.runWithLateFee(changed, market, change) : try Self.run(changed, market)
      #expect(Self.trades(fork) == Self.trades(expected), "\(name), \(item.name)")
      let different = Self.trades(fork) != Self.trades(recorded)
      if different, !Self.trades(fork).isEmpty { telling += 1 }
    }
    #expect(telling > 0, "\(name) changes nothing: no test")
  }

  private static func runWithLateFee(
    _ item: Case, _ market: [Event], _ fee: EventBody
  ) throws -> [Event] {
    let (recorder, member) = (Recorder(), try member(item))
    let head = head(item)
    let late = head + [Event(receiveTime: head[0].receiveTime, fee)]
    let setup = RunSetup(
      feed: ArrayFeed(market), preamble: late, journal: recorder, watcher: recorder)
    _ = try member.entry.backtest(setup, values: member.values, instruments: [InstrumentID(0)])
    return recorder.events
  }

  @Test("with another strategy at the first event is that strategy's run")
  func anotherStrategy() throws {
    let market = try Self.market(5, events: 1_200)
    let (old, new) = (Self.cases[0], Self.cases[5])
    var bare = new
    bare.settings = []
    let fork = try Self.fork(
      old, try Self.run(old, market), at: Self.head(old).count, then: bare)
    #expect(Self.trades(fork) == Self.trades(try Self.run(bare, market)))
  }

  @Test("leaves the past alone, whatever changes behind it")
  func past() throws {
    let market = try Self.market(9, events: 600)
    let item = Self.cases[2]
    let recorded = try Self.run(item, market)
    for fork in Self.forks(recorded, from: 60) where fork % 7 == 0 {
      let events = try Self.fork(
        item, recorded, at: fork, changes: [EventBody.limit(LimitChange(.maxPosition, value: 1))])
      #expect(Array(events[..<fork]) == Array(recorded[..<fork]))
      #expect(events[fork].kind == .limit)
    }
  }

  @Test("of an altered recording is refused where the past is not what it says")
  func altered() throws {
    let item = Self.cases[0]
    var recorded = try Self.run(item, try Self.market(3, events: 260))
    let place = try #require(recorded.firstIndex { $0.kind == .fill })
    guard case .fill(var fill) = recorded[place].body else { return }
    fill.price = Price(ticks: fill.price.ticks + 1)
    recorded[place].body = .fill(fill)
    #expect(throws: EngineFault.self) {
      try Self.fork(item, recorded, at: recorded.count)
    }
  }

  // MARK: Taking over from a venue

  @Test("that takes over goes on as the run did, where nothing depends on what only the venue knew")
  func adoptedRest() throws {
    for values in [["fast": 2.0, "slow": 5.0], ["fast": 3, "slow": 9]] {
      let item = Case(name: "at once", strategy: "ema-cross", values: values, rule: .sameEvent)
      let recorded = try Self.run(item, try Self.market(3, events: 260))
      #expect(recorded.contains { $0.kind == .fill })
      for fork in Self.forks(recorded, from: Self.head(item).count) {
        let events = try Self.fork(item, recorded, at: fork, .adopted)
        #expect(Self.trades(events) == Self.trades(recorded), "forked at \(fork)")
      }
    }
  }
}

/// Bids for three lots at 100 on the first trade, and cancels on the trade with id 99.
private struct OneBid: Strategy {
  static let name = "one-bid"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  private let instrument: InstrumentID
  private var hasBid = false

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard case .trade(let trade) = event.body else { return }
    if trade.id == 99 { decisions.cancelAll(instrument) }
    guard !hasBid else { return }
    hasBid = true
    decisions.limit(instrument, .buy, price: Price(ticks: 100), quantity: Quantity(lots: 3))
  }

  func encode(into bytes: inout CanonicalBytes) { bytes.append(hasBid) }
}

@Suite("Orders taken over from a venue")
struct AdoptionTests {
  private let bitcoin = InstrumentID(0)
  private let second: Int64 = 1_000_000_000

  private func head() -> [EventBody] {
    [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(
        InstrumentDefinition(
          instrument: bitcoin, base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))),
      .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))),
      .configure(Configure(.reportingAsset, value: 1)),
      .balance(AssetAmount(asset: AssetID(1), amount: Money(units: 1_000 * Money.one.units))),
    ]
  }

  private func snapshot(_ bid: Int64) -> [EventBody] {
    [(Side.buy, 100, bid), (.sell, 105, 50)].enumerated().map { place, level in
      .bookSnapshot(
        BookSnapshot(
          instrument: bitcoin, side: level.0, price: Price(ticks: level.1),
          quantity: Quantity(lots: level.2), updateID: 1, flags: place == 0 ? .first : .last))
    }
  }

  private func depth(_ bid: Int64, _ id: Int64) -> EventBody {
    .depth(
      Depth(
        instrument: bitcoin, side: .buy, price: Price(ticks: 100), quantity: Quantity(lots: bid),
        lastUpdateID: id, updateSpan: 0, flags: [.first, .last]))
  }

  private func sale(_ lots: Int64, at ticks: Int64 = 100, _ id: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: bitcoin, price: Price(ticks: ticks), quantity: Quantity(lots: lots),
        aggressor: .sell, id: id))
  }

  private func events(_ bodies: [EventBody]) -> [Event] {
    bodies.enumerated().map {
      Event(receiveTime: Timestamp(nanoseconds: Int64($0.offset + 1) * second), $0.element)
    }
  }

  /// What a venue's journal holds up to the fork: the bid is decided, accepted, and `reports` follow.
  private func recorded(_ reports: [(OrderID) -> EventBody]) throws -> [Event] {
    let all = events(head() + snapshot(20) + [sale(1, at: 101, 1)])
    let count = head().count
    let recorder = Recorder()
    let empty = ForkSetup(
      recorded: ArrayFeed([]), market: ArrayFeed(Array(all[count...])),
      preamble: Array(all[..<count]), past: .repeated,
      fork: 0, journal: recorder, watcher: recorder)
    let bid = try PerInstrument<OneBid>(ParameterValues(defaultsOf: []), [bitcoin])
    _ = try Run.fork(empty, ForkedDecider(bid, then: nil, after: 0))
    let place = try #require(recorder.events.firstIndex { $0.kind == .order })
    var past = Array(recorder.events[...place])
    let time = past[place].receiveTime
    past += reports.map { Event(receiveTime: time, $0(OrderID(Sequence64(place + 1)))) }
    return past
  }

  /// The reports behind the fork, of a market that goes on behind a past.
  private func rest(_ past: [Event], _ future: [EventBody]) throws -> [String] {
    let end = past.last?.receiveTime.nanoseconds ?? 0
    let later = future.enumerated().map {
      Event(
        receiveTime: Timestamp(nanoseconds: end + Int64($0.offset + 1) * second), $0.element)
    }
    let recorder = Recorder()
    let setup = ForkSetup(
      recorded: ArrayFeed(past + later), market: ArrayFeed(past + later), preamble: [],
      past: .adopted, fork: Sequence64(past.count), journal: recorder, watcher: recorder)
    let bid = try PerInstrument<OneBid>(ParameterValues(defaultsOf: []), [bitcoin])
    _ = try Run.fork(setup, ForkedDecider(bid, then: nil, after: Sequence64(past.count)))
    #expect(Array(recorder.events[..<past.count]) == past)
    return recorder.events[past.count...].compactMap { event in
      let time = (event.receiveTime.nanoseconds - end) / second
      switch event.body {
      case .fill(let fill): return "\(time) fill \(fill.quantity.lots) \(fill.liquidity)"
      case .accepted, .canceled, .expired, .amended: return "\(time) \(event.kind)"
      default: return nil
      }
    }
  }

  private func report(_ id: OrderID) -> OrderReport { OrderReport(order: id, instrument: bitcoin) }

  private func fill(_ id: OrderID, _ lots: Int64) -> EventBody {
    .fill(
      Fill(
        order: id, instrument: bitcoin, side: .buy, price: Price(ticks: 100),
        quantity: Quantity(lots: lots), fee: 0, feeAsset: AssetID(1), tradeID: 7, liquidity: .maker)
    )
  }

  @Test("stand at the back of the queue there is at the fork")
  func backOfTheQueue() throws {
    let past = try recorded([{ .accepted(self.report($0)) }])
    // Twenty stand before it: the first sale takes twelve of them, the second the rest and one of ours.
    let found = try rest(past, [sale(12, 2), depth(8, 2), sale(9, 3), sale(9, 4)])
    #expect(found == ["3 fill 1 maker", "4 fill 2 maker"])
  }

  @Test("have left what the venue had left of them")
  func partly() throws {
    let past = try recorded([{ .accepted(self.report($0)) }, { self.fill($0, 2) }])
    #expect(try rest(past, [sale(20, 2), sale(9, 3)]) == ["2 fill 1 maker"])
  }

  @Test("that the venue had not answered are asked for now")
  func pending() throws {
    #expect(try rest(try recorded([]), [sale(20, 2), sale(9, 3)]).prefix(1) == ["0 accepted"])
  }

  @Test("are canceled by the strategy as its own")
  func canceled() throws {
    let past = try recorded([{ .accepted(self.report($0)) }])
    #expect(try rest(past, [sale(1, 99), sale(30, 3)]) == ["1 canceled"])
  }

  @Test("that nobody knows of were accepted")
  func unknown() throws {
    let past = try recorded([{ .unknown(self.report($0)) }])
    #expect(try rest(past, [sale(23, 2)]) == ["1 fill 3 maker"])
  }
}
