/// A scenario's keys, good and bad: every refusal names file, line, key and the way out.

import Foundation
import Testing
import TradingCore

@testable import Research

/// The smallest scenario; `extra` follows at line 6.
func scenarioText(_ extra: String = "") -> String {
  """
  source:
    generator: {seed: 3, duration: 10m, eventsPerSecond: 5}
  strategy:
    name: ema-cross
  capital: {USDT: 1000}
  \(extra)
  """
}

func scenario(
  _ text: String, setting changes: [String] = []
) throws(ScenarioError) -> Scenario {
  try ScenarioFile.parse(text, file: "s.yaml", name: "s", folder: "dir", setting: changes)
}

/// What a refusal says, empty where there is none.
func refusal(_ text: String, setting changes: [String] = []) -> String {
  do throws(ScenarioError) { _ = try scenario(text, setting: changes) } catch {
    return "\(error)"
  }
  return ""
}

@Suite("Scenarios")
struct ScenarioTests {
  @Test(
    "a scenario's path is cut into folder and name, however short it is",
    arguments: [
      ("s", "", "s"), ("s.yaml", "", "s"), ("a/s", "a", "s"), ("/s.yaml", "/", "s"),
      ("a.b/s", "a.b", "s"), ("a/b/c.d.yaml", "a/b", "c.d"), (".yaml", "", ".yaml"), ("", "", ""),
    ])
  func paths(path: String, folder: String, name: String) {
    #expect(ScenarioFile.split(path) == (folder, name))
  }

  @Test("what is left out has its default")
  func defaults() throws {
    let plain = try scenario(scenarioText())
    #expect(plain.name == "s")
    #expect(plain.text == scenarioText())
    #expect(plain.instruments.isEmpty)
    #expect(plain.strategies.map(\.name) == ["ema-cross"] && !plain.hasBooks)
    let values = plain.strategies[0].values
    #expect(values == ParameterValues(defaultsOf: values.parameters))
    #expect(plain.account == .spot)
    #expect(plain.reportIn == "USDT")
    #expect(plain.sizing == .equityShare(950_000))
    #expect(plain.fees == Scenario.Fees(tiers: [Scenario.FeeTier(maker: 100_000, taker: 100_000)]))
    #expect(plain.latency == Scenario.Latency() && plain.barInterval == .zero)
    #expect(plain.fills == Scenario.Fills() && plain.sampleInterval == nil && plain.seed == 0)
    #expect(plain.from == nil && plain.to == nil && plain.limits.isEmpty)
  }

  @Test("every key says what it says")
  func everyKey() throws {
    let full = try scenario(
      scenarioText(
        """
        name: full
        instruments: [BTCUSDT]
        account: margin
        reportIn: BTC
        size: {quantity: 0.5}
        fees: {maker: -1bp, taker: 0.05%, in: BNB}
        latency: 1.5ms
        fills: same-event
        risk: {maxPosition: 100%, maxOrder: 0.25, maxDrawdown: 30%, maxDailyDrawdown: 500bp,
               maxOpenOrders: 3}
        period: {from: 2024-01-01, to: 2024-01-01T00:05}
        report: {sample: 30s}
        """),
      setting: ["strategy.bar=1m", "strategy.parameters={fast: 9, short: true}", "capital.BNB=0.1"])
    #expect(full.name == "full")
    #expect(full.instruments == ["BTCUSDT"])
    #expect(full.account == .margin)
    #expect(full.reportIn == "BTC")
    #expect(full.sizing == .quantity(Decimal64(mantissa: 5, scale: 1)))
    let rates = Scenario.FeeTier(maker: -10_000, taker: 50_000)
    #expect(full.fees == Scenario.Fees(tiers: [rates], currency: .asset, asset: "BNB"))
    #expect(full.latency == Scenario.Latency(constant: Interval(nanoseconds: 1_500_000)))
    #expect(full.fills == Scenario.Fills(rule: .sameEvent))
    #expect(
      full.limits == [
        ScenarioLimit(kind: .maxPosition, value: 1_000_000),
        ScenarioLimit(kind: .maxOrder, value: 250_000),
        ScenarioLimit(kind: .maxOpenOrders, value: 3),
        ScenarioLimit(kind: .maxDrawdown, value: 300_000),
        ScenarioLimit(kind: .maxDailyDrawdown, value: 50_000),
      ])
    #expect(
      full.from == Timestamp(utc: "2024-01-01") && full.to == Timestamp(utc: "2024-01-01T00:05"))
    #expect(full.sampleInterval?.seconds == 30)
    #expect(full.barInterval == .minute)
    let values = full.strategies[0].values
    #expect(values["fast"] == 9 && values.flag("short"))
    #expect(full.capital.map(\.asset) == ["USDT", "BNB"])
    #expect(full.capital.map(\.amount.units) == [1_000 * Money.one.units, Money.one.units / 10])
  }

  @Test("every template runs through the reader", arguments: StrategyRegistry.all.map(\.name))
  func templates(name: String) throws {
    let entry = try #require(StrategyRegistry.entry(named: name))
    let generated = try scenario(ScenarioTemplate.text(strategy: entry, journal: nil))
    #expect(generated.strategies[0].values == ParameterValues(defaultsOf: entry.parameters))
    let recorded = try scenario(ScenarioTemplate.text(strategy: entry, journal: "january"))
    #expect(recorded.source == .journal(path: "dir/january", asWritten: "january"))
  }

  @Test(
    "a bad value is refused with line and key",
    arguments: [
      ("latncy: 5ms", "s.yaml:6: unknown key `latncy`; did you mean `latency`?"),
      ("latency: 5", "s.yaml:6: `latency`: \"5\" is not a span such as 50ms"),
      ("latency: -5ms", "is not a span"), ("latency: 99999w", "is not a span"),
      ("latency:", "`latency`: \"\" is not a span"), ("latency: [5ms]", "must be a single value"),
      ("account: cash", "\"cash\" is not one of spot, margin"),
      (
        "fills: fast",
        "\"fast\" is not one of book-conservative, book-probabilistic, quote, candle,"
      ),
      ("size: {equity: 0}", "`size.equity`: \"0\" is not a share"),
      ("size: {equity: 0.0000001}", "is not a share"),
      ("size: {equity: 50%, quantity: 1}", "`size` needs one of"),
      ("size: {}", "`size` needs one of"), ("size: {quantity: -1}", "is not a quantity"),
      ("fees: {maker: 0.0000000001}", "`fees.maker`"), ("fees: {taker: 101%}", "`fees.taker`"),
      ("fees: {makr: 1bp}", "unknown key `fees.makr`; did you mean `fees.maker`?"),
      ("risk: {maxDrawdown: -1%}", "`risk.maxDrawdown`"),
      ("risk: {maxOpenOrders: 0}", "`risk.maxOpenOrders`"),
      ("risk: {maxOpenOrders: 1.5}", "`risk.maxOpenOrders`"), ("risk: high", "must be a map"),
      ("period: {from: 2024}", "`period.from`: \"2024\" is not a UTC moment"),
      ("period: {from: 2024-02-30}", "is not a UTC moment"),
      ("period: {from: 2024-01-02, to: 2024-01-02}", "`period.from` must be before `period.to`"),
      ("report: {sample: 0}", "`report.sample`"),
      ("instruments: {a: b}", "must be a list of words"),
      ("instruments: [[a]]", "must be a list of words"), ("name: {a: b}", "must be a single value"),
    ])
  func badValues(line: String, expected: String) {
    let text = refusal(scenarioText(line))
    #expect(text.contains(expected), "\(line): \(text)")
    #expect(text.hasPrefix("s.yaml:6: "), "\(line): \(text)")
  }

  @Test(
    "a change of --set is refused as one",
    arguments: [
      ("latency", "--set: \"latency\" is not key=value"), ("=5ms", "is not key=value"),
      (".=5ms", "is not key=value"), ("a..b=1", "is not key=value"),
      ("name=a\nb: c", "is not key=value"), ("latency=5", "--set: `latency`: \"5\" is not a span"),
      ("latency.x=1", "--set: unknown key `latency.x`"),
      ("size.x=1", "--set: unknown key `size.x`"), ("name=[", "--set: not YAML"),
      (
        "strategy.parameters.fst=9",
        "--set: strategy ema-cross: there is no parameter `fst`, did you mean `fast`?"
      ),
      ("strategy.parameters.fast=9.5", "`fast` is 9.5; it must be a whole number"),
      ("strategy.parameters.fast=0", "`fast` is 0; it may be 1…"),
      ("strategy.parameters.fast=x", "`strategy.parameters.fast`: \"x\" is not a number"),
      ("strategy.parameters.fast=nan", "is not a number"),
      ("strategy.parameters.fast=1000", "fast must be less than slow"),
      ("strategy.name=ema-crss", "no strategy \"ema-crss\"; did you mean ema-cross?"),
      ("strategy.bar=1500ms", "a span of whole seconds"),
      ("capital=5", "`capital` must be a map"), ("capital={}", "`capital` is missing"),
      ("capital.USDT=-1", "`capital.USDT`: \"-1\" is not an amount"),
      ("capital.USDT=1e9", "is not an amount"),
      ("capital.USDT=9223372036854775808", "is not an amount"),
      ("source=january", "`source` must be a map"),
      ("source.journal=j", "`source` needs one of `journal` and `generator`"),
      (
        "source.generator.sed=1",
        "unknown key `source.generator.sed`; did you mean `source.generator.seed`?"
      ),
      ("source.generator.seed=-1", "is not a whole number from 0"),
      ("source.generator.symbol=BTCUSDT", "is not a pair such as BTC/USDT"),
      ("source.generator.duration=0", "`duration` is 0; it may be"),
      ("source.generator.price=0.5", "`price in ticks` is 50; it may be 100…"),
      ("source.generator.candles=1500ms", "it must be a whole number"),
      ("source.generator.volatility=300%", "`volatility` is 3; it may be 0…2"),
      ("source.generator.eventsPerSecond=many", "is not a number"),
      ("source.generator.regimes=[crsh]", "no regime \"crsh\"; did you mean crash?"),
      ("source.generator.regimes=[{crash: -1}]", "is not a positive number"),
    ])
  func badChanges(change: String, expected: String) {
    let text = refusal(scenarioText(), setting: [change])
    #expect(text.contains(expected), "\(change): \(text)")
  }

  @Test("a change of a key that the file has is blamed on --set all the same")
  func changedKey() {
    let text = scenarioText().replacingOccurrences(
      of: "ema-cross", with: "ema-cross\n  parameters: {fast: 9}")
    #expect(
      refusal(text, setting: ["strategy.parameters.fast=9.5"])
        == "--set: strategy ema-cross: `fast` is 9.5; it must be a whole number")
    #expect(
      refusal(text, setting: ["strategy.parameters.slow=9"])
        == "s.yaml:4: strategy ema-cross: fast must be less than slow")
  }

  @Test("the largest amount is exact")
  func largest() throws {
    let rich = try scenario(scenarioText(), setting: ["capital.USDT=9_223_372_036_854_775_807"])
    #expect(rich.capital.first?.amount.units == Int128(Int64.max) * Money.one.units)
  }

  @Test("a section whose keys are all commented out is an empty one")
  func emptySections() throws {
    let plain = try scenario(scenarioText("risk:\n  # maxDrawdown: 30%\nfees:\nreport:\nperiod:"))
    #expect(plain.limits.isEmpty && plain.from == nil)
  }

  @Test(
    "YAML that is not a scenario is refused",
    arguments: [
      ("", "the file is empty"), ("# nothing", "the file is empty"), ("text", "must be a map"),
      ("- a", "must be a map"), ("a: b: c", "s.yaml:1: not YAML"), ("a:\n\tb: c", "not YAML"),
      ("name: a\nname: b", "not YAML: a key stands twice"),
      ("name: a\n---\nname: b", "not YAML"), ("? [a]\n: b", "a key must be a plain word"),
      ("name: &a x\nreportIn: *a", "s.yaml:1: no YAML anchors"),
      ("name: *a", "not YAML"), ("strategy: {name: ema-cross}", "`source` is missing"),
      ("source: {generator: {}}", "`strategy.name` is missing; one of observer"),
      ("source: {journal: j}\nstrategy: {name: observer}", "`capital` is missing"),
    ])
  func badYAML(text: String, expected: String) {
    let refused = refusal(text)
    #expect(refused.contains(expected), "\(refused)")
  }

  @Test("no nesting and no repetition in the YAML stops the process")
  func hostileYAML() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(refusal("name: " + deep).contains("not YAML"))
    let laughs = (1...40).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]" }
    #expect(refusal("l0: &l0 x\n" + laughs.joined(separator: "\n")).contains("no YAML anchors"))
  }

  @Test("files that are missing, foreign or too large are told apart")
  func files() throws {
    let folder = NSTemporaryDirectory() + "scenario-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/s.yaml"
    let read = { () -> ScenarioError? in
      do throws(ScenarioError) { _ = try ScenarioFile.read(path) } catch { return error }
      return nil
    }
    #expect(read()?.isMissing == true)
    #expect(FileManager.default.createFile(atPath: path, contents: Data([0xFF, 0xFE, 0x61])))
    #expect(read()?.description.contains("not UTF-8") == true)
    let large = Data(repeating: 0x23, count: ScenarioFile.largestByteCount + 1)
    #expect(FileManager.default.createFile(atPath: path, contents: large))
    #expect(read()?.description.contains("larger than 1 MiB") == true)
    #expect(read()?.isMissing == false)
    let marked = Data([0xEF, 0xBB, 0xBF]) + Data(scenarioText().utf8)
    #expect(FileManager.default.createFile(atPath: path, contents: marked))
    #expect(read() == nil)
  }
}
