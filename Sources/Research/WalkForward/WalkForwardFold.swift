/// One fold that was walked: what its search found, and what that came to afterwards.

public import TradingCore

public struct WalkForwardFold: Sendable {
  public let fold: WindowFold
  /// The study that its search is.
  public let study: String
  /// Trials of the search, and the number that is equal for equal searches.
  public let trialCount: Int
  public let searchFingerprint: UInt64
  /// The best in sample; `nil` where no trial has a score: nothing is then traded out of sample.
  public let best: TrialRecord?
  /// Figures of the out-of-sample run in the order of `MetricDefinition.all`; empty without one.
  public private(set) var figures: [Figure] = []
  /// The state at the end of the out-of-sample run, the one that `replay` gives.
  public private(set) var fingerprint: UInt64?
  /// The command that makes the out-of-sample run again.
  var again: String?
  /// `nil` without an out-of-sample run.
  public private(set) var result: FoldResult?

  init(_ fold: WindowFold, _ study: StudyRecord, _ trials: [TrialRecord]) {
    self.fold = fold
    self.study = study.id
    trialCount = trials.count
    searchFingerprint = trials.fingerprint
    best = trials.ranked.first.flatMap { $0.score == nil ? nil : $0 }
  }

  /// Takes the out-of-sample run of the best.
  mutating func take(_ run: BacktestResult, _ objective: Objective) {
    guard let best else { return }
    // A part without a single price has nothing to be judged by.
    guard run.report.capital > .zero, fold.outOfSample.contains(run.report.firstTime) else {
      again = nil
      return
    }
    let summary = run.outcome.state.metrics.summary
    figures = MetricDefinition.all.map { $0.figure(summary) }
    fingerprint = run.outcome.state.fingerprint
    let earned = zip(MetricDefinition.all, best.figures).first { $0.0.name == "return" }
    result = FoldResult(
      fold: fold, chosen: Point(best.values), inSampleScore: best.score,
      outOfSampleScore: objective.score(summary).value,
      inSampleReturn: earned?.1.value ?? 0, outOfSample: run.report.equity,
      capital: run.report.capital)
  }
}
