/// Whole runs of a strategy that asks for anything at any time, over random markets, under every fill
/// rule and with every limit set: the journal must satisfy somebody else's account of the limits.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Limits against an adversary")
struct AdversaryTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var seed: UInt64
    var rule: FillRule
    var isSpot: Bool
    var hasLatency: Bool
    var testDescription: String {
      "seed \(seed), \(rule), \(isSpot ? "spot" : "margin")\(hasLatency ? ", latency" : "")"
    }

    /// A margin account may hold a hundredth of its equity, a spot account nearly all of it.
    var limits: [LimitKind: Int64] {
      let scale: Int64 = isSpot ? 800 : 1
      return [
        .maxPosition: 1_000 * scale, .maxOrder: 700 * scale, .grossExposure: 1_500 * scale,
        .netExposure: 1_200 * scale, .correlatedExposure: 1_900 * scale, .riskPerTrade: 90 * scale,
        .maxOpenOrders: 10, .orderRate: 60, .priceCollar: 20_000, .flattenOnHalt: 1,
        .maxDrawdown: isSpot ? 3_000 : 12, .maxDailyDrawdown: isSpot ? 4_000 : 15,
      ]
    }
  }

  static let cases = (1...TotalityTests.factor).flatMap { seed in
    FillRule.allCases.flatMap { rule in
      [false, true].map { isSpot in
        let seed = UInt64(seed) * 10 + UInt64(rule.rawValue)
        return Case(seed: seed, rule: rule, isSpot: isSpot, hasLatency: (seed % 2 == 0) != isSpot)
      }
    }
  }

  private struct Result {
    var watch: LimitWatch
    var fault: String?
    var counts: [EventKind: Int] = [:]
    var state: State
  }

  private func run(
    _ test: Case, without forgotten: LimitKind? = nil
  ) throws -> Result {
    let market = AdversaryMarket(test)
    let recorder = Recorder()
    let outcome = try Engine(
      source: CommandedSource(
        inner: SimulatedSource(
          feed: ArrayFeed(market.facts), preamble: market.preamble(without: forgotten)),
        commands: market.commands),
      Adversary(seed: test.seed), recorder, recorder
    ).run()
    var result = Result(watch: LimitWatch(limits: test.limits), state: outcome.state)
    var state = State()
    for (index, event) in recorder.events.enumerated() where result.fault == nil {
      result.counts[event.kind, default: 0] += 1
      reduce(&state, event)
      let finding = result.watch.after(event, UInt64(index) + 1, state)
      result.fault = finding.map { "\(index + 1): \($0.kind): \($0.detail)" }
      guard event.kind == .fill else { continue }
      for invariant in Invariant.all {
        let violation = invariant.violation(state, after: event)
        if let violation { Issue.record("\(test), \(index + 1): \(invariant.name) \(violation)") }
      }
    }
    return result
  }

  @Test("no limit is exceeded, and the last halt ends flat", arguments: cases)
  func limits(test: Case) throws {
    let result = try run(test)
    #expect(result.fault == nil)
    #expect(result.counts[.fill] ?? 0 > 20 && result.counts[.refused] ?? 0 > 20)
    #expect(result.state.haltPhase == .halted)
    #expect(result.watch.isFlat && result.state.risk.unwinding.leftCount == 0)
  }

  @Test(
    "a gate that was not told of a limit is caught",
    arguments: [
      LimitKind.maxPosition, .maxOrder, .grossExposure, .netExposure, .orderRate, .maxOpenOrders,
      .maxDrawdown,
    ])
  func mutants(forgotten: LimitKind) throws {
    let isCaught = try Self.cases.filter { $0.rule != .candle }.contains { test in
      try run(test, without: forgotten).fault != nil
    }
    #expect(isCaught)
  }
}
