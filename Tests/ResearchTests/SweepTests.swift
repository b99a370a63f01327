/// Runs that read their source together are the runs they would be alone, for any number of workers.

import Testing
import TradingCore

@testable import Research

@Suite struct SweepTests {
  private static let yaml = """
    source: {generator: {seed: 5, duration: 30m, eventsPerSecond: 5, volatility: 60%}}
    strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 9}}
    capital: {USDT: 100000}
    latency: 20ms
    """

  private static func plan(_ changes: String...) throws -> RunPlan {
    try Backtest(
      ScenarioFile.parse(yaml, file: "s.yaml", name: "s", folder: "", setting: changes),
      file: "s.yaml"
    ).plan
  }

  private static func plans() throws -> [RunPlan] {
    try (2...6).map { fast in
      try plan("strategy.parameters.fast=\(fast)", "strategy.parameters.slow=\(3 * fast)")
    }
  }

  private static func feed(of plan: RunPlan) throws -> any Feed {
    guard case .generator(let settings) = plan.scenario.source else { return ArrayFeed([]) }
    return try MarketGenerator(settings)
  }

  @Test("a run of a sweep ends in the state that it reaches alone", arguments: [1, 2, 3, 16])
  func sameAsAlone(workers: Int) throws {
    let plans = try Self.plans()
    let outcomes = try Sweep.run(plans, over: Self.feed(of: plans[0]), workers: workers)
    #expect(outcomes.count == plans.count)
    var fingerprints: Set<UInt64> = []
    for (plan, outcome) in zip(plans, outcomes) {
      let alone = try Backtest(plan.scenario, file: "s.yaml").run(journal: nil, build: "")
      let outcome = try outcome.get()
      #expect(outcome.fingerprint == alone.outcome.state.fingerprint)
      #expect(outcome.metrics == alone.outcome.state.metrics.summary)
      #expect(outcome.metrics.fills.value ?? 0 > 0, "a run without fills says little")
      fingerprints.insert(outcome.fingerprint)
    }
    #expect(fingerprints.count == plans.count)
  }

  @Test("a curve holds the report's samples")
  func curveIsTheReports() throws {
    let plan = try Self.plan("report.sample=1m")
    let outcome = try #require(
      Sweep.run([plan], over: Self.feed(of: plan), workers: 1).first
    ).get()
    let report = try Backtest(plan.scenario, file: "s.yaml").run(journal: nil, build: "").report
    let samples = report.equity.dropFirst().dropLast().map(\.equity.approximate)
    #expect(outcome.curve.stride == 1)
    #expect(Array(outcome.curve.points.prefix(samples.count)) == samples)
    #expect(outcome.curve.points.count - samples.count <= 1)
  }

  @Test("a curve keeps every point until there are too many, then every other one")
  func curveThins() {
    var curve = EquityCurve()
    for index in 1...5_000 { curve.append(Double(index)) }
    #expect(curve.stride == 16)
    #expect(curve.points == stride(from: 16.0, through: 5_000, by: 16).map { $0 })
  }

  @Test("a source that breaks ends all runs with its error", arguments: [1, 2])
  func sourceBreaks(workers: Int) throws {
    let plans = try Self.plans()
    let feed = BreakingFeed(try Self.feed(of: plans[0]), after: 3)
    #expect(throws: EngineFault.source("block 4 is damaged")) {
      try Sweep.run(plans, over: feed, workers: workers)
    }
    #expect(feed.readCount == 4, "a broken source is not read again")
  }

  @Test("the source is read once, whatever the number of runs")
  func readOnce() throws {
    let plans = try Self.plans()
    let alone = BreakingFeed(try Self.feed(of: plans[0]), after: .max)
    var batch = EventBatch()
    while try alone.next(into: &batch) {}
    let shared = BreakingFeed(try Self.feed(of: plans[0]), after: .max)
    _ = try Sweep.run(plans, over: shared, workers: 2)
    #expect(shared.readCount == alone.readCount)
  }

  @Test("a sweep of nothing is nothing")
  func nothing() throws {
    #expect(try Sweep.run([], over: ArrayFeed([]), workers: 2).isEmpty)
  }
}

/// A feed that is damaged after some batches, and counts how often it is read.
private final class BreakingFeed: Feed {
  private let feed: any Feed
  private let good: Int
  private(set) var readCount = 0

  init(_ feed: any Feed, after good: Int) {
    self.feed = feed
    self.good = good
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    readCount += 1
    guard readCount <= good else { throw .source("block \(readCount) is damaged") }
    return try feed.next(into: &batch)
  }
}
