/// How far a search is: trials done, the share of the generation that runs, the best so far.

import Research
import TradingCore

final class SearchProgress {
  private var progress: Progress
  private let dimensions: [StudyDimension]
  private let expected: Int
  private let events: UInt64?
  private let generation: Int
  private var doneCount = 0
  private var best: TrialRecord?

  init(_ search: ParameterSearch, title: String, isQuiet: Bool) {
    progress = Progress(title, unit: "trials", isQuiet: isQuiet)
    dimensions = search.study.dimensions
    expected = search.expectedCount
    events = search.sourceEventCount
    generation = search.study.generation
  }

  /// Puts a look at the clock and at the user's wish to stop in front of a feed.
  func wrapping(_ feed: any Feed) -> any Feed {
    WatchedFeed(feed) { self.show(events: $0) }
  }

  /// Takes note of trials that are done.
  func take(_ trials: [TrialRecord]) {
    doneCount += trials.count
    best = (trials + (best.map { [$0] } ?? [])).ranked.first
    show(share: 0)
  }

  /// Takes the bar away.
  func finish() { progress.clear() }

  private func show(events done: UInt64) {
    show(share: events.map { $0 > 0 ? Double(done) / Double($0) : 0 } ?? 0)
  }

  /// - Parameter share: how much of the generation that runs is done.
  private func show(share: Double) {
    let running = Double(min(generation, expected - doneCount)) * min(1, share)
    progress.update(
      done: UInt64(doneCount), share: (Double(doneCount) + running) / Double(max(1, expected)),
      note: best.flatMap(words))
  }

  private func words(_ trial: TrialRecord) -> String? {
    guard let score = trial.score else { return nil }
    let values = zip(dimensions, trial.texts).map { "\($0.name)=\($1)" }.joined(separator: " ")
    return "best \(SearchReport.score(score)) at \(values)"
  }
}
