/// Checks the notes of a journal as its blocks go by: that each checkpoint says what the blocks say,
/// and that an unbroken line of keys signed them. Sans-I/O: `JournalVerifier` brings blocks and notes.
public import TradingCore

/// What the notes of a journal say for it, found by checking every one.
public struct CheckpointReport: Equatable, Sendable {
  /// A note that does not hold, and the last sequence before it.
  public struct Problem: Equatable, Sendable {
    /// The last event before the note; 0 when there is none.
    public let sequence: Sequence64
    /// What is wrong.
    public let reason: String
  }

  /// The most problems that are kept; any further are only counted.
  public static let maxProblems = 16

  /// Checkpoints that hold.
  public internal(set) var checkpoints = 0
  /// The first key, which nobody vouches for but whoever wrote it down; `nil` without notes.
  public internal(set) var firstKey: VerifierKey?
  /// The key that signs at the end.
  public internal(set) var lastKey: VerifierKey?
  /// Keys that the key before vouched for.
  public internal(set) var handOvers = 0
  /// Where a key began that no key before it vouches for: the last sequence before its note.
  public internal(set) var breaks: [Sequence64] = []
  /// The last checkpoint that holds, and the note it stands in.
  public internal(set) var last: Checkpoint?
  public internal(set) var lastNote: SignedNote?
  /// Notes that do not hold, the first `maxProblems`.
  public internal(set) var problems: [Problem] = []
  /// Notes that do not hold, all of them.
  public internal(set) var problemCount = 0
  /// Whether the first key is the one that was asked for; `nil` when none was.
  public internal(set) var isPinned: Bool?
  /// Whether the published note belongs to this journal as it is now; `nil` when none was given.
  public internal(set) var isAnchored: Bool?

  /// The last sequence that a signature covers; 0 when there is none.
  public var signedThrough: Sequence64 { last?.sequence ?? 0 }

  /// Whether nothing in the notes speaks against the journal. A break does so only where a key was
  /// asked for: without one the first key is as unknown as the one behind the break.
  public var holds: Bool {
    problemCount == 0 && isPinned != false && isAnchored != false
      && (isPinned == nil || breaks.isEmpty)
  }
}

/// The check in progress.
package struct CheckpointAudit {
  /// What was found so far.
  package private(set) var report = CheckpointReport()
  private let journal: JournalID
  private let pinned: VerifierKey?
  private let anchor: (note: SignedNote, checkpoint: Checkpoint)?
  /// The key note in force, and the note it came in.
  private var current: (key: KeyNote, note: SignedNote)?
  private var keys: [VerifierKey] = []
  /// What the key in force has signed; every key signs a checkpoint right behind its note.
  private var signed: [KeyNote.Tree] = []

  /// - Parameters:
  ///   - pinned: the first key as it was written down elsewhere.
  ///   - anchor: a checkpoint as it was published elsewhere.
  /// - Throws: `.falseNote` when `anchor` is no checkpoint of this journal.
  package init(of journal: JournalID, pinned: VerifierKey?, anchor: SignedNote?)
    throws(JournalError)
  {
    self.journal = journal
    self.pinned = pinned
    self.anchor = try anchor.map { (note) throws(JournalError) in
      guard let checkpoint = Checkpoint(note.text), checkpoint.journal == journal else {
        throw .falseNote(path: journal.origin, reason: "the note given is no checkpoint of it")
      }
      return (note, checkpoint)
    }
    if pinned != nil { report.isPinned = false }
    if anchor != nil { report.isAnchored = false }
  }

  /// The tree size at which `reach` wants to be called.
  package var anchorSize: UInt64? { anchor?.checkpoint.treeSize }

  /// Takes the journal's true state where the published note says what it was.
  package mutating func reach(_ state: Checkpoint) {
    guard let anchor, anchor.checkpoint.treeSize == state.treeSize else { return }
    report.isAnchored = anchor.checkpoint == state
  }

  /// Checks the next note.
  /// - Parameter state: what the blocks before it say.
  package mutating func take(_ text: String, at state: Checkpoint) throws(JournalError) {
    guard let note = SignedNote(text) else { return fail("it is no signed note", state) }
    if let key = KeyNote(note.text) {
      try take(key, note, state)
    } else if let checkpoint = Checkpoint(note.text) {
      try take(checkpoint, note, state)
    } else {
      fail("it is neither a checkpoint nor a key note", state)
    }
  }

  /// The report, once all blocks and notes were taken.
  package func finish() -> CheckpointReport {
    var report = report
    report.lastKey = keys.last
    // A published note counts only if a key of this journal signed it.
    if let anchor, report.isAnchored == true {
      report.isAnchored = keys.contains { anchor.note.isSigned(by: $0) }
    }
    return report
  }

  private mutating func take(
    _ key: KeyNote, _ note: SignedNote, _ state: Checkpoint
  ) throws(JournalError) {
    guard key.journal == journal else { return fail("it names a key of another journal", state) }
    if let current, current.note == note { return }
    let follows = try current.map { (before) throws(JournalError) in
      let verifier = try before.key.verifier()
      return key.number == before.key.number &+ 1 && note.isSigned(by: verifier)
    }
    let verifier = try key.verifier()
    if follows == true {
      // Else whoever holds a later key could write anew what the earlier ones had signed.
      if !(key.signed.map(signed.contains) ?? !signed.isEmpty) {
        fail("a checkpoint of the key before it was taken away, or its blocks rewritten", state)
      }
      report.handOvers += 1
    } else if key.signed != nil || !note.isSigned(by: verifier) {
      return fail("the key \(verifier) is vouched for by no key of this journal", state)
    } else if current == nil {
      report.firstKey = verifier
      if let pinned { report.isPinned = verifier == pinned }
    } else {
      report.breaks.append(state.sequence)
    }
    (current, signed) = ((key, note), [])
    keys.append(verifier)
  }

  private mutating func take(
    _ checkpoint: Checkpoint, _ note: SignedNote, _ state: Checkpoint
  ) throws(JournalError) {
    guard let key = keys.last else { return fail("no key was named before it", state) }
    guard note.isSigned(by: key) else { return fail("it is not signed by \(key)", state) }
    guard checkpoint == state else {
      return fail("the signed state is not that of the blocks: they were rewritten", state)
    }
    signed.append(KeyNote.Tree(of: checkpoint))
    report.checkpoints += 1
    report.last = checkpoint
    report.lastNote = note
  }

  private mutating func fail(_ reason: String, _ state: Checkpoint) {
    report.problemCount += 1
    guard report.problems.count < CheckpointReport.maxProblems else { return }
    report.problems.append(.init(sequence: state.sequence, reason: reason))
  }
}
