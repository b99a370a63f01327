/// One segment while it is written: blocks go behind each other, the footer's facts are gathered.
internal import TradingCore

struct SegmentWriter: ~Copyable {
  private let file: SegmentFile
  private let folder: Folder
  private let name: String
  private(set) var header: SegmentHeader
  /// Where the next block goes; the segment's length so far.
  private(set) var offset = UInt64(JournalFormat.headerBytes)
  private var footer: SegmentFooter

  /// Creates the segment's file, which is called `.open` until it is sealed.
  init(in folder: Folder, header: SegmentHeader) throws(JournalError) {
    self.folder = folder
    self.header = header
    name = JournalFormat.segmentName(first: header.firstSequence)
    file = try folder.open(name + ".open", .create)
    footer = SegmentFooter(chainHead: header.predecessor.chainHead, merkleRoot: .zero)
    footer.segment = header.index
    footer.firstSequence = header.firstSequence
    footer.lastSequence = header.firstSequence - 1
  }

  /// Data blocks in the segment so far.
  var blocks: UInt64 { UInt64(footer.blocks.count) }

  /// What the next block's header says about its place.
  func place(_ kind: BlockKind) -> BlockHeader {
    var block = BlockHeader()
    block.kind = kind
    block.salt = header.identity.salt
    block.offset = offset
    block.index = header.firstBlock + UInt64(kind == .data ? footer.blocks.count : 0)
    block.firstSequence = footer.lastSequence + 1
    return block
  }

  /// Writes a data block behind those before.
  mutating func append(
    _ block: BlockHeader, leaf: SHA256Digest, kinds: InlineArray<128, UInt32>,
    _ bytes: UnsafeRawPointer, count: Int
  ) throws(JournalError) {
    try unsafe file.write(bytes, count: count, at: offset)
    footer.blocks.append(
      BlockEntry(
        offset: offset, firstSequence: block.firstSequence, count: block.count,
        bounds: block.bounds, bitmap: block.bitmap, leaf: leaf))
    offset += UInt64(count)
    footer.lastSequence += UInt64(block.count)
    footer.bounds.include(block.bounds)
    footer.chainHead = block.chain
    for kind in 0..<128 { footer.kinds[kind] += UInt64(kinds[kind]) }
  }

  /// Writes a block of definitions; only before the first data block.
  mutating func append(
    dictionary bytes: UnsafeRawPointer, count: Int
  ) throws(JournalError) {
    try unsafe file.write(bytes, count: count, at: offset)
    if header.dictionaryBytes == 0 { header.dictionaryOffset = offset }
    header.dictionaryBytes += UInt64(count)
    offset += UInt64(count)
  }

  /// Writes footer and header, makes all of it durable, and gives the file its name.
  mutating func seal(
    _ ending: SegmentEnding, created: Timestamp
  ) throws(JournalError) -> SegmentHeader.Predecessor {
    header.created = created.nanoseconds
    footer.ending = ending
    footer.merkleRoot = try MerkleTree.root(of: footer.blocks.lazy.map(\.leaf))
    let end = footer.bytes(at: offset)
    let length = offset + UInt64(end.count)
    try file.write(end, at: offset)
    let none = WatermarkSlot(counter: 1, offset: 0, sequence: header.firstSequence - 1)
    try file.write(header.bytes(slots: [none, none]), at: 0)
    try file.truncate(to: length)
    try file.sync()
    let whole = WatermarkSlot(counter: 2, offset: length, sequence: footer.lastSequence)
    try file.write(header.bytes(slots: [none, whole]), at: 0)
    try file.sync()
    try folder.rename(name + ".open", to: name)
    try folder.sync()
    return SegmentHeader.Predecessor(
      index: header.index, lastSequence: footer.lastSequence, length: length,
      chainHead: footer.chainHead)
  }
}
