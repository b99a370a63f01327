/// The figures of a path of returns, taken one by one: nothing of the path is kept.

internal import TradingCore

/// What is resampled: Sharpe ratio, yearly growth and deepest drawdown of one path.
struct ReturnPath {
  private var statistics = ReturnStatistics()
  private(set) var equity = 1.0
  private var peak = 1.0
  private(set) var deepest = 0.0

  /// Takes a return into account, 0.01 for 1 %.
  mutating func add(_ value: Double) {
    statistics.add(value)
    equity = min(equity * (1 + value), .greatestFiniteMagnitude)
    peak = max(peak, equity)
    deepest = max(deepest, 1 - equity / peak)
  }

  /// Mean ÷ sample deviation × √`year`; 0 where the returns do not vary.
  func sharpe(periodsPerYear year: Double) -> Double {
    guard let deviation = statistics.standardDeviation, deviation > 0 else { return 0 }
    return statistics.mean / deviation * year.squareRoot()
  }

  /// Equity^(`year` ÷ periods) − 1, at most the largest `Double`.
  func growth(periodsPerYear year: Double) -> Double {
    guard equity > 0 else { return -1 }
    let growth = Elementary.pow(equity, year / Double(statistics.count))
    return min(growth, .greatestFiniteMagnitude) - 1
  }
}

extension ReturnPath {
  /// The path of all returns but the one at `left`.
  init(_ returns: [Double], without left: Int? = nil) {
    self.init()
    for (place, value) in returns.enumerated() where place != left { add(value) }
  }
}
