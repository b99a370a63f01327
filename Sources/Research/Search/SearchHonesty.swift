/// How much of the best of many trials may be luck: its Sharpe ratio deflated by the number of trials,
/// and how often the best of one half of the time was below the middle on the other.

public import TradingCore

/// What is to be said beside the best trial. Everything rests on the returns between the points of the
/// trials' curves, of every point that was run: one without a score was tried too, and one that was asked
/// for twice is one.
public struct SearchHonesty: Equatable, Sendable {
  /// Points that were run.
  public var trials: Int
  /// How many independent trials they amount to, by the correlation of their returns.
  public var effectiveTrials: Figure
  /// Returns of each.
  public var returns: Int
  /// The probability that the best trial's Sharpe ratio is above zero, were it the only trial.
  public var probabilistic: Figure
  /// The probability that it is above what the best of so many trials shows without any skill.
  public var deflated: Figure
  /// The probability of backtest overfitting by cross-validation.
  public var overfitting: Figure
  /// The share of splits in which the chosen trial lost outside its sample.
  public var lossOutside: Figure

  /// The most trials whose curves are compared; a search of more keeps none.
  public static let mostTrials = 10_000
  /// Blocks of time that are split into halves: 12,870 ways with the paper's 16, and 252 where there
  /// are many trials.
  static func blocks(for trials: Int) -> Int { trials <= 500 ? 16 : 10 }

  /// - Parameter ranked: trials, best first.
  public init(_ ranked: [TrialRecord]) {
    let all = SearchHonesty.returns(ranked)
    let best = ranked.first?.score == nil ? nil : all.first
    trials = all.count
    returns = all.first?.count ?? 0
    effectiveTrials = Self.figure { () throws(StatisticFault) in
      EffectiveTrials.count(
        trials: all.count, meanCorrelation: try EffectiveTrials.meanCorrelation(all))
    }
    probabilistic = Self.figure { () throws(StatisticFault) in
      try Self.estimate(best).probability(above: 0)
    }
    deflated = Self.figure { () throws(StatisticFault) in try Self.deflated(best, of: all) }
    do throws(StatisticFault) {
      let estimate = try OverfittingEstimate(all, blocks: Self.blocks(for: all.count))
      overfitting = Figure(estimate.probability)
      lossOutside = Figure(estimate.probabilityOfLoss)
    } catch {
      overfitting = Figure(missing: error.description)
      lossOutside = overfitting
    }
  }

  private static func estimate(_ best: [Double]?) throws(StatisticFault) -> SharpeEstimate {
    guard let best else { throw .tooFewTrials(have: 0, need: 1) }
    return try SharpeEstimate(returns: best)
  }

  private static func deflated(
    _ best: [Double]?, of all: [[Double]]
  ) throws(StatisticFault) -> Double {
    let best = try estimate(best)
    guard all.count > 1 else { throw .tooFewTrials(have: all.count, need: 2) }
    // A trial that never traded has no ratio, but it was a trial.
    let ratios = all.map { (try? SharpeEstimate(returns: $0).ratio) ?? 0 }
    let spread = try SampleMoments(ratios).deviation
    return best.deflated(trials: Double(all.count), variance: spread * spread)
  }

  /// The returns of each point in order of rank, all over the same times: the coarsest stride of all, and
  /// as many as the shortest has, since a run whose last events differ may see one sample more.
  private static func returns(_ ranked: [TrialRecord]) -> [[Double]] {
    var seen: Set<[Double]> = []
    let curves = ranked.filter { $0.curve.count > 1 && seen.insert($0.values).inserted }
    let stride = curves.map(\.curveStride).max() ?? 1
    let points = curves.map { trial in
      Swift.stride(from: 0, to: trial.curve.count, by: stride / max(1, trial.curveStride)).map {
        trial.curve[$0]
      }
    }
    let count = points.map(\.count).min() ?? 0
    return points.map { points in
      // 0 where equity was not positive.
      zip(points.prefix(count), points.prefix(count).dropFirst()).map { $0 > 0 ? $1 / $0 - 1 : 0 }
    }
  }

  private static func figure(_ value: () throws(StatisticFault) -> Double) -> Figure {
    do throws(StatisticFault) { return Figure(try value()) } catch {
      return Figure(missing: error.description)
    }
  }
}
