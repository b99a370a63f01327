/// A composed strategy is rebuilt from what its journal holds: the same recipe decides the same, another is
/// found out, and none is said.

import Testing
import TradingCore

@testable import Research

@Suite("Recipes in journals")
struct RecordedRecipeTests {
  static let text = """
    source: {generator: {seed: 5, duration: 30m, eventsPerSecond: 10, volatility: 20%}}
    strategies:
      - {name: ema-cross, bar: 10s}
      - name: composed
        parameters: {fast: 3, slow: 8}
        indicators:
          fast: ema:length=fast
          slow: ema:length=slow
          far: sma:length=2 on 1m
        long: fast > slow and close > far
        short: fast < slow
    account: margin
    capital: {USDT: 100000}
    """

  private func events() throws -> [Event] {
    let backtest = try Backtest(scenario(Self.text), file: "s.yaml")
    let kept = Kept()
    let setup = RunSetup(
      feed: try backtest.openFeed(), preamble: backtest.plan.preamble, journal: kept,
      watcher: NullWatcher())
    let outcome = try backtest.plan.strategies.backtest(setup)
    #expect(outcome.state.books[BookID(2)]?.fillCount ?? 0 > 10)
    return kept.events
  }

  /// The same events with another recipe of as many characters.
  private func changed(_ events: [Event], _ change: (String) -> String) throws -> [Event] {
    var names = Names()
    for event in events.prefix(200) { names.learn(event) }
    let recipe = try #require(names.text(.recipe, 2))
    var pieces = Text.run(subject: .recipe, id: 2, change(recipe)).makeIterator()
    return events.map { event in
      guard case .text(let text) = event.body, text.subject == .recipe else { return event }
      return Event(receiveTime: event.receiveTime, .text(pieces.next() ?? text))
    }
  }

  private func audit(_ events: [Event]) throws {
    let engine = try #require(try CheckEngine.recorded(in: events))
    _ = try engine.audit(ArrayFeed(events), into: NullSink())
  }

  @Test("what a journal holds decides again as it did")
  func same() throws { try audit(try events()) }

  @Test(
    "another rule, indicator or timeframe is noticed",
    arguments: [
      ("long = fast > slow", "long = fast < slow"), ("ema:length=slow", "sma:length=slow"),
      ("on 1m", "on 2m"), ("close > far", "close < far"),
    ])
  func another(old: String, new: String) throws {
    let events = try events()
    let other = try changed(events) { $0.replacing(old, with: new) }
    #expect(other != events)
    do {
      try audit(other)
      Issue.record("nothing was noticed")
    } catch EngineFault.diverged(let divergence) { #expect(divergence.sequence > 0) }
  }

  @Test("a tape of two recipes of one book lowers parameters by the last")
  func lowered() throws {
    func item(_ body: EventBody) -> ShrinkItem {
      ShrinkItem(
        facts: [TapeFact(1, Event(receiveTime: .none, body))], isPreamble: true)
    }
    let recipes = [
      "composed\nparameter p = 9\nlong = close > p",
      """
      composed
      parameter n = 9
      indicator mean = sma:length=n
      long = close > mean
      """,
    ]
    let length = item(
      .configure(Configure(.strategyParameter, value: Int64(bitPattern: (9.0).bitPattern))))
    let number = try #require(StrategyRegistry.number(of: "composed"))
    let items =
      recipes.flatMap { recipe in
        Text.run(subject: .recipe, id: 0, recipe).map { item(.text($0)) }
      } + [item(.configure(Configure(.strategy, value: Int64(number)))), length]
    // A length is whole and begins at 1; a rule's number has no such end.
    let lowest = try #require(length.lowered(among: items).first).facts[0].event.body
    guard case .configure(let change) = lowest else { return }
    #expect(Double(bitPattern: UInt64(bitPattern: change.value)) == 1)
  }

  @Test("candles of what is not traded, and candles where trades come, are no reason to refuse")
  func otherCandles() throws {
    let seven = Interval(nanoseconds: 7_000_000_000)
    func plan(_ text: String, _ instrument: UInt16) throws -> RunPlan {
      let scenario = try scenario(text)
      var survey = try Backtest(scenario, file: "s.yaml").plan.survey
      survey.candles = [CandleStream(instrument: InstrumentID(instrument), width: seven)]
      return try RunPlan(scenario, survey, file: "s.yaml")
    }
    _ = try plan(Self.text, 1)
    _ = try plan(Self.text.replacing("on 1m", with: "on ticks:5"), 0)
    do {
      _ = try plan(Self.text, 0)
      Issue.record("it was taken")
    } catch let error as ScenarioError {
      #expect("\(error)".contains("`strategies[2].indicators.far`: "), "\(error)")
      #expect("\(error)".contains("do not fill bars of 1m"), "\(error)")
    }
  }

  @Test("a recipe that means nothing, or is not there, is said with its place")
  func unusable() throws {
    let events = try events()
    for (bad, says) in [
      (try changed(events) { $0.replacing("close > far", with: "close > fax") }, "`fax`"),
      (events.filter { event in !event.body.isRecipe }, "a recipe begins with"),
    ] {
      do {
        try audit(bad)
        Issue.record("it was taken")
      } catch let error as AuditError {
        #expect("\(error)".contains("composed") && "\(error)".contains(says), "\(error)")
      }
    }
  }
}
