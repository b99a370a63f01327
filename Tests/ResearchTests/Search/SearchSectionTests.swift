/// The section `search` of a scenario: what it means, what it refuses, and that a run without it stays
/// what it was.

import Testing
import TradingCore

@testable import Research

@Suite("The search section")
struct SearchSectionTests {
  static func plan(_ section: String, setting changes: [String] = []) throws -> SearchPlan {
    try scenario(scenarioText("search: {\(section)}"), setting: changes).searchPlan()
  }

  @Test("what is left out has its default")
  func defaults() throws {
    let plan = try SearchSectionTests.plan("parameters: {fast: 2..20}")
    #expect(plan.space.dimensions.map(\.key) == ["strategy.parameters.fast"])
    #expect(plan.space.dimensions[0].values == .whole(2...20, step: 1, isLog: false))
    #expect(plan.sampler == .grid && plan.trials == 19 && plan.seed == 1 && plan.generation == 8)
    #expect(plan.objective == (try Objective("sharpe")))
    // Too large for a grid, or a number of trials is said: a sampler that learns.
    for section in [
      "parameters: {fast: 2..40, slow: 50..80}", "parameters: {size: {equity: 10.5%..90%}}",
      "parameters: {fast: 2..20}, trials: 100",
    ] {
      let plan = try SearchSectionTests.plan(section)
      #expect(plan.sampler == .tpe && plan.trials == 100)
    }
    let grid = try SearchSectionTests.plan(
      "parameters: {fast: 2..20, slow: 30..60:10}, sampler: grid")
    #expect(grid.trials == 19 * 4)
  }

  @Test("every key is read")
  func everything() throws {
    let plan = try SearchSectionTests.plan(
      """
      parameters: {fast: 2..20, slow: 20..200:10, size: {equity: 10%..90%:40%}, latency: 5ms|20ms},
      where: [fast < slow, slow >= 2 * fast], sampler: random, trials: 7, seed: 9, generation: 4,
      objective: {sharpe: 1, maxDrawdown: -0.5}, minTrips: 10
      """)
    let settings = plan.space.settings(of: Point([3, 40, 50, 1])).map { "\($0.key)=\($0.text)" }
    #expect(
      settings == [
        "strategy.parameters.fast=3", "strategy.parameters.slow=40", "size.equity=50%",
        "latency=20ms",
      ])
    #expect(plan.space.constraints.map(\.text) == ["fast < slow", "slow >= 2 * fast"])
    #expect(plan.trials == 7 && plan.seed == 9 && plan.generation == 4)
    #expect(plan.objective.text == "sharpe − 0.5 × maxDrawdown" && plan.objective.minTrips == 10)
  }

  @Test("options of a command are changes of the section")
  func options() throws {
    let plan = try scenario(
      scenarioText(),
      setting: [
        "search.parameters.fast=2..9", "search.parameters.risk.maxOrder=10%|20%",
        "search.where=fast < 8 and fast != 5", "search.sampler=grid",
        "search.objective=maxDrawdown",
      ]
    ).searchPlan()
    #expect(plan.space.dimensions.map(\.name) == ["fast", "risk.maxOrder"])
    #expect(points(try plan.makeSampler(), count: 100).count == 5 * 2)
    #expect(plan.objective.text == "−maxDrawdown")
  }

  @Test("a point's settings make a scenario, and nothing else in it changes")
  func apply() throws {
    let text = scenarioText("search: {parameters: {fast: 2..8, size.equity: 10%..90%:40%}}")
    let plan = try scenario(text).searchPlan()
    for index in 0..<21 {
      let point = try #require(plan.space.gridPoint(index))
      let settings = plan.space.settings(of: point).map { "\($0.key)=\($0.text)" }
      var changed = try scenario(text, setting: settings)
      #expect(changed.strategies[0].values["fast"] == point.values[0])
      #expect(changed.sizing == .equityShare(Int64(point.values[1]) * 10_000))
      let plain = try scenario(text)
      (changed.strategies, changed.sizing, changed.text) = (
        plain.strategies, plain.sizing, plain.text
      )
      #expect(changed == plain)
    }
  }

  @Test("a scenario without the section says what to write")
  func missing() throws {
    let said =
      "\(try #require(throws: ScenarioError.self) { try scenario(scenarioText()).searchPlan() })"
    #expect(said.contains("nothing to vary: write `search: {parameters: {fast: "), "\(said)")
    let example = try #require(said.firstMatch(of: /`(search: .*)` into/)?.1)
    #expect(try scenario(scenarioText(String(example))).searchPlan().trials == 100)
  }

  @Test(
    "a faulty section is refused with the line and the way out",
    arguments: [
      ("parameters: {fst: 2..9}", "did you mean"), ("parameters: {fast: 0..9}", "it may be"),
      ("parameters: {fast: 2..9.5}", "whole numbers only"),
      ("parameters: {fast: 1|x}", "\"x\" is not a number"),
      ("parameters: {fast: 5ms..9ms}", "a plain number"),
      ("parameters: {fast: [2, 3]}", "are written LOW..HIGH"),
      ("parameters: {}", "names nothing: say {fast: "),
      ("trials: 5", "`search.parameters` is missing"),
      ("parameters: {latency: 5..9}", "`search.parameters.latency`"),
      ("parameters: {latency: 5ms|soon}", "\"soon\""),
      ("parameters: {size.equity: 0%..50%}", "\"0%\""),
      ("parameters: {source.journal: a|b}", "stays as it is"),
      ("parameters: {search.seed: 1|2}", "stays as it is"),
      ("parameters: {fast: 2..9}, where: fast < slw", "nothing is called `slw`"),
      ("parameters: {fast: 2..9}, sampler: gird", "one of grid, random, tpe, tpe-univariate"),
      ("parameters: {fast: 2..9}, trials: 0", "0 trials"),
      ("parameters: {fast: 2..9}, trials: many", "whole number"),
      ("parameters: {fast: 2..9}, generation: 0", "a generation is of"),
      ("parameters: {fast: 2..9}, objective: sharp", "did you mean sharpe?"),
      ("parameters: {fast: 2..9}, objective: fills", "neither good nor bad"),
      ("parameters: {fast: 2..9}, objective: {sharpe: -1}", "must be positive"),
      ("parameters: {fast: 2..9}, objective: {maxDrawdown: 1}", "must be negative"),
      ("parameters: {fast: 2..9}, objective: {sharpe: 0}", "other than zero"),
      ("parameters: {fast: 2..9}, minTrips: -1", "whole number from 0"),
      ("parameters: {fast: 2..9}, seeds: 1", "did you mean `search.seed`?"),
      ("parameters: {fast: 2..9, strategy.parameters.fast: 3..4}", "stands twice"),
    ])
  func refusals(section: String, says: String) {
    let said = refusal(scenarioText("search: {\(section)}"))
    #expect(said.contains(says), "\(said)")
    #expect(said.hasPrefix("s.yaml:"), "\(said)")
  }

  @Test("with several strategies a parameter has no short name, other keys stay")
  func severalStrategies() throws {
    let text = """
      source: {generator: {seed: 3, duration: 10m}}
      strategies: [{name: ema-cross}, {name: breakout}]
      capital: {USDT: 1000}
      search: {parameters: {PLACE}}
      """
    #expect(!refusal(text.replacing("PLACE", with: "fast: 2..9")).isEmpty)
    #expect(refusal(text.replacing("PLACE", with: "latency: 1ms|2ms")).isEmpty)
  }

  @Test("what the template shows in comments is read", arguments: ["ema-cross", "observer"])
  func template(name: String) throws {
    let entry = try #require(StrategyRegistry.entry(named: name))
    let lines = ScenarioTemplate.text(strategy: entry, journal: nil).split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("# search:  ") })
    let shown = lines[start...].map { $0.dropFirst(2) }.joined(separator: "\n")
    let text = scenarioText(shown).replacing("name: ema-cross", with: "name: \(name)")
    #expect(try scenario(text).searchPlan().objective.minTrips == 10)
  }
}
