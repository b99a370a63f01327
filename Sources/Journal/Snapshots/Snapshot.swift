/// A state kept beside its journal, so that a replay need not begin at the beginning.
///
/// A snapshot is a cache and never a source: the journal leads to the same state by itself, and a
/// snapshot that is damaged, of another journal, of other rules or not on this journal's chain is
/// named and passed over.
public import TradingCore

/// A point of a journal's hash chain: the end of a whole block.
public struct ChainAnchor: Equatable, Sendable {
  /// The last sequence of the block; 0 before the first block.
  public var sequence: Sequence64
  /// The chain with that block in it; before the first block the journal's origin.
  public var head: SHA256Digest

  public init(sequence: Sequence64, head: SHA256Digest) {
    self.sequence = sequence
    self.head = head
  }
}

/// A state after one of a journal's events, with what binds it to that journal.
public struct Snapshot: Equatable, Sendable {
  /// The journal's id.
  public let journal: JournalID
  /// The rules that `reduce` followed.
  public let logicVersion: LogicVersion
  /// The last whole block at or before the state's sequence.
  public let anchor: ChainAnchor
  /// The state; its sequence is the snapshot's.
  public let state: State
  /// Canonical bytes of whatever else its maker keeps of the events so far, such as names.
  public let companion: [UInt8]

  /// The sequence of the last event in the state.
  public var sequence: Sequence64 { state.sequence }

  /// Takes a snapshot of a state that the journal at a path led to, under the rules of this build.
  /// O(index) of one segment.
  /// - Throws: what keeps the journal from being read; `.noSuchSequence` for a state beyond its end.
  public init(
    of state: State, companion: [UInt8] = [], journal path: String
  ) throws(JournalError) {
    let folder = Folder(path, on: SystemDisk())
    let first = try folder.openSegment(folder.segments()[0])
    self.init(
      journal: first.header.identity.id, logicVersion: .current,
      anchor: try ChainAnchor(in: folder, atOrBefore: state.sequence), state: state,
      companion: companion)
  }

  /// A snapshot as its file states it.
  init(
    journal: JournalID, logicVersion: LogicVersion, anchor: ChainAnchor, state: State,
    companion: [UInt8]
  ) {
    self.journal = journal
    self.logicVersion = logicVersion
    self.anchor = anchor
    self.state = state
    self.companion = companion
  }
}

extension ChainAnchor {
  /// The end of the last whole block at or before `sequence` of a journal. O(index) of one segment.
  /// - Throws: `.noSuchSequence` beyond the journal's end, or what is damaged.
  init(in folder: Folder, atOrBefore sequence: Sequence64) throws(JournalError) {
    let names = try folder.segments()
    let place = names.lastIndex { $0.first <= sequence } ?? 0
    let segment = try folder.openSegment(names[place])
    guard sequence <= segment.footer.lastSequence else {
      throw .noSuchSequence(sequence, last: segment.footer.lastSequence)
    }
    guard sequence > 0, let block = segment.footer.block(holding: sequence) else {
      self.init(sequence: 0, head: segment.header.predecessor.chainHead)
      return
    }
    let entry = segment.footer.blocks[block]
    let isWhole = sequence == entry.firstSequence + UInt64(entry.count) - 1
    self.init(
      sequence: isWhole ? sequence : entry.firstSequence - 1,
      head: try segment.chainHead(before: isWhole ? block + 1 : block))
  }
}
