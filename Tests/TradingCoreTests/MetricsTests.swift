/// Metrics against numbers worked out by hand and against slow definitions over whole arrays.
import Testing

@testable import TradingCore

@Suite("Metrics")
struct MetricsTests {
  static let midnight = Timestamp(nanoseconds: 1_700_006_400_000_000_000)

  static func at(_ hours: Double) -> Timestamp {
    midnight + Interval(nanoseconds: Int64(hours * 3_600e9))
  }

  /// Observes equity at hours after a UTC midnight.
  static func run(_ points: [(Double, Int64)], sample: Interval = .zero) -> Metrics {
    var metrics = Metrics()
    metrics.start(
      equity: Money(whole: points[0].1), at: at(points[0].0), sampleInterval: sample)
    for point in points.dropFirst() {
      metrics.observe(equity: Money(whole: point.1), at: at(point.0))
    }
    return metrics
  }

  @Test("a day closes with equity as it was before the first event at or after midnight")
  func days() {
    let metrics = Self.run([(1, 1_000), (23, 1_100), (24, 990), (30, 1_045), (49, 1_045)])
    // Closed: 1000 → 1100 (+10 %), then 1100 → 1045 (−5 %).
    #expect(metrics.days.count == 2)
    #expect(metrics.days.mean.isNear(0.025, within: 1e-14))
    #expect(metrics.days.squaredLosses.isNear(0.0025, within: 1e-14))
    // The day in progress, +0 %, counts when figures are derived.
    #expect(metrics.daysToDate.returns.count == 3)
  }

  @Test("days without an event are returns of zero")
  func silentDays() {
    let metrics = Self.run([(1, 1_000), (2, 1_200), (24 * 5 + 1, 1_200)])
    #expect(metrics.days.count == 5)
    #expect(metrics.days.mean.isNear(0.04, within: 1e-14))
    // Deviations: one of 0.16 and four of −0.04.
    #expect(metrics.days.squaredDeviations.isNear(0.0256 + 4 * 0.0016, within: 1e-14))
  }

  @Test("Sharpe, Sortino and volatility follow their definitions")
  func ratios() {
    let summary = Self.run([(1, 1_000), (2, 1_100), (25, 990), (49, 1_089)]).summary
    // Day returns +10 %, −10 %, +10 %: mean 1/30, sample deviation √(0.0266…/2).
    let mean = 0.1 / 3
    let deviation = (2 * (0.1 - mean) * (0.1 - mean) + (0.1 + mean) * (0.1 + mean)) / 2
    let year = 365.0.squareRoot()
    #expect(summary.volatility.value!.isNear(deviation.squareRoot() * year, within: 1e-12))
    #expect(summary.sharpe.value!.isNear(mean / deviation.squareRoot() * year, within: 1e-12))
    #expect(
      summary.sortino.value!.isNear(mean / (0.01 / 3).squareRoot() * year, within: 1e-12))
    #expect(summary.totalReturn.value!.isNear(0.089, within: 1e-12))
  }

  @Test("the deepest drawdown is a share of its peak and lasts until the peak is reached again")
  func drawdown() {
    let metrics = Self.run([(0, 100), (1, 90), (2, 100), (3, 200), (5, 170), (7, 200), (9, 199)])
    let deepest = metrics.drawdown.deepest(at: metrics.lastTime)
    #expect(deepest.fraction!.isNear(0.15, within: 1e-15))
    #expect(deepest.isRecovered && deepest.peakTime == Self.at(3) && deepest.lowTime == Self.at(5))
    #expect(deepest.length == Interval(nanoseconds: 4 * 3_600_000_000_000))
    #expect(metrics.summary.longestDrawdown.value == 14_400.0)
  }

  @Test("samples carry equity as it was before the event that closed the interval")
  func samples() {
    var metrics = Self.run([(0.5, 100)], sample: .hour)
    var samples: [EquitySample] = []
    for (hour, equity) in [(0.9, Int64(110)), (1.0, 120), (1.2, 130), (5.5, 140)] {
      let before = metrics.sampleCount
      metrics.observe(equity: Money(whole: equity), at: Self.at(hour))
      if metrics.sampleCount > before { samples.append(metrics.lastSample) }
    }
    #expect(
      samples == [
        EquitySample(time: Self.at(1), equity: Money(whole: 110)),
        EquitySample(time: Self.at(5), equity: Money(whole: 130)),
      ])
  }

  @Test("figures that mean nothing say why")
  func missing() {
    let empty = Metrics().summary
    #expect(empty.totalReturn.value == nil && empty.sharpe.value == nil)
    let short = Self.run([(1, 100), (2, 110)]).summary
    #expect(short.annualGrowth.reason == "less than one day of data")
    #expect(short.sharpe.reason == "fewer than two days of data")
    #expect(short.winRate.reason == "no closed round trip")
    let flat = Self.run([(1, 100), (60, 100)]).summary
    #expect(flat.sharpe.reason == "day returns do not vary")
    #expect(flat.calmar.reason == "equity never fell")
    #expect(flat.maxDrawdown.value == 0)
    let ruined = Self.run([(1, 100), (25, -20), (49, -30), (73, 10)]).summary
    #expect(ruined.sharpe.reason == "equity was not positive on some day")
    #expect(ruined.maxDrawdown.value!.isNear(1.3, within: 1e-15))
  }

  @Test("a deposit moves capital and levels but is no profit")
  func transfer() {
    var metrics = Self.run([(1, 100), (2, 90), (3, 110)])
    metrics.transfer(Money(whole: 1_000))
    metrics.observe(equity: Money(whole: 1_110), at: Self.at(4))
    #expect(metrics.summary.profit.value == 10)
    #expect(metrics.drawdown.deepest(at: metrics.lastTime).fraction!.isNear(0.1, within: 1e-15))
  }

  @Test("exposure is time with a position over time, whatever is repeated")
  func exposure() {
    var metrics = Self.run([(0, 100)])
    metrics.setExposed(true, at: Self.at(1))
    metrics.setExposed(true, at: Self.at(2))
    metrics.observe(equity: Money(whole: 100), at: Self.at(3))
    metrics.setExposed(false, at: Self.at(3))
    metrics.setExposed(false, at: Self.at(4))
    metrics.observe(equity: Money(whole: 100), at: Self.at(8))
    metrics.setExposed(true, at: Self.at(8))
    metrics.observe(equity: Money(whole: 100), at: Self.at(10))
    #expect(metrics.summary.exposure.value == 0.4)
  }

  @Test("round trips give win rate, profit factor, expectancy and the longest losing streak")
  func trips() {
    var metrics = Self.run([(0, 1_000)])
    for profit in [30, -10, -10, 0, -10, 20] as [Int64] {
      metrics.close(Self.trip(profit: profit))
    }
    let summary = metrics.summary
    #expect(summary.trades.value == 6)
    #expect(summary.winRate.value!.isNear(2 / 6.0, within: 1e-15))
    #expect(summary.profitFactor.value!.isNear(50 / 30.0, within: 1e-15))
    #expect(summary.expectancy.value!.isNear(20 / 6.0, within: 1e-15))
    #expect(summary.bestTrade.value == 30 && summary.worstTrade.value == -10)
    #expect(summary.mostConsecutiveLosses.value == 2)
    #expect(summary.meanHoldingTime.value == 3_600)
  }

  static func trip(profit: Int64) -> RoundTrip {
    RoundTrip(
      instrument: InstrumentID(0), side: .buy, entryTime: at(0), exitTime: at(1), quantity: .one,
      entryValue: Money(whole: 100), exitValue: Money(whole: 100 + profit), fees: .zero,
      profit: Money(whole: profit))
  }

  @Test("random equity gives what the definitions give over the whole array", arguments: 1...40)
  func againstDefinitions(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "metrics")
    var points: [(Double, Int64)] = [(random.uniform() * 24, 100_000)]
    for _ in 0..<Int(random.below(400)) {
      let last = points[points.count - 1]
      let hours = random.chance(0.05) ? random.uniform() * 90 : random.uniform() * 3
      points.append((last.0 + hours, last.1 + random.integer(in: -900...1_000)))
    }
    let summary = Self.run(points).summary
    let naive = NaiveMetrics(points)
    #expect((summary.maxDrawdown.value! - naive.maxDrawdown).magnitude < 1e-15, "seed \(seed)")
    #expect(summary.days.value == Double(naive.dayReturns.count), "seed \(seed)")
    if let sharpe = summary.sharpe.value {
      #expect((sharpe - naive.sharpe).magnitude < 1e-8, "seed \(seed)")
    }
    #expect(
      (summary.longestDrawdown.value! - naive.longestHours * 3_600).magnitude < 1e-3,
      "seed \(seed)")
  }
}

/// The same figures by plain loops over the whole series.
struct NaiveMetrics {
  var maxDrawdown = 0.0
  var longestHours = 0.0
  var dayReturns: [Double] = []

  init(_ points: [(Double, Int64)]) {
    for (index, point) in points.enumerated() {
      let before = points[...index]
      let peak = before.map(\.1).max() ?? 0
      maxDrawdown = max(maxDrawdown, Double(peak - point.1) / Double(peak))
      let peakHour = before.last { $0.1 == peak }?.0 ?? 0
      let recovery = points[index...].first { $0.1 >= peak }?.0 ?? points[points.count - 1].0
      if point.1 < peak { longestHours = max(longestHours, recovery - peakHour) }
    }
    let lastDay = Int(points[points.count - 1].0 / 24)
    var close = Double(points[0].1)
    for day in Int(points[0].0 / 24)...lastDay {
      let end = Double(points.last { $0.0 < Double(day + 1) * 24 }?.1 ?? 0)
      dayReturns.append(end / close - 1)
      close = end
    }
  }

  var sharpe: Double {
    let count = Double(dayReturns.count)
    let mean = dayReturns.reduce(0, +) / count
    let squares = dayReturns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return mean / (squares / (count - 1)).squareRoot() * 365.0.squareRoot()
  }
}
