/// A walk-forward is its folds' searches and the runs of their best, each of them a run like any other.

import Testing
import TradingCore

@testable import Research

@Suite("Walking forward over a scenario")
struct WalkForwardRunTests {
  private static let yaml = """
    source: {generator: {seed: 5, duration: 60m, eventsPerSecond: 2, volatility: 60%}}
    strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 9}}
    capital: {USDT: 100000}
    latency: 20ms
    search: {parameters: {fast: 2..4, slow: "6..12:6"}, sampler: grid, objective: return}
    walkforward: {in: 15m, out: 10m, purge: 1m, embargo: 30s, warmUp: 3m}
    """

  private static func text(_ changes: String...) -> ScenarioText {
    ScenarioText(yaml, file: "w.yaml", name: "w", folder: "", setting: changes)
  }

  private static func walk(
    _ text: ScenarioText, workers: Int = 1
  ) throws -> (walk: WalkForward, folds: [WalkForwardFold]) {
    var walk = try WalkForward(text, build: "test")
    var folds: [WalkForwardFold] = []
    while let next = try walk.nextSearch() {
      var search = next.search
      var trials: [TrialRecord] = []
      while next.hasData {
        let generation = try search.next(workers: workers)
        guard !generation.isEmpty else { break }
        trials += generation
      }
      folds.append(try walk.judge(next.fold, search.study, after: trials))
    }
    return (walk, folds)
  }

  @Test("any number of workers walks the same way")
  func anyWorkers() throws {
    let reports = try [1, 2, 3].map { workers in
      let (walk, folds) = try Self.walk(Self.text(), workers: workers)
      return WalkForwardReport(walk.study, walk.windows, walk.plan, folds)
    }
    #expect(reports[0].folds.count == 3)
    #expect(Set(reports.map(\.fingerprint)).count == 1)
    #expect(Set(reports.map { $0.json.text() }).count == 1)
  }

  @Test("each fold's runs are what replay makes of its periods and values")
  func foldsAreReplays() throws {
    let (walk, folds) = try Self.walk(Self.text())
    for fold in folds {
      let best = try #require(fold.best)
      let values = zip(walk.study.dimensions, best.texts).map { "\($0.key)=\($1)" }
      for (range, fingerprint) in [
        (fold.fold.inSample, best.fingerprint), (fold.fold.outOfSample, fold.fingerprint),
      ] {
        let changes =
          values + [
            "period.from=\(range.lowerBound.iso8601)", "period.to=\(range.upperBound.iso8601)",
            "period.warmUp=3m",
          ]
        let scenario = try ScenarioFile.parse(
          Self.yaml, file: "w.yaml", name: "w", folder: "", setting: changes)
        let run = try Backtest(scenario, file: "w.yaml").run(journal: nil, build: "")
        #expect(run.outcome.state.fingerprint == fingerprint)
        #expect(run.outcome.state.metrics.firstTime >= range.lowerBound)
        #expect(
          run.report.equity.allSatisfy { range.contains($0.time) || $0.time == range.upperBound })
      }
    }
  }

  @Test("nothing is ordered before a part begins, and strategies have seen what came before")
  func warmUp() throws {
    let from = "period.from=2024-01-01T00:20:00Z"
    func orders(_ changes: String...) throws -> [OrderRecord] {
      let scenario = try ScenarioFile.parse(
        Self.yaml, file: "w.yaml", name: "w", folder: "",
        setting: [from, "account=margin"] + changes)
      return try Backtest(scenario, file: "w.yaml").run(journal: nil, build: "").report.orders
    }
    let start = try #require(Timestamp(utc: "2024-01-01T00:20:00Z"))
    let (warm, cold) = (try orders("period.warmUp=5m"), try orders())
    #expect(try #require(warm.first).time >= start)
    #expect(try #require(warm.first).time < start + Interval(nanoseconds: 10_000_000_000))
    // Nine bars of ten seconds must pass before a strategy that begins cold can decide.
    #expect(try #require(cold.first).time >= start + Interval(nanoseconds: 80_000_000_000))
  }

  @Test("the stitched curve earns what its folds earned one after the other")
  func stitched() throws {
    let (walk, folds) = try Self.walk(Self.text())
    let report = WalkForwardReport(walk.study, walk.windows, walk.plan, folds)
    let product = folds.compactMap(\.result).reduce(1.0) { $0 * (1 + $1.outOfSampleReturn) }
    let total = try #require(report.stitched).totalReturn
    #expect((total - (product - 1)).magnitude < 1e-12)
  }

  @Test("a fold in which no trial has a score is not traded, and says so")
  func noScore() throws {
    let (walk, folds) = try Self.walk(Self.text("search.minTrips=100000"))
    #expect(folds.allSatisfy { $0.best == nil && $0.result == nil && $0.fingerprint == nil })
    let report = WalkForwardReport(walk.study, walk.windows, walk.plan, folds)
    #expect(report.stitched == nil)
    #expect(report.efficiency.value == nil)
    #expect(
      report.text(seconds: 0).contains("fold 1 was not traded: no trial has a score in sample"))
  }

  @Test("a fold says why it was not searched where its in-sample part holds nothing")
  func noData() throws {
    let (walk, folds) = try Self.walk(Self.text())
    let empty = WalkForwardFold(folds[0].fold, walk.study, [])
    #expect(WalkForwardReport.reason(empty) == "its in-sample part has no data")
  }

  @Test("the source is asked for facts of a stretch, not of what lies around it")
  func hasData() throws {
    let run = try SearchedScenario(Self.text()).base
    let start = run.plan.survey.firstTime
    func has(_ from: Int64, _ to: Int64) throws -> Bool {
      let range = (start + Interval(nanoseconds: from))..<(start + Interval(nanoseconds: to))
      return try run.hasData(within: range) { $0 }
    }
    let hour = Interval.hour.nanoseconds
    #expect(try has(0, hour))
    #expect(try !has(-hour, 0))
    #expect(try has(hour - Interval.minute.nanoseconds, hour))
    #expect(try !has(hour * 2, hour * 3))
  }

  @Test("each fold's search is a study of its own")
  func studies() throws {
    let (_, folds) = try Self.walk(Self.text())
    #expect(Set(folds.map(\.study)).count == folds.count)
  }

  @Test("what it cannot walk is refused with what to write")
  func refusals() {
    #expect(throws: ScenarioError.self) {
      try WalkForward(
        ScenarioText(
          Self.yaml.replacing("walkforward:", with: "# walkforward:"), file: "w.yaml", name: "w",
          folder: "", setting: []), build: "")
    }
    #expect(throws: WindowFault.self) { try WalkForward(Self.text("walkforward.in=2h"), build: "") }
  }
}
