/// Absurd facts and absurd wishes through the whole engine: every run ends, folds to its own state, and
/// is made again by an audit of its journal.
import Testing

@testable import TradingCore

/// A venue that answers orders at random among other random facts.
private struct RandomVenue: EventSource, ~Copyable {
  private var fuzz: EventFuzz
  private var random: RandomSource
  private var left: Int
  private var sent: [(id: OrderID, terms: OrderTerms)] = []
  private var time = Timestamp.distantPast

  init(seed: UInt64, wildness: Double, count: Int) {
    fuzz = EventFuzz(
      seed: seed, wildness: wildness, kinds: EventKind.allCases.filter { $0.isFact })
    random = RandomSource(seed: seed, label: "venue")
    left = count
  }

  mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    guard left > 0 else { return false }
    left -= 1
    fact = fuzz.next()
    time = fact.receiveTime
    if !sent.isEmpty, random.chance(0.5) { fact = Event(receiveTime: time, answer()) }
    return true
  }

  private mutating func answer() -> EventBody {
    let place = Int(random.below(UInt64(sent.count)))
    let order = sent[place]
    let report = OrderReport(order: order.id, instrument: order.terms.instrument)
    let choice = random.below(4)
    if choice == 0 { return .accepted(report) }
    sent.remove(at: place)
    return choice == 1 ? .canceled(report) : .fill(fill(order))
  }

  private func fill(_ order: (id: OrderID, terms: OrderTerms)) -> Fill {
    Fill(
      order: order.id, instrument: order.terms.instrument, side: order.terms.side,
      price: Price(ticks: 100), quantity: order.terms.quantity, fee: 3, feeAsset: AssetID(3),
      tradeID: 0, liquidity: .taker)
  }

  mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault) {
    while let order = orders.popFirst() {
      guard case .place(let terms) = order.request else { continue }
      if sent.count < 500 { sent.append((order.id, terms)) }
    }
  }

  mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {}
  var isDrained: Bool { false }
  mutating func settled(_ state: borrowing State) {}
}

/// Wishes anything at any time.
private struct Whim: Strategy {
  static let name = "whim"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  private var fuzz: EventFuzz
  private var random: RandomSource

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.init(seed: 1, wildness: 1)
  }

  init(seed: UInt64, wildness: Double) {
    fuzz = EventFuzz(seed: seed ^ 0xFFFF, wildness: wildness)
    random = RandomSource(seed: seed, label: "whim")
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    // Answering every fill at no latency would never end.
    guard event.kind.isMarket else { return }
    for _ in 0..<random.below(3) {
      let signal = fuzz.signal()
      switch signal.kind {
      case .target: decisions.target(signal.instrument, weight: random.normal() / 2)
      case .quote:
        decisions.quote(
          signal.instrument, bid: signal.bid, ask: signal.ask, quantity: signal.quantity)
      case .limit:
        decisions.limit(
          signal.instrument, signal.side, price: signal.bid, quantity: signal.quantity)
      case .cancel: decisions.cancelAll(signal.instrument)
      }
    }
  }

  func encode(into bytes: inout CanonicalBytes) {}
}

@Suite("Totality of the engine")
struct EngineTotalityTests {
  typealias Case = TotalityTests.Case

  private func facts(_ test: Case, _ seed: UInt64, _ count: Int) -> [Event] {
    // A run has latencies of its own, so it leaves those of a feed out.
    let kinds = EventKind.allCases.filter { $0.isMarket || $0.isDefinition && $0 != .latency }
    var fuzz = EventFuzz(seed: seed, wildness: test.wildness, kinds: kinds)
    return (0..<count).map { _ in fuzz.next() }
  }

  /// Settings, balances, limits and fees as absurd as the facts; every other seed then has money and
  /// no limit, so that orders get far.
  private func preamble(_ test: Case, _ seed: UInt64) -> [Event] {
    var fuzz = EventFuzz(
      seed: seed, wildness: test.wildness, kinds: [.configure, .balance, .fee, .limit, .asset])
    let settings = (0..<25).map { _ in fuzz.next().body }
    let money: [EventBody] =
      LimitKind.allCases.map { .limit(LimitChange($0, value: -1)) }
      + (0..<4).map { .balance(AssetAmount(asset: AssetID($0), amount: Money(whole: 1_000_000))) }
      + [.configure(Configure(.latency, value: 3)), .resume(HaltCommand(reason: 0))]
    return (settings + (seed % 2 == 0 ? money : [])).map { Event(receiveTime: .distantPast, $0) }
  }

  private func expectAudit<Algorithm: Strategy>(
    _ recorder: Recorder, _ outcome: RunOutcome, _ strategy: Algorithm, _ seed: UInt64
  ) throws {
    #expect(recorder.events.reduce(into: State(), reduce) == outcome.state, "seed \(seed)")
    let again = Recorder()
    let audited = try Run.audit(
      RunSetup(feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      strategy)
    #expect(audited.state == outcome.state, "seed \(seed)")
    #expect(again.events == recorder.events, "seed \(seed)")
  }

  @Test("a run against a random venue ends, folds and audits", arguments: TotalityTests.cases)
  func randomVenue(test: Case) throws {
    for round in 0..<TotalityTests.factor {
      let seed = test.seed &+ UInt64(round) * 1_000
      let recorder = Recorder()
      let strategy = Whim(seed: seed, wildness: test.wildness)
      let outcome = try Engine(
        source: RandomVenue(seed: seed, wildness: test.wildness, count: 2_000),
        strategy, recorder, recorder
      ).run()
      try expectAudit(recorder, outcome, strategy, seed)
    }
  }

  @Test("a backtest over random facts ends, folds and audits", arguments: TotalityTests.cases)
  func randomBacktest(test: Case) throws {
    for round in 0..<TotalityTests.factor {
      let seed = test.seed &+ UInt64(round) * 1_000
      let recorder = Recorder()
      let strategy = Whim(seed: seed, wildness: test.wildness)
      let outcome = try Run.backtest(
        RunSetup(
          feed: ArrayFeed(facts(test, seed, 2_000)), preamble: preamble(test, seed),
          journal: recorder, watcher: recorder), strategy)
      try expectAudit(recorder, outcome, strategy, seed)
    }
  }

  @Test(
    "every strategy survives random facts under every fill rule", arguments: TotalityTests.cases)
  func strategies(test: Case) throws {
    let facts = facts(test, test.seed, 1_500)
    // Fees and names of an earlier run stay in its journal, too.
    let taken = facts.filter { fact in
      if case .text(let text) = fact.body {
        return ![.strategy, .recipe, .scenario].contains(text.subject)
      }
      return fact.kind != .fee
    }
    for entry in StrategyRegistry.all {
      for rule in FillRule.allCases {
        let recorder = Recorder()
        let rules = Configure(.fillRule, value: Int64(rule.rawValue))
        let setup = RunSetup(
          feed: ArrayFeed(facts),
          preamble: preamble(test, test.seed)
            + [Event(receiveTime: .distantPast, .configure(rules))],
          journal: recorder, watcher: recorder)
        do {
          _ = try entry.backtest(
            setup, values: ParameterValues(defaultsOf: entry.parameters),
            instruments: [InstrumentID(0), InstrumentID(1)])
        } catch EngineFault.source(let reason) {
          // Fills at the price that made the decision, at no latency, can be answered for ever.
          #expect(rule == .sameEvent && reason.contains("answered its own fills"))
        }
        #expect(recorder.events.count >= taken.count)
      }
    }
  }
}
