/// Pages of searches and walks, made up at the edges: one trial, one dimension, words only, nothing that
/// worked, hostile names, ten thousand trials.
import Foundation
import Testing
import TradingCore

@testable import Research

@Suite struct SearchPageTests {
  static let hostile = "</script><script>alert(1)</script>\u{202E}\"x' &amp;"

  /// A search whose scores come from a seed.
  struct Made {
    var dimensions: [Research.Dimension]
    var trials: [TrialRecord]
    var name = "made up"

    init(_ texts: [String], trials count: Int, failing: (Int) -> Bool = { _ in false }) throws {
      dimensions = try texts.map { text in
        let parts = text.split(separator: "=").map(String.init)
        return try Research.Dimension(
          key: "strategy.parameters.\(parts[0])", name: parts[0], text: parts[1], isWhole: nil)
      }
      let space = try SearchSpace(dimensions)
      var sampler = RandomSampler(space, seed: 3)
      trials = sampler.ask(count, after: []).enumerated().map { number, point in
        Self.trial(number, point, space, fails: failing(number))
      }
    }

    static func trial(
      _ number: Int, _ point: Point, _ space: SearchSpace, fails: Bool
    ) -> TrialRecord {
      var trial = TrialRecord(
        number: number, values: point.values, texts: space.settings(of: point).map(\.text))
      guard !fails else {
        trial.reason = "no: \(SearchPageTests.hostile)"
        return trial
      }
      let wave = Double((number * 7_919) % 1_009) / 1_009 - 0.4
      trial.score = wave
      trial.figures = MetricDefinition.all.map { _ in Figure(wave) }
      trial.fingerprint = UInt64(number)
      trial.curve = (0...60).map { 100 + wave * Double($0) + Double((number * $0) % 7) }
      return trial
    }

    var space: SearchSpace { get throws { try SearchSpace(dimensions) } }

    var study: StudyRecord {
      StudyRecord(
        id: "0011223344556677", scenarioName: name, scenarioText: "name: \(name)\n",
        strategy: "ema-cross", source: "generator", sourceChainHead: "",
        dimensions: dimensions.map { StudyDimension(name: $0.name, key: $0.key, values: $0.form) },
        constraints: [], sampler: "random", seed: 3, generation: 8, objective: "return",
        metrics: MetricDefinition.all.map(\.name), build: "0.1.0")
    }

    func page() throws -> String {
      let text = ScenarioText("", file: "it's.yaml", name: "", folder: "", setting: [])
      return SearchReport(study, trials: trials, of: text)
        .html(over: try space, setting: ["search.seed=3"])
    }
  }

  static let made: [(String, @Sendable () throws -> Made)] = [
    ("usual", { try Made(["fast=2..9", "slow=10..60:5"], trials: 80) { $0 % 9 == 4 } }),
    ("one trial", { try Made(["fast=2..9", "slow=10..60"], trials: 1) }),
    ("one dimension", { try Made(["fast=2..9"], trials: 20) }),
    ("words only", { try Made(["kind=a|b", "side=<b>|\"'&"], trials: 12) }),
    ("one value", { try Made(["fast=3..3", "slow=log:0.5..0.5"], trials: 3) }),
    ("all failed", { try Made(["fast=2..9", "slow=log:0.001..10.0"], trials: 30) { _ in true } }),
    (
      "hostile",
      {
        var made = try Made(["fast=2..9", "slow=10..60"], trials: 30) { $0 % 2 == 0 }
        made.name = SearchPageTests.hostile
        return made
      }
    ),
    (
      "many dimensions",
      { try Made((0..<14).map { "p\($0)=0.5..\($0 + 2).5" }, trials: 60) }
    ),
  ]

  @Test(
    "every page is well-formed, asks the network for nothing and runs no text",
    arguments: made.indices)
  func wellFormed(index: Int) throws {
    let (name, make) = Self.made[index]
    let page = try make().page()
    try Self.expectSound(page, name)
  }

  static func expectSound(_ page: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/page.html"
    try page.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try python(HTMLReportTests.inspector, path) == ["open [] scripts 2"], "\(name)")
    #expect(!page.contains("://") && !page.contains("url(") && !page.contains("<script>alert"))
    #expect(!page.contains("\u{202E}") && !page.contains("@import"))
    for word in ["nan", "inf", "NaN"] {
      #expect(!page.contains(" \(word)") && !page.contains("\"\(word)"), "\(name)")
    }
  }

  @Test("ten thousand trials of four parameters stay below a megabyte and a half")
  func bounded() throws {
    let made = try Made(
      ["a=2..90", "b=log:0.01..10.0", "c=1.5..9.5", "d=10..60"], trials: 10_000
    ) { $0 % 11 == 0 }
    let page = try made.page()
    #expect(page.utf8.count < 1_500_000, "\(page.utf8.count)")
    #expect(page.contains("the best 1,000 of 10,000; --csv writes all of them"))
    #expect(page.contains("400 of 9,090 trials"))
  }

  @Test("what repeats the search is one command of a shell, whatever the file is called")
  func command() throws {
    let page = try Self.made[0].1().page()
    #expect(
      page.contains("cryptobot optimize &#39;it&#39;\\&#39;&#39;s.yaml&#39; --set search.seed=3"))
  }

  @Test("a walk in which no fold was traded says so, fold by fold")
  func untraded() throws {
    let made = try Made(["fast=2..9", "kind=a|b"], trials: 4) { _ in true }
    let day = Interval.day
    let start = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    let windows = try WindowPlan(
      start..<(start + Interval(nanoseconds: day.nanoseconds * 10)),
      WalkForwardSettings(
        inSample: Interval(nanoseconds: day.nanoseconds * 3), outOfSample: .folds(2), purge: day,
        warmUp: day))
    let plan = try SearchPlan(
      made.space, sampler: .random, objective: Objective("return"), trials: 4)
    let folds = windows.folds.map { WalkForwardFold($0, made.study, made.trials) }
    let page = WalkForwardReport(made.study, windows, plan, folds)
      .html(over: try made.space, of: "w.yaml", setting: [])
    try Self.expectSound(page, "untraded")
    #expect(page.contains("Fold 2 was not traded: no trial has a score in sample."))
  }

  @Test("the lines of parallel coordinates are the best and every so many of the rest, to the last")
  func drawn() throws {
    let trials = try Made(["a=1..9999"], trials: 1_001).trials.ranked
    let drawn = ParallelCoordinates.drawn(trials)
    #expect(drawn.count == ParallelCoordinates.mostLines)
    #expect(drawn.first == trials.first && drawn.last == trials.last)
    #expect(Set(drawn.map(\.number)).count == drawn.count)
  }
}
