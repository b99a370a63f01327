/// Objectives: how the figures of a run become one score, and when they do not.

import Foundation
import Testing

@testable import Research
@testable import TradingCore

@Suite("Search objectives")
struct ObjectiveTests {
  /// Figures that differ from each other; `missing` have none.
  static func figures(trips: Double = 20, missing: String = "") -> MetricsSummary {
    func figure(_ name: String, _ value: Double) -> Figure {
      name == missing ? Figure(missing: "no day lost") : Figure(value)
    }
    return MetricsSummary(
      totalReturn: figure("return", 0.25), profit: figure("netProfit", 250),
      annualGrowth: figure("cagr", 0.5), volatility: figure("volatility", 0.2),
      sharpe: figure("sharpe", 1.5), sortino: figure("sortino", 2), calmar: figure("calmar", 4),
      maxDrawdown: figure("maxDrawdown", 0.125), maxDrawdownLength: figure("maxDrawdownLength", 60),
      longestDrawdown: figure("longestDrawdown", 90), trades: Figure(trips),
      winRate: figure("winRate", 0.5), profitFactor: figure("profitFactor", 3),
      expectancy: figure("expectancy", 12), bestTrade: figure("bestTrade", 50),
      worstTrade: figure("worstTrade", -9), meanHoldingTime: figure("meanHoldingTime", 30),
      mostConsecutiveLosses: figure("mostConsecutiveLosses", 5), turnover: figure("turnover", 7),
      exposure: figure("exposure", 0.75), fees: figure("fees", 11), fills: figure("fills", 41),
      days: figure("days", 13))
  }

  @Test(
    "a metric alone counts by its nature: what should be small is turned",
    arguments: MetricDefinition.all.map(\.name))
  func nature(name: String) throws {
    let metric = try #require(MetricDefinition.all.first { $0.name == name })
    let value = try #require(metric.figure(ObjectiveTests.figures()).value)
    switch metric.nature {
    case .good: #expect(try Objective(name).score(ObjectiveTests.figures()).value == value)
    case .bad: #expect(try Objective(name).score(ObjectiveTests.figures()).value == -value)
    case .neither:
      #expect(
        searchRefusal { () throws(SearchError) in _ = try Objective(name) }.contains("{\(name): 1}")
      )
    }
  }

  @Test("a weighted sum adds figures as they stand in the report")
  func sum() throws {
    let objective = try Objective(weights: [("sharpe", 2), ("maxDrawdown", -4), ("fills", 1)])
    #expect(objective.score(ObjectiveTests.figures()).value == 2 * 1.5 - 4 * 0.125 + 41)
    #expect(objective.text == "2 × sharpe − 4 × maxDrawdown + fills")
  }

  @Test("a figure that means nothing makes no score, and says why")
  func meaningless() throws {
    let objective = try Objective(weights: [("sharpe", 1), ("sortino", 1)])
    let score = objective.score(ObjectiveTests.figures(missing: "sortino"))
    #expect(score.value == nil && score.reason == "sortino: no day lost")
  }

  @Test("too few round trips make no score")
  func fewTrips() throws {
    let objective = try Objective("sharpe", minTrips: 20)
    #expect(objective.score(ObjectiveTests.figures(trips: 20)).value == 1.5)
    let few = objective.score(ObjectiveTests.figures(trips: 19))
    #expect(few.value == nil && few.reason == "19 round trips, fewer than 20")
  }

  @Test("the documentation sorts every metric as the search does")
  func documented() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let page = here.appendingPathComponent(
      "../../../Sources/Research/Research.docc/Search.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    for (words, nature) in [
      ("more is better", MetricDefinition.Nature.good), ("less is better", .bad),
      ("neither: only in a sum", .neither),
    ] {
      let names = MetricDefinition.all.filter { $0.nature == nature }.map { "`\($0.name)`" }
      #expect(text.contains("| \(words) | \(names.joined(separator: " ")) |"), "\(names)")
    }
  }
}
