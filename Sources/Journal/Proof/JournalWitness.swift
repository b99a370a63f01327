/// Follows a journal's blocks with one tree, and brings each note to the audit at its place.
internal import TradingCore

struct JournalWitness: ~Copyable {
  private var tree: MerkleTree
  private var audit: CheckpointAudit
  private let journal: JournalID
  private var sequence: Sequence64 = 0
  private var chain: SHA256Digest
  private var time = Timestamp.none

  /// Stands before the first block; `chain` is the journal's origin.
  init(
    of journal: JournalID, from chain: SHA256Digest, _ audit: consuming CheckpointAudit
  ) throws(JournalError) {
    tree = try MerkleTree()
    self.audit = audit
    self.journal = journal
    self.chain = chain
    reachAnchor()
  }

  /// Takes the next data block.
  mutating func take(
    leaf: SHA256Digest, through sequence: Sequence64, chain: SHA256Digest, time: Timestamp
  ) {
    tree.append(leaf)
    (self.sequence, self.chain, self.time) = (sequence, chain, time)
    reachAnchor()
  }

  /// Takes those of the notes last met in `segment` that stand here, behind the blocks taken so far.
  mutating func takeNotes(of segment: borrowing SegmentReader) throws(JournalError) {
    for block in segment.controlBlocks
    where block.kind == .checkpoint && block.index == tree.size {
      try audit.take(try segment.noteText(block), at: state())
    }
  }

  /// What the notes say for the journal.
  consuming func finish() -> CheckpointReport { audit.finish() }

  private mutating func reachAnchor() {
    if audit.anchorSize == tree.size { audit.reach(state()) }
  }

  private mutating func state() -> Checkpoint {
    Checkpoint(
      journal: journal, treeSize: tree.size, root: tree.root(), sequence: sequence, chain: chain,
      time: time)
  }
}

extension SegmentReader {
  /// The text of a checkpoint block; bytes that are no text are replaced, and then no note.
  func noteText(_ block: BlockHeader) throws(JournalError) -> String {
    let bytes = try block.note(in: file)
    return String(decoding: bytes.dropFirst(JournalFormat.frameHeaderBytes), as: UTF8.self)
  }
}
