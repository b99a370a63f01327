/// Signs checkpoints and moves the key on, hourly and at each start, so that a thief of today's key
/// cannot sign yesterday again. No clock and no file in here: time is the events', and what keeps a
/// key is handed in.
///
/// A hand-over repeats a checkpoint of the key that hands over, so whoever has the next key cannot
/// sign anew what stands before it. It is the newest one behind which an event is durable: a crash may
/// take any later one, and the blocks it speaks of, when the key that signed it is gone already.
///
/// A key moves in an order that a crash cannot hurt. The next key is made; the old one signs the note
/// that hands over to it; the next key is kept together with that note in place of the old one; only
/// then is the note handed out. Should the note not reach the journal, the next session finds it
/// beside the key and hands it out first. So a key moves only when its own note is durable, and an
/// event behind it: recovery drops a segment without events, and the notes in it.
package import TradingCore

/// A private key, and the note that brought it into the journal.
package struct CheckpointKey: ~Copyable {
  /// The private key.
  package let key: Ed25519PrivateKey
  /// Its number, and the key before it vouching for it.
  package let note: SignedNote
  /// What the note says.
  let introduction: KeyNote

  private init(
    _ key: consuming Ed25519PrivateKey, _ introduction: KeyNote, _ note: SignedNote
  ) {
    self.key = key
    self.introduction = introduction
    self.note = note
  }

  /// A key and its note as they were kept.
  /// - Returns: `nil` unless the note names this key of this journal.
  static func kept(
    _ key: consuming Ed25519PrivateKey, note: SignedNote, of journal: JournalID
  ) -> CheckpointKey? {
    guard let introduction = KeyNote(note.text), introduction.journal == journal,
      introduction.key == key.publicKey
    else { return nil }
    return CheckpointKey(key, introduction, note)
  }

  /// A first key, which nobody vouches for but itself.
  static func first(of journal: JournalID) throws(JournalError) -> CheckpointKey {
    let key = try Ed25519PrivateKey()
    let introduction = KeyNote(journal: journal, number: 0, key: key.publicKey)
    let note = try SignedNote(signing: introduction.text, as: journal.origin, with: key)
    return CheckpointKey(key, introduction, note)
  }

  /// A next key, which this one vouches for.
  /// - Parameter signed: a checkpoint by this key that no crash can take any more.
  fileprivate func successor(after signed: Checkpoint) throws(JournalError) -> CheckpointKey {
    let next = try Ed25519PrivateKey()
    let journal = introduction.journal
    let introduction = KeyNote(
      journal: journal, number: introduction.number + 1, key: next.publicKey,
      signed: KeyNote.Tree(of: signed))
    let note = try SignedNote(signing: introduction.text, as: journal.origin, with: key)
    return CheckpointKey(next, introduction, note)
  }
}

/// What signs a journal's checkpoints while it is written. Begins with a session, ends with it.
package struct CheckpointSigner: ~Copyable {
  /// The event time after which a key hands over to the next.
  package static let keyLife = Interval.hour

  /// Takes a key in place of the one before it, which is then gone for good.
  package typealias Keeping = (borrowing CheckpointKey) throws(JournalError) -> Void

  private var key: CheckpointKey
  private let keep: Keeping
  /// Whether the key's note was handed out in this session.
  private var isIntroduced = false
  /// The key's checkpoints: the last one handed out, the last one on the disk, and the last one that
  /// no crash can take, because an event behind it is on the disk too.
  private var newest, written, settled: Checkpoint?
  /// The event time since which the key signs; none: the key is from before and moves when it can.
  private var since: Timestamp?

  /// - Parameter time: when a first key begins to sign; `nil` for one that was kept by a session
  ///   before, which moves as soon as it can.
  init(_ key: consuming CheckpointKey, since time: Timestamp?, keep: @escaping Keeping) {
    self.key = key
    self.since = time
    self.keep = keep
  }

  /// The key that signs now.
  /// - Throws: `.library` when libcrypto has no SHA-256 to give.
  package func verifier() throws(JournalError) -> VerifierKey { try key.introduction.verifier() }

  /// The notes to write into the journal now, in order: the last one is the checkpoint, any before it
  /// say which key signed it. About 0.1 ms, and some file work when the key moves.
  /// - Parameters:
  ///   - tree: over all data blocks so far.
  ///   - sequence: the last event's, 0 when there is none.
  ///   - chain: after the last block.
  ///   - time: the last event's receive time.
  /// - Throws: what keeps a key, or `.library`; the signer is then as before and may be asked again.
  package mutating func checkpoint(
    tree: inout MerkleTree, sequence: Sequence64, chain: SHA256Digest, time: Timestamp
  ) throws(JournalError) -> [String] {
    var notes: [String] = []
    if let settled, moveIsDue(at: time) { try move(after: settled, at: time) }
    if !isIntroduced { notes.append(key.note.description) }
    let state = Checkpoint(
      journal: key.introduction.journal, treeSize: tree.size, root: tree.root(),
      sequence: sequence, chain: chain, time: time)
    let name = state.journal.origin
    notes.append(try SignedNote(signing: state.text, as: name, with: key.key).description)
    (isIntroduced, newest) = (true, state)
    return notes
  }

  /// Says that all notes handed out so far, and all events up to `sequence`, are on the disk. A
  /// writer that never says so keeps its key.
  package mutating func isDurable(through sequence: Sequence64) {
    if let written, written.sequence < sequence { settled = written }
    if let newest, newest.sequence < sequence { settled = newest }
    written = newest
  }

  /// Whether the key has served its time. A clock that was set back begins the hour again.
  private mutating func moveIsDue(at time: Timestamp) -> Bool {
    guard let begin = since else { return true }
    if time < begin { since = time }
    return time - begin >= Self.keyLife
  }

  private mutating func move(after signed: Checkpoint, at time: Timestamp) throws(JournalError) {
    let next = try key.successor(after: signed)
    try keep(next)
    key = next
    since = time
    isIntroduced = false
    (newest, written, settled) = (nil, nil, nil)
  }
}
