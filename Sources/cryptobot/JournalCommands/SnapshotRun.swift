/// Makes snapshots one after the other. Two folds run through the journal: one from its start, which
/// is what is written, and one from the snapshot before, which has to arrive at the same state.

import Journal
import Research
import TradingCore

struct SnapshotRun: ~Copyable {
  private let journal: String
  private let store: SnapshotStore
  private var fold: JournalFold
  private var progress: Progress

  /// - Throws: `JournalError` when the journal cannot be read, `.badInput` when it holds no event.
  init(_ journal: String, isQuiet: Bool) throws {
    let opened = try JournalFold(opening: journal)
    guard opened.facts.events > 0 else {
      throw CommandFailure(.badInput, "\(journal): holds no event, so there is no state to keep")
    }
    self.journal = journal
    store = SnapshotStore(of: journal)
    fold = opened
    progress = Progress("snapshot", unit: "events", isQuiet: isQuiet)
  }

  /// Folds on to where the next snapshot is due, proves and writes it.
  /// - Returns: nil when the journal's end has been kept.
  /// - Throws: `.internalError` when the proof arrives elsewhere; nothing is then written.
  mutating func next(every stride: UInt64?, keeping kept: Int) throws -> MadeSnapshot? {
    let (done, last) = (fold.state.sequence, fold.facts.lastSequence)
    guard done < last else {
      progress.clear()
      return nil
    }
    let (target, overflow) = done.addingReportingOverflow(stride ?? last)
    try SnapshotRun.advance(&fold, to: overflow ? last : min(target, last), &progress)
    let snapshot = try fold.snapshot()
    let provenFrom = try prove(snapshot)
    let bytes = try store.write(snapshot, keeping: kept)
    guard try store.read(snapshot.sequence, facts: fold.facts) == snapshot else {
      throw CommandFailure(
        .internalError, "\(SnapshotStore.name(snapshot.sequence)) does not read as it was written")
    }
    progress.clear()
    return MadeSnapshot(
      sequence: snapshot.sequence, fingerprint: snapshot.state.fingerprint, bytes: bytes,
      provenFrom: provenFrom)
  }

  /// Replays to the snapshot from the one before it.
  /// - Returns: the sequence of the one before; 0 for the journal's start.
  private mutating func prove(_ snapshot: Snapshot) throws -> Sequence64 {
    let before = snapshot.sequence - 1
    var proof = try JournalFold.resuming(journal, upTo: .sequence(before)) {
      Output.warn("\($0)")
    }
    let start = proof.state.sequence
    try SnapshotRun.advance(&proof, to: snapshot.sequence, &progress)
    let again = try proof.snapshot()
    guard again == snapshot else {
      let place = start > 0 ? SnapshotStore.name(start) : "the start"
      throw CommandFailure(
        .internalError,
        "replayed from \(place), sequence \(snapshot.sequence) has fingerprint "
          + "\(hexadecimal(again.state.fingerprint)), in one run \(hexadecimal(snapshot.state.fingerprint)); "
          + "remove the journal's snapshots and try again")
    }
    return start
  }

  private static func advance(
    _ fold: inout JournalFold, to target: Sequence64, _ progress: inout Progress
  ) throws {
    while try fold.advance(to: .sequence(target)) {
      try Interrupt.check()
      let done = fold.state.sequence
      progress.update(done: done, share: Double(done) / Double(fold.facts.lastSequence))
    }
  }
}
