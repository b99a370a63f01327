/// What a live writer asks for notes: it follows the blocks as they are closed, and says when the next
/// checkpoint is due. Each minute of event time, at each seal and at stop.
package import TradingCore

package struct Notary: ~Copyable {
  /// Event time from one checkpoint to the next.
  package static let interval = Interval.minute

  private var tree: MerkleTree
  private var signer: CheckpointSigner
  /// Event time and sequence of this session's last checkpoint.
  private var last: (time: Timestamp, sequence: Sequence64)?

  /// - Parameter tree: over all data blocks that the journal holds already.
  init(_ signer: consuming CheckpointSigner, over tree: consuming MerkleTree) {
    self.signer = signer
    self.tree = tree
  }

  /// The notary of a journal that goes on, or begins.
  /// - Parameters:
  ///   - vault: where its key is kept.
  ///   - time: when the session begins.
  /// - Throws: `.key` and `.io` for the key; what is damaged in a footer. O(blocks).
  static func of(
    _ folder: Folder, keys vault: KeyVault, at time: Timestamp
  ) throws(JournalError) -> Notary {
    var tree = try MerkleTree()
    let names = try folder.hasSegments() ? folder.segments() : []
    for name in names where !name.isOpen {
      for block in try folder.openSegment(name).footer.blocks { tree.append(block.leaf) }
    }
    return Notary(try vault.signer(at: time), over: tree)
  }

  /// Takes the leaf of a block just closed. O(1) amortised.
  mutating func take(_ leaf: SHA256Digest) { tree.append(leaf) }

  /// Whether a minute has gone by since the last checkpoint; a clock that was set back counts as one.
  func isDue(at time: Timestamp) -> Bool {
    guard let last else { return true }
    return time < last.time || time - last.time >= Self.interval
  }

  /// The notes to write behind the last block closed; none when no event came since the last ones.
  /// - Throws: as `CheckpointSigner.checkpoint`; the journal is none the worse, and may ask again.
  mutating func notes(
    sequence: Sequence64, chain: SHA256Digest, time: Timestamp
  ) throws(JournalError) -> [String] {
    if let last, last.sequence == sequence { return [] }
    let notes = try signer.checkpoint(tree: &tree, sequence: sequence, chain: chain, time: time)
    last = (time, sequence)
    return notes
  }

  /// All notes handed out, and all events up to `sequence`, are on the disk.
  mutating func isDurable(through sequence: Sequence64) { signer.isDurable(through: sequence) }
}
