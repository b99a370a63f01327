/// The proof that one event stands in a journal, for somebody who has neither the journal nor this
/// program: the block that holds it, its place in the Merkle tree, and the signed root.
///
/// To check one: SHA-256(00 ‖ entry) is the leaf; the path leads from the leaf to a root, as in
/// RFC 9162 section 2.1.3.2; the note's third line is that root, its second line the tree size, and
/// the key that one trusts has signed it.
public import TradingCore

public struct EntryProof: Equatable, Sendable {
  /// The journal's id.
  public let journal: JournalID
  /// The event that was asked for.
  public let sequence: Sequence64
  /// The block that holds it, counted through the whole journal from 0: the leaf's index.
  public let block: UInt64
  /// The sequences in that block.
  public let sequences: ClosedRange<Sequence64>
  /// The block's content: the logical header, eight u64, then the payload.
  public let entry: [UInt8]
  /// SHA-256(00 ‖ entry).
  public let leaf: SHA256Digest
  /// The way from the leaf to the root.
  public let inclusion: InclusionProof
  /// The root that the way leads to.
  public let root: SHA256Digest
  /// The newest checkpoint that covers the event, and the key that signed it; `nil` where no
  /// checkpoint covers it, and then nothing is signed.
  public let signed: SignedCheckpoint?

  /// Makes the proof from the journal in `path`. O(blocks), and the bytes of an unsealed segment.
  /// - Throws: `.noSuchSequence`; what is damaged; `.falseNote` when the newest checkpoint is not
  ///   that of the blocks.
  public init(of sequence: Sequence64, in path: String) throws(JournalError) {
    let folder = Folder(path, on: SystemDisk())
    let tree = try JournalTree(of: folder)
    guard sequence > 0, sequence <= tree.lastSequence, let place = tree.place(of: sequence) else {
      throw .noSuchSequence(sequence, last: tree.lastSequence)
    }
    let signed = tree.newest.flatMap { $0.checkpoint.treeSize > UInt64(place.block) ? $0 : nil }
    let size = signed.map { min(Int(clamping: $0.checkpoint.treeSize), tree.leaves.count) }
    let leaves = Array(tree.leaves.prefix(size ?? tree.leaves.count))
    (journal, self.sequence, block) = (tree.journal, sequence, UInt64(place.block))
    (entry, sequences) = try folder.entry(of: place)
    leaf = tree.leaves[place.block]
    inclusion = try InclusionProof(of: place.block, in: leaves)
    root = try MerkleTree.root(of: leaves)
    self.signed = signed
    guard try Digest.sha256([0x00] + entry) == leaf,
      signed.map({ $0.checkpoint.root == root }) ?? true
    else {
      throw .falseNote(path: path, reason: "what was signed is not what the blocks say")
    }
  }
}

/// All leaves of a journal, and its newest checkpoint.
private struct JournalTree {
  struct Place {
    let name: SegmentName
    let offset: UInt64
    let block: Int
  }

  let journal: JournalID
  private(set) var leaves: [SHA256Digest] = []
  private(set) var lastSequence: Sequence64 = 0
  private(set) var newest: SignedCheckpoint?
  private var blocks: [(first: Sequence64, name: SegmentName, offset: UInt64)] = []

  init(of folder: Folder) throws(JournalError) {
    var names = try folder.segments()
    let first = try folder.openSegment(names[0])
    let last = try folder.openLast(of: &names)
    let facts = try JournalFacts(folder, names, first: first, last: last)
    (journal, lastSequence) = (facts.identity.id, facts.lastSequence)
    var notes = NoteSearch()
    for name in names {
      var segment = try folder.openSegment(name)
      try notes.search(segment)
      for block in segment.footer.blocks {
        blocks.append((block.firstSequence, name, block.offset))
      }
      leaves += try segment.leaves()
    }
    newest = try notes.newest(in: folder.path)
  }

  /// The block that holds a sequence. O(log blocks).
  func place(of sequence: Sequence64) -> Place? {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].first <= sequence { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    return Place(name: blocks[low - 1].name, offset: blocks[low - 1].offset, block: low - 1)
  }
}

extension SegmentReader {
  /// The leaves of all blocks: from the footer, or where there is none yet from the blocks.
  fileprivate mutating func leaves() throws(JournalError) -> [SHA256Digest] {
    guard isOpen else { return footer.blocks.map(\.leaf) }
    var decoder = BlockDecoder()
    var leaves: [SHA256Digest] = []
    var chain = try HashChain(head: header.predecessor.chainHead)
    while !isAtEnd {
      try load(into: &decoder, chain: &chain, verifying: true)
      leaves.append(chain.lastLeaf)
    }
    return leaves
  }
}

extension Folder {
  /// What the leaf of a block is the hash of, without its tag, and the sequences in it.
  fileprivate func entry(
    of place: JournalTree.Place
  ) throws(JournalError) -> ([UInt8], ClosedRange<Sequence64>) {
    let segment = try openSegment(place.name)
    var decoder = BlockDecoder()
    let told = BlockPlace(
      segment: segment.name, block: UInt64(place.block), first: segment.header.firstSequence,
      last: segment.footer.lastSequence)
    let block: BlockHeader
    switch try BlockDecoder.header(in: segment.file, at: place.offset) {
    case .success(let value): block = value
    case .failure(let problem): throw .damagedBlock(told, reason: problem.reason)
    }
    if let problem = try decoder.load(block, from: segment.file) {
      throw .damagedBlock(told, reason: problem.reason)
    }
    var writer = ByteWriter()
    block.putLogicalHeader(to: &writer)
    let payload = unsafe UnsafeRawBufferPointer(
      start: decoder.payload.payload, count: Int(block.payloadBytes))
    unsafe writer.put(bytes: payload)
    return (writer.bytes, block.firstSequence...block.firstSequence + UInt64(block.count) - 1)
  }
}

extension BlockHeader {
  /// The 64 bytes that the leaf's hash takes of a header.
  fileprivate func putLogicalHeader(to writer: inout ByteWriter) {
    let words = logicalWords
    for word in [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7] {
      writer.put(word)
    }
  }
}
