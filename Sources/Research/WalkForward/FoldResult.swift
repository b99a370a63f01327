/// What a fold came to: what the search chose in sample and what that was worth out of sample.

public import TradingCore

/// Which runs a fold's figures are of is the caller's: the chosen point over the in-sample part, and
/// over the out-of-sample part.
public struct FoldResult: Equatable, Sendable {
  public var fold: WindowFold
  /// What the search chose, in the order of its space's dimensions.
  public var chosen: Point
  /// What the search maximised, in sample and out of sample; `nil` where it means nothing there.
  public var inSampleScore: Double?
  public var outOfSampleScore: Double?
  /// Final equity ÷ equity at the start − 1, over the in-sample part.
  public var inSampleReturn: Double
  /// Equity over the out-of-sample part in order of time, none before its start or after its end.
  public var outOfSample: [EquityPoint]
  /// Equity at the start of the out-of-sample part; above zero.
  public var capital: Money

  public init(
    fold: WindowFold, chosen: Point, inSampleScore: Double?, outOfSampleScore: Double?,
    inSampleReturn: Double, outOfSample: [EquityPoint], capital: Money
  ) {
    precondition(capital > .zero, "FoldResult: the capital of fold \(fold.number) is not positive")
    self.fold = fold
    self.chosen = chosen
    self.inSampleScore = inSampleScore
    self.outOfSampleScore = outOfSampleScore
    self.inSampleReturn = inSampleReturn
    self.outOfSample = outOfSample
    self.capital = capital
  }

  /// Final equity ÷ equity at the start − 1, over the out-of-sample part; 0 without a sample.
  public var outOfSampleReturn: Double {
    outOfSample.last.map { ($0.equity - capital).approximate / capital.approximate } ?? 0
  }
}
