/// Latency, fees and fills as scenarios say them: what is read, what is refused, and what the run is told.

import Foundation
import Testing
import TradingCore

@testable import Research

private func milliseconds(_ count: Int64) -> Interval { Interval(nanoseconds: count * 1_000_000) }

private func row(
  _ feed: Int64, _ entry: Int64, _ response: Int64, spread: Int64 = 0,
  _ action: LatencyAction = .any
) -> LatencyRow {
  LatencyRow(
    feed: milliseconds(feed), entry: milliseconds(entry), response: milliseconds(response),
    spread: milliseconds(spread), action: action)
}

@Suite("Costs in scenarios")
struct ScenarioCostsTests {
  @Test(
    "latency leg by leg: of entry and response one stands for both, a kind inherits from all",
    arguments: [
      ("{entry: 5ms}", [row(0, 5, 5)]), ("{response: 4ms}", [row(0, 4, 4)]), ("{}", [row(0, 0, 0)]),
      ("{feed: 2ms, entry: 5ms, response: 4ms, spread: 1ms}", [row(2, 5, 4, spread: 1)]),
      (
        "{entry: 5ms, spread: 1ms, cancel: {entry: 3ms}, place: {response: 9ms, spread: 2ms}}",
        [
          row(0, 5, 5, spread: 1), row(0, 5, 9, spread: 2, .place),
          row(0, 3, 5, spread: 1, .cancel),
        ]
      ),
    ])
  func legs(text: String, rows: [LatencyRow]) throws {
    let latency = try scenario(scenarioText("latency: \(text)")).latency
    #expect(latency.rows == rows)
    #expect(latency.constant == rows[0].entry)
  }

  @Test("a latency table is sorted by kind and time; numbers are milliseconds")
  func table() throws {
    let rows = try LatencyTable.parse(
      """
      time,entry,response,action,feed
      2024-01-02, 5 ,4.25,any,2
      2024-01-01T12:00,250us,1s,,0

      1704067200000000000,1,2,cancel,
      """.replacingOccurrences(of: "cancel,", with: "cancel,0"), file: "l.csv",
      spread: milliseconds(1))
    func moment(_ text: String) -> Timestamp { Timestamp(utc: text) ?? .none }
    #expect(
      rows == [
        LatencyRow(
          time: moment("2024-01-01T12:00"), entry: Interval(nanoseconds: 250_000),
          response: milliseconds(1_000), spread: milliseconds(1)),
        LatencyRow(
          time: moment("2024-01-02"), feed: milliseconds(2), entry: milliseconds(5),
          response: Interval(nanoseconds: 4_250_000), spread: milliseconds(1)),
        LatencyRow(
          time: moment("2024-01-01"), entry: milliseconds(1), response: milliseconds(2),
          spread: milliseconds(1), action: .cancel),
      ])
  }

  @Test(
    "a bad latency table is refused with its own line",
    arguments: [
      ("", "l.csv:1: no column \"\""), ("time,entry", "l.csv:1: the column response is missing"),
      ("time,entry,entry", "l.csv:1: the column entry stands twice"),
      ("time,entry,delay", "l.csv:1: no column \"delay\"; known: time, action"),
      ("time,entry,response\n2024-01-01,1", "l.csv:2: 2 cells under 3 columns"),
      ("time,entry,response\n\n2024,1,2", "l.csv:3: \"2024\" is not a UTC moment"),
      ("time,entry,response\n2024-01-01,fast,2", "l.csv:2: entry: \"fast\" is not a number of"),
      ("time,entry,response\n2024-01-01,-1,2", "l.csv:2: entry: \"-1\" is not"),
      ("time,action,entry,response\n2024-01-01,buy,1,2", "\"buy\" is not one of place, amend"),
      ("time,entry,response\n2024-01-01,1,2\n2024-01-01T00:00,1,2", "two rows for any at 2024-01"),
      (
        "time,action,entry,response\n2024-01-01,place,1,2",
        "no rows for amend, cancel: give them, or rows for any"
      ),
    ])
  func badTable(text: String, expected: String) {
    do throws(ScenarioError) {
      _ = try LatencyTable.parse(text, file: "l.csv")
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test("a table has at most as many rows as the model")
  func tableRows() throws {
    let lines = (0...LatencyRow.capacity).map { "\(1_700_000_000_000_000_000 + $0),1,2" }
    let header = "time,entry,response\n"
    let full = header + lines.dropLast().joined(separator: "\n")
    #expect(try LatencyTable.parse(full, file: "l.csv").count == LatencyRow.capacity)
    #expect(throws: ScenarioError(file: "l.csv", "65537 rows; a table has at most 65536")) {
      try LatencyTable.parse(header + lines.joined(separator: "\n"), file: "l.csv")
    }
  }

  @Test("fees have tiers, a basis and a discount")
  func fees() throws {
    let tiered = try scenario(
      scenarioText(
        """
        fees:
          maker: 0.1%
          taker: 10bp
          in: BNB
          discount: 25%
          tiers:
            - {from: 2_000_000, maker: -1bp, taker: 0.06%}
            - {from: 1000000.5, taker: 0.09%}
        """)
    ).fees
    #expect(
      tiered
        == Scenario.Fees(
          tiers: [
            Scenario.FeeTier(maker: 100_000, taker: 100_000),
            Scenario.FeeTier(from: 100_000_050_000_000, maker: 90_000, taker: 90_000),
            Scenario.FeeTier(from: 200_000_000_000_000, maker: -10_000, taker: 60_000),
          ], currency: .asset, asset: "BNB", discount: 25_000_000))
    let amounts = try scenario(scenarioText("fees: {basis: fill, maker: 0, taker: 0.75}")).fees
    #expect(
      amounts == Scenario.Fees(tiers: [Scenario.FeeTier(maker: 0, taker: 75_000_000)], basis: .fill)
    )
    let listed = try scenario(
      scenarioText("fees: {tiers: [{from: 5, maker: 1bp}, {from: 0, maker: 2bp, taker: 3bp}]}")
    ).fees
    #expect(
      listed.tiers == [
        Scenario.FeeTier(maker: 20_000, taker: 30_000),
        Scenario.FeeTier(from: 500_000_000, maker: 10_000, taker: 10_000),
      ])
  }

  @Test(
    "fills are a word or a map",
    arguments: [
      ("quote", Scenario.Fills(rule: .quote)),
      ("{model: candle}", Scenario.Fills(rule: .candle)),
      ("book", Scenario.Fills(rule: .bookConservative)),
      (
        "{model: book-probabilistic, queue: power 1.5}",
        Scenario.Fills(rule: .bookProbabilistic, queue: QueueRule(.power, exponent: 1_500_000))
      ), ("{}", Scenario.Fills()),
      (
        "{impact: {model: square-root, strength: 10bp}, volumeCap: 10%, selfTrade: expire-both}",
        Scenario.Fills(
          impact: Impact(.squareRoot, strength: 1_000), volumeCap: 100_000, selfTrade: .expireBoth)
      ),
      ("{impact: {model: none}}", Scenario.Fills(impact: Impact.none)),
    ])
  func fills(text: String, fills: Scenario.Fills) throws {
    #expect(try scenario(scenarioText("fills: \(text)")).fills == fills)
  }

  @Test("a queue's words are read as they are written")
  func queueWords() {
    for words in ["power 3", "power 1.5", "power 0.000001", "power 100", "log"] {
      #expect(QueueRule(words)?.words == words)
    }
    for words in ["power", "power 0", "power -1", "power 101", "power 0.0000001", "log 2", ""] {
      #expect(QueueRule(words) == nil, "\(words)")
    }
  }

  @Test(
    "bad costs are refused with line and key",
    arguments: [
      ("latency: {entry: 5}", "`latency.entry`: \"5\" is not a span"),
      ("latency: {entri: 5ms}", "unknown key `latency.entri`; did you mean `latency.entry`?"),
      ("latency: {cancel: {feed: 1ms}}", "unknown key `latency.cancel.feed`"),
      ("latency: {table: none.csv}", "`latency.table`: no file dir/none.csv"),
      ("seed: -1", "`seed`: \"-1\" is not a whole number"),
      ("fees: {discount: 25%}", "`fees.discount` needs `in: ASSET`"),
      ("fees: {in: BNB, discount: 101%}", "`fees.discount`: \"101%\" is not a share"),
      ("fees: {basis: trade}", "`fees.basis`: \"trade\" is not one of value, quantity, fill"),
      ("fees: {basis: fill, taker: 1%}", "`fees.taker`: \"1%\" is not an amount"),
      ("fees: {tiers: {from: 1}}", "`fees.tiers` must be a list of maps"),
      ("fees: {tiers: [1]}", "`fees.tiers` must be a map"),
      ("fees: {tiers: [{maker: 1bp}]}", "a tier needs `from`"),
      ("fees: {tiers: [{from: 1}]}", "a tier needs `maker` and `taker`"),
      ("fees: {tiers: [{from: -1, maker: 0}]}", "`fees.tiers.from`: \"-1\" is not a value"),
      (
        "fees: {tiers: [{from: 1, maker: 0}, {from: 1.0, maker: 0}]}", "two tiers are from the same"
      ),
      ("fees: {maker: 0, tiers: [{from: 0, maker: 0}]}", "are the tier from 0, and so is one of"),
      ("fills: {modl: book}", "unknown key `fills.modl`; did you mean `fills.model`?"),
      ("fills: {queue: power 3}", "`fills.queue` needs `model: book-probabilistic`"),
      ("fills: {model: quote, queue: log}", "`fills.queue` needs `model: book-probabilistic`"),
      ("fills: {model: book-probabilistic, queue: power 0}", "`fills.queue`: \"power 0\" is not"),
      ("fills: {impact: linear}", "`fills.impact` must be a map"),
      ("fills: {impact: {strength: 1%}}", "`fills.impact.model` is missing; one of none, fixed"),
      ("fills: {impact: {model: fixed}}", "`fills.impact.strength` is missing"),
      ("fills: {impact: {model: fixed, strength: 101%}}", "is not a share of the price"),
      ("fills: {volumeCap: 0}", "`fills.volumeCap`: \"0\" is not a share"),
      ("fills: {volumeCap: 101%}", "`fills.volumeCap`: \"101%\" is not a share"),
      ("fills: {selfTrade: no}", "is not one of allow, expire-taker, expire-maker, expire-both"),
    ])
  func badValues(line: String, expected: String) {
    let text = refusal(scenarioText(line))
    #expect(text.contains(expected), "\(line): \(text)")
    #expect(text.hasPrefix("s.yaml:6: "), "\(line): \(text)")
  }

  @Test("what the scenario says stands at the head of the run, and its report repeats it")
  func run() throws {
    let folder = NSTemporaryDirectory() + "costs-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let table = "time,action,feed,entry,response\n2024-01-01,any,1,2,3\n2024-01-01T01:00,,1,4,3.5\n"
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/l.csv"))
    let costly = try ScenarioFile.parse(
      scenarioText(
        """
        latency: {table: l.csv, spread: 1ms}
        seed: 7
        fees: {maker: 0.1%, taker: 0.1%, tiers: [{from: 100, maker: -0.01%, taker: 0.05%}]}
        fills: {impact: {model: linear, strength: 10bp}, volumeCap: 10%, selfTrade: expire-maker}
        """), file: "s.yaml", name: "s", folder: folder)
    let backtest = try Backtest(costly, file: "s.yaml")
    let bodies = backtest.plan.preamble.map(\.body)
    for body in [
      EventBody.configure(Configure(.seed, value: 7)),
      .configure(Configure(.impact, value: 1_000, index: 2)),
      .configure(Configure(.volumeCap, value: 100_000)),
      .configure(Configure(.selfTrade, value: 2)),
      .fee(FeeSchedule(instrument: .none, maker: 100_000, taker: 100_000)),
      .fee(
        FeeSchedule(instrument: .none, maker: -10_000, taker: 50_000, fromVolume: 10_000_000_000)),
    ] {
      #expect(bodies.contains(body), "\(body)")
    }
    #expect(bodies.count { if case .latency = $0 { true } else { false } } == 2)
    let result = try backtest.run(journal: nil, build: "test")
    let settings = result.outcome.state.settings
    #expect(settings.seed == 7 && settings.impact == Impact(.linear, strength: 1_000))
    #expect(settings.volumeCap == 100_000 && settings.selfTrade == .expireMaker)
    let assumptions = result.report.assumptions
    #expect(
      assumptions.fees
        == "maker 0.1 %, taker 0.1 % in quote; from 100: maker -0.01 %, taker 0.05 %")
    let words = assumptions.details.map { "\($0.key): \($0.text)" }
    #expect(
      words.contains(
        "latencyLegs: feed 1 ms, entry 2 ms to 4 ms, response 3 ms to 3.5 ms, "
          + "standard deviation 1 ms (table of 2 rows)"), "\(words)")
    #expect(
      words.contains(
        "impact: linear: 0.1 % of the price × lots ÷ the lots traded in a minute"), "\(words)")
    #expect(
      words.contains("volumeCap: 10 % of a trade, for orders that rest")
        && words.contains("selfTrade: expire-maker"))
    let terminal = TerminalReport.text(result.report)
    let html = HTMLReport.text(result.report)
    let json = JSONReport.text(result.report)
    for line in assumptions.details {
      #expect(terminal.contains(line.label) && html.contains("<dt>\(line.label)</dt>"), "\(line)")
      #expect(json.contains("\"\(line.key)\": "), "\(line)")
    }
  }

  @Test("what the template shows in comments is read", arguments: ["fees", "latency", "fills"])
  func template(key: String) throws {
    let entry = try #require(StrategyRegistry.entry(named: "observer"))
    let lines = ScenarioTemplate.text(strategy: entry, journal: nil).split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("# \(key):    ") })
    let block = lines[(start + 1)...].prefix { $0.hasPrefix("#   ") }
    let shown = ([lines[start]] + block).map { $0.dropFirst(2) }.joined(separator: "\n")
    #expect(block.count > 3)
    let read = try scenario(scenarioText(shown))
    let plain = try scenario(scenarioText())
    #expect(read.fees != plain.fees || read.latency != plain.latency || read.fills != plain.fills)
  }

  @Test(
    "a report says how much there is to take, and of what the impact and the cap are shares",
    arguments: [
      (FillRule.quote, "one tick worse", "traded in a minute", "of a trade, for orders that rest"),
      (.candle, "a price of the candle", "the candle's volume", "5 % of a candle's volume"),
      (.sameEvent, "the last price", "traded in a minute", "none: the fill rule knows no cap"),
      (.bookConservative, "what the book shows", "traded in a minute", "for orders that rest"),
    ])
  func depthWords(rule: FillRule, depth: String, volume: String, cap: String) {
    var state = State()
    for change in [
      Configure(.fillRule, value: Int64(rule.rawValue)), Configure(.volumeCap, value: 50_000),
      Configure(.impact, value: 1_000, index: UInt16(ImpactModel.squareRoot.rawValue)),
    ] {
      reduce(&state, Event(receiveTime: .distantPast, .configure(change)))
    }
    let lines = state.settings.simulationWords(LatencyTally())
    for (key, part) in [("depth", depth), ("impact", volume), ("volumeCap", cap)] {
      #expect(lines.contains { $0.key == key && $0.text.contains(part) }, "\(rule) \(key)")
    }
  }

  @Test("another table makes another run, though the scenario's text is the same")
  func identity() throws {
    var rows = [row(0, 5, 5)]
    let one = Scenario.Latency(constant: .zero, rows: rows).digest
    rows[0].response = milliseconds(6)
    #expect(Scenario.Latency(constant: .zero, rows: rows).digest != one)
    #expect(Scenario.Latency(constant: milliseconds(5)).digest.isEmpty)
  }

  @Test("fees are told in words by basis, currency and discount")
  func feeWords() {
    func words(_ tiers: [FeeSchedule]) -> String {
      var names = Names()
      for text in Text.run(subject: .asset, id: 2, "BNB") {
        names.learn(Event(receiveTime: .distantPast, .text(text)))
      }
      for tier in tiers { names.learn(Event(receiveTime: .distantPast, .fee(tier))) }
      return names.fees
    }
    let base = FeeSchedule(
      instrument: .none, maker: 1_000_000, taker: 75_000_000, currency: .asset, asset: AssetID(2),
      basis: .fill, discount: 25_000_000)
    #expect(words([base]) == "maker 0.01 a fill, taker 0.75 a fill in BNB less 25 %")
    let unit = FeeSchedule(instrument: .none, maker: 0, taker: 250_000_000, basis: .quantity)
    #expect(words([unit]) == "maker 0 a unit, taker 2.5 a unit in quote")
    let later = FeeSchedule(instrument: .none, maker: 0, taker: 0, fromVolume: 300_000_000)
    let last = FeeSchedule(instrument: .none, maker: 0, taker: 1, fromVolume: 500_000_000)
    #expect(
      words([unit, last, later])
        == "maker 0 a unit, taker 2.5 a unit in quote; from 3: maker 0 %, taker 0 %; "
        + "from 5: maker 0 %, taker 0.000001 %")
    #expect(words([unit, later, unit]) == words([unit]), "a new first tier begins anew")
  }
}
