/// Reads a sealed journal from its first event to its last, in constant memory, checking all it reads.
public import TradingCore

/// A journal being read. Opening checks the first and last segment's header and footer; every block
/// is checked before its first event is handed out.
public struct JournalReader: ~Copyable {
  /// What opening found, without decoding anything.
  public let facts: JournalFacts

  private let folder: String
  private let names: [String]
  private let verifying: Bool
  private var segment: SegmentReader
  private var position = 0
  private var decoder = BlockDecoder()
  private var chain: HashChain
  private var nextSequence: Sequence64 = 1

  /// Opens the journal in `folder`.
  /// - Parameter verifying: whether the SHA-256 chain is recomputed; XXH64 and all else is checked
  ///   always. Leave it on unless speed was asked for.
  /// - Throws: `.missing`, `.notAJournal`, `.unsealed`, or what is damaged.
  public init(opening folder: String, verifying: Bool = true) throws(JournalError) {
    let names = try JournalFacts.segmentNames(in: folder)
    let segment = try SegmentReader(in: folder, name: names[0])
    let facts = try JournalFacts(folder: folder, names: names, first: segment)
    let chain = try HashChain(head: segment.header.predecessor.chainHead)
    self.init(folder, names, verifying, facts, segment, chain)
  }

  private init(
    _ folder: String, _ names: [String], _ verifying: Bool, _ facts: JournalFacts,
    _ segment: consuming SegmentReader, _ chain: consuming HashChain
  ) {
    self.folder = folder
    self.names = names
    self.verifying = verifying
    self.facts = facts
    self.segment = segment
    self.chain = chain
  }

  /// Replaces the batch's events by the next ones, at most `EventBatch.capacity`.
  /// - Returns: false at the journal's end; the batch is then empty.
  /// - Throws: `.damagedBlock`, `.damagedHeader`, `.damagedFooter`, `.missingSegment` or `.io`; the
  ///   batch is then empty.
  public mutating func next(into batch: inout EventBatch) throws(JournalError) -> Bool {
    batch.removeAll()
    batch.firstSequence = nextSequence
    while decoder.payload.remaining == 0 {
      guard try loadBlock() else { return false }
    }
    try take(min(EventBatch.capacity, decoder.payload.remaining), into: &batch)
    return true
  }

  /// Hands out the next `count` events of the loaded block.
  private mutating func take(_ count: Int, into batch: inout EventBatch) throws(JournalError) {
    var problem: Malformed?
    batch.events.append(addingCapacity: count) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, filled in
        guard let base = buffer.baseAddress else { return }
        do throws(Malformed) {
          filled = try unsafe decoder.payload.fill(base, limit: count)
        } catch { problem = error }
      }
    }
    if let problem {
      batch.removeAll()
      throw .damagedBlock(segment.lastPlace, reason: problem.reason)
    }
    nextSequence += UInt64(batch.events.count)
  }

  /// Goes to `sequence`: the next event handed out is that one.
  /// The chain is taken up from the block before, so everything behind is verified as usual.
  /// - Throws: `.noSuchSequence`, or what is damaged. O(log blocks) and one block.
  public mutating func seek(to sequence: Sequence64) throws(JournalError) {
    guard sequence >= 1, sequence <= facts.lastSequence else {
      throw .noSuchSequence(sequence, last: facts.lastSequence)
    }
    let target = (names.lastIndex { (JournalFormat.firstSequence(of: $0) ?? 0) <= sequence }) ?? 0
    segment = try SegmentReader(in: folder, name: names[target])
    position = target
    guard let block = segment.footer.block(holding: sequence) else {
      throw .missingSegment(path: folder, first: sequence)
    }
    chain = try HashChain(head: try segment.chainHead(before: block))
    segment.move(to: block)
    _ = try loadBlock()
    nextSequence = segment.footer.blocks[block].firstSequence
    var batch = EventBatch()
    while nextSequence < sequence {
      batch.removeAll()
      try take(min(EventBatch.capacity, Int(sequence - nextSequence)), into: &batch)
    }
  }

  /// Loads the next block, of the next segment if need be; false at the journal's end.
  private mutating func loadBlock() throws(JournalError) -> Bool {
    while segment.isAtEnd {
      guard position + 1 < names.count else { return false }
      try openNextSegment()
    }
    try segment.load(into: &decoder, chain: &chain, verifying: verifying)
    return true
  }

  private mutating func openNextSegment() throws(JournalError) {
    let following = try SegmentReader(in: folder, name: names[position + 1])
    try following.expect(after: segment)
    position += 1
    chain = try HashChain(head: following.header.predecessor.chainHead)
    segment = following
  }
}

extension SegmentReader {
  /// The block taken last.
  var lastPlace: BlockPlace { place(of: max(next, 1) - 1) }

  /// The chain before `block`, from the header of the one before it.
  func chainHead(before block: Int) throws(JournalError) -> SHA256Digest {
    guard block > 0 else { return header.predecessor.chainHead }
    switch try BlockDecoder.header(in: file, at: footer.blocks[block - 1].offset) {
    case .success(let value): return value.chain
    case .failure(let problem):
      throw .damagedBlock(place(of: block - 1), reason: problem.reason)
    }
  }

  /// Throws unless this segment directly follows `before` in the same journal.
  func expect(after before: borrowing SegmentReader) throws(JournalError) {
    let end = SegmentHeader.Predecessor(
      index: before.header.index, lastSequence: before.footer.lastSequence, length: before.length,
      chainHead: before.footer.chainHead)
    guard header.firstSequence == end.lastSequence &+ 1, header.index == end.index &+ 1 else {
      throw .missingSegment(path: name, first: end.lastSequence &+ 1)
    }
    let agrees =
      header.identity == before.header.identity && header.predecessor == end
      && header.firstBlock == before.header.firstBlock &+ UInt64(before.footer.blocks.count)
      && header.epoch >= before.header.epoch
    guard agrees else {
      throw .damagedHeader(segment: name, reason: "it does not follow the segment before it")
    }
  }
}
