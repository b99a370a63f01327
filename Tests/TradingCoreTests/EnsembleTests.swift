/// Ensembles against their members alone and a vote counted by hand.
import Testing

@testable import TradingCore

@Suite("Ensembles")
struct EnsembleTests {
  static func voices(_ weights: [Double], _ votes: [Double] = []) -> [Voice] {
    weights.enumerated().map { place, weight in
      Voice(weight: weight, votes: place < votes.count ? votes[place] : 1)
    }
  }

  @Test(
    "votes are counted as by hand",
    arguments: [
      (Vote.mean, [1.0, 0, -1, 1], [], 0.25), (.mean, [1, -1], [3, 1], 0.5),
      (.majority, [1, 1, -1], [], 1), (.majority, [1, 0.5, -1], [], 0.75),
      (.majority, [1, -1], [], 0), (.majority, [1, 0, 0], [], 0), (.majority, [1, 0], [3, 1], 1),
      (.majority, [-1, -0.5, 0, 0], [2, 2, 1, 1], -0.75),
      (.majority, [0, 1, 1], [0.3, 0.2, 0.1], 0), (.majority, [0, -1, -1], [0.3, 0.2, 0.101], -1),
      (.unanimous, [1, 0.5], [], 0.75),
      (.unanimous, [1, 0], [], 0), (.unanimous, [1, -1], [], 0),
      (.unanimous, [-1, -0.5], [], -0.75),
      (.unanimous, [0, 0], [], 0), (.mean, [0, 0], [], 0),
    ])
  func votes(vote: Vote, weights: [Double], votes: [Double], expected: Double) {
    #expect(vote.weight(of: Self.voices(weights, votes)) == expected)
  }

  static let members: [Ensemble.Member] = [
    .init("trend", votes: 2, .named("ema-cross", [.init("fast", 3), .init("slow", 9)])),
    .init("range", .named("breakout", [.init("entry", 8), .init("exit", 4)])),
    .init(
      "far",
      .composed(
        Composition(
          parameters: [.init("n", 2)], indicators: [.init("mean", "sma:length=n on 7s")],
          long: "close > mean", short: "close < mean", weight: "0.5"))),
  ]

  private func run(_ entry: StrategyEntry) throws -> (Recorder, RunOutcome) {
    let test = StrategyRunTests.Case(strategy: entry.name, candles: false)
    let recorder = Recorder()
    let outcome = try entry.backtest(
      RunSetup(
        feed: MarketGenerator(StrategyRunTests.settings(test)),
        preamble: StrategyRunTests.preamble(.bookConservative, bars: .second), journal: recorder,
        watcher: recorder),
      values: ParameterValues(defaultsOf: entry.parameters), instruments: [InstrumentID(0)])
    return (recorder, outcome)
  }

  @Test("what it asks for is the vote over its members alone", arguments: Vote.allCases)
  func alone(vote: Vote) throws {
    let entry = try StrategyEntry(Ensemble(vote, Self.members))
    let (recorder, outcome) = try run(entry)
    #expect(outcome.state.metrics.fillCount > 0 && outcome.state.anomalies == Anomalies())
    // The members alone, each on the facts of the run: what each stands for, and what they want together.
    var lone: [any Decider] = []
    for member in Self.members {
      switch member.strategy {
      case .composed(let composition):
        let entry = try StrategyEntry(composition)
        lone.append(
          try entry.decider(ParameterValues(defaultsOf: entry.parameters), [InstrumentID(0)]))
      case .named(let name, let set):
        let made = try StrategyBooksTests.member(name, set.map { ($0.name, $0.value) })
        lone.append(try made.entry.decider(made.values, [InstrumentID(0)]))
      }
    }
    var (state, weights, held) = (State(), [Double](repeating: 0, count: 3), Int32(0))
    var expected: [Int32] = []
    for event in recorder.events {
      reduce(&state, event)
      guard event.isFact, !event.body.isInsideRun else { continue }
      for index in lone.indices {
        var decisions = Decisions()
        lone[index].decide(event, state, &decisions)
        if decisions.count > 0 {
          weights[index] = Double(try #require(decisions[0].weightMillionths)) / 1_000_000
        }
      }
      let together = vote.weight(of: Self.voices(weights, Self.members.map(\.votes)))
      let millionths = Int32((together * 1_000_000).rounded(.toNearestOrEven))
      if millionths != held { expected.append(millionths) }
      held = millionths
    }
    let asked = recorder.events.compactMap { event -> Int32? in
      if case .signal(let signal) = event.body { signal.weightMillionths } else { nil }
    }
    #expect(asked == expected && asked.count > 10)
  }

  @Test("twice the same strategy is that strategy")
  func twice() throws {
    let part = Ensemble.Part.named("ema-cross", [])
    for vote in Vote.allCases {
      let (ours, _) = try run(
        try StrategyEntry(Ensemble(vote, [.init("a", part), .init("b", part)])))
      let (lone, _) = try run(try #require(StrategyRegistry.entry(named: "ema-cross")))
      #expect(
        ours.events.filter { $0.kind != .stateHash } == lone.events.filter { $0.kind != .stateHash }
      )
    }
  }

  @Test("its journal is audited from its text, and it says what each member wants")
  func audit() throws {
    let entry = try StrategyEntry(Ensemble(.majority, Self.members))
    let (recorder, outcome) = try run(entry)
    let made = try StrategyEntry(recipe: try #require(entry.recipe).text)
    #expect(made == entry && made.parameters == entry.parameters)
    let seven = StrategyTimeframe(key: "of[3].indicators.mean", bars: try BarSpec("7s"))
    #expect(made.timeframes == [seven])
    let again = Recorder()
    let audited = try made.audit(
      RunSetup(feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      values: ParameterValues(defaultsOf: made.parameters), instruments: [InstrumentID(0)])
    #expect(audited.strategyFingerprint == outcome.strategyFingerprint)
    #expect(again.events == recorder.events)
  }

  @Test(
    "on each fact it says what it does, alone or as one of three instruments", arguments: [1, 3])
  func accounts(count: Int) throws {
    let entry = try StrategyEntry(Ensemble(.mean, Self.members))
    let values = ParameterValues(defaultsOf: entry.parameters)
    var decider = try entry.decider(values, (0..<count).map { InstrumentID(UInt16($0)) })
    var (state, spoken, toldOfFar) = (State(), 0, false)
    for event in try run(entry).0.events {
      reduce(&state, event)
      guard event.isFact, !event.body.isInsideRun else { continue }
      var copy = decider
      let accounts = copy.account(of: event, state, for: BookID(0))
      var decisions = Decisions()
      decider.decide(event, state, &decisions)
      let promised = accounts.compactMap { account -> Int32? in
        guard case .asks(let weight, _) = account.conclusion else { return nil }
        return Int32((weight * 1_000_000).rounded())
      }
      #expect(promised == (0..<decisions.count).map { decisions[$0].weightMillionths })
      guard decisions.count > 0 else { continue }
      spoken += 1
      let told = accounts[0].tests.map(\.left.name)
      toldOfFar = toldOfFar || told.contains("far.close")
      let names = accounts[0].numbers.map(\.name)
      #expect(["trend", "range", "far"].allSatisfy(names.contains))
      #expect(told.contains("trend.fast"))
      let rules: Set = ["trend", "range", "far.long", "far.short"]
      #expect(accounts[0].tests.allSatisfy { $0.rule.map(rules.contains) ?? false })
      #expect(accounts[0].decidingRule == nil)
    }
    #expect(spoken > 10 && toldOfFar)
  }

  @Test("parameters have their member's name in front, and change that member alone")
  func parameters() throws {
    let entry = try StrategyEntry(Ensemble(.mean, Self.members))
    #expect(
      entry.parameters.map(\.name) == [
        "trend.fast", "trend.slow", "trend.short", "range.entry", "range.exit",
        "range.short", "far.n",
      ])
    #expect(entry.parameters.map(\.defaultValue) == [3, 9, 1, 8, 4, 1, 2])
    var values = ParameterValues(defaultsOf: entry.parameters)
    #expect(try entry.warmUpBars(values, .second) == 14)
    try values.set("far.n", to: 40)
    #expect(try entry.warmUpBars(values, .second) == 280)
    try values.set("trend.fast", to: 9)
    #expect(throws: ParameterError.self) { try entry.warmUpBars(values, .second) }
  }

  @Test(
    "what cannot vote is refused at its key",
    arguments: [
      ([("a", "ema-cross")], "of", "2 to 16"),
      ([("a", "ema-cross"), ("a", "breakout")], "of[2].as", "called `a`"),
      ([("a", "ema-cross"), ("b", "market-making")], "of[2].name", "cannot vote"),
      ([("a", "observer"), ("b", "breakout")], "of[1].name", "cannot vote"),
      ([("a", "ema-cross"), ("b", "ensemble")], "of[2].name", "no member of one"),
      ([("a", "ema-cros"), ("b", "breakout")], "of[1].name", "did you mean ema-cross?"),
      ([("a b", "ema-cross"), ("b", "breakout")], "of[1].as", "letters and digits"),
    ])
  func refusals(members: [(String, String)], key: String, says: String) {
    do throws(RecipeError) {
      _ = try StrategyEntry(Ensemble(.mean, members.map { .init($0.0, .named($0.1, [])) }))
      Issue.record("it was taken")
    } catch { #expect(error.key == key && error.problem.contains(says), "\(error)") }
  }

  @Test("a member's own fault is said behind its place")
  func inside() throws {
    let bad = Composition(long: "close > fax")
    let cases: [(Ensemble.Part, String)] = [
      (.composed(bad), "of[2].long"),
      (.named("ema-cross", [.init("fats", 1)]), "of[2].parameters.fats"),
      (.named("ema-cross", [.init("fast", 90)]), "of[2]"),
    ]
    for (part, key) in cases {
      do throws(RecipeError) {
        _ = try StrategyEntry(
          Ensemble(.mean, [.init("a", .named("breakout", [])), .init("b", part)]))
        Issue.record("it was taken")
      } catch { #expect(error.key == key, "\(error)") }
    }
  }

  @Test(
    "a member whose parameters are not this build's is refused by name",
    arguments: [
      ("slow = 9", ["fast = 3", "short = 1"]), ("short = 1", ["fast = 3", "slow = 9"]),
      ("late = 2", ["fast = 3", "slow = 9", "short = 1", "late = 2"]),
      ("the order", ["fast = 3", "short = 1", "slow = 9"]),
    ])
  func places(change: String, lines: [String]) throws {
    let text = try #require(try StrategyEntry(Ensemble(.mean, Self.members)).recipe).text
    var pieces = text.split(separator: "\n").map(String.init)
    #expect(
      Array(pieces[3...5]) == ["fast = 3", "slow = 9", "short = 1"].map { "parameter " + $0 })
    pieces.replaceSubrange(3...5, with: lines.map { "parameter " + $0 })
    do throws(RecipeError) {
      _ = try StrategyEntry(recipe: pieces.joined(separator: "\n"))
      Issue.record("it was taken without \(change)")
    } catch {
      #expect(error.key == "member trend", "\(error)")
      #expect(error.problem.contains("and that of this build fast, slow, short"), "\(error)")
    }
  }

  @Test(
    "text that is no ensemble is refused",
    arguments: [
      "ensemble", "ensemble\nvote = most", "ensemble\nparameter n = 1",
      "ensemble\nvote = mean\nmember a = 1 ema-cross\nlong = close > 1\nmember b = 1 breakout",
      "ensemble\nvote = mean\nmember a = ema-cross\nmember b = 1 breakout",
      "ensemble\nvote = mean\nmember a = 0 ema-cross\nmember b = 1 breakout",
    ])
  func texts(text: String) {
    #expect(throws: RecipeError.self) { try StrategyEntry(recipe: text) }
  }
}
