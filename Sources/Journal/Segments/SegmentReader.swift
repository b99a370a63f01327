/// One sealed segment while it is read: header and footer are known from the start, blocks follow.
internal import TradingCore

struct SegmentReader: ~Copyable {
  let file: SegmentFile
  let name: String
  let header: SegmentHeader
  let footer: SegmentFooter
  let footerOffset: UInt64
  let length: UInt64
  /// Data blocks taken so far.
  private(set) var next = 0

  /// Opens the segment `name` of `folder` and checks header, trailer and footer.
  init(in folder: String, name: String) throws(JournalError) {
    let file = try SegmentFile(folder + "/" + name, .read, on: SystemDisk())
    let length = try file.size()
    let header = try SegmentHeader(
      try file.read(JournalFormat.headerBytes, at: 0), segment: name)
    guard length >= UInt64(JournalFormat.headerBytes + JournalFormat.trailerBytes) else {
      throw .damagedFooter(segment: name, reason: "the file is too short for one")
    }
    let end = try file.read(
      JournalFormat.trailerBytes, at: length - UInt64(JournalFormat.trailerBytes))
    let trailer = try SegmentTrailer(end, fileBytes: length, segment: name)
    let footer = try SegmentFooter(
      try file.read(trailer.footerBytes, at: trailer.footerOffset), at: trailer.footerOffset,
      segment: name)
    try Self.check(footer, header, name)
    self.init(file, name, header, footer, trailer.footerOffset, length)
  }

  private init(
    _ file: consuming SegmentFile, _ name: String, _ header: SegmentHeader,
    _ footer: SegmentFooter, _ footerOffset: UInt64, _ length: UInt64
  ) {
    self.file = file
    self.name = name
    self.header = header
    self.footer = footer
    self.footerOffset = footerOffset
    self.length = length
  }

  private static func check(
    _ footer: SegmentFooter, _ header: SegmentHeader, _ name: String
  ) throws(JournalError) {
    let agrees =
      footer.segment == header.index && footer.firstSequence == header.firstSequence
      && footer.firstSequence > 0 && footer.lastSequence >= footer.firstSequence - 1
      && JournalFormat.firstSequence(of: name) == header.firstSequence
    guard agrees else {
      throw .damagedFooter(segment: name, reason: "it belongs to another segment")
    }
    let events = footer.blocks.reduce(0) { $0 + UInt64($1.count) }
    guard events == footer.lastSequence &+ 1 &- footer.firstSequence else {
      throw .damagedFooter(segment: name, reason: "its index does not hold all sequences")
    }
  }

  /// The first byte behind the header pages and the dictionary.
  var firstBlockOffset: UInt64 {
    UInt64(JournalFormat.headerBytes) &+ header.dictionaryBytes
  }

  var isAtEnd: Bool { next == footer.blocks.count }

  /// The place of the block that comes next, as the index states it.
  var place: BlockPlace { place(of: next) }

  func place(of block: Int) -> BlockPlace {
    let entry = footer.blocks[block]
    return BlockPlace(
      segment: name, block: header.firstBlock &+ UInt64(block), first: entry.firstSequence,
      last: entry.firstSequence &+ UInt64(max(entry.count, 1)) &- 1)
  }

  /// Makes `block` the one that comes next.
  mutating func move(to block: Int) { next = block }

  /// Reads and checks the next block; `decoder` then hands out its events.
  mutating func load(
    into decoder: inout BlockDecoder, chain: inout HashChain, verifying: Bool
  ) throws(JournalError) {
    let place = place
    func damaged(_ reason: String) -> JournalError { .damagedBlock(place, reason: reason) }
    let entry = footer.blocks[next]
    let block: BlockHeader
    switch try BlockDecoder.header(in: file, at: entry.offset) {
    case .success(let value): block = value
    case .failure(let problem): throw damaged(problem.reason)
    }
    if let reason = mismatch(block, entry, place) { throw damaged(reason) }
    if let problem = try decoder.load(block, from: file) { throw damaged(problem.reason) }
    if verifying {
      let leaf = unsafe chain.append(
        header: block, payload: decoder.payload.payload, count: Int(block.payloadBytes))
      guard chain.head == block.chain, leaf == entry.leaf else {
        throw damaged("the hash chain does not match: its content was changed")
      }
    }
    if let problem = decoder.unpack(block) { throw damaged(problem.reason) }
    next += 1
    guard !isAtEnd || block.chain == footer.chainHead else {
      throw .damagedFooter(segment: name, reason: "its chain head is not the last block's")
    }
  }

  /// What in the block's header does not agree with journal, index or neighbours.
  private func mismatch(
    _ block: BlockHeader, _ entry: BlockEntry, _ place: BlockPlace
  ) -> String? {
    guard block.kind == .data else { return "a block of events is expected here" }
    guard block.salt == header.identity.salt else { return "the block belongs to another journal" }
    guard block.index == place.block else {
      return "block \(block.index) stands here, \(place.block) is expected"
    }
    guard block.firstSequence == place.first, block.count == entry.count,
      block.bounds == entry.bounds, block.bitmap == entry.bitmap
    else { return "the block does not agree with the index" }
    let end = block.offset &+ UInt64(BlockHeader.frameBytes) &+ UInt64(block.storedBytes)
    let following =
      next + 1 < footer.blocks.count ? footer.blocks[next + 1].offset : footerOffset
    guard end == following else { return "the block does not end where the next one begins" }
    let begin =
      next > 0
      ? footer.blocks[next - 1].firstSequence &+ UInt64(footer.blocks[next - 1].count)
      : header.firstSequence
    guard block.firstSequence == begin else {
      return "sequence \(block.firstSequence) stands here, \(begin) is expected"
    }
    guard next > 0 || block.offset == firstBlockOffset else {
      return "blocks before it are missing"
    }
    return nil
  }
}
