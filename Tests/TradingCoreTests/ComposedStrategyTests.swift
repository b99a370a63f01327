/// Composed strategies against the same ones in Swift, against rules worked out by hand, and against a
/// reader of the future.
import Testing

@testable import TradingCore

@Suite("Composed strategies")
struct ComposedStrategyTests {
  static let cross = Composition(
    parameters: [.init("fast", 12), .init("slow", 26)],
    indicators: [.init("fast", "ema:length=fast"), .init("slow", "ema:length=slow")],
    long: "fast > slow", short: "fast < slow")

  /// A run over the same market as `StrategyRunTests`.
  private func run(
    _ entry: StrategyEntry, _ values: ParameterValues, candles: Bool
  ) throws -> (Recorder, RunOutcome) {
    let test = StrategyRunTests.Case(strategy: entry.name, candles: candles)
    let recorder = Recorder()
    let outcome = try entry.backtest(
      RunSetup(
        feed: MarketGenerator(StrategyRunTests.settings(test)),
        preamble: StrategyRunTests.preamble(
          candles ? .candle : .bookConservative, bars: candles ? .zero : .second),
        journal: recorder, watcher: recorder),
      values: values, instruments: [InstrumentID(0)])
    return (recorder, outcome)
  }

  /// What was decided and done, without the fingerprints, which know how.
  private func deeds(_ recorder: Recorder) -> [Event] {
    recorder.events.filter { $0.kind != .stateHash }
  }

  @Test(
    "`fast > slow`, else short, is ema-cross: the same events to the last fill",
    arguments: [false, true], [(12.0, 26.0), (3, 9)])
  func emaCross(candles: Bool, lengths: (fast: Double, slow: Double)) throws {
    let entry = try StrategyEntry(Self.cross)
    let builtIn = try #require(StrategyRegistry.entry(named: "ema-cross"))
    var composed = ParameterValues(defaultsOf: entry.parameters)
    var theirs = ParameterValues(defaultsOf: builtIn.parameters)
    for (name, value) in [("fast", lengths.fast), ("slow", lengths.slow)] {
      try composed.set(name, to: value)
      try theirs.set(name, to: value)
    }
    let (ours, outcome) = try run(entry, composed, candles: candles)
    let (reference, other) = try run(builtIn, theirs, candles: candles)
    #expect(outcome.state.metrics.fillCount > 10)
    #expect(deeds(ours) == deeds(reference))
    #expect(outcome.state.account == other.state.account)
    #expect(try entry.warmUpBars(composed, .second) == builtIn.warmUpBars(theirs, .second))
  }

  @Test("a run of the registry's example audits clean, and its text is all an audit needs")
  func audit() throws {
    let entry = StrategyEntry.composedExample
    let values = ParameterValues(defaultsOf: entry.parameters)
    let (recorder, outcome) = try run(entry, values, candles: true)
    #expect(outcome.state.metrics.fillCount > 0)
    let text = try #require(entry.recipe).text
    let made = try StrategyEntry(recipe: text)
    #expect(made == entry && made.parameters == entry.parameters)
    let again = Recorder()
    let audited = try made.audit(
      RunSetup(feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      values: values, instruments: [InstrumentID(0)])
    #expect(audited.state == outcome.state && again.events == recorder.events)
    #expect(audited.strategyFingerprint == outcome.strategyFingerprint)
  }

  @Test("a rule that is another, or another value, makes another fingerprint before the first bar")
  func fingerprints() throws {
    var other = Self.cross
    other.long = "fast >= slow"
    let entries = [try StrategyEntry(Self.cross), try StrategyEntry(other)]
    var prints: [UInt64] = []
    for entry in entries {
      var values = ParameterValues(defaultsOf: entry.parameters)
      prints.append(try entry.decider(values, [InstrumentID(0)]).fingerprint)
      try values.set("fast", to: 11)
      prints.append(try entry.decider(values, [InstrumentID(0)]).fingerprint)
    }
    #expect(Set(prints).count == 4)
  }

  @Test("the first rule that holds decides: long, short, exit; where none does it stays")
  func order() throws {
    var bench = try RecipeBench(
      Composition(long: "close > 20", short: "close > 10", exit: "close > 5", weight: "0.5"))
    #expect(
      [1, 30, 30, 15, 8, 8, 3, 30, 3].map { bench.trade($0 * 100) }
        == [[], ["0.5"], [], ["-0.5"], ["0.0"], [], [], ["0.5"], []])
  }

  @Test("the trade that ends a bar from behind is not in any bar that rules read then")
  func behind() throws {
    var bench = try RecipeBench(
      Composition(indicators: [.init("last", "sma:length=1 on ticks:1")], long: "last != close"))
    _ = bench.feed(.configure(Configure(.barInterval, value: 4 * Interval.second.nanoseconds)))
    var random = RandomSource(seed: 11, label: "behind")
    for _ in 0..<200 {
      if random.chance(0.2) { bench.seconds += Int64(random.below(9)) }
      #expect(bench.trade(100 + Int64(random.below(50))) == [])
    }
    #expect(bench.state.markets[0].lastBar != nil)
  }

  @Test("on bars as wide as its own an indicator sees its own, also behind holes")
  func holes() throws {
    var bench = try RecipeBench(
      Composition(
        indicators: [.init("same", "sma:length=2 on 4s"), .init("own", "sma:length=2")],
        long: "same != own"))
    _ = bench.feed(.configure(Configure(.barInterval, value: 4 * Interval.second.nanoseconds)))
    var random = RandomSource(seed: 12, label: "holes")
    for _ in 0..<400 {
      if random.chance(0.3) { bench.seconds += Int64(random.below(9)) }
      let price = Price(ticks: 100 + Int64(random.below(50)))
      #expect(
        bench.feed(
          .candle(
            Candle(
              instrument: InstrumentID(0), intervalSeconds: 1, open: price, high: price, low: price,
              close: price, volume: Quantity(lots: 1)))) == [], "second \(bench.seconds)")
    }
    #expect(bench.state.markets[0].lastBar != nil)
  }

  @Test("it names the rule that decided and the rule of each comparison, and reads what rules read")
  func reasons() throws {
    var bench = try RecipeBench(
      Composition(
        indicators: [.init("mean", "sma:length=1"), .init("idle", "sma:length=1")],
        long: "close > 20 and mean > 1", short: "close crosses below 10"))
    _ = bench.trade(1_500)
    let account = try #require(bench.account(ofTrade: 500))
    #expect(account.conclusion == .asks(weight: -1, before: 0) && account.decidingRule == "short")
    #expect(account.tests.map(\.rule) == ["long", "long", "short", "short"])
    #expect(account.tests.map(\.holds) == [false, true, true, true])
    #expect(account.tests[2...].map(\.left.name) == ["close before", "close"])
    #expect(account.tests[2...].allSatisfy { $0.right.name == "10" && $0.right.isWrittenOut })
    #expect(account.numbers.map(\.name) == ["close", "mean"])
    #expect(bench.account(ofTrade: 1_500)?.decidingRule == nil)
  }

  @Test("a run that it cannot decide in says why at its end")
  func fault() throws {
    let composition = Composition(
      indicators: [.init("far", "sma:length=1 on 7s")], long: "far > 0 or close > 0")
    for candles in [false, true] {
      let entry = try StrategyEntry(composition)
      let (_, outcome) = try run(
        entry, ParameterValues(defaultsOf: entry.parameters), candles: candles)
      #expect((outcome.fault != nil) == candles && (outcome.state.metrics.fillCount > 0) != candles)
    }
  }

  @Test("it is silent until every indicator answers, and says how far it is")
  func warmUp() throws {
    var bench = try RecipeBench(
      Composition(indicators: [.init("mean", "sma:length=3")], long: "close > 0 or mean > 0"))
    #expect(bench.trade(100) == [] && bench.trade(100) == [])
    #expect(bench.conclusion(ofTrade: 100) == .asks(weight: 1, before: 0))
    #expect(bench.trade(100) == ["1.0"])
    #expect(bench.strategy.warmUpBars == 3)
  }

  /// Trades a second apart; bars of its own are single trades, the other timeframe has ten seconds.
  @Test("a bar of another timeframe is seen when it has ended, with the trade that ends it")
  func noLookAhead() throws {
    var bench = try RecipeBench(
      Composition(
        indicators: [.init("far", "sma:length=1 on 10s")], long: "far > 50", exit: "far < 50"))
    var asked: [Int64] = []
    for _ in 1...40 {
      let price: Int64 = (bench.seconds + 1) % 10 == 9 ? 9_000 : 1_000
      // The last second of each ten closes at 90: only the first trade of the next ten may know.
      if !bench.trade(price).isEmpty { asked.append(bench.seconds) }
    }
    #expect(asked == [10])
  }

  @Test("a timeframe of ticks counts trades, whatever the strategy's own bars are")
  func ticks() throws {
    var bench = try RecipeBench(
      Composition(
        indicators: [.init("far", "sma:length=2 on ticks:3")], long: "far > close",
        exit: "far < close"))
    // Closes of threes: 10, 40; the second is seen with the sixth trade, whose close is 40.
    #expect([30, 20, 10, 20, 30, 40].map { bench.trade($0 * 100) } == [[], [], [], [], [], []])
    #expect(bench.trade(2_000) == ["1.0"])
    #expect(bench.trade(3_000) == ["0.0"])
  }
}

extension ComposedStrategyTests {
  @Test("candles that do not fill a timeframe are named, and nothing is decided on them")
  func unevenCandles() throws {
    var bench = try RecipeBench(
      Composition(indicators: [.init("far", "sma:length=1 on 1m")], long: "far > 0 or close > 0"))
    for minute in 0..<5 {
      let candle = Candle(
        instrument: InstrumentID(0), intervalSeconds: 7, open: Price(ticks: 5),
        high: Price(ticks: 5), low: Price(ticks: 5), close: Price(ticks: 5),
        volume: Quantity(lots: 1))
      #expect(bench.feed(.candle(candle)) == [], "\(minute)")
    }
    let seven = Interval(nanoseconds: 7_000_000_000)
    #expect(
      bench.conclusion(ofTrade: 5) == .withoutBars(.unevenCandles(seven, .time(.minute))))
    #expect(bench.strategy.fault == .unevenCandles(seven, .time(.minute)))
  }

  @Test("where trades come, candles between them are nothing to bars of amounts")
  func candlesBetweenTrades() throws {
    var bench = try RecipeBench(
      Composition(indicators: [.init("far", "sma:length=1 on ticks:2")], long: "far > 0"))
    let candle = EventBody.candle(
      Candle(
        instrument: InstrumentID(0), intervalSeconds: 7, open: Price(ticks: 5),
        high: Price(ticks: 5), low: Price(ticks: 5), close: Price(ticks: 5),
        volume: Quantity(lots: 1)))
    _ = bench.feed(candle)
    #expect(bench.strategy.fault != nil)
    let asked = (0..<4).map { _ in [bench.trade(100), bench.feed(candle)] }
    #expect(bench.strategy.fault == nil && asked.joined().contains(["1.0"]))
  }

  @Test(
    "what means nothing is refused at its key",
    arguments: [
      (Composition(), "", "say when to hold something"),
      (Composition(exit: "close > 1"), "", "say when to hold something"),
      (Composition(long: "close > limt"), "long", "nothing is called `limt`"),
      (Composition(parameters: [.init("x", 1)], long: "close > 1"), "parameters.x", "nothing uses"),
      (Composition(indicators: [.init("m", "smma")], long: "m > 1"), "indicators.m", "`sma`"),
      (
        Composition(indicators: [.init("m", "sma:lenght=3")], long: "m > 1"), "indicators.m",
        "did you mean `length`?"
      ),
      (
        Composition(indicators: [.init("m", "sma:length=n")], long: "m > 1"), "indicators.m",
        "`n` is neither a number nor a parameter"
      ),
      (
        Composition(indicators: [.init("m", "sma:length=3,length=4")], long: "m > 1"),
        "indicators.m", "twice"
      ),
      (
        Composition(indicators: [.init("m", "sma over 1h")], long: "m > 1"), "indicators.m",
        "ema:length=20 on 1h"
      ),
      (
        Composition(indicators: [.init("m", "sma on 1y")], long: "m > 1"), "indicators.m",
        "names no bars"
      ),
      (
        Composition(indicators: [.init("m", "correlation")], long: "m > 1"), "indicators.m",
        "compares two series"
      ),
      (
        Composition(
          parameters: [.init("n", 2.5)], indicators: [.init("m", "sma:length=n")], long: "m > 1"),
        "parameters.n", "whole number"
      ),
      (
        Composition(
          parameters: [.init("n", 0)], indicators: [.init("m", "sma:length=n")], long: "m > 1"),
        "parameters.n", "it may be 1…10000"
      ),
      (
        Composition(
          parameters: [.init("n", 1)], indicators: [.init("m", "sma:length=n")], long: "m > 1",
          weight: "2"), "weight", "it may be 0.000001…1"
      ),
      (
        Composition(long: "close > 1", weight: "heavy"), "weight",
        "neither a number nor a parameter; there are no parameters"
      ),
      (Composition(long: "close > 1", weight: "0x1p-1"), "weight", "neither a number nor"),
      (Composition(long: "close > 0x10"), "long", "`0x10` is not a number"),
      (
        Composition(indicators: [.init("close", "sma")], long: "close > 1"), "indicators.close",
        "means something in rules already"
      ),
      (
        Composition(indicators: [.init("a_b", "sma")], long: "close > 1"), "indicators.a_b",
        "letters and digits"
      ),
      (
        Composition(indicators: [.init("m", "sma"), .init("m", "ema")], long: "m > 1"),
        "indicators.m", "twice"
      ),
      (
        Composition(indicators: [.init("m", "macd:fast=9,slow=3")], long: "m.line > 1"),
        "indicators.m", "must not exceed"
      ),
    ])
  func refusals(composition: Composition, key: String, says: String) {
    do throws(RecipeError) {
      _ = try StrategyEntry(composition)
      Issue.record("it was taken: \(composition)")
    } catch { #expect(error.key == key && error.problem.contains(says), "\(error)") }
  }

  @Test(
    "text that is no recipe is refused",
    arguments: [
      "", "compose", "composed", "composed\nlong", "composed\nlong = close >",
      "composed\nlong = close > 1\nlong = close > 2", "composed\nindicator = sma\nlong = close > 1",
      "composed\nparameter n = many\nlong = close > n", "composed\nlong = close > 1\n",
    ])
  func texts(text: String) {
    #expect(throws: RecipeError.self) { try StrategyEntry(recipe: text) }
  }

  @Test("a parameter is what its uses make of it: a length is whole and in the indicator's range")
  func parameters() throws {
    let entry = try StrategyEntry(
      Composition(
        parameters: [.init("n", 20), .init("limit", 70.5), .init("share", 0.5)],
        indicators: [.init("a", "hma:length=n"), .init("b", "sma:length=n")],
        long: "a > b and a < limit", weight: "share"))
    let (n, limit, share) = (entry.parameters[0], entry.parameters[1], entry.parameters[2])
    #expect(n.type == .whole && n.minimum == 2 && n.maximum == 10_000 && n.unit == "bars")
    #expect(
      limit.type == .number && limit.minimum < -1e300 && limit.maximum > 1e300
        && limit.defaultValue == 70.5)
    #expect(share.maximum == 1 && share.minimum > 0)
    #expect(n.help == "Used for: length of a, length of b.")
  }

  @Test("a width of bars that no count holds is no reason to stop")
  func widths() throws {
    let entry = try StrategyEntry(
      Composition(indicators: [.init("far", "sma:length=10000 on 365d")], long: "far > 1"))
    let values = ParameterValues(defaultsOf: entry.parameters)
    #expect(try entry.warmUpBars(values, Interval(nanoseconds: 1)) == .max)
    #expect(try entry.warmUpBars(values, .day) == 3_650_000)
  }

  @Test("as many lines as are allowed, and one more")
  func most() throws {
    func composition(_ count: Int) -> Composition {
      let names = (0..<count).map { "p\($0)" }
      return Composition(
        parameters: names.map { Composition.Number($0, 1) },
        long: names.map { "close > \($0)" }.joined(separator: " and "))
    }
    #expect(try StrategyEntry(composition(Composition.mostLines)).parameters.count == 64)
    #expect(throws: RecipeError.self) {
      try StrategyEntry(composition(Composition.mostLines + 1))
    }
  }
}
