/// Daily and monthly returns, histogram, thinning and buy-and-hold, computed by hand.
import Testing
import TradingCore

@testable import Research

@Suite struct ReturnTablesTests {
  private func point(_ day: Double, _ equity: Int) -> EquityPoint {
    EquityPoint(
      time: Timestamp(nanoseconds: Int64(day * 86_400) * 1_000_000_000),
      equity: Money(units: Int128(equity) * Money.one.units))
  }

  private let hundred = Money(units: 100 * Money.one.units)

  @Test("a day closes with its last sample, the first opens with the capital, a silent day is zero")
  func daily() {
    let points = [
      point(0.1, 90), point(0.9, 110), point(1.5, 121), point(4.0, 121), point(4.99, 242),
    ]
    let returns = ReturnTables.daily(points, capital: hundred)
    #expect(
      returns.map(\.date.text) == [
        "1970-01-01", "1970-01-02", "1970-01-03", "1970-01-04", "1970-01-05",
      ])
    let expected = [0.1, 0.1, 0, 0, 1]
    for (day, wanted) in zip(returns, expected) {
      #expect((day.fraction - wanted).magnitude < 1e-12, "\(day.date.text)")
    }
  }

  @Test("months follow the calendar and compound to the whole")
  func monthly() {
    // 1970: January has 31 days, February 28; April is silent.
    let points = [point(3, 105), point(30.9, 110), point(31, 99), point(60, 99), point(125, 198)]
    let returns = ReturnTables.monthly(points, capital: hundred)
    #expect(
      returns.map { String($0.date.text.prefix(7)) }
        == ["1970-01", "1970-02", "1970-03", "1970-04", "1970-05"])
    for (month, wanted) in zip(returns, [0.1, -0.1, 0, 0, 1]) {
      #expect((month.fraction - wanted).magnitude < 1e-12, "\(month.date.text)")
    }
    let whole = MonthTable(returns).years
    #expect(whole.count == 1 && (whole[0].total - 0.98).magnitude < 1e-12)
    #expect(whole[0].months[5] == nil && whole[0].months[4] != nil)
  }

  @Test("no samples, no returns; equity at zero gives zero and not infinity")
  func degenerate() {
    #expect(ReturnTables.daily([], capital: hundred).isEmpty)
    let ruined = [point(0, 0), point(1, 50), point(2, 50)]
    #expect(ReturnTables.daily(ruined, capital: hundred).map(\.fraction) == [-1, 0, 0])
    #expect(ReturnTables.daily(ruined, capital: .zero).map(\.fraction) == [0, 0, 0])
  }

  @Test("a histogram counts every return in the bar that holds it, and zero is an edge")
  func histogram() throws {
    let histogram = try #require(
      ReturnTables.histogram([-0.02, -0.001, 0, 0.001, 0.019, 0.0199], bars: 6))
    #expect(histogram.width == 0.01 && histogram.start == -0.02)
    #expect(histogram.counts == [1, 1, 2, 2])
    #expect((histogram.mean - 0.0189 / 6).magnitude < 1e-12)
    #expect(ReturnTables.histogram([0.1]) == nil)
    #expect(ReturnTables.histogram([.nan, .infinity, 0.1]) == nil)
    #expect(ReturnTables.histogram([0, 0, 0])?.counts.reduce(0, +) == 3)
  }

  @Test("a histogram loses no return and keeps to its bars", arguments: 0..<200)
  func histogramProperty(seed: Int) {
    var random = RandomSource(seed: UInt64(seed), label: "returns 2")
    let size = Elementary.exp(random.uniform() * 30 - 20)
    let returns = (0..<(2 + seed)).map { _ in (random.uniform() - 0.4) * size }
    guard let histogram = ReturnTables.histogram(returns) else {
      Issue.record("seed \(seed): no histogram")
      return
    }
    #expect(histogram.counts.reduce(0, +) == returns.count, "seed \(seed)")
    #expect(histogram.counts.count <= 42, "seed \(seed)")
  }

  @Test("thinning keeps the first, last, lowest and highest of every column", arguments: 0..<100)
  func thinning(seed: Int) {
    var random = RandomSource(seed: UInt64(seed), label: "returns 3")
    var time: Int64 = 0
    let times = (0..<(1 + seed * 7)).map { _ in
      time += Int64(random.uniform() * 1e9)
      return Timestamp(nanoseconds: time)
    }
    let values: [Double?] = times.map { _ in random.chance(0.05) ? nil : random.uniform() }
    let ranges = Thinning.ranges(of: times, columns: 40)
    #expect(
      ranges.count <= 40 && ranges.flatMap { Array($0) } == Array(times.indices), "seed \(seed)")
    for range in ranges {
      let drawn = Thinning.drawn(of: range) { values[$0] }
      let kept = drawn.compactMap { values[$0] }
      let all = range.compactMap { values[$0] }
      #expect(kept.count <= 4 && drawn == drawn.sorted(), "seed \(seed)")
      #expect(kept.min() == all.min(), "seed \(seed)")
      #expect(kept.max() == all.max(), "seed \(seed)")
      #expect(kept.first == all.first, "seed \(seed)")
      #expect(kept.last == all.last, "seed \(seed)")
    }
  }

  @Test("buy-and-hold is worth capital × mark ÷ entry, exactly")
  func buyAndHold() {
    let held = HoldingBenchmark(capital: hundred, entry: Price(ticks: 3))
    #expect(held.worth(at: Price(ticks: 6)).exactText == "200")
    #expect(held.worth(at: Price(ticks: 4)).exactText == "133.333333333333333333")
    #expect(held.worth(at: nil) == hundred)
    #expect(HoldingBenchmark(capital: hundred, entry: nil).worth(at: Price(ticks: 9)) == hundred)
  }

  @Test("buy-and-hold's figures equal those of metrics fed with its worth at every mark")
  func benchmarkFigures() {
    var random = RandomSource(seed: 5, label: "returns 4")
    var meter = BenchmarkMeter()
    var metrics = Metrics()
    let held = HoldingBenchmark(capital: hundred, entry: Price(ticks: 50_000))
    var ticks: Int64 = 50_000
    var time = Timestamp(nanoseconds: 1_640_995_200_000_000_000)
    metrics.start(equity: hundred, at: time, sampleInterval: .zero)
    for index in 0..<5_000 {
      if index > 0 { ticks += Int64(random.uniform() * 401) - 200 }
      meter.observe(Price(ticks: ticks), at: time)
      metrics.observe(equity: held.worth(at: Price(ticks: ticks)), at: time)
      time = time + .hour
    }
    let end = time + .hour
    metrics.observe(equity: held.worth(at: Price(ticks: ticks)), at: end)
    let (ours, theirs) = (meter.summary(at: end, capital: hundred), metrics.summary)
    let pairs: [(Figure, Figure)] = [
      (ours.totalReturn, theirs.totalReturn), (ours.profit, theirs.profit),
      (ours.annualGrowth, theirs.annualGrowth), (ours.sharpe, theirs.sharpe),
      (ours.sortino, theirs.sortino), (ours.maxDrawdown, theirs.maxDrawdown),
      (ours.calmar, theirs.calmar), (ours.volatility, theirs.volatility),
    ]
    for (mine, other) in pairs {
      #expect(((mine.value ?? .nan) - (other.value ?? .infinity)).magnitude < 1e-9)
    }
    #expect(ours.maxDrawdownLength == theirs.maxDrawdownLength && ours.days == theirs.days)
    #expect(ours.winRate.value == nil && !ours.winRate.reason.isEmpty)
  }
}
