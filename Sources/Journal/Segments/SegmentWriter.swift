/// One segment while it is written: blocks go behind each other, the footer's facts are gathered.
///
/// A *built* segment (`init(building:)`) grows in a hidden folder and is written, header and all, when
/// it is sealed. A *live* one (`init(keeping:)`) is written over zeros, with its header durable before
/// the first block, and says again and again how much of it is durable.
internal import TradingCore

struct SegmentWriter: ~Copyable {
  private var file: SegmentFile
  private let folder: Folder
  let name: SegmentName
  /// What a live segment's file is called until its header is durable.
  private var temporaryName = ""
  private(set) var header: SegmentHeader
  /// Where the next block goes; the segment's length so far.
  private(set) var offset = UInt64(JournalFormat.headerBytes)
  private(set) var footer: SegmentFooter
  /// What is known to be on the disk.
  private(set) var durable: WatermarkSlot

  /// Creates the file of a built segment, which is called `.open` until it is sealed.
  init(building header: SegmentHeader, in folder: Folder) throws(JournalError) {
    let name = SegmentName(first: header.firstSequence, isOpen: true)
    let file = try folder.open(name.text, .create)
    self.init(header, folder, name, file)
  }

  private init(
    _ header: SegmentHeader, _ folder: Folder, _ name: SegmentName, _ file: consuming SegmentFile
  ) {
    self.header = header
    self.folder = folder
    self.name = name
    self.file = file
    footer = SegmentFooter(behind: header)
    durable = WatermarkSlot(counter: 1, offset: 0, sequence: header.firstSequence - 1)
  }

  /// Data blocks in the segment so far.
  var blocks: UInt64 { UInt64(footer.blocks.count) }

  /// What the next block's header says about its place.
  func place(_ kind: BlockKind) -> BlockHeader {
    var block = BlockHeader()
    block.kind = kind
    block.flags = kind.isSkippable ? BlockHeader.skippable : 0
    block.salt = header.identity.salt
    block.offset = offset
    block.index = header.firstBlock + UInt64(kind == .dictionary ? 0 : footer.blocks.count)
    block.firstSequence = footer.lastSequence + 1
    block.durableOffset = durable.offset
    return block
  }

  /// Writes a data block behind those before.
  mutating func append(
    _ block: BlockHeader, leaf: SHA256Digest, kinds: InlineArray<128, UInt32>,
    _ bytes: UnsafeRawPointer, count: Int
  ) throws(JournalError) {
    try unsafe file.write(bytes, count: count, at: offset)
    offset += UInt64(count)
    footer.include(block, leaf: leaf)
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

  /// What a seal will write, and what the next segment says of this one. O(blocks).
  func end(_ ending: SegmentEnding) throws(JournalError) -> SegmentEnd {
    try SegmentEnd(footer, ending, at: offset)
  }

  /// Writes a built segment's footer and header, makes all of it durable, and gives the file its name.
  mutating func seal(_ end: SegmentEnd, created: Timestamp) throws(JournalError) {
    header.created = created.nanoseconds
    try file.write(end.footer, at: offset)
    try file.write(header.page, at: 0)
    try writeSlots(durable, durable)
    try file.truncate(to: end.length)
    try file.sync()
    try finish(end)
  }

  /// Says that all is durable, and gives the file its name.
  private mutating func finish(_ end: SegmentEnd) throws(JournalError) {
    let before = durable
    durable = WatermarkSlot(
      counter: before.counter + 1, offset: end.length, sequence: footer.lastSequence)
    let isSecond = durable.counter % 2 == 0
    try writeSlots(isSecond ? before : durable, isSecond ? durable : before)
    try file.sync()
    try folder.rename(name.text, to: name.sealed.text)
    try folder.sync()
  }

  private func writeSlots(_ first: WatermarkSlot, _ second: WatermarkSlot) throws(JournalError) {
    let page = WatermarkPage.bytes([first, second], salt: header.identity.salt)
    try file.write(page, at: UInt64(JournalFormat.watermarkOffset))
  }
}

/// How a segment ends: its footer's bytes, and what its successor says of it.
struct SegmentEnd {
  let footer: [UInt8]
  let predecessor: SegmentHeader.Predecessor

  /// The end of a segment whose blocks end at `offset`. O(blocks).
  init(
    _ footer: SegmentFooter, _ ending: SegmentEnding, at offset: UInt64
  ) throws(JournalError) {
    var footer = footer
    footer.ending = ending
    footer.merkleRoot = try MerkleTree.root(of: footer.blocks.lazy.map(\.leaf))
    self.footer = footer.bytes(at: offset)
    predecessor = SegmentHeader.Predecessor(
      index: footer.segment, lastSequence: footer.lastSequence,
      length: offset + UInt64(self.footer.count), chainHead: footer.chainHead)
  }

  /// The sealed segment's length.
  var length: UInt64 { predecessor.length }
}

// MARK: - Live segments

extension SegmentWriter {
  /// Begins a live segment in a file of zeros. Definitions are appended next, then it is opened.
  init(keeping header: SegmentHeader, in prepared: consuming PreparedSegment) {
    let name = SegmentName(first: header.firstSequence, isOpen: true)
    let temporaryName = prepared.name
    self.init(header, prepared.folder, name, prepared.file)
    self.temporaryName = temporaryName
  }

  /// Makes header and definitions durable and gives the file its `.open` name: blocks may follow.
  mutating func open() throws(JournalError) {
    try file.write(header.page, at: 0)
    try writeSlots(durable, durable)
    try pad()
    try file.sync()
    durable.offset = offset
    try folder.rename(temporaryName, to: name.text)
    try folder.sync()
    file.renamed(to: folder.path(of: name.text))
  }

  /// Writes a heartbeat, or a checkpoint with its note.
  mutating func append(control kind: BlockKind, note: [UInt8] = []) throws(JournalError) {
    var block = place(kind)
    block.codec = 1
    block.chain = footer.chainHead
    var frame = ByteWriter()
    if !note.isEmpty {
      guard note.count <= JournalFormat.maxNoteBytes else {
        throw .limit("a note of \(note.count) bytes")
      }
      frame.put(JournalFormat.noteMagic)
      frame.put(UInt32(note.count))
      frame.put(bytes: note)
    }
    block.payloadBytes = UInt32(note.count)
    block.storedBytes = UInt32(frame.count)
    block.storedHash = frame.hash()
    var bytes = ByteWriter()
    block.write(to: &bytes)
    bytes.put(bytes: frame.bytes)
    try file.write(bytes.bytes, at: offset)
    offset += UInt64(bytes.count)
  }

  /// Returns when all that was appended is on the disk. The slot that says so rides with the next sync.
  mutating func sync() throws(JournalError) {
    guard offset > durable.offset else { return }
    try pad()
    try file.syncData()
    durable = WatermarkSlot(
      counter: durable.counter + 1, offset: offset, sequence: footer.lastSequence)
    var slot = ByteWriter()
    durable.write(to: &slot, salt: header.identity.salt)
    let place = (durable.counter - 1) % 2 * UInt64(JournalFormat.watermarkSlotBytes)
    try file.write(slot.bytes, at: UInt64(JournalFormat.watermarkOffset) + place)
  }

  /// Fills the page, so that no later block is written into a page that holds durable bytes.
  private mutating func pad() throws(JournalError) {
    let page = JournalFormat.pageBytes
    var gap = (page - offset % page) % page
    guard gap > 0 else { return }
    if gap < UInt64(JournalFormat.frameHeaderBytes) { gap += page }
    var frame = ByteWriter()
    frame.put(JournalFormat.paddingMagic)
    frame.put(UInt32(gap) - UInt32(JournalFormat.frameHeaderBytes))
    frame.pad(to: Int(gap))
    try file.write(frame.bytes, at: offset)
    offset += gap
  }

  /// Seals a live segment, all of which was synced before.
  mutating func seal(_ end: SegmentEnd) throws(JournalError) {
    try file.write(end.footer, at: offset)
    try file.truncate(to: end.length)
    try file.sync()
    try finish(end)
  }
}
