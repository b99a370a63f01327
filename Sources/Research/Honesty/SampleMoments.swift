/// What a series of returns looks like in four figures, and why a statistic may say nothing of it.

/// Mean, spread, skewness and kurtosis of a sample.
public struct SampleMoments: Equatable, Sendable {
  public var count: Int
  public var mean: Double
  /// The sample standard deviation (n − 1), above zero.
  public var deviation: Double
  /// The third central moment over the second to the power 3/2, both over n: 0 for a normal sample.
  public var skewness: Double
  /// The fourth central moment over the square of the second, both over n: 3 for a normal sample.
  public var kurtosis: Double

  /// The moments of `values`, about their mean in a second walk. O(n).
  /// - Throws: `StatisticFault` below two values, where one or its fourth power is not finite, and where
  ///   none differs, or by so little that the fourth power is zero.
  public init(_ values: [Double]) throws(StatisticFault) {
    guard values.count >= 2 else { throw .tooFewReturns(have: values.count, need: 2) }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for value in values {
      let distance = value - mean
      let square = distance * distance
      second += square
      third += square * distance
      fourth += square * square
    }
    let first = values[0]
    let square = second / n * (second / n)
    guard values.contains(where: { $0 != first }), square > 0 else { throw .unvarying }
    guard fourth.isFinite else { throw .notFinite }
    count = values.count
    self.mean = mean
    deviation = (second / (n - 1)).squareRoot()
    skewness = third / n / (second / n * (second / n).squareRoot())
    kurtosis = fourth / n / square
  }
}

/// Why a statistic means nothing on the data it was given.
public enum StatisticFault: Error, Equatable, Sendable, CustomStringConvertible {
  case tooFewReturns(have: Int, need: Int)
  case tooFewTrials(have: Int, need: Int)
  case tooFewTrades(have: Int, need: Int)
  /// The trials do not all have as many returns.
  case unequalTrials
  /// All returns are the same.
  case unvarying
  case notFinite
  /// A number of blocks that cannot be split into equal halves, or is beyond what is enumerated.
  case blocks(Int)
  /// A return of −100 % or less, after which nothing can be compounded.
  case ruined

  public var description: String {
    switch self {
    case .tooFewReturns(let have, let need):
      "\(NumberText.counted(have, "return")); it needs at least \(need)"
    case .tooFewTrials(let have, let need):
      "\(NumberText.counted(have, "trial")); it needs at least \(need)"
    case .tooFewTrades(let have, let need):
      "\(NumberText.counted(have, "round trip")); it needs at least \(need)"
    case .unequalTrials: "the trials do not have the same number of returns"
    case .unvarying: "the returns do not vary"
    case .notFinite: "a return is not a finite number"
    case .blocks(let count):
      "\(count) blocks; it needs an even number from 2 to \(OverfittingEstimate.mostBlocks)"
    case .ruined: "equity was lost entirely"
    }
  }
}
