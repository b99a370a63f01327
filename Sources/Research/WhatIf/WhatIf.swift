/// A recorded run, the same run forked with nothing changed, and forked with the change: three sides, so that
/// what the simulated exchange does differently from a venue is never taken for what the change does.

internal import Journal
public import TradingCore

/// One side of the comparison: a run up to its end, counted from the fork on.
public struct ForkSide: Sendable {
  /// The state at the end.
  public let state: State
  /// Equity at the end less that at the fork, transfers included.
  public let profit: Money
  /// How far equity fell below its highest since the fork, by the run's samples.
  public let fall: Money
  public let counts: RunCounts
  public let refused: UInt64
  /// Equity at the fork, at the run's samples behind it, and at the end.
  public let equity: [EquityAt]
  public let decisions: [ForkDecision]
  public let fills: [FillRecord]
  /// Lots that were ours, and that the market traded, by instrument id.
  public let ours: [Int64]
  public let market: [Int64]
  /// Stretches behind the fork that cannot be trusted.
  public let spans: [UntrustedSpan]

  init(_ tally: ForkTally, _ state: State, from fork: ForkPoint) {
    self.state = state
    profit = state.account.equity - fork.state.account.equity
    tally.note(equity: state.account.equity)
    fall = tally.fall
    equity = tally.equity + [EquityAt(time: state.time, equity: state.account.equity)]
    counts = tally.counts
    refused = tally.refusedCount
    decisions = tally.decisions
    fills = tally.fills
    ours = tally.ours
    market = tally.market
    let open = tally.trust.record(after: [], most: 1_000).spans
    spans = tally.spans + open.filter { $0.to.time > fork.time }
  }
}

/// What became of a run, and what would have.
public struct WhatIf {
  public let run: RecordedRun
  public let fork: ForkPoint
  public let changes: ForkChanges
  public let recorded: ForkSide
  public let unchanged: ForkSide
  public let changed: ForkSide
  /// The changed run from its first event to its end.
  public let report: RunReport

  /// Runs the three sides.
  /// - Parameters:
  ///   - output: the folder that the changed run's journal is to be; `nil` keeps none.
  ///   - build: what this binary is.
  ///   - wrapping: puts something between the journal and each side: progress, a stop.
  /// - Throws: `JournalError`, `AuditError`, `EngineFault.diverged` where the past is not what was recorded.
  public init(
    _ run: RecordedRun, _ fork: ForkPoint, _ changes: ForkChanges, output: String?, build: String,
    wrapping: (String, any Feed) -> any Feed = { $1 }
  ) throws {
    (self.run, self.fork, self.changes) = (run, fork, changes)
    let stage = ForkStage(run, fork)
    recorded = try stage.recorded(wrapping)
    unchanged = try stage.forked(
      nil, wrapping: { wrapping("unchanged", $0) }, to: NullSink(), NullWatcher())
    let identity = try JournalIdentity(
      inputs: run.facts.identity.id.bytes + run.facts.chainHead.bytes
        + changes.words.flatMap { Array($0.utf8) + [0] }
        + "\(fork.sequence) \(fork.until.nanoseconds)".utf8,
      scenario: run.scenario ?? "",
      source: JournalSource(id: run.facts.identity.id, chainHead: run.facts.chainHead),
      build: build)
    let sink = try output.map {
      try JournalSink(creating: $0, identity: identity, replacing: false)
    }
    let recorder = RunRecorder(
      passingTo: sink ?? NullSink(), chart: run.strategies?.instruments.first ?? InstrumentID(0))
    changed = try stage.forked(
      changes, wrapping: { wrapping("changed", $0) }, to: recorder, recorder)
    let head = try sink?.seal().chainHead.hex ?? ""
    report = recorder.report(
      WhatIf.identity(run, fork, changes, "\(identity.id)", head, build), state: changed.state)
  }

  private static func identity(
    _ run: RecordedRun, _ fork: ForkPoint, _ changes: ForkChanges, _ id: String, _ head: String,
    _ build: String
  ) -> RunIdentity {
    let what = changes.words.isEmpty ? "nothing changed" : changes.words.joined(separator: ", ")
    return RunIdentity(
      runID: id, scenarioName: "What if: \(what), from sequence \(fork.sequence) on",
      scenarioText: run.scenario ?? "",
      strategy: (changes.strategies ?? run.strategies)?.text ?? "", fingerprint: 0,
      chainHead: head, source: run.journal, sourceID: "\(run.facts.identity.id)",
      sourceChainHead: run.facts.chainHead.hex, build: build)
  }
}

/// Runs sides of a fork.
private struct ForkStage {
  private let run: RecordedRun
  private let fork: ForkPoint

  init(_ run: RecordedRun, _ fork: ForkPoint) {
    self.run = run
    self.fork = fork
  }

  private func strategies() throws(AuditError) -> RunStrategies {
    guard let strategies = run.strategies else { throw .factsOnly(journal: run.journal) }
    return strategies
  }

  /// The recording again, its decisions made anew and compared.
  func recorded(_ wrapping: (String, any Feed) -> any Feed) throws -> ForkSide {
    let tally = ForkTally(fork, passingTo: NullSink(), NullWatcher())
    let feed = UntilFeed(
      wrapping("recorded", try JournalFeed(opening: run.journal)), fork.until)
    let outcome = try strategies().audit(
      RunSetup(feed: feed, preamble: [], journal: tally, watcher: tally))
    return ForkSide(tally, outcome.state, from: fork)
  }

  /// The recording up to the fork, and the same market from there.
  func forked(
    _ changes: ForkChanges?, wrapping: (any Feed) -> any Feed, to journal: any BatchSink,
    _ watcher: any RunWatcher
  ) throws -> ForkSide {
    let (strategies, past) = (try strategies(), fork.past)
    let tally = ForkTally(fork, passingTo: journal, watcher)
    let market = try JournalFeed(opening: run.journal)
    if past == .repeated { try market.seek(to: Sequence64(fork.preamble.count) + 1) }
    let setup = ForkSetup(
      recorded: try JournalFeed(opening: run.journal), market: wrapping(market),
      preamble: past == .repeated ? fork.preamble : [], past: past, fork: fork.sequence,
      until: fork.until, changes: changes?.bodies ?? [], journal: tally, watcher: tally)
    let outcome = try StrategyRegistry.fork(
      setup, strategies.members, then: changes?.strategies?.members,
      hasBooks: strategies.hasBooks, instruments: strategies.instruments)
    return ForkSide(tally, outcome.state, from: fork)
  }
}

/// A feed up to a moment.
final class UntilFeed: Feed {
  private let feed: any Feed
  private let end: Timestamp
  private var isOver = false

  init(_ feed: any Feed, _ end: Timestamp) {
    self.feed = feed
    self.end = end
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard !isOver, try feed.next(into: &batch) else {
      batch.removeAll()
      return false
    }
    if let place = batch.events.firstIndex(where: { $0.isFact && $0.receiveTime > end }) {
      batch.events.removeSubrange(place...)
      isOver = true
    }
    return !batch.isEmpty
  }
}
