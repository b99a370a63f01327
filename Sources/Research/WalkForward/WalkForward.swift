/// Walk-forward: in every fold a search over the in-sample part, then the best it found over the
/// out-of-sample part after it. Both are runs like any other: a fold's search is a study of its own, and
/// its out-of-sample run is what `replay` makes of the same period and values.

internal import Journal
public import TradingCore

/// What a fold searches.
public struct FoldSearch: Sendable {
  public let fold: WindowFold
  public var search: ParameterSearch
  /// Whether its in-sample part holds a market fact; without one there is nothing to search on.
  public let hasData: Bool
}

/// The folds of a scenario, searched and judged one after the other.
public struct WalkForward {
  public let windows: WindowPlan
  public let plan: SearchPlan
  /// What all folds have in common; its id differs whenever anything does that could change a fold.
  public let study: StudyRecord
  private let text: ScenarioText
  private let build: String
  private var nextFold = 0

  /// Surveys the scenario's source and cuts its period.
  /// - Throws: `ScenarioError` also where the scenario says no `search` or no `walkforward`,
  ///   `JournalError`, `WindowFault`.
  public init(_ text: ScenarioText, build: String) throws {
    self.text = text
    self.build = build
    let whole = try SearchedScenario(text)
    let scenario = try text.search()
    let settings = try scenario.walkForwardSettings()
    plan = try scenario.searchPlan()
    var study = try StudyRecord(whole, plan, build: build)
    study.id = settings.id(of: study.id)
    self.study = study
    let survey = whole.base.plan.survey
    let end = survey.lastTime + Interval(nanoseconds: 1)
    let from = max(survey.firstTime, scenario.from ?? survey.firstTime)
    windows = try WindowPlan(from..<max(from, min(end, scenario.to ?? end)), settings)
  }

  /// The search of the next fold, to be run to its end; `nil` when all folds are done.
  /// - Parameter wrapping: puts something between the source and a look for data: a stop.
  /// - Throws: `EngineFault` when the source cannot be read.
  public mutating func nextSearch(
    wrapping: (any Feed) -> any Feed = { $0 }
  ) throws -> FoldSearch? {
    guard nextFold < windows.folds.count else { return nil }
    let fold = windows.folds[nextFold]
    nextFold += 1
    let inside = try SearchedScenario(text.setting(WalkForward.period(fold.inSample, fold.warmUp)))
    return FoldSearch(
      fold: fold, search: try ParameterSearch(inside, plan, build: build),
      hasData: try inside.base.hasData(within: fold.inSample, wrapping: wrapping))
  }

  /// Judges what a fold's search found.
  /// - Parameters:
  ///   - trials: all of the fold's search; none where there was nothing to search on.
  ///   - wrapping: puts something between the source and the run: progress, a stop.
  /// - Throws: `EngineFault` when the source cannot be read.
  public func judge(
    _ fold: WindowFold, _ study: StudyRecord, after trials: [TrialRecord],
    wrapping: (any Feed) -> any Feed = { $0 }
  ) throws -> WalkForwardFold {
    var judged = WalkForwardFold(fold, study, trials)
    guard let best = judged.best else { return judged }
    let values = plan.space.settings(of: Point(best.values)).map { "\($0.key)=\($0.text)" }
    let period = WalkForward.period(fold.outOfSample, fold.warmUp)
    let scenario = try text.setting(period + values).run()
    judged.again = text.replayCommand(setting: period + values)
    let run = try Backtest(scenario, file: text.file).run(
      journal: nil, build: build, wrapping: wrapping)
    judged.take(run, plan.objective)
    return judged
  }

  /// The changes of a scenario that make it one part of a fold.
  static func period(_ range: Range<Timestamp>, _ warmUp: Interval) -> [String] {
    [
      "period.from=\(range.lowerBound.iso8601)", "period.to=\(range.upperBound.iso8601)",
      "period.warmUp=\(warmUp.shortText)",
    ]
  }
}

extension WalkForwardSettings {
  /// A study's id with these settings in it: it differs whenever they do.
  fileprivate func id(of study: String) -> String {
    var bytes = CanonicalBytes()
    bytes.append(bytes: study.utf8)
    for length in [inSample, purge, embargo, warmUp] { bytes.append(length) }
    bytes.append(isAnchored)
    switch outOfSample {
    case .length(let length, let step):
      bytes.append(length)
      bytes.append(step ?? .zero)
    case .folds(let count): bytes.append(count)
    }
    return hexadecimal(bytes.fingerprint)
  }
}
