/// The probability of backtest overfitting: how often the trial that was best on one half of the time
/// is below the middle on the other half, over every way to split the time into two halves.
///
/// Source: D. H. Bailey, J. Borwein, M. López de Prado and Q. J. Zhu, "The Probability of Backtest
/// Overfitting", Journal of Computational Finance 20 (2017): combinatorially symmetric
/// cross-validation (CSCV). A trial is judged by its Sharpe ratio over the half.

internal import TradingCore

/// What cross-validation found, one entry of each list for each split.
public struct OverfittingEstimate: Equatable, Sendable {
  /// Trials that were compared, and equal blocks that the time was cut into.
  public var trials: Int
  public var blocks: Int
  /// Returns in each block; the first ones that fill no block are left out.
  public var blockLength: Int
  /// ln(ω/(1 − ω)) for the rank ω of the chosen trial outside its sample, 1/(N+1) for the worst and
  /// N/(N+1) for the best; ties have their middle rank.
  public var logits: [Double]
  /// The Sharpe ratio of the chosen trial per period, in its sample and outside.
  public var inSample: [Double]
  public var outOfSample: [Double]

  /// The most blocks that are enumerated: 184,756 splits.
  public static let mostBlocks = 20

  /// The probability of backtest overfitting: the share of splits whose chosen trial is at or below
  /// the middle outside its sample. About ½ where choosing says nothing.
  public var probability: Double { share(logits) { $0 <= 0 } }

  /// The share of splits whose chosen trial lost outside its sample.
  public var probabilityOfLoss: Double { share(outOfSample) { $0 < 0 } }

  /// How the ratio outside follows from that in the sample by least squares: below zero where better in
  /// the sample means worse outside.
  /// - Throws: `.unvarying` where all splits chose the same ratio.
  public func degradation() throws(StatisticFault) -> LineFit {
    try LineFit(x: inSample, y: outOfSample)
  }

  private func share(_ values: [Double], _ holds: (Double) -> Bool) -> Double {
    Double(values.count(where: holds)) / Double(values.count)
  }
}

extension OverfittingEstimate {
  /// Cross-validates trials. O(trials × returns + splits × trials × blocks) time, O(trials × blocks +
  /// splits) memory: blocks are summed once, and a split adds sums.
  /// - Parameters:
  ///   - trials: the returns of each, of one length, rows of the same period.
  ///   - blocks: even, 2…`mostBlocks`; the paper's example takes 16.
  /// - Throws: `StatisticFault` with fewer than two trials or returns than a half needs.
  public init(_ trials: [[Double]], blocks: Int = 16) throws(StatisticFault) {
    guard blocks >= 2, blocks.isMultiple(of: 2), blocks <= OverfittingEstimate.mostBlocks else {
      throw .blocks(blocks)
    }
    guard trials.count >= 2 else { throw .tooFewTrials(have: trials.count, need: 2) }
    let length = trials[0].count / blocks
    guard trials.allSatisfy({ $0.count == trials[0].count }) else { throw .unequalTrials }
    guard length * blocks >= 4 else {
      throw .tooFewReturns(have: trials[0].count, need: max(4, blocks))
    }
    guard trials.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { throw .notFinite }
    self.init(
      trials: trials.count, blocks: blocks, blockLength: length, logits: [], inSample: [],
      outOfSample: [])
    let sums = trials.map { BlockSums($0, blocks: blocks, length: length) }
    var scores = (inside: [Double](repeating: 0, count: trials.count), outside: [Double]())
    scores.outside = scores.inside
    var half = UInt32(1) << UInt32(blocks / 2) - 1
    while half < UInt32(1) << UInt32(blocks) {
      for (place, trial) in sums.enumerated() {
        scores.inside[place] = trial.sharpe(half)
        scores.outside[place] = trial.sharpe(~half)
      }
      add(scores.inside, scores.outside)
      half = OverfittingEstimate.next(half)
    }
  }

  /// Takes a split into account: the best in the sample, the first where several are.
  private mutating func add(_ inside: [Double], _ outside: [Double]) {
    var best = 0
    for place in inside.indices where inside[place] > inside[best] { best = place }
    let worse = outside.count { $0 < outside[best] }
    let equal = outside.count { $0 == outside[best] }
    let rank = Double(worse) + Double(equal + 1) / 2
    let share = rank / Double(trials + 1)
    logits.append(Elementary.log(share / (1 - share)))
    inSample.append(inside[best])
    outOfSample.append(outside[best])
  }

  /// The next larger number with as many bits set. Source: R. W. Gosper, HAKMEM item 175 (1972).
  private static func next(_ bits: UInt32) -> UInt32 {
    let lowest = bits & (0 &- bits)
    let ripple = bits + lowest
    return ((bits ^ ripple) >> 2) / lowest | ripple
  }
}

/// A trial's returns and their squares, summed by block.
private struct BlockSums {
  private let length: Double
  private var sums: [Double] = []
  private var squares: [Double] = []

  /// A variance below this share of the mean square is rounding: the returns do not vary.
  private static let rounding = 1e-12

  init(_ returns: [Double], blocks: Int, length: Int) {
    self.length = Double(length)
    let used = returns.suffix(blocks * length)
    for block in 0..<blocks {
      let rows = used.dropFirst(block * length).prefix(length)
      sums.append(rows.reduce(0, +))
      squares.append(rows.reduce(0) { $0 + $1 * $1 })
    }
  }

  /// The Sharpe ratio over the blocks whose bits are set; 0 where those returns do not vary, as of a
  /// trial that never traded.
  func sharpe(_ chosen: UInt32) -> Double {
    var (count, sum, square) = (0.0, 0.0, 0.0)
    for block in sums.indices where chosen >> UInt32(block) & 1 == 1 {
      count += length
      sum += sums[block]
      square += squares[block]
    }
    let spread = square - sum * sum / count
    guard spread > square * BlockSums.rounding else { return 0 }
    return sum / count / (spread / (count - 1)).squareRoot()
  }
}
