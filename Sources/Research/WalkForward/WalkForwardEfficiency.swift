/// How much of what was earned in sample is earned out of sample.
///
/// Source: R. Pardo, "The Evaluation and Optimization of Trading Strategies", 2nd ed. (2008), chapter
/// 11: the yearly rate of profit out of sample ÷ that in sample. Rates are profit per time, not
/// compounded: compounding a good week to a year would let that week decide.

public import TradingCore

public enum WalkForwardEfficiency {
  /// Of one fold: 1 where both parts earn at one rate. Nothing where the in-sample part earned nothing.
  public static func of(_ result: FoldResult) -> Figure { of([result]) }

  /// Of all folds together: returns summed over their parts' times.
  public static func of(_ results: [FoldResult]) -> Figure {
    guard !results.isEmpty else { return Figure(missing: "no fold") }
    let inside = rate(results.map { ($0.inSampleReturn, $0.fold.inSample) })
    let outside = rate(results.map { ($0.outOfSampleReturn, $0.fold.outOfSample) })
    guard inside.isFinite, outside.isFinite else {
      return Figure(missing: "a return is not finite")
    }
    guard inside > 0 else { return Figure(missing: "nothing was earned in sample") }
    return Figure(outside / inside)
  }

  /// Sum of returns ÷ sum of times in years of 365 days.
  static func rate(_ parts: [(value: Double, time: Range<Timestamp>)]) -> Double {
    let time = parts.reduce(0) { $0 + $1.time.length.seconds }
    return parts.reduce(0) { $0 + $1.value } / (time / (365 * Interval.day.seconds))
  }

  /// The share of folds that earned out of sample.
  public static func profitableShare(_ results: [FoldResult]) -> Figure {
    guard !results.isEmpty else { return Figure(missing: "no fold") }
    return Figure(Double(results.count { $0.outOfSampleReturn > 0 }) / Double(results.count))
  }

  /// How far the order of the folds by in-sample score is that by out-of-sample score: Spearman's rank
  /// correlation, −1…1. Nothing below three folds with both scores, or where one does not vary.
  public static func rankCorrelation(_ results: [FoldResult]) -> Figure {
    var scores: (inside: [Double], outside: [Double]) = ([], [])
    for result in results {
      guard let inside = result.inSampleScore, let outside = result.outOfSampleScore else {
        continue
      }
      scores.inside.append(inside)
      scores.outside.append(outside)
    }
    guard scores.inside.count >= 3 else {
      return Figure(missing: "fewer than three folds with scores")
    }
    do throws(StatisticFault) {
      return Figure(try rankCorrelationOf(scores.inside, scores.outside))
    } catch {
      return Figure(missing: error == .unvarying ? "all scores are the same" : "\(error)")
    }
  }
}
