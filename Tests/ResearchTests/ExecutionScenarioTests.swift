/// Execution as scenarios say it, and what a report tells of the parent orders that came of it.

import Foundation
import Testing
import TradingCore

@testable import Research

private let trading = """
  source:
    generator: {seed: 5, duration: 30m, eventsPerSecond: 10, volatility: 20%}
  strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}
  capital: {USDT: 100000}
  account: margin

  """

@Suite("Execution in scenarios")
struct ExecutionScenarioTests {
  @Test(
    "every algorithm is read with its numbers",
    arguments: [
      (
        "{algorithm: twap, over: 10m, slices: 4}",
        ExecutionRule(.timeWeighted, durationSeconds: 600, slices: 4), []
      ),
      (
        "{algorithm: vwap, over: 1h, profile: [40%, 0.1, 2000bp, 30%]}",
        ExecutionRule(.volumeWeighted, durationSeconds: 3_600),
        [400_000, 100_000, 200_000, 300_000]
      ),
      ("{algorithm: iceberg}", ExecutionRule(.iceberg, durationSeconds: 0), []),
      (
        "{algorithm: participation, share: 5%}",
        ExecutionRule(.participation, durationSeconds: 0, participation: 500), []
      ),
      ("{algorithm: route, over: 5s}", ExecutionRule(.route, durationSeconds: 5), []),
    ] as [(String, ExecutionRule, [Int64])])
  func algorithms(text: String, rule: ExecutionRule, profile: [Int64]) throws {
    let execution = try #require(try scenario(scenarioText("execution: \(text)")).execution)
    #expect(execution.rule == rule)
    #expect(execution.profile == profile)
  }

  @Test(
    "what makes no sense is refused and says why",
    arguments: [
      ("{over: 10m}", "`execution.algorithm` is missing"),
      ("{algorithm: twop, over: 10m}", "\"twop\" is not one of twap, vwap, iceberg"),
      ("{algorithm: twap}", "`execution.over` is missing"),
      ("{algorithm: twap, over: 500ms}", "is not a span of whole seconds"),
      ("{algorithm: twap, over: 10m, slices: 0}", "is not a whole number from 1"),
      ("{algorithm: twap, over: 10m, slice: 3}", "did you mean `execution.slices`?"),
      ("{algorithm: participation}", "`execution.share` is missing"),
      ("{algorithm: participation, share: 0.001%}", "is not a share such as 5%"),
      ("{algorithm: twap, over: 10m, profile: [1]}", "belongs to `algorithm: vwap` alone"),
      ("{algorithm: vwap, over: 10m, profile: [0, 0]}", "has no volume at all"),
      ("{algorithm: vwap, over: 10m, profile: [2]}", "\"2\" is not a share of a day"),
    ])
  func refusals(text: String, expected: String) {
    do {
      _ = try scenario(scenarioText("execution: \(text)"))
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test("without it a target is one order at once") func nothing() throws {
    #expect(try scenario(scenarioText("")).execution == nil)
  }

  @Test(
    "a run's report counts its parents and names what it assumed",
    arguments: [
      ("{algorithm: twap, over: 1m, slices: 6}", "twap over 1 min, 6 slices"),
      ("{algorithm: vwap, over: 1m}", "so slices go by time"),
      ("{algorithm: participation, share: 20%, over: 2m}", "of what trades"),
      ("{algorithm: route}", "route"),
    ])
  func report(text: String, words: String) throws {
    let plan = try scenario(trading + "execution: \(text)\n")
    let report = try Backtest(plan, file: "s.yaml").run(journal: nil, build: "test").report
    let row = try #require(report.executions.first)
    #expect(report.executions.count == 1)
    #expect(row.count > 3 && row.children >= row.count - row.open)
    #expect(row.outcomes.reduce(0, +) + row.open == row.count)
    #expect(row.ended(.filled) > 0)
    let detail = try #require(report.assumptions.details.first { $0.key == "execution" })
    #expect(detail.text.contains(words), "\(detail.text)")
    let terminal = TerminalReport.text(report)
    #expect(terminal.contains("Execution") && terminal.contains("shortfall"))
    #expect(HTMLReport.text(report).contains("<h2>Execution"))
    #expect(JSONReport.text(report).contains("shortfallBasisPoints"))
  }
}
