/// The benchmark: the whole capital put into one instrument at its first mark and held, without
/// fees. It answers "was the trouble worth it?", so it stands beside every result.

public import TradingCore

/// What buy-and-hold is worth at a mark. The quantity is not rounded to lots.
public struct HoldingBenchmark: Equatable, Sendable {
  /// What it starts with, in the reporting asset.
  public let capital: Money
  /// The mark it bought at; `nil` before there was one.
  public let entry: Price?

  public init(capital: Money, entry: Price?) {
    self.capital = capital
    self.entry = entry
  }

  /// Capital × mark ÷ entry, rounded half to even to 10⁻¹⁸; the capital itself while nothing was
  /// bought.
  public func worth(at mark: Price?) -> Money {
    guard let mark, let entry, entry.ticks > 0 else { return capital }
    return capital.scaled(by: Int128(mark.ticks), over: Int128(entry.ticks))
  }
}

/// Buy-and-hold's figures, measured over the same marks as the strategy's. It counts in ticks, since
/// every figure but the profit is a ratio; so a mark costs a comparison and seldom more.
struct BenchmarkMeter {
  private(set) var metrics = Metrics()
  private(set) var entry: Price?
  private var mark = Price.zero

  /// Takes a mark into account; the first positive one is the entry.
  mutating func observe(_ new: Price, at time: Timestamp) {
    guard new != mark || !metrics.hasStarted else { return }
    guard entry != nil || new.ticks > 0 else { return }
    if entry == nil {
      entry = new
      metrics.start(equity: Self.worth(new), at: time, sampleInterval: .zero)
    }
    mark = new
    metrics.observe(equity: Self.worth(new), at: time)
  }

  /// The figures at the end of the run, as if `capital` had been put in. What counts round trips and
  /// fills means nothing for something that buys once.
  func summary(at end: Timestamp, capital: Money) -> MetricsSummary {
    var final = metrics
    if final.hasStarted { final.observe(equity: Self.worth(mark), at: end) }
    var summary = final.summary
    let worth = HoldingBenchmark(capital: capital, entry: entry).worth(at: mark)
    if final.hasStarted { summary.profit = Figure((worth - capital).approximate) }
    let none = Figure(missing: "buys once and holds")
    summary.trades = none
    summary.winRate = none
    summary.profitFactor = none
    summary.expectancy = none
    summary.bestTrade = none
    summary.worstTrade = none
    summary.meanHoldingTime = none
    summary.mostConsecutiveLosses = none
    summary.turnover = none
    summary.exposure = none
    summary.fees = Figure(missing: "counted without fees")
    summary.fills = none
    return summary
  }

  private static func worth(_ mark: Price) -> Money {
    Money(units: Int128(mark.ticks) * Money.one.units)
  }
}
