/// Drawdowns, rolling Sharpe and the comparison with buy-and-hold, against what they are defined as.
import Testing
import TradingCore

@testable import Research

@Suite struct ReportHistoryTests {
  private func points(_ equity: [Int], _ benchmark: [Int]? = nil) -> [EquityPoint] {
    equity.enumerated().map { day, units in
      EquityPoint(
        time: Timestamp(nanoseconds: Int64(day) * Interval.day.nanoseconds + 1),
        equity: Self.money(units), benchmark: benchmark.map { Self.money($0[day]) })
    }
  }

  private static func money(_ units: Int) -> Money { Money(units: Int128(units) * Money.one.units) }

  private func day(_ day: Int) -> Timestamp {
    Timestamp(nanoseconds: Int64(day) * Interval.day.nanoseconds + 1)
  }

  @Test("a fall ends where equity is back at its peak, the last one where the samples end")
  func periods() {
    let found = DrawdownPeriod.all(points([100, 90, 95, 100, 120, 60, 90, 80]))
    #expect(
      found == [
        DrawdownPeriod(
          peak: day(0), trough: day(1), recovery: day(3), last: day(2), depth: 0.1),
        DrawdownPeriod(peak: day(4), trough: day(5), last: day(7), depth: 0.5),
      ])
    #expect(found.map(\.length) == [day(3) - day(0), day(7) - day(4)])
    #expect(
      DrawdownPeriod.deepest(points([100, 90, 95, 100, 120, 60]), count: 1).map(\.depth) == [0.5])
  }

  @Test("no fall, no period", arguments: [[], [100], [100, 100, 101], [0, -1, -5]])
  func withoutFall(equity: [Int]) {
    #expect(DrawdownPeriod.all(points(equity)).isEmpty)
  }

  @Test("the deepest period is as deep as the deepest sample of any made-up run")
  func deepest() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let report = ReportFixture(points: 400, seed: seed).report()
      let deepest = report.equity.map(\.drawdown).max() ?? 0
      let first = DrawdownPeriod.deepest(report.equity, count: 10).first
      #expect(((first?.depth ?? 0) - deepest).magnitude < 1e-12, "seed \(seed)")
    }
  }

  @Test("the last rolling ratio of as many days as there are is the run's own")
  func rolling() throws {
    let report = ReportFixture(points: 24 * 50).report()
    let daily = ReturnTables.daily(report.equity, capital: report.capital)
    let whole = try #require(RollingSharpe.values(daily, days: daily.count).last)
    let sharpe = try #require(report.metrics.first { $0.name == "sharpe" }?.strategy.value)
    #expect((whole.fraction - sharpe).magnitude < 1e-9 * sharpe.magnitude)
    let values = RollingSharpe.values(daily, days: 7)
    #expect(values.count == daily.count - 6 && values.first?.date == daily[6].date)
    let alone = RollingSharpe.values(Array(daily[10..<17]), days: 7)
    #expect(alone.map(\.fraction) == [values[10].fraction])
    #expect(RollingSharpe.values(daily, days: daily.count + 1).isEmpty)
  }

  @Test("days that do not vary have no ratio")
  func unvarying() {
    let flat = (0..<5).map {
      PeriodReturn(date: CivilDate(daysSinceEpoch: $0), fraction: 0.01)
    }
    #expect(RollingSharpe.values(flat, days: 3).isEmpty)
  }

  @Test("twice the market a day beside a steady hundredth: beta 2, alpha 3.65, correlation 1")
  func comparison() throws {
    let market = [0.02, -0.01, 0.03, 0.0, -0.02]
    let compared = BenchmarkComparison(market.map { 0.01 + 2 * $0 }, market)
    #expect(try (#require(compared.beta.value) - 2).magnitude < 1e-12)
    #expect(try (#require(compared.alpha.value) - 3.65).magnitude < 1e-12)
    #expect(try (#require(compared.correlation.value) - 1).magnitude < 1e-12)
    let same = BenchmarkComparison(market, market)
    #expect(same.excess == Figure(0) && same.trackingError.reason == "the returns do not vary")
  }

  @Test("a market that stands still, and a run without prices, say why there is nothing")
  func missing() {
    let still = BenchmarkComparison([0.01, 0.02, 0], [0, 0, 0])
    #expect(still.beta.reason == "buy and hold: the returns do not vary")
    #expect(still.trackingError.value != nil)
    let unpriced = BenchmarkComparison(points([100, 110]), capital: Self.money(100))
    #expect(unpriced.excess.reason == "there was no price to buy at")
    let priced = BenchmarkComparison(points([100, 110], [100, 130]), capital: Self.money(100))
    #expect(((priced.excess.value ?? 0) + 0.2).magnitude < 1e-12)
  }

  @Test("the page has each of them, with the figures of the JSON")
  func page() throws {
    let report = ReportFixture(points: 24 * 400).report()
    let text = HTMLReport.text(report)
    for id in ["chart-rolling", "chart-years", "chart-exposure", "comparison", "drawdowns"] {
      #expect(text.contains("id=\"\(id)\""), "\(id)")
    }
    let lines = BenchmarkComparison(report.equity, capital: report.capital).lines
    for value in lines.compactMap(\.figure.value) {
      #expect(text.contains("data-v=\"\(value)\""))
    }
    let json = JSONReport.value(report).members
    #expect(json.contains { $0.0 == "comparison" } && json.contains { $0.0 == "drawdowns" })
  }
}
