/// A segment whose writer died, while recovery looks at it: what is whole, what vouches for it, and
/// how it is sealed.
internal import TradingCore

struct OpenSegment: ~Copyable {
  private let folder: Folder
  private let name: SegmentName
  private let file: SegmentFile
  private let header: SegmentHeader
  private var scan: SegmentScan
  private var chain: HashChain

  private init(
    _ folder: Folder, _ name: SegmentName, _ file: consuming SegmentFile, _ header: SegmentHeader,
    _ chain: consuming HashChain
  ) {
    self.folder = folder
    self.name = name
    self.file = file
    self.header = header
    self.chain = chain
    scan = SegmentScan(of: header)
  }

  /// Opens the segment so that the disk itself is read: after a failed sync the system may remember
  /// bytes that the disk never got.
  static func open(_ name: SegmentName, in folder: Folder) throws(JournalError) -> OpenSegment {
    let file = try folder.open(name.text, .update)
    file.dropCache()
    let header = try folder.header(of: name)
    let chain = try HashChain(head: header.predecessor.chainHead)
    return OpenSegment(folder, name, file, header, chain)
  }

  /// Bytes of the blocks that are whole.
  var wholeBytes: UInt64 { scan.end }

  /// The last event in them; one less than the segment's first when there is none.
  var lastSequence: Sequence64 { scan.footer.lastSequence }

  /// Reads as far as headers, stored bytes, hash chain and events are whole. O(bytes).
  /// - Throws: `.damagedBlock` or `.damagedHeader` when the definitions are not whole, which were
  ///   durable before the segment had its name.
  mutating func read() throws(JournalError) {
    var decoder = BlockDecoder()
    _ = try header.dictionary(in: file, &decoder)
    while let block = try scan.next(in: file) {
      if let problem = try decoder.load(block, from: file) { return scan.fail(problem) }
      if let problem = decoder.unpack(block, header.schema) { return scan.fail(problem) }
      let leaf = unsafe chain.append(
        header: block, payload: decoder.payload.payload, count: Int(block.payloadBytes))
      guard chain.head == block.chain else {
        return scan.fail(Malformed("the hash chain does not match"))
      }
      switch decoder.payload.events() {
      case .success(let events):
        if let problem = count(events, of: block) { return scan.fail(problem) }
      case .failure(let problem): return scan.fail(problem)
      }
      scan.take(block, leaf: leaf)
    }
  }

  /// Counts the events for the footer, unless the header says something else of them: a sealed segment
  /// with such a block would not verify.
  private mutating func count(
    _ events: ContiguousArray<Event>, of block: BlockHeader
  ) -> Malformed? {
    let totals = BlockTotals(of: events)
    guard totals.bounds == block.bounds, totals.bitmap == block.bitmap else {
      return Malformed("its header does not agree with its events")
    }
    totals.add(to: &scan.footer.kinds)
    return nil
  }

  /// How the segment ends when it has its footer already, the very one that its blocks ask for, and only
  /// the name is missing.
  func sealedEnd() throws(JournalError) -> SegmentEnd? {
    guard scan.stop == .footer,
      case .success(let last) = try SegmentFooter.last(in: file, length: try file.size())
    else { return nil }
    let end = try SegmentEnd(scan.footer, last.footer.ending, at: scan.end)
    let found = try file.read(end.footer.count + 1, at: scan.end)
    return found == end.footer ? end : nil
  }

  /// Whether anything says that the segment is durable up to there. Its length is, too, then.
  func isVouched(to length: UInt64) throws(JournalError) -> Bool {
    try durableBytes >= length
  }

  private var durableBytes: UInt64 {
    get throws(JournalError) {
      let published = PublishedTail(in: folder, salt: header.identity.salt)
      return try scan.evidence(in: file, header, published)
    }
  }

  /// Throws when what is not whole lies in bytes that were durable: a crash does not do that.
  func judge(by rule: RecoveryRule) throws(JournalError) {
    guard rule == .watermark else { return }
    let durable = try durableBytes
    guard scan.end < durable else { return }
    throw scan.damage(in: folder.path(of: name.text), durable: durable)
  }

  /// How the segment ends: recovered, or as the segment behind it says.
  /// - Throws: `.damagedBlock` when that one was begun behind events that are missing here.
  func end(
    before successor: SegmentHeader.Predecessor?
  ) throws(JournalError) -> SegmentEnd {
    let end = try SegmentEnd(
      scan.footer, successor == nil ? .recovered : .rolled, at: scan.end)
    guard successor == nil || successor == end.predecessor else {
      throw .damagedBlock(
        scan.place(in: folder.path(of: name.text)),
        reason: "the next segment was begun behind other events")
    }
    return end
  }

  /// Makes what was read durable: a writer that was killed may have left it in memory only, and a footer
  /// on the disk says that all before it is there.
  func settle() throws(JournalError) { try file.sync() }

  /// Copies what stands behind the whole blocks aside, unless it is zeros or was copied before.
  func keepTail() throws(JournalError) -> (bytes: UInt64, name: String?) {
    let length = try file.size()
    let used = try lastByteUsed(from: scan.end, to: length)
    guard used > scan.end else { return (0, nil) }
    let bytes = used - scan.end
    let copy = name.evidence(epoch: header.epoch, "torn")
    guard !folder.has(copy) else { return (bytes, copy) }
    let unfinished = copy + ".tmp"
    try folder.removeIfPresent(unfinished)
    try folder.copy(file, scan.end..<used, to: unfinished)
    try folder.rename(unfinished, to: copy)
    try folder.sync()
    return (bytes, copy)
  }

  /// Behind the last byte that is not zero.
  private func lastByteUsed(from start: UInt64, to end: UInt64) throws(JournalError) -> UInt64 {
    var used = start
    var offset = start
    while offset < end {
      let piece = try file.read(Int(min(end - offset, Self.stride)), at: offset)
      guard !piece.isEmpty else { break }
      if let last = piece.lastIndex(where: { $0 != 0 }) { used = offset + UInt64(last) + 1 }
      offset += UInt64(piece.count)
    }
    return used
  }

  /// Bytes read at once.
  private static let stride: UInt64 = 1 << 20

  /// Cuts what is not whole, writes the footer, and gives the file its sealed name, all durable. The length
  /// is set anew: a failed sync may have given up the cut of a process before, and ours would not notice.
  func seal(_ end: SegmentEnd) throws(JournalError) {
    try file.write(end.footer, at: scan.end)
    try file.truncate(to: end.length + 1)
    try file.truncate(to: end.length)
    try finish()
  }

  /// Makes a segment that has its footer durable under its sealed name.
  func finish() throws(JournalError) {
    try file.sync()
    let none = WatermarkSlot(counter: 1, offset: 0, sequence: header.firstSequence - 1)
    let whole = WatermarkSlot(counter: 2, offset: try file.size(), sequence: lastSequence)
    try file.write(
      WatermarkPage.bytes([none, whole], salt: header.identity.salt),
      at: UInt64(JournalFormat.watermarkOffset))
    try file.sync()
    try folder.rename(name.text, to: name.sealed.text)
    try folder.sync()
  }
}
