/// One equity curve from the out-of-sample parts of all folds: what would have been earned by choosing
/// anew at every fold.

public import TradingCore

public struct StitchedEquity: Equatable, Sendable {
  /// In order of time: each fold's points, scaled so that it starts with what the fold before left, and
  /// a point at its start where it has none. Times between parts have no points: nothing is held there.
  public let points: [EquityPoint]
  /// What the first fold starts with.
  public let capital: Money

  /// Π(1 + return of a fold) − 1, as the points have it.
  public var totalReturn: Double {
    points.last.map { ($0.equity - capital).approximate / capital.approximate } ?? 0
  }

  /// Stitches folds in order of time. O(points). Every amount is rounded half to even to 10⁻¹⁸ once,
  /// from the exact product; drawdowns are those of the whole curve; prices and positions stay as they
  /// were, and buy-and-hold is left out.
  /// - Parameter capital: above zero.
  public init(_ results: [FoldResult], capital: Money) {
    precondition(capital > .zero, "StitchedEquity: the capital is not positive")
    var points: [EquityPoint] = []
    var (start, peak) = (capital, capital)
    func add(_ point: EquityPoint, _ equity: Money) {
      peak = max(peak, equity)
      let fall = (peak - equity).approximate / peak.approximate
      points.append(
        EquityPoint(
          time: point.time, equity: equity, price: point.price, position: point.position,
          drawdown: fall))
    }
    for result in results {
      let begin = result.fold.outOfSample.lowerBound
      if result.outOfSample.first?.time != begin, points.last?.time != begin {
        add(EquityPoint(time: begin, equity: start), start)
      }
      for point in result.outOfSample {
        add(point, start.scaled(by: point.equity.units, over: result.capital.units))
      }
      start = points.last?.equity ?? start
      guard start > .zero else { break }
    }
    self.points = points
    self.capital = capital
  }

  /// One return per UTC day from the first point's day to the last's, as `ReturnTables` counts them:
  /// what honesty statistics take.
  public var dailyReturns: [Double] {
    ReturnTables.daily(points, capital: capital).map(\.fraction)
  }
}
