/// How much an observed Sharpe ratio is worth, given how long it was observed, how its returns are
/// shaped and how many trials it was chosen from.
///
/// Sources: D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk
/// 15 (2012), for the probabilistic ratio and the shortest track record; the same, "The Deflated
/// Sharpe Ratio", Journal of Portfolio Management 40 (2014), for the correction for trials.

internal import TradingCore

/// A Sharpe ratio with what its error depends on. All ratios are per period of a return, not annual:
/// divide an annual ratio by the root of the periods in a year.
public struct SharpeEstimate: Equatable, Sendable {
  /// Mean return ÷ sample standard deviation, risk-free rate zero.
  public var ratio: Double
  /// Returns it rests on, at least 2.
  public var count: Int
  public var skewness: Double
  /// 3 for normal returns.
  public var kurtosis: Double

  /// A ratio that somebody else computed.
  public init(ratio: Double, count: Int, skewness: Double = 0, kurtosis: Double = 3) {
    precondition(count >= 2, "SharpeEstimate: \(count) returns")
    self.ratio = ratio
    self.count = count
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// The ratio of a series of returns, 0.01 for 1 %. O(n).
  /// - Throws: `StatisticFault` below two returns and where they do not vary.
  public init(returns: [Double]) throws(StatisticFault) {
    let moments = try SampleMoments(returns)
    self.init(
      ratio: moments.mean / moments.deviation, count: moments.count, skewness: moments.skewness,
      kurtosis: moments.kurtosis)
  }

  /// 1 − γ₃·SR + (γ₄ − 1)/4·SR²: the variance of the ratio's error times n − 1. Never below zero for
  /// the moments of a sample, whose kurtosis is at least 1 + skewness².
  private var shape: Double {
    max(0, 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio)
  }

  /// The standard error of the ratio, whatever the shape of the returns (Mertens 2002; 2012, eq. 7).
  public var ratioError: Double { (shape / Double(count - 1)).squareRoot() }

  /// The probabilistic Sharpe ratio: how probable it is that the true ratio is above `benchmark`
  /// (2012, eq. 11). 0…1.
  public func probability(above benchmark: Double = 0) -> Double {
    guard ratioError > 0 else { return ratio > benchmark ? 1 : ratio < benchmark ? 0 : 0.5 }
    return Elementary.normalShare(below: (ratio - benchmark) / ratioError)
  }

  /// The shortest track record: how many returns it takes until a ratio of this size and shape is
  /// above `benchmark` with `confidence` (2012, eq. 13). `nil` where it is not above it at all.
  /// - Parameter confidence: above ½ and below 1.
  public func shortestRecord(above benchmark: Double = 0, confidence: Double = 0.95) -> Double? {
    precondition(confidence > 0.5 && confidence < 1, "shortestRecord: confidence \(confidence)")
    guard ratio > benchmark else { return nil }
    let reach = Elementary.normalQuantile(confidence) / (ratio - benchmark)
    return 1 + shape * reach * reach
  }

  /// The deflated Sharpe ratio: how probable it is that the true ratio is above what the best of
  /// `trials` would have shown without any skill (2014, eq. 2). 0…1.
  /// - Parameters:
  ///   - trials: independent trials the ratio was chosen from; see `EffectiveTrials`.
  ///   - variance: of the ratios over those trials, per period.
  public func deflated(trials: Double, variance: Double) -> Double {
    probability(above: SharpeEstimate.luck(trials: trials, variance: variance))
  }

  /// What the best of `trials` ratios is expected to be when none has any skill and they vary by
  /// `variance` (2014, eq. 1): √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))). The approximation is
  /// for many trials; for one it is 0, and it is never below 0.
  public static func luck(trials: Double, variance: Double) -> Double {
    precondition(variance >= 0, "luck: the variance is \(variance)")
    guard trials > 1 else { return 0 }
    let euler = 0.5772156649015329
    let best = Elementary.normalQuantile(1 - 1 / trials)
    let next = Elementary.normalQuantile(1 - 1 / (trials * 2.718281828459045))
    return max(0, variance.squareRoot() * ((1 - euler) * best + euler * next))
  }

  /// The variance of ratios that `count` returns without skill have, 1/(n − 1): what stands in for
  /// that of trials whose ratios nobody kept.
  public var noiseVariance: Double { 1 / Double(count - 1) }
}
