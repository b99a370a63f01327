/// Checks every byte of a journal: what the reader checks, and beyond it everything that can be derived
/// again (totals, bounds, bitmaps, Merkle roots, repeated definitions, the footer's form), and every
/// signed note on the way. The first damage ends it; a note that does not hold is reported.
internal import TradingCore

/// What a journal that passed every check holds.
public struct VerificationReport: Equatable, Sendable {
  /// Id, chain head and last sequence, as the files state them and as was found.
  public var facts: JournalFacts
  /// Blocks of events.
  public var blocks: Int
  /// Bytes of all segments.
  public var bytes: UInt64
  /// The Merkle root over each sealed segment's blocks, in order.
  public var merkleRoots: [SHA256Digest]
  /// What the signed checkpoints say for it.
  public var checkpoints: CheckpointReport
  /// Whether events stand behind the last checkpoint although a writer ended the journal in order, and
  /// so signed its end: the checkpoint was taken away, or could not be signed.
  public var endsUnsigned: Bool
}

/// Verification; see `verify`.
public struct JournalVerifier: ~Copyable {
  private let folder: Folder
  private var decoder = BlockDecoder()
  private var definitions = Definitions()
  private var roots: [SHA256Digest] = []
  private var blocks = 0
  private var bytes: UInt64 = 0
  private var witness: JournalWitness
  private let watch: Watch

  /// Reads the journal in `folder` from its first byte to its last. O(bytes), constant memory.
  /// - Parameters:
  ///   - key: the journal's first key, as it was written down elsewhere.
  ///   - anchor: one of its checkpoints, as it was published elsewhere.
  ///   - watch: told the last sequence checked, and the journal's last when the work began.
  /// - Throws: the first damage, as `JournalError`, with its place.
  public static func verify(
    _ folder: String, key: VerifierKey? = nil, anchor: SignedNote? = nil,
    watch: @escaping Watch = { _, _ in true }
  ) throws(JournalError) -> VerificationReport {
    try verify(folder, on: SystemDisk(), key: key, anchor: anchor, watch: watch)
  }

  /// As the public one, on any disk.
  package static func verify(
    _ path: String, on disk: any Disk, key: VerifierKey? = nil, anchor: SignedNote? = nil,
    watch: @escaping Watch = { _, _ in true }
  ) throws(JournalError) -> VerificationReport {
    let folder = Folder(path, on: disk)
    var names = try folder.segments()
    let first = try folder.openSegment(names[0])
    let last = try folder.openLast(of: &names)
    let facts = try JournalFacts(folder, names, first: first, last: last)
    let journal = facts.identity.id
    let witness = try JournalWitness(
      of: journal, from: first.header.predecessor.chainHead,
      try CheckpointAudit(of: journal, pinned: key, anchor: anchor))
    let end = facts.lastSequence
    let verifier = JournalVerifier(folder: folder, witness) { done, _ in watch(done, end) }
    return try verifier.run(names)
  }

  private init(
    folder: Folder, _ witness: consuming JournalWitness, watch: @escaping Watch
  ) {
    self.folder = folder
    self.witness = witness
    self.watch = watch
  }

  /// Checks one segment after the other, also those that a writer begins meanwhile.
  private consuming func run(_ found: [SegmentName]) throws(JournalError) -> VerificationReport {
    var names = found
    let first = try folder.openSegment(names[0])
    var segment = try folder.openSegment(names[0])
    var chain = try HashChain(head: segment.header.predecessor.chainHead)
    try check(&segment, &chain)
    var place = 1
    while place < names.count || segment.footer.ending == .rolled {
      if place == names.count { names = try folder.segments(behind: names, segment) }
      var following = try folder.openSegment(names[place])
      try following.expect(after: segment)
      try check(&following, &chain)
      segment = following
      place += 1
    }
    let facts = try JournalFacts(folder, names, first: first, last: segment)
    let (blocks, bytes, roots) = (blocks, bytes, roots)
    let (ending, isEmpty) = (segment.footer.ending, segment.footer.blocks.isEmpty)
    let checkpoints = witness.finish()
    return VerificationReport(
      facts: facts, blocks: blocks, bytes: bytes, merkleRoots: roots, checkpoints: checkpoints,
      // A session without events signs nothing, and leaves an empty segment.
      endsUnsigned: ending == .ended && !isEmpty && checkpoints.signedThrough < facts.lastSequence)
  }

  /// Checks one whole segment.
  private mutating func check(
    _ segment: inout SegmentReader, _ chain: inout HashChain
  ) throws(JournalError) {
    try checkDictionary(segment)
    var totals = SegmentFooter(behind: segment.header, ending: segment.footer.ending)
    if segment.isAtEnd { try segment.walkToFooter() }
    while !segment.isAtEnd {
      let (place, entry) = (segment.place, segment.footer.blocks[segment.next])
      try segment.load(into: &decoder, chain: &chain, verifying: true)
      try witness.takeNotes(of: segment)
      let time = try tally(entry, place, &totals)
      witness.take(
        leaf: chain.lastLeaf, through: totals.lastSequence, chain: chain.head, time: time)
      try go(on: watch, totals.lastSequence, of: totals.lastSequence)
    }
    try witness.takeNotes(of: segment)
    blocks += totals.blocks.count
    bytes += segment.length
    if segment.isOpen { return }
    totals.chainHead = chain.head
    totals.merkleRoot = try MerkleTree.root(of: segment.footer.blocks.lazy.map(\.leaf))
    roots.append(totals.merkleRoot)
    let found = try segment.file.read(
      Int(segment.length - segment.footerOffset), at: segment.footerOffset)
    guard totals == segment.footer, totals.bytes(at: segment.footerOffset) == found else {
      throw .damagedFooter(segment: segment.name, reason: "it does not agree with the blocks")
    }
  }

  /// Takes the loaded block's events and derives again what header and index say of them.
  /// - Returns: the last event's receive time.
  private mutating func tally(
    _ entry: BlockEntry, _ place: BlockPlace, _ totals: inout SegmentFooter
  ) throws(JournalError) -> Timestamp {
    let found = try events(place)
    for event in found { definitions.note(event) }
    let block = BlockTotals(of: found)
    guard block.bounds == entry.bounds, block.bitmap == entry.bitmap else {
      throw .damagedBlock(place, reason: "its header does not agree with its events")
    }
    totals.bounds.include(block.bounds)
    block.add(to: &totals.kinds)
    totals.lastSequence &+= UInt64(entry.count)
    totals.blocks.append(entry)
    return found.last?.receiveTime ?? .none
  }

  /// All events of the loaded block.
  private mutating func events(_ place: BlockPlace) throws(JournalError) -> ContiguousArray<Event> {
    switch decoder.payload.events() {
    case .success(let events): return events
    case .failure(let problem): throw .damagedBlock(place, reason: problem.reason)
    }
  }

  /// Checks that the segment repeats the definitions in force.
  private mutating func checkDictionary(
    _ segment: borrowing SegmentReader
  ) throws(JournalError) {
    let expected = segment.header.index == 0 ? [] : definitions.events
    guard try segment.dictionary(&decoder) == expected else {
      throw .damagedHeader(segment: segment.name, reason: "its definitions are not in force")
    }
  }
}
