/// A search gives the same trials for any number of workers and after any interruption, and each of
/// them is the run that replay makes of its values.

import Synchronization
import Testing
import TradingCore

@testable import Research

@Suite("Parameter search")
struct ParameterSearchTests {
  private static let yaml = """
    source: {generator: {seed: 5, duration: 6m, eventsPerSecond: 3, volatility: 60%}}
    strategy: {name: ema-cross, bar: 5s, parameters: {fast: 3, slow: 9}}
    capital: {USDT: 100000}
    latency: 20ms
    search: {parameters: {fast: 2..5, slow: "4..12:2"}, sampler: grid, objective: return}
    """

  private static func scenario(
    _ changes: String..., text: String = yaml
  ) throws -> SearchedScenario {
    try SearchedScenario(
      ScenarioText(text, file: "s.yaml", name: "s", folder: "", setting: changes))
  }

  private static func search(_ scenario: SearchedScenario) throws -> ParameterSearch {
    try ParameterSearch(scenario, scenario.text.search().searchPlan(), build: "test")
  }

  /// All trials, each generation in turn.
  private static func trials(
    of search: ParameterSearch, workers: Int = 1, wrapping: (any Feed) -> any Feed = { $0 }
  ) throws -> [TrialRecord] {
    var search = search
    var trials: [TrialRecord] = []
    while true {
      let generation = try search.next(workers: workers, wrapping: wrapping)
      guard !generation.isEmpty else { return trials }
      trials += generation
    }
  }

  @Test(
    "any number of workers gives one search",
    arguments: [
      "search.sampler=grid",
      "search={sampler: random, trials: 12, seed: 7, objective: return, parameters: {fast: 2..5, slow: 6..40, latency: 1ms..50ms}}",
    ])
  func anyWorkers(change: String) throws {
    let alone = try Self.trials(of: Self.search(Self.scenario(change)))
    #expect(alone.count >= 12)
    for workers in [2, 3, 8] {
      let together = try Self.trials(of: Self.search(Self.scenario(change)), workers: workers)
      #expect(together == alone)
      #expect(together.fingerprint == alone.fingerprint)
    }
  }

  @Test("a trial is the run that replay makes of its values")
  func trialIsReplay() throws {
    let search = try Self.search(Self.scenario())
    let trials = try Self.trials(of: search, workers: 2)
    #expect(trials.count == 20)
    for trial in trials where trial.score != nil {
      let changes = zip(search.study.dimensions, trial.texts).map { "\($0.key)=\($1)" }
      let scenario = try ScenarioFile.parse(
        Self.yaml, file: "s.yaml", name: "s", folder: "", setting: changes)
      let run = try Backtest(scenario, file: "s.yaml").run(journal: nil, build: "")
      #expect(trial.fingerprint == run.outcome.state.fingerprint)
      #expect(
        trial.figures == MetricDefinition.all.map { $0.figure(run.outcome.state.metrics.summary) })
      #expect(trial.score == run.outcome.state.metrics.summary.totalReturn.value)
    }
  }

  @Test("values that do not go together are a trial without a score that says why")
  func refusedValues() throws {
    let trials = try Self.trials(of: Self.search(Self.scenario()))
    let refused = trials.filter { $0.values[0] >= $0.values[1] }
    #expect(refused.count == 2)
    for trial in refused {
      #expect(trial.score == nil && trial.fingerprint == nil)
      #expect(trial.reason.contains("fast must be less than slow"))
    }
    #expect(trials.ranked.suffix(2).map(\.number) == refused.map(\.number))
  }

  @Test("a search goes on from what was kept, runs only the rest, and ends the same")
  func resume() throws {
    let search = try Self.search(Self.scenario())
    let whole = try Self.trials(of: search)
    var random = RandomSource(seed: 11, label: "kept trials")
    let some = (0..<12).map { _ in whole.filter { _ in random.chance(0.5) } }
    for kept in [[], Array(whole.prefix(3)), Array(whole.prefix(8)), whole] + some {
      var resumed = search
      resumed.resume(from: kept)
      let reads = Mutex(0)
      let trials = try Self.trials(of: resumed) { feed in
        reads.withLock { $0 += 1 }
        return feed
      }
      #expect(trials == whole)
      if kept.count == whole.count { #expect(reads.withLock { $0 } == 0) }
    }
  }

  @Test("a sampler that learns is asked after whole generations only, killed or not")
  func learningResumes() throws {
    let change =
      "search={sampler: tpe, trials: 24, seed: 3, generation: 4, objective: return, parameters: {fast: 2..9, slow: 10..60}}"
    let search = try Self.search(Self.scenario(change))
    let whole = try Self.trials(of: search)
    for count in [1, 5, 13, 22] {
      var resumed = search
      resumed.resume(from: Array(whole.prefix(count)))
      #expect(try Self.trials(of: resumed, workers: 3) == whole)
    }
  }

  @Test("a point that is asked for twice is run once")
  func runOnce() throws {
    let change =
      "search={sampler: tpe, trials: 60, seed: 3, objective: return, parameters: {fast: 2..4, slow: 8..13}}"
    let counter = Mutex(0)
    let trials = try Self.trials(of: Self.search(Self.scenario(change))) { feed in
      counter.withLock { $0 += 1 }
      return feed
    }
    let points = Set(trials.map(\.values))
    #expect(trials.count > points.count, "nothing was asked for twice")
    #expect(counter.withLock { $0 } <= points.count)
    for trial in trials {
      let first = try #require(trials.first { $0.values == trial.values })
      #expect(trial.fingerprint == first.fingerprint && trial.score == first.score)
    }
  }

  @Test("more trials than before begin with the same ones")
  func moreTrials() throws {
    let few = try Self.search(Self.scenario("search.sampler=random", "search.trials=8"))
    let more = try Self.search(Self.scenario("search.sampler=random", "search.trials=16"))
    #expect(few.study.id == more.study.id)
    #expect(try Self.trials(of: more).prefix(8) == Self.trials(of: few)[...])
  }

  @Test(
    "a study's name changes with what can change a trial",
    arguments: [
      ("latency=21ms", true), ("capital.USDT=99999", true), ("source.generator.seed=6", true),
      ("search.objective=sharpe", true), ("search.seed=2", true), ("search.generation=4", true),
      ("search.minTrips=1", true), ("search.parameters.fast=2..6", true),
      ("search.where=[fast < slow]", true), ("search.sampler=random", true),
      ("period={from: 2024-01-01T00:01}", true), ("report.sample=1m", true),
      ("search.trials=5", false),
    ])
  func studyID(change: String, differs: Bool) throws {
    let own = try Self.search(Self.scenario()).study.id
    #expect((try Self.search(Self.scenario(change)).study.id != own) == differs, "\(change)")
  }

  @Test("a text so long that more facts come first is a study of its own")
  func studyIDOfLongText() throws {
    let other = Self.yaml + "\n# " + String(repeating: "long ", count: 1_000)
    let own = try Self.search(Self.scenario()).study.id
    #expect(try Self.search(Self.scenario(text: other)).study.id != own)
  }

  @Test("what a comment says does not change a study")
  func studyIDIgnoresComments() throws {
    let ids = try ["# one", "# two"].map { comment in
      try Self.search(Self.scenario(text: Self.yaml + "\n" + comment)).study.id
    }
    #expect(ids[0] == ids[1])
  }

  @Test(
    "what all trials share cannot be searched",
    arguments: ["source.generator.seed: 1..3", "period.to: 2024-01-02|2024-01-03"])
  func sharedKeys(dimension: String) {
    #expect(throws: ScenarioError.self) {
      try Self.search(Self.scenario("search.parameters={\(dimension)}"))
    }
  }

  @Test("spaces that only look alike are studies of their own")
  func alikeSpaces() throws {
    let ids = try ["0%..3%", "0.0%..3.0%", "0%..3%:1%", "0%|3%"].map { range in
      try Self.search(
        Self.scenario("search={objective: return, parameters: {fees.taker: '\(range)'}}")
      ).study.id
    }
    #expect(Set(ids).count == 3, "the step of whole numbers is 1, written or not")
  }

  @Test("a kept trial of other values is refused, and says what it was")
  func changedDatabase() throws {
    var search = try Self.search(Self.scenario())
    var trial = try #require(Self.trials(of: search).first)
    trial.values[0] += 1
    search.resume(from: [trial])
    #expect(throws: SearchError.self) { try search.next(workers: 1) }
  }

  @Test("a warm-up for which the source begins too late is said with what there is")
  func shortWarmUp() throws {
    let changes = ["period.from=2024-01-01T00:02:00Z", "period.warmUp=1h"]
    let scenario = try SearchedScenario(
      ScenarioText(Self.yaml, file: "s.yaml", name: "s", folder: "", setting: changes))
    let search = try Self.search(scenario)
    let warnings = search.warnings
    #expect(warnings.map(\.code) == ["shortWarmUp"])
    let said = try #require(warnings.first).text
    #expect(
      said.contains("not the 1h asked for: the source begins at 2024-01-01T00:00:0"), "\(said)")
    let run = try scenario.base.run(journal: nil, build: "")
    #expect(run.report.warnings.contains { $0.code == "shortWarmUp" })
    let report = SearchReport(search.study, trials: [], of: scenario.text, warnings: warnings)
    #expect(report.text(top: 1, seconds: 0).contains("warning: \(said)"))
    #expect(report.json.text().contains("shortWarmUp"))
    #expect(report.html(over: search.plan.space, setting: []).contains("asked for"))
    #expect(
      try Self.search(Self.scenario("period.from=2024-01-01T00:02:00Z", "period.warmUp=1m"))
        .warnings.isEmpty)
  }

  @Test("a source that breaks ends the search with its error, and keeps nothing of the generation")
  func sourceBreaks() throws {
    var search = try Self.search(Self.scenario())
    _ = try search.next(workers: 2)
    #expect(throws: EngineFault.source("stop")) {
      try search.next(workers: 2) { _ in StoppingFeed() }
    }
    let rest = try Self.trials(of: search)
    #expect(rest.map(\.number) == Array(8..<20))
  }
}

private final class StoppingFeed: Feed {
  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool { throw .source("stop") }
}
