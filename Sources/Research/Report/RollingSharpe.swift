/// The Sharpe ratio over a window of days that moves along: when the result was earned.

internal import TradingCore

enum RollingSharpe {
  /// UTC days of a window.
  static let days = 30

  /// Mean ÷ sample standard deviation of the returns of each `days` days × √365, by the last of them.
  /// Windows whose returns do not vary are left out; empty below `days` returns.
  /// O(returns × days): added up anew for each window, so that no rounding is carried along.
  static func values(
    _ returns: [PeriodReturn], days: Int = RollingSharpe.days
  ) -> [PeriodReturn] {
    precondition(days >= 2, "RollingSharpe: a window of \(days) days")
    guard returns.count >= days else { return [] }
    return (days...returns.count).compactMap { end in
      let window = returns[(end - days)..<end].map(\.fraction)
      guard let moments = try? SampleMoments(window) else { return nil }
      return PeriodReturn(
        date: returns[end - 1].date,
        fraction: moments.mean / moments.deviation * 365.0.squareRoot())
    }
  }
}
