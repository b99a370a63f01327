/// Probabilistic and deflated Sharpe ratios: the papers' worked examples, SciPy, and where they end.
import Testing
import TradingCore

@testable import Research

@Suite("Sharpe ratios in doubt")
struct SharpeEstimateTests {
  /// Bailey and López de Prado (2012), section 5: two years of monthly returns of a hedge fund.
  static let fund = SharpeEstimate(ratio: 0.458, count: 24, skewness: -2.448, kurtosis: 10.164)

  @Test(
    "the paper's fund beats zero with 98.2 % if its returns were normal, with 91.3 % as they are")
  func probabilistic() {
    let normal = SharpeEstimate(ratio: 0.458, count: 24)
    #expect((normal.probability() - 0.982).magnitude < 5e-4)
    #expect((Self.fund.probability() - 0.913).magnitude < 5e-4)
  }

  @Test(
    "the paper's shortest records for a ratio of 2 a year against 1, in years",
    arguments: [
      (252.0, 0.0, 3.0, 2.73), (52, 0, 3, 2.83), (12, 0, 3, 3.24), (12, -0.72, 5.78, 4.99),
    ])
  func shortestRecord(perYear: Double, skewness: Double, kurtosis: Double, years: Double) throws {
    let root = perYear.squareRoot()
    let estimate = SharpeEstimate(
      ratio: 2 / root, count: 24, skewness: skewness, kurtosis: kurtosis)
    let record = try #require(estimate.shortestRecord(above: 1 / root))
    #expect((record / perYear - years).magnitude < 0.006, "\(record / perYear)")
    #expect(estimate.shortestRecord(above: 2 / root) == nil)
  }

  @Test("the paper's strategy of 2.5 a year is worth 90 % after 100 trials, 95 % after 46")
  func deflated() {
    let root = 250.0.squareRoot()
    let estimate = SharpeEstimate(ratio: 2.5 / root, count: 1_250, skewness: -3, kurtosis: 10)
    let luck = SharpeEstimate.luck(trials: 100, variance: 0.5 / 250)
    #expect((luck - 0.1132).magnitude < 5e-5)
    #expect((estimate.deflated(trials: 100, variance: 0.5 / 250) - 0.9004).magnitude < 5e-5)
    #expect((estimate.deflated(trials: 46, variance: 0.5 / 250) - 0.9505).magnitude < 5e-4)
    let normal = SharpeEstimate(ratio: 2.5 / root, count: 1_250)
    #expect((normal.deflated(trials: 88, variance: 0.5 / 250) - 0.9505).magnitude < 5e-4)
  }

  @Test("every figure of 250 returns is SciPy's")
  func references() throws {
    let references = try StatisticsReferences.read()
    let theirs = references.sharpe
    let ours = try SharpeEstimate(returns: references.returns)
    #expect(agrees(ours.ratio, theirs.ratio))
    #expect(agrees(ours.skewness, theirs.skewness))
    #expect(agrees(ours.kurtosis, theirs.kurtosis))
    #expect(agrees(ours.ratioError, theirs.error))
    #expect(agrees(ours.probability(), theirs.aboveZero))
    #expect(agrees(ours.probability(above: 0.03), theirs.above))
    #expect(agrees(try #require(ours.shortestRecord()), theirs.record))
    #expect(agrees(SharpeEstimate.luck(trials: 40, variance: 0.002), theirs.luck))
    #expect(agrees(ours.deflated(trials: 40, variance: 0.002), theirs.deflated))
  }

  @Test("shares and quantiles of the normal distribution are SciPy's")
  func normal() throws {
    let theirs = try StatisticsReferences.read().normal
    #expect(agrees(theirs.points.map(Elementary.normalShare(below:)), theirs.shares))
    #expect(agrees(theirs.given.map(Elementary.normalQuantile), theirs.quantiles))
    for (point, share) in zip(theirs.points, theirs.shares) {
      let distance = (Elementary.normalShare(below: point) - share).magnitude
      #expect(distance <= share * (4 + point * point) * 0x1p-51, "\(point)")
    }
  }

  @Test("one trial is no selection, and more trials never make a ratio more probable")
  func moreTrials() {
    var before = Self.fund.probability()
    #expect(Self.fund.deflated(trials: 1, variance: 0.01) == before)
    for trials in stride(from: 1.0, through: 50, by: 0.25) {
      let next = Self.fund.deflated(trials: trials, variance: 0.01)
      #expect(next <= before, "\(trials) trials")
      before = next
    }
  }

  @Test("the best of many ratios without skill is what luck says on average")
  func luckOfNoise() {
    var random = RandomSource(seed: 21, label: "luck")
    var sum = 0.0
    for _ in 0..<2_000 {
      var best = -Double.infinity
      for _ in 0..<200 { best = max(best, random.normal()) }
      sum += best
    }
    // The best of 200 varies by about 0.42, so its mean over 2,000 by 0.0095.
    let expected = SharpeEstimate.luck(trials: 200, variance: 1)
    #expect((sum / 2_000 - expected).magnitude < 0.04, "seed 21: \(sum / 2_000), \(expected)")
  }

  @Test("too few returns, returns that do not vary and infinite ones are refused by name")
  func refusals() {
    func fault(_ returns: [Double]) -> StatisticFault? {
      do { _ = try SharpeEstimate(returns: returns) } catch { return error }
      return nil
    }
    #expect(fault([]) == .tooFewReturns(have: 0, need: 2))
    #expect(fault([0.01]) == .tooFewReturns(have: 1, need: 2))
    #expect(fault([0.1, 0.1, 0.1]) == .unvarying)
    #expect(fault([0.01, .nan]) == .notFinite)
    #expect(fault([1e200, -1e200]) == .notFinite)
  }

  @Test("correlated trials count as fewer, and their mean correlation is NumPy's")
  func effectiveTrials() throws {
    let references = try StatisticsReferences.read()
    let ours = try EffectiveTrials.meanCorrelation(references.trials)
    #expect(agrees(ours, references.meanCorrelation))
    #expect(EffectiveTrials.count(trials: 10, meanCorrelation: 0) == 10)
    #expect(EffectiveTrials.count(trials: 10, meanCorrelation: -0.1) == 10)
    #expect(EffectiveTrials.count(trials: 10, meanCorrelation: 1) == 1)
    #expect(EffectiveTrials.count(trials: 11, meanCorrelation: 0.5) == 6)
    #expect(throws: StatisticFault.tooFewTrials(have: 1, need: 2)) {
      try EffectiveTrials.meanCorrelation([[0, 1], [1, 1]])
    }
    #expect(throws: StatisticFault.unequalTrials) {
      try EffectiveTrials.meanCorrelation([[0, 1], [1, 1, 2]])
    }
  }
}
