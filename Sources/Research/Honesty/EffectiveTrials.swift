/// How many independent trials a set of correlated ones amounts to.

public enum EffectiveTrials {
  /// ρ̄ + (1 − ρ̄)·M for M trials whose returns have the mean correlation ρ̄: M when they have nothing
  /// in common, 1 when they are all alike. A mean below zero counts as none.
  ///
  /// Source: Bailey and López de Prado, "The Deflated Sharpe Ratio" (2014), appendix 3.
  public static func count(trials: Int, meanCorrelation: Double) -> Double {
    let common = max(0, min(1, meanCorrelation))
    return common + (1 - common) * Double(trials)
  }

  /// The mean correlation of all pairs of trials: from the length of the sum of the standardised
  /// series, so O(trials × returns) and not O(trials²). Trials that do not vary are left out.
  /// - Parameter trials: the returns of each, all of one length.
  /// - Throws: `StatisticFault` with fewer than two trials that vary, or unequal lengths.
  public static func meanCorrelation(_ trials: [[Double]]) throws(StatisticFault) -> Double {
    let length = trials.first?.count ?? 0
    guard trials.allSatisfy({ $0.count == length }) else { throw .unequalTrials }
    var sum = [Double](repeating: 0, count: length)
    var varying = 0
    for trial in trials {
      guard let moments = try moments(trial) else { continue }
      varying += 1
      let scale = moments.deviation * Double(length - 1).squareRoot()
      for row in sum.indices { sum[row] += (trial[row] - moments.mean) / scale }
    }
    guard varying >= 2 else { throw .tooFewTrials(have: varying, need: 2) }
    let count = Double(varying)
    return (sum.reduce(0) { $0 + $1 * $1 } - count) / (count * (count - 1))
  }

  /// The moments of a trial; `nil` where it does not vary.
  private static func moments(_ trial: [Double]) throws(StatisticFault) -> SampleMoments? {
    do { return try SampleMoments(trial) } catch .unvarying { return nil } catch { throw error }
  }
}
