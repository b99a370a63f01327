/// One segment while it is read. Of a sealed one the footer says at once what is in it; an open one is
/// walked through, and can be walked further when its writer has gone on.
internal import TradingCore

struct SegmentReader: ~Copyable {
  let file: SegmentFile
  /// The file's path, for errors.
  let name: String
  let header: SegmentHeader
  /// What the segment holds; `ending` is `.open` until it is sealed.
  private(set) var footer: SegmentFooter
  /// Where the footer begins, or where the walk through an open segment stopped.
  private(set) var footerOffset: UInt64
  private(set) var length: UInt64
  private var scan: SegmentScan?
  private var walk: BlockWalk
  /// Data blocks taken so far.
  private(set) var next = 0
  /// Control blocks met on the way to the last block loaded, or to the footer behind it.
  private(set) var controlBlocks: [BlockHeader] = []

  /// Opens the segment `name` of `folder` and checks header, trailer and footer; of an open segment
  /// header, headers of blocks and stored bytes.
  /// - Throws: what is damaged; of an open segment only what lies below its durable watermark.
  static func open(_ name: SegmentName, in folder: Folder) throws(JournalError) -> SegmentReader {
    let file = try folder.open(name.text, .read)
    let path = folder.path(of: name.text)
    let length = try file.size()
    let header = try file.header(of: name)
    if name.isOpen {
      let scan = SegmentScan(of: header)
      var reader = SegmentReader(file, path, header, scan.footer, scan.end, length, scan)
      try reader.refresh()
      try reader.checkEvidence(PublishedTail(in: folder, salt: header.identity.salt))
      return reader
    }
    let last = try footer(in: file, length, header, path)
    return SegmentReader(file, path, header, last.footer, last.offset, length, nil)
  }

  /// Checks the second page and reads the footer of a sealed segment.
  private static func footer(
    in file: borrowing SegmentFile, _ length: UInt64, _ header: SegmentHeader, _ name: String
  ) throws(JournalError) -> (footer: SegmentFooter, offset: UInt64) {
    let page = try file.read(
      JournalFormat.headerBytes - JournalFormat.watermarkOffset,
      at: UInt64(JournalFormat.watermarkOffset))
    let watermarks = WatermarkPage(page, salt: header.identity.salt)
    guard watermarks.isWhole else {
      throw .damagedHeader(segment: name, reason: "its watermarks do not match their checksums")
    }
    guard watermarks.durableOffset == length else {
      throw .damagedHeader(segment: name, reason: "its watermarks are not those of its seal")
    }
    switch try SegmentFooter.last(in: file, length: length) {
    case .failure(let problem): throw .damagedFooter(segment: name, reason: problem.reason)
    case .success(let last):
      guard last.footer.agrees(with: header) else {
        throw .damagedFooter(segment: name, reason: "it belongs to another segment")
      }
      return last
    }
  }

  private init(
    _ file: consuming SegmentFile, _ name: String, _ header: SegmentHeader,
    _ footer: SegmentFooter, _ footerOffset: UInt64, _ length: UInt64, _ scan: SegmentScan?
  ) {
    self.file = file
    self.name = name
    self.header = header
    self.footer = footer
    self.footerOffset = footerOffset
    self.length = length
    self.scan = scan
    walk = BlockWalk(behind: header)
  }

  /// Looks whether an open segment has grown or was sealed since; O(new bytes).
  /// - Parameter published: how far its writer says that it has come, if it says anything.
  /// - Throws: `.damagedBlock` when bytes are not whole that were durable.
  mutating func refresh(_ published: PublishedTail? = nil) throws(JournalError) {
    guard var scan = scan.take() else { return }
    var decoder = BlockDecoder()
    do throws(JournalError) {
      try scan.advance(in: file, &decoder, upTo: published?.writtenOffset(in: header) ?? .max)
    } catch {
      self.scan = scan
      throw error
    }
    self.scan = scan
    length = try file.size()
    if scan.stop == .footer,
      case .success(let last) = try SegmentFooter.last(in: file, length: length),
      last.footer.agrees(with: header), last.footer.blocks.count == scan.footer.blocks.count
    {
      (footer, footerOffset) = last
      self.scan = nil
      return
    }
    (footer, footerOffset) = (scan.footer, scan.end)
    let durable = published?.durableOffset(in: header) ?? 0
    if scan.end < durable { throw scan.damage(in: name, durable: durable) }
  }

  /// Throws when the walk through an open segment stopped below what is known durable. Its writer may
  /// have gone on since the walk, so the walk goes on too before it is called damage.
  private mutating func checkEvidence(_ published: PublishedTail?) throws(JournalError) {
    guard let scan else { return }
    let durable = try scan.evidence(in: file, header, published)
    guard scan.end < durable else { return }
    try refresh()
    guard let later = self.scan, later.end < durable else { return }
    throw later.damage(in: name, durable: durable)
  }

  /// Whether the segment has no footer yet.
  var isOpen: Bool { footer.ending == .open }

  var isAtEnd: Bool { next == footer.blocks.count }

  /// The place of the block that comes next, as the index states it.
  var place: BlockPlace { place(of: next) }

  func place(of block: Int) -> BlockPlace {
    let entry = footer.blocks[block]
    return BlockPlace(
      segment: name, block: header.firstBlock &+ UInt64(block), first: entry.firstSequence,
      last: entry.firstSequence &+ UInt64(max(entry.count, 1)) &- 1)
  }

  /// Makes `block` the one that comes next; `chain` is the hash chain before it.
  mutating func move(to block: Int, chain: SHA256Digest) {
    next = block
    let entry = footer.blocks[block]
    walk = BlockWalk(
      header, offset: entry.offset, index: header.firstBlock &+ UInt64(block),
      sequence: entry.firstSequence, chain: chain)
  }

  /// Reads and checks the next block; `decoder` then hands out its events. `chain` holds all before.
  mutating func load(
    into decoder: inout BlockDecoder, chain: inout HashChain, verifying: Bool
  ) throws(JournalError) {
    let (place, entry) = (place, footer.blocks[next])
    func damaged(_ reason: String) -> JournalError { .damagedBlock(place, reason: reason) }
    let block = try find(entry, place)
    if let problem = try decoder.load(block, from: file) { throw damaged(problem.reason) }
    if verifying {
      let leaf = unsafe chain.append(
        header: block, payload: decoder.payload.payload, count: Int(block.payloadBytes))
      guard chain.head == block.chain, leaf == entry.leaf || isOpen else {
        throw damaged("the hash chain does not match: its content was changed")
      }
    }
    if let problem = decoder.unpack(block, header.schema) { throw damaged(problem.reason) }
    walk.pass(block)
    next += 1
    if isAtEnd { try finish(block) }
  }

  /// Walks to the data block that the index names next.
  private mutating func find(
    _ entry: BlockEntry, _ place: BlockPlace
  ) throws(JournalError) -> BlockHeader {
    func damaged(_ reason: String) -> JournalError { .damagedBlock(place, reason: reason) }
    controlBlocks.removeAll()
    while true {
      switch try walk.step(in: file) {
      case .data(let block):
        guard block.offset == entry.offset, block.count == entry.count,
          block.firstSequence == entry.firstSequence, block.bounds == entry.bounds,
          block.bitmap == entry.bitmap
        else { throw damaged("the block does not agree with the index") }
        return block
      case .control(let block): pass(block)
      case .padding(let bytes): walk.pass(padding: bytes)
      case .footer, .end: throw damaged("no block begins here")
      case .damage(let reason): throw damaged(reason)
      }
    }
  }

  /// Behind the last data block: only padding and control blocks stand before the footer.
  private mutating func finish(_ last: BlockHeader) throws(JournalError) {
    guard last.chain == footer.chainHead else {
      throw .damagedFooter(segment: name, reason: "its chain head is not the last block's")
    }
    try walkToFooter()
  }

  /// Walks over padding and control blocks to the footer, or to where an open segment ends.
  mutating func walkToFooter() throws(JournalError) {
    while walk.offset < footerOffset {
      switch try walk.step(in: file) {
      case .control(let block): pass(block)
      case .padding(let bytes): walk.pass(padding: bytes)
      case .data, .footer, .end:
        throw .damagedFooter(segment: name, reason: "bytes stand before it that no block owns")
      case .damage(let reason): throw .damagedFooter(segment: name, reason: reason)
      }
    }
    guard walk.offset == footerOffset else {
      throw .damagedFooter(segment: name, reason: "it does not begin where the last block ends")
    }
  }

  private mutating func pass(_ block: BlockHeader) {
    controlBlocks.append(block)
    walk.pass(block)
  }
}

extension SegmentFooter {
  /// Whether this is the footer of the segment with `header`, and its index holds all its sequences.
  func agrees(with header: SegmentHeader) -> Bool {
    let events = blocks.reduce(0) { $0 &+ UInt64($1.count) }
    return segment == header.index && firstSequence == header.firstSequence
      && lastSequence >= firstSequence &- 1 && events == lastSequence &+ 1 &- firstSequence
  }
}
