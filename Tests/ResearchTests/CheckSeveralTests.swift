/// Properties of runs with two instruments, and of live runs.
import Testing

@testable import Research
@testable import TradingCore

/// Trades the instrument with number 0, whichever that is.
private struct FirstNumber: Decider {
  private var stance = Stance()
  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let bar = state.closedBar(InstrumentID(0)) else { return }
    stance.take(bar.close > bar.open ? 1 : -1, in: InstrumentID(0), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) { stance.encode(into: &bytes) }
}

/// Decides on one instrument by the last price of the other, whether or not its candle is in.
private struct LeadAndLag: Decider {
  private var stance = Stance()
  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard state.closedBar(InstrumentID(1)) != nil, let mark = state.markets[0].mark,
      let own = state.markets[1].mark
    else { return }
    stance.take(mark > own ? 1 : -1, in: InstrumentID(1), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) { stance.encode(into: &bytes) }
}

@Suite("Properties of two instruments, and of live runs")
struct CheckSeveralTests {
  /// Two coins, each with a candle every minute.
  private func market(seed: UInt64) -> [Event] {
    let other = InstrumentDefinition(
      instrument: InstrumentID(1), base: AssetID(2), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    let first = CheckFixture.market(seed: seed, count: 200)
    let second = CheckFixture.market(seed: seed + 100, count: 200).compactMap { event -> Event? in
      guard case .candle(var candle) = event.body else { return nil }
      candle.instrument = InstrumentID(1)
      var event = event
      event.body = .candle(candle)
      return event
    }
    let candles = zip(first.filter { $0.kind == .candle }, second).flatMap { [$0, $1] }
    return CheckFixture.definitions + [CheckFixture.at(0, .instrument(other))] + candles
  }

  private func subject(_ engine: CheckEngine?, _ strategy: String?) throws -> CheckSubject {
    var more: [EventBody] = [
      .configure(Configure(.tradedInstrument, value: 1, instrument: InstrumentID(1)))
    ]
    if let number = strategy.flatMap(StrategyRegistry.number) {
      more.append(.configure(Configure(.strategy, value: Int64(number))))
    }
    let preamble = CheckFixture.preamble(more)
    let runner = try #require(try engine ?? CheckEngine.recorded(in: preamble))
    let kept = Kept()
    _ = try runner.simulate(preamble, ArrayFeed(market(seed: 3)), into: kept)
    return try CheckSubject(kept.events, engineMaker: { _ in runner })
  }

  @Test(
    "every property holds for strategies on two instruments", arguments: ["ema-cross", "breakout"])
  func holds(strategy: String) throws {
    let subject = try subject(nil, strategy)
    for result in try CheckFixture.verdicts(subject, cases: 4) {
      if case .fails(let failure, _) = result.verdict { Issue.record("\(result.name): \(failure)") }
      if result.name == "permute-instruments" || result.name == "swap-moments" {
        #expect(result.verdict == .holds)
      }
    }
  }

  @Test("a strategy that goes by numbers, or by what came first, is found")
  func mutants() throws {
    let mutants: [(any Property, CheckEngine)] = [
      (PermutedInstruments(), CheckFixture.engine { _ in FirstNumber() }),
      (SwappedMoments(), CheckFixture.engine { _ in LeadAndLag() }),
    ]
    for (property, engine) in mutants {
      let result = try CheckFixture.verdicts(try subject(engine, nil), [property])[0]
      guard case .fails = result.verdict else {
        Issue.record("\(property.name): \(result.verdict)")
        continue
      }
    }
  }

  @Test("a live run is made again from its facts, its fills among them")
  func live() throws {
    let run = try CheckFixture.subject(of: "ema-cross")
    var facts = run.facts
    let account = EventBody.connected(ConnectionReport(venue: 0, stream: .account))
    facts.insert(TapeFact(0, CheckFixture.at(0, account)), at: run.preambleCount)
    let tape = FactTape(facts, OrderOrigin.all(in: run.events))
    _ = try #require(run.engine).follow(tape)
    let subject = try CheckSubject(tape.events)
    #expect(subject.origin == .live && tape.events.count == run.events.count + 1)
    for result in try CheckFixture.verdicts(subject) {
      switch (result.name, result.verdict) {
      case (_, .fails(let failure, _)): Issue.record("\(result.name): \(failure)")
      case ("re-derives", let verdict), ("no-look-ahead", let verdict),
        ("no-foresight", let verdict),
        ("limits", let verdict), ("order-life", let verdict):
        #expect(verdict == .holds, "\(result.name)")
      case ("re-simulates", let verdict), ("fees", let verdict), ("market-drop", let verdict):
        guard case .notApplicable(let reason) = verdict else {
          Issue.record("\(result.name): \(verdict)")
          continue
        }
        #expect(reason.contains("live"))
      default: break
      }
    }
  }
}
