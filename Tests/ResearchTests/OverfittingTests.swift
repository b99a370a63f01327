/// The probability of overfitting: against the paper's words in NumPy, and on data made to be known.
import Testing
import TradingCore

@testable import Research

@Suite("Probability of overfitting")
struct OverfittingTests {
  @Test("every split of eight trials is what NumPy and SciPy find")
  func references() throws {
    let references = try StatisticsReferences.read()
    let theirs = references.overfitting
    let ours = try OverfittingEstimate(references.trials, blocks: theirs.blocks)
    #expect(ours.logits.count == 70)
    #expect(ours.blockLength == 10)
    #expect(agrees(ours.logits, theirs.logits))
    #expect(agrees(ours.inSample, theirs.inSample))
    #expect(agrees(ours.outOfSample, theirs.outOfSample))
    #expect(agrees(ours.probability, theirs.probability))
    #expect(agrees(ours.probabilityOfLoss, theirs.loss))
    let line = try ours.degradation()
    #expect(agrees(line.slope, theirs.slope))
    #expect(agrees(line.intercept, theirs.intercept))
    #expect(agrees(line.explained, theirs.explained))
  }

  /// Normal returns of `count` trials with the given means.
  static func noise(seed: UInt64, means: [Double], length: Int) -> [[Double]] {
    var random = RandomSource(seed: seed, label: "trials")
    return means.map { mean in (0..<length).map { _ in mean + random.normal() } }
  }

  @Test("a trial that is truly better is never overfitted")
  func skill() throws {
    let trials = Self.noise(seed: 31, means: [0, 0, 1, 0, 0], length: 400)
    let estimate = try OverfittingEstimate(trials, blocks: 10)
    #expect(estimate.probability == 0, "seed 31")
    #expect(estimate.probabilityOfLoss == 0, "seed 31")
    #expect(estimate.logits.count == 252)
  }

  @Test("choosing among noise is overfitted about half of the time")
  func noise() throws {
    var sum = 0.0
    for seed in 1...40 as ClosedRange<UInt64> {
      let trials = Self.noise(
        seed: seed, means: [Double](repeating: 0, count: 20), length: 160)
      sum += try OverfittingEstimate(trials, blocks: 8).probability
    }
    // The probability of one data set varies by about 0.25, so its mean over 40 by 0.04.
    #expect((sum / 40 - 0.5).magnitude < 0.16, "seeds 1…40: \(sum / 40)")
  }

  @Test("the order of the trials does not matter")
  func order() throws {
    let trials = Self.noise(seed: 32, means: [0, 0.1, 0.2, -0.1], length: 120)
    let ahead = try OverfittingEstimate(trials, blocks: 6)
    let back = try OverfittingEstimate(trials.reversed(), blocks: 6)
    #expect(ahead == back)
  }

  @Test("the ends of what can be split are refused by name, and the smallest that can is not")
  func refusals() throws {
    func fault(_ trials: [[Double]], _ blocks: Int) -> StatisticFault? {
      do { _ = try OverfittingEstimate(trials, blocks: blocks) } catch { return error }
      return nil
    }
    let four: [Double] = [1, 2, 3, 5]
    #expect(fault([four, four], 3) == .blocks(3))
    #expect(fault([four, four], 0) == .blocks(0))
    #expect(fault([four, four], 22) == .blocks(22))
    #expect(fault([four], 2) == .tooFewTrials(have: 1, need: 2))
    #expect(fault([[1, 2, 3], [1, 2, 3]], 2) == .tooFewReturns(have: 3, need: 4))
    #expect(fault([four, four], 6) == .tooFewReturns(have: 4, need: 6))
    #expect(fault([four, [1, 2, 3, 5, 6]], 2) == .unequalTrials)
    #expect(fault([four, [1, 2, 3, .infinity]], 2) == .notFinite)
    #expect(fault([four, [1, 3, 2, 9]], 2) == nil)
    let widest = Self.noise(seed: 33, means: [0, 0], length: 40)
    #expect(try OverfittingEstimate(widest, blocks: 20).logits.count == 184_756)
  }

  @Test("trials that never traded are judged as zero and tie")
  func idle() throws {
    let idle = [Double](repeating: 0, count: 40)
    let estimate = try OverfittingEstimate([idle, idle, idle], blocks: 4)
    #expect(estimate.logits.allSatisfy { $0 == 0 })
    #expect(throws: StatisticFault.unvarying) { try estimate.degradation() }
    // One block of trading: the halves without it are exactly zero, whatever its mean was.
    let once = [Double](repeating: 0, count: 30) + (0..<10).map { 0.1 + 0.01 * Double($0 % 3) }
    let traded = try OverfittingEstimate([once, idle], blocks: 4)
    #expect(traded.outOfSample.count { $0 == 0 } == 3)
  }
}
