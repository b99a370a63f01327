/// Checks every byte of a sealed journal: what the reader checks, and beyond it everything that can be
/// derived again (totals, bounds, bitmaps, Merkle roots, repeated definitions, the footer's form).
internal import TradingCore

/// What a journal that passed every check holds.
public struct VerificationReport: Equatable, Sendable {
  /// Id, chain head and last sequence, as the files state them and as was found.
  public var facts: JournalFacts
  /// Blocks of events.
  public var blocks: Int
  /// Bytes of all segments.
  public var bytes: UInt64
  /// The Merkle root over each segment's blocks, in order.
  public var merkleRoots: [SHA256Digest]
}

/// Verification; see `verify`.
public struct JournalVerifier: ~Copyable {
  private let folder: String
  private var decoder = BlockDecoder()
  private var definitions = Definitions()
  private var roots: [SHA256Digest] = []
  private var blocks = 0
  private var bytes: UInt64 = 0

  /// Reads the journal in `folder` from its first byte to its last. O(bytes), constant memory.
  /// - Throws: the first thing that is wrong, as `JournalError`, with its place.
  public static func verify(_ folder: String) throws(JournalError) -> VerificationReport {
    let names = try JournalFacts.segmentNames(in: folder)
    let first = try SegmentReader(in: folder, name: names[0])
    let facts = try JournalFacts(folder: folder, names: names, first: first)
    var verifier = JournalVerifier(folder: folder)
    return try verifier.run(facts, names)
  }

  private init(folder: String) { self.folder = folder }

  private mutating func run(
    _ facts: JournalFacts, _ names: [String]
  ) throws(JournalError) -> VerificationReport {
    var segment = try SegmentReader(in: folder, name: names[0])
    var chain = try HashChain(head: segment.header.predecessor.chainHead)
    try check(&segment, &chain)
    for name in names.dropFirst() {
      var following = try SegmentReader(in: folder, name: name)
      try following.expect(after: segment)
      try check(&following, &chain)
      segment = following
    }
    guard chain.head == facts.chainHead else {
      throw .damagedFooter(segment: segment.name, reason: "its chain head is not the journal's")
    }
    return VerificationReport(facts: facts, blocks: blocks, bytes: bytes, merkleRoots: roots)
  }

  /// Checks one whole segment.
  private mutating func check(
    _ segment: inout SegmentReader, _ chain: inout HashChain
  ) throws(JournalError) {
    let offset = try checkDictionary(segment, &chain)
    guard offset == segment.firstBlockOffset else {
      throw .damagedHeader(segment: segment.name, reason: "its definitions end elsewhere")
    }
    guard !segment.footer.blocks.isEmpty || offset == segment.footerOffset else {
      throw .damagedFooter(
        segment: segment.name, reason: "bytes stand before it that no block owns")
    }
    var totals = SegmentFooter(chainHead: segment.header.predecessor.chainHead, merkleRoot: .zero)
    totals.ending = segment.footer.ending
    totals.segment = segment.header.index
    totals.firstSequence = segment.header.firstSequence
    totals.lastSequence = segment.header.firstSequence &- 1
    while !segment.isAtEnd {
      let (place, entry) = (segment.place, segment.footer.blocks[segment.next])
      try segment.load(into: &decoder, chain: &chain, verifying: true)
      try tally(entry, place, &totals)
    }
    totals.chainHead = chain.head
    totals.merkleRoot = try MerkleTree.root(of: segment.footer.blocks.lazy.map(\.leaf))
    roots.append(totals.merkleRoot)
    blocks += totals.blocks.count
    bytes += segment.length
    let found = try segment.file.read(
      Int(segment.length - segment.footerOffset), at: segment.footerOffset)
    guard totals == segment.footer, totals.bytes(at: segment.footerOffset) == found else {
      throw .damagedFooter(segment: segment.name, reason: "it does not agree with the blocks")
    }
  }

  /// Takes the loaded block's events and derives again what header and index say of them.
  private mutating func tally(
    _ entry: BlockEntry, _ place: BlockPlace, _ totals: inout SegmentFooter
  ) throws(JournalError) {
    var bounds = ClockBounds()
    var bitmap: UInt64 = 0
    for event in try events(place) {
      definitions.note(event)
      bounds.include(event)
      bitmap |= event.body.bitmap
      totals.kinds[Int(event.kind.rawValue)] += 1
    }
    guard bounds == entry.bounds, bitmap == entry.bitmap else {
      throw .damagedBlock(place, reason: "its header does not agree with its events")
    }
    totals.bounds.include(bounds)
    totals.lastSequence &+= UInt64(entry.count)
    totals.blocks.append(entry)
  }

  /// All events of the loaded block.
  private mutating func events(_ place: BlockPlace) throws(JournalError) -> ContiguousArray<Event> {
    var result = ContiguousArray<Event>()
    var problem: Malformed?
    result.append(addingCapacity: decoder.payload.remaining) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, filled in
        guard let base = buffer.baseAddress else { return }
        do throws(Malformed) {
          filled = try unsafe decoder.payload.fill(base, limit: decoder.payload.remaining)
        } catch { problem = error }
      }
    }
    if let problem { throw .damagedBlock(place, reason: problem.reason) }
    return result
  }

  /// Checks that the segment repeats the definitions in force, and returns where they end.
  private mutating func checkDictionary(
    _ segment: borrowing SegmentReader, _ chain: inout HashChain
  ) throws(JournalError) -> UInt64 {
    let start = UInt64(JournalFormat.headerBytes)
    var offset = start
    var found = ContiguousArray<Event>()
    let place = BlockPlace(
      segment: segment.name, block: segment.header.firstBlock,
      first: segment.header.firstSequence, last: segment.header.firstSequence)
    while offset < segment.firstBlockOffset {
      let block: BlockHeader
      switch try BlockDecoder.header(in: segment.file, at: offset) {
      case .success(let value): block = value
      case .failure(let problem): throw .damagedBlock(place, reason: problem.reason)
      }
      if let reason = segment.dictionaryMismatch(block) {
        throw .damagedBlock(place, reason: reason)
      }
      if let problem = try decoder.load(block, from: segment.file) ?? decoder.unpack(block) {
        throw .damagedBlock(place, reason: problem.reason)
      }
      found.append(contentsOf: try events(place))
      offset += UInt64(BlockHeader.frameBytes) + UInt64(block.storedBytes)
    }
    let expected = segment.header.index == 0 ? [] : definitions.events
    guard Array(found) == expected,
      segment.header.dictionaryOffset == (expected.isEmpty ? 0 : start)
    else { throw .damagedHeader(segment: segment.name, reason: "its definitions are not in force") }
    return offset
  }
}

extension SegmentReader {
  /// What in the header of a block of definitions is not as it must be.
  func dictionaryMismatch(_ block: BlockHeader) -> String? {
    let agrees =
      block.kind == .dictionary && block.salt == header.identity.salt
      && block.index == header.firstBlock && block.firstSequence == header.firstSequence
      && block.chain == .zero
    return agrees ? nil : "a block of definitions is expected here"
  }
}
