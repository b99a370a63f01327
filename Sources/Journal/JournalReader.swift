/// Reads a journal from its first event to its last, in constant memory, checking all it reads. A
/// journal that is still being written can be followed: readers never lock and never write.
public import TradingCore

/// A journal being read. Opening checks the first and last segment's header and footer; every block
/// is checked before its first event is handed out.
public struct JournalReader: ~Copyable {
  /// What opening found, without decoding anything.
  public let facts: JournalFacts

  private let folder: Folder
  private var names: [SegmentName]
  private let verifying: Bool
  private var segment: SegmentReader
  private var position = 0
  private var decoder = BlockDecoder()
  private var chain: HashChain
  private var nextSequence: Sequence64 = 1

  /// Opens the journal in `folder`.
  /// - Parameters:
  ///   - folder: the journal.
  ///   - verifying: whether the SHA-256 chain is recomputed; XXH64 and all else is checked always.
  ///     Leave it on unless speed was asked for.
  ///   - acceptingOpen: whether a journal may be read that was never sealed, up to the last whole block.
  /// - Throws: `.missing`, `.notAJournal`, `.unsealed`, or what is damaged.
  public init(
    opening folder: String, verifying: Bool = true, acceptingOpen: Bool = false
  ) throws(JournalError) {
    try self.init(
      opening: folder, on: SystemDisk(), verifying: verifying, acceptingOpen: acceptingOpen)
  }

  /// As the public one, on any disk.
  package init(
    opening path: String, on disk: any Disk, verifying: Bool = true, acceptingOpen: Bool = false
  ) throws(JournalError) {
    let folder = Folder(path, on: disk)
    var names = try folder.segments()
    if !acceptingOpen { try folder.expectSealed(names) }
    let segment = try folder.openSegment(names[0])
    let last = try folder.openLast(of: &names)
    let facts = try JournalFacts(folder, names, first: segment, last: last)
    if !acceptingOpen { try folder.expectSealed(names) }
    let chain = try HashChain(head: segment.header.predecessor.chainHead)
    self.init(folder, names, verifying, facts, segment, chain)
  }

  private init(
    _ folder: Folder, _ names: [SegmentName], _ verifying: Bool, _ facts: JournalFacts,
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
  /// - Returns: false at the journal's end, or when nothing more is there yet; the batch is then empty.
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

  /// Looks whether an open journal has more to read; `next` then hands it out. O(new bytes).
  public mutating func refresh() throws(JournalError) -> Bool {
    let published = PublishedTail(in: folder, salt: facts.identity.salt)
    try segment.refresh(published)
    if segment.isAtEnd, position + 1 == names.count {
      names = try folder.segments()
      // Without an event the segment goes, and another writer's has its name.
      if !segment.isOpen, segment.footer.blocks.isEmpty {
        segment = try folder.openSegment(names[position])
      }
    }
    return !segment.isAtEnd || position + 1 < names.count
  }

  /// Goes to `sequence`: the next event handed out is that one.
  /// The chain is taken up from the block before, so everything behind is verified as usual.
  /// - Throws: `.noSuchSequence`, or what is damaged. O(log blocks) and one block.
  public mutating func seek(to sequence: Sequence64) throws(JournalError) {
    guard sequence >= 1, sequence <= facts.lastSequence else {
      throw .noSuchSequence(sequence, last: facts.lastSequence)
    }
    let target = names.lastIndex { $0.first <= sequence } ?? 0
    segment = try folder.openSegment(names[target])
    position = target
    guard let block = segment.footer.block(holding: sequence) else {
      throw .missingSegment(path: folder.path, first: sequence)
    }
    try load(block)
    var batch = EventBatch()
    while nextSequence < sequence {
      batch.removeAll()
      try take(min(EventBatch.capacity, Int(sequence - nextSequence)), into: &batch)
    }
  }

  /// The definitions in force before `sequence`, in order: what must be known to read on from there.
  /// O(bytes of one segment).
  /// - Throws: `.noSuchSequence`, or what is damaged.
  public func definitions(before sequence: Sequence64) throws(JournalError) -> [Event] {
    guard sequence >= 1, let target = names.lastIndex(where: { $0.first <= sequence }) else {
      throw .noSuchSequence(sequence, last: facts.lastSequence)
    }
    return try folder.openSegment(names[target]).definitions(before: sequence).events
  }

  /// Goes to the first event received at or after `time`: the next event handed out is that one.
  /// The blocks' time bounds say where to look, so the clock may run backwards in the journal.
  /// - Returns: its sequence; nil when all were received before, and then the reader is at the end.
  /// O(index) and one block.
  public mutating func seek(toTime time: Timestamp) throws(JournalError) -> Sequence64? {
    for (place, name) in names.enumerated() {
      let candidate = try folder.openSegment(name)
      let block = candidate.footer.blocks.firstIndex {
        $0.bounds.maxReceive >= time.nanoseconds
      }
      segment = candidate
      position = place
      guard let block else { continue }
      try load(block)
      let sequence = try firstSequence(receivedSince: time)
      try seek(to: sequence)
      return sequence
    }
    try moveToEnd()
    return nil
  }

  /// The sequence of the last event received before `time`, 0 where there is none; the blocks' time bounds
  /// say where to look. What the reader hands out next is then no longer said. O(index) and one block.
  mutating func lastSequence(before time: Timestamp) throws(JournalError) -> Sequence64 {
    for name in names.reversed() {
      let blocks = try folder.openSegment(name).footer.blocks
      guard let block = blocks.last(where: { $0.bounds.minReceive < time.nanoseconds }) else {
        continue
      }
      try seek(to: block.firstSequence)
      var (last, batch) = (Sequence64(0), EventBatch())
      while nextSequence < block.firstSequence + UInt64(block.count), try next(into: &batch) {
        guard let place = batch.events.lastIndex(where: { $0.receiveTime < time }) else { continue }
        last = batch.firstSequence + Sequence64(place)
      }
      return last
    }
    return 0
  }

  /// Leaves nothing of the segment to come; what is written behind it later does.
  private mutating func moveToEnd() throws(JournalError) {
    if let last = segment.footer.blocks.indices.last {
      try load(last)
    } else {
      chain = try HashChain(head: segment.header.predecessor.chainHead)
    }
    decoder.payload.removeAll()
    nextSequence = segment.footer.lastSequence &+ 1
  }

  /// The first event of the loaded block that was received at or after `time`; the block has one.
  private mutating func firstSequence(
    receivedSince time: Timestamp
  ) throws(JournalError) -> Sequence64 {
    var batch = EventBatch()
    while decoder.payload.remaining > 0 {
      batch.removeAll()
      batch.firstSequence = nextSequence
      try take(min(EventBatch.capacity, decoder.payload.remaining), into: &batch)
      if let place = batch.events.firstIndex(where: { $0.receiveTime >= time }) {
        return batch.firstSequence + Sequence64(place)
      }
    }
    throw .damagedBlock(segment.lastPlace, reason: "its header does not agree with its events")
  }

  /// Makes `block` of the segment the one whose events come next.
  private mutating func load(_ block: Int) throws(JournalError) {
    chain = try HashChain(head: try segment.chainHead(before: block))
    segment.move(to: block, chain: chain.head)
    nextSequence = segment.footer.blocks[block].firstSequence
    try segment.load(into: &decoder, chain: &chain, verifying: verifying)
  }

  /// Loads the next block, of the next segment if need be; false at the journal's end.
  private mutating func loadBlock() throws(JournalError) -> Bool {
    while segment.isAtEnd {
      guard position + 1 < names.count else { return false }
      // The next segment is begun behind all of this one, which may have grown since it was read.
      try segment.refresh()
      if segment.isAtEnd { try openNextSegment() }
    }
    try segment.load(into: &decoder, chain: &chain, verifying: verifying)
    return true
  }

  /// Goes behind the blocks to come that `passed` allows; of each segment the last one is read, which checks
  /// its end. O(blocks passed).
  mutating func pass(over passed: inout PassedBlocks) throws(JournalError) {
    while decoder.payload.remaining == 0 {
      if segment.isAtEnd {
        guard position + 1 < names.count else { return }
        try openNextSegment()
      }
      passed.enter(position, segment.footer.kinds)
      let block = segment.next
      guard block + 1 < segment.footer.blocks.count, passed.allows(segment.footer.blocks[block])
      else { return }
      chain = try HashChain(head: try segment.chainHead(before: block + 1))
      segment.move(to: block + 1, chain: chain.head)
      nextSequence = segment.footer.blocks[block + 1].firstSequence
    }
  }

  private mutating func openNextSegment() throws(JournalError) {
    let following = try folder.openSegment(names[position + 1])
    try following.expect(after: segment)
    _ = try following.dictionary(&decoder)
    decoder.payload.removeAll()
    position += 1
    chain = try HashChain(head: following.header.predecessor.chainHead)
    segment = following
  }
}

extension Folder {
  /// Throws when a segment was not sealed.
  fileprivate func expectSealed(_ names: [SegmentName]) throws(JournalError) {
    guard let open = names.first(where: \.isOpen) else { return }
    throw .unsealed(segment: path(of: open.text))
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
    let end = before.footer
    guard header.firstSequence == end.lastSequence &+ 1, header.index == before.header.index &+ 1
    else { throw .missingSegment(path: name, first: end.lastSequence &+ 1) }
    let predecessor = header.predecessor
    let agrees =
      header.identity.isSameJournal(as: before.header.identity)
      && predecessor.index == before.header.index && predecessor.lastSequence == end.lastSequence
      && predecessor.chainHead == end.chainHead
      && (before.isOpen || predecessor.length == before.length)
      && header.firstBlock == before.header.firstBlock &+ UInt64(end.blocks.count)
    guard agrees else {
      throw .damagedHeader(segment: name, reason: "it does not follow the segment before it")
    }
    guard header.epoch >= before.header.epoch else {
      throw .damagedHeader(
        segment: name, reason: "an earlier writer's segment stands behind a later one's")
    }
  }
}
