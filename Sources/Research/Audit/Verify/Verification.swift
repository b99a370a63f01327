/// A recorded run decided again from its facts alone: reducer, strategies, sizing and risk are those of
/// this build, and everything they make must be what the journal holds, event by event.

internal import Journal
public import TradingCore

/// What a verification found.
public struct Verification: Sendable {
  /// What was run again.
  public let run: RecordedRun
  /// The first difference; `nil` when there is none.
  public let divergence: Divergence?
  /// Events read.
  public let counts: VerificationCounts
  /// The state after the last event; `nil` where it differs.
  public let state: State?
  /// Of the strategies after it; `nil` where nothing decided.
  public let strategyFingerprint: UInt64?
  /// What definitions said up to the end.
  public let names: Names
  /// What the recording's last fact leads to and its journal no longer holds: its writer died.
  public let missing: Event?
  /// Why a difference says nothing of the recording; `nil` where there is none, or it does.
  public let refusal: AuditError?
  /// Whether fingerprints were compared: other rules make other states of the same events.
  public let comparesFingerprints: Bool

  /// Whether everything was made again.
  public var isIdentical: Bool { divergence == nil }

  /// Runs a journal again, sealed or not. O(events), with the memory of a batch.
  /// - Parameter wrapping: puts something between the journal and the run: progress, a stop.
  /// - Throws: `JournalError` and `EngineFault.source` for a journal that cannot be read; as
  ///   `RecordedRun.init`.
  public init(of journal: String, wrapping: (any Feed) -> any Feed = { $0 }) throws {
    run = try RecordedRun(of: journal)
    comparesFingerprints = run.hasOurRules
    let witness = Witness(
      wrapping(try JournalFeed(opening: journal, acceptingOpen: true)), run)
    var setup = RunSetup(
      feed: witness, preamble: [], journal: NullSink(), watcher: NullWatcher())
    setup.comparesFingerprints = comparesFingerprints
    var divergence: Divergence?
    do {
      (state, strategyFingerprint) = try run.repeated(setup)
    } catch EngineFault.diverged(let found) {
      (state, strategyFingerprint, divergence) = (nil, nil, found)
    }
    let mayEndEarly = run.facts.ending != .ended
    missing = mayEndEarly && divergence?.recorded == nil ? divergence?.made : nil
    self.divergence = missing == nil ? divergence : nil
    (counts, names) = (witness.counts, witness.names)
    let differs = missing == nil ? divergence?.sequence : nil
    refusal = Verification.refusal(at: differs, in: run, witness.change)
  }

  /// What a difference is put down to where it is no fault of the recording: other rules, or a strategy
  /// that the head does not name.
  private static func refusal(
    at sequence: Sequence64?, in run: RecordedRun, _ change: StrategyChange
  ) -> AuditError? {
    guard let sequence else { return nil }
    return run.hasOurRules ? change.refusal(of: sequence) : run.otherRules(from: sequence)
  }
}

/// What was looked at.
public struct VerificationCounts: Equatable, Sendable {
  public internal(set) var facts: UInt64 = 0
  public internal(set) var decisions: UInt64 = 0
  /// State and strategy fingerprints.
  public internal(set) var fingerprints: UInt64 = 0
  /// Gaps among the facts, what they count as lost, and how many of them do not know.
  public internal(set) var gaps: UInt64 = 0
  public internal(set) var lost: UInt64 = 0
  public internal(set) var uncounted: UInt64 = 0

  public var events: UInt64 { facts + decisions + fingerprints }
}

extension RecordedRun {
  /// Decides again over the setup's feed. Where nothing decided, a decision is one too many.
  fileprivate func repeated(_ setup: RunSetup) throws -> (State, UInt64?) {
    guard let strategies else { return (try folded(setup), nil) }
    let outcome = try strategies.audit(setup)
    return (outcome.state, outcome.strategyFingerprint)
  }

  private func folded(_ setup: RunSetup) throws -> State {
    var state = State()
    var batch = EventBatch()
    while try setup.feed.next(into: &batch) {
      for event in batch.events {
        reduce(&state, event)
        guard event.isFact else {
          throw EngineFault.diverged(Divergence(at: state.sequence, recorded: event, made: nil))
        }
      }
    }
    return state
  }
}

/// Counts what is read, and keeps the names in it.
private final class Witness: Feed {
  private let feed: any Feed
  private(set) var counts = VerificationCounts()
  private(set) var names = Names()
  private(set) var change: StrategyChange

  init(_ feed: any Feed, _ run: RecordedRun) {
    self.feed = feed
    change = StrategyChange(in: run)
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard try feed.next(into: &batch) else { return false }
    count(batch)
    return true
  }

  private func count(_ batch: borrowing EventBatch) {
    var (decisions, fingerprints): (UInt64, UInt64) = (0, 0)
    for index in batch.events.indices {
      let kind = batch.events[index].kind
      if kind.isDefinition { names.learn(batch.events[index]) }
      guard !kind.isFact else {
        change.look(at: batch.events[index], batch.firstSequence + Sequence64(index))
        note(batch.events[index])
        continue
      }
      if kind == .stateHash { fingerprints += 1 } else { decisions += 1 }
    }
    counts.decisions += decisions
    counts.fingerprints += fingerprints
    counts.facts += UInt64(batch.events.count) - decisions - fingerprints
  }

  @inline(__always)
  private func note(_ fact: Event) {
    guard case .gap(let gap) = fact.body else { return }
    counts.gaps += 1
    counts.lost = counts.lost.addingClamped(gap.count)
    if gap.count == 0 { counts.uncounted += 1 }
  }
}
