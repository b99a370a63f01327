/// A scenario run from beginning to end: survey the source, make the plan, run the engine behind a
/// simulated exchange, put the report together. The run is a journal of its own.

internal import Journal
public import TradingCore

/// What a backtest leaves.
public struct BacktestResult: Sendable {
  public var report: RunReport
  public var outcome: RunOutcome
}

public struct Backtest: Sendable {
  public let plan: RunPlan

  /// Surveys the scenario's source and matches the two.
  /// - Parameter file: what errors call the scenario.
  /// - Throws: `ScenarioError`, `JournalError`.
  public init(_ scenario: Scenario, file: String) throws {
    let survey: SourceSurvey
    switch scenario.source {
    case .journal(let path, let name): survey = try SourceSurvey(journal: path, named: name)
    case .generator(let settings): survey = try SourceSurvey(generator: settings)
    case .venues:
      throw ScenarioError(
        file: file, "its source is a venue: `cryptobot trade` runs it, on paper with --paper")
    }
    plan = try RunPlan(scenario, survey, file: file)
  }

  /// Runs it.
  /// - Parameters:
  ///   - journal: where the run journal goes, a folder that must not exist; `nil` keeps none.
  ///   - build: what this binary is, for the report and the journal's header.
  ///   - wrapping: puts something between the source and the run: progress, a stop.
  /// - Throws: `EngineFault`, `JournalError`, `ParameterError`; the journal is then gone.
  public func run(
    journal: String?, build: String, wrapping: (any Feed) -> any Feed = { $0 }
  ) throws -> BacktestResult {
    let feed = wrapping(try openFeed())
    let identity = try identity(build)
    let sink = try journal.map {
      try JournalSink(creating: $0, identity: identity, replacing: false)
    }
    let recorder = RunRecorder(
      passingTo: sink ?? NullSink(), chart: plan.strategies.instruments.first ?? InstrumentID(0))
    let setup = RunSetup(
      feed: feed, preamble: plan.preamble, journal: recorder, watcher: recorder)
    let outcome = try plan.strategies.backtest(setup)
    let summary = try sink?.seal()
    var report = recorder.report(
      runIdentity(identity, summary, build), state: outcome.state,
      books: plan.scenario.strategies.map(\.book), warmUpBars: try plan.strategies.warmUpBars(),
      fault: outcome.fault)
    report.warnings += RunWarning.ofWarmUp(plan)
    return BacktestResult(report: report, outcome: outcome)
  }

  /// The source's facts, within the period if there is one. A journal is read no further than the period's
  /// last fact, and of what lies before it only what that leaves behind.
  /// - Throws: `JournalError` when the source cannot be read.
  public func openFeed() throws -> any Feed {
    let scenario = plan.scenario
    let hasPeriod = scenario.from != nil || scenario.to != nil
    let from = scenario.from.map { $0 - scenario.warmUp } ?? Timestamp(nanoseconds: .min)
    let to = scenario.to ?? Timestamp(nanoseconds: .max)
    let feed: any Feed
    switch scenario.source {
    case .journal(let path, _):
      guard hasPeriod else { return try JournalFeed(opening: path) }
      feed = try JournalFeed(opening: path, from: from, before: to)
    case .generator(let settings): feed = try MarketGenerator(settings)
    case .venues: preconditionFailure("Backtest: a venue has no recorded facts")
    }
    guard hasPeriod else { return feed }
    return PeriodFeed(feed, from: from, to: to, isOrdered: plan.survey.journal == nil)
  }

  /// Whether a stretch of the period holds a market fact; a gap is none. O(facts before the first one).
  /// - Parameter wrapping: puts something between the source and the look: a stop.
  /// - Throws: `JournalError`, `EngineFault` when the source cannot be read.
  func hasData(
    within stretch: Range<Timestamp>, wrapping: (any Feed) -> any Feed
  ) throws -> Bool {
    let feed = wrapping(try openFeed())
    var batch = EventBatch()
    while try feed.next(into: &batch) {
      let isThere = batch.events.contains {
        $0.kind.isMarket && $0.kind != .gap && stretch.contains($0.receiveTime)
      }
      if isThere { return true }
    }
    return false
  }

  /// When the first market fact can be: the source's own, or the period's beginning.
  public var firstTime: Timestamp {
    guard let from = plan.scenario.from else { return plan.survey.firstTime }
    return max(plan.survey.firstTime, from - plan.scenario.warmUp)
  }

  private func identity(_ build: String) throws(JournalError) -> JournalIdentity {
    try JournalIdentity(
      inputs: plan.survey.digest + plan.scenario.latency.digest, scenario: plan.scenario.text,
      source: plan.survey.journal,
      build: build)
  }

  private func runIdentity(
    _ identity: JournalIdentity, _ summary: JournalSummary?, _ build: String
  ) -> RunIdentity {
    let hasBooks = plan.scenario.hasBooks
    let parameters = zip(plan.strategies.members, plan.scenario.strategies).flatMap {
      member, choice in
      zip(member.entry.parameters, member.values.values).map { parameter, value in
        ReportParameter(
          name: (hasBooks ? choice.book + "." : "") + parameter.name, value: plainText(value),
          unit: parameter.unit)
      }
    }
    return RunIdentity(
      runID: "\(identity.id)", scenarioName: plan.scenario.name,
      scenarioText: plan.scenario.text,
      strategy: plan.strategies.members.map(\.entry.name).joined(separator: " + "),
      parameters: parameters,
      fingerprint: 0, chainHead: summary.map { $0.chainHead.hex } ?? "",
      source: plan.survey.name, sourceID: plan.survey.id, sourceChainHead: plan.survey.chainHead,
      build: build)
  }
}
