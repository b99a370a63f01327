/// The end of a sealed segment: what it holds in total, and where each block stands, so that facts
/// are known and sequences found without decoding anything. The index is stored as columns; the last
/// 32 bytes, the trailer, lead to the footer's beginning. Laid out in <doc:Segments>.
internal import TradingCore

/// One block's line in the index.
struct BlockEntry: Equatable {
  var offset: UInt64
  var firstSequence: Sequence64
  var count: UInt32
  var bounds: ClockBounds
  var bitmap: UInt64
  var leaf: SHA256Digest
}

/// Why a segment ends here. Raw values are stored and never reused.
enum SegmentEnding: UInt32 {
  /// The journal goes on in the next segment.
  case rolled = 0
  /// The journal was sealed; nothing is missing behind it.
  case ended = 1
  /// Its writer died; recovery cut what was not whole and sealed the rest.
  case recovered = 2
  /// Not sealed: never stored, but what is known of a segment while it is written.
  case open = 0xFFFF_FFFF
}

/// A segment's footer.
struct SegmentFooter: Equatable {
  var ending = SegmentEnding.ended
  var segment: UInt64 = 0
  var firstSequence: Sequence64 = 1
  /// One less than `firstSequence` when the segment holds no event.
  var lastSequence: Sequence64 = 0
  var bounds = ClockBounds()
  var chainHead: SHA256Digest
  var merkleRoot: SHA256Digest
  /// Events by kind id, 0…127.
  var kinds = [UInt64](repeating: 0, count: 128)
  var blocks: [BlockEntry] = []

  private static let version: UInt32 = 1

  /// Nothing yet behind `header`.
  init(behind header: SegmentHeader, ending: SegmentEnding = .open) {
    self.ending = ending
    segment = header.index
    firstSequence = header.firstSequence
    lastSequence = header.firstSequence &- 1
    chainHead = header.predecessor.chainHead
    merkleRoot = .zero
  }

  /// Takes a data block that follows those before.
  mutating func include(_ block: BlockHeader, leaf: SHA256Digest) {
    blocks.append(
      BlockEntry(
        offset: block.offset, firstSequence: block.firstSequence, count: block.count,
        bounds: block.bounds, bitmap: block.bitmap, leaf: leaf))
    lastSequence &+= UInt64(block.count)
    bounds.include(block.bounds)
    chainHead = block.chain
  }

  /// The whole skippable frame for a footer that begins at `offset`.
  func bytes(at offset: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.put(JournalFormat.footerMagic)
    writer.put(UInt32(0))
    writer.put(Self.version)
    writer.put(ending.rawValue)
    writer.put(segment)
    writer.put(firstSequence)
    writer.put(lastSequence)
    bounds.write(to: &writer)
    writer.put(chainHead)
    writer.put(merkleRoot)
    putKinds(to: &writer)
    putIndex(to: &writer)
    let length = UInt64(writer.count + JournalFormat.trailerBytes)
    writer.patch(UInt32(truncatingIfNeeded: length) - 8, at: 4)
    writer.put(offset)
    writer.put(length)
    writer.put(writer.hash())
    writer.put(JournalFormat.trailerMagic)
    return writer.bytes
  }

  /// No less than the footer's bytes with one more block.
  var byteBound: UInt64 { UInt64(2_048 + 92 * (blocks.count + 1)) }

  private func putKinds(to writer: inout ByteWriter) {
    writer.put(UInt32(kinds.count { $0 > 0 }))
    for (kind, count) in kinds.enumerated() where count > 0 {
      writer.put(UInt8(kind))
      writer.put(count)
    }
  }

  private func putIndex(to writer: inout ByteWriter) {
    writer.put(UInt32(blocks.count))
    for block in blocks { writer.put(block.offset) }
    for block in blocks { writer.put(block.firstSequence) }
    for block in blocks { writer.put(block.count) }
    for block in blocks { writer.put(block.bounds.minReceive) }
    for block in blocks { writer.put(block.bounds.maxReceive) }
    for block in blocks { writer.put(block.bounds.minVenue) }
    for block in blocks { writer.put(block.bounds.maxVenue) }
    for block in blocks { writer.put(block.bitmap) }
    for block in blocks { writer.put(block.leaf) }
  }
}

/// The last 32 bytes of a sealed segment.
struct SegmentTrailer {
  let footerOffset: UInt64
  let footerBytes: Int

  init(_ bytes: [UInt8], fileBytes: UInt64) throws(Malformed) {
    var reader = ByteReader(bytes)
    let (offset, length) = (try reader.take(UInt64.self), try reader.take(UInt64.self))
    _ = try reader.take(UInt64.self)
    guard try reader.take(UInt64.self) == JournalFormat.trailerMagic else {
      throw Malformed("the file does not end with a trailer: it was cut, or never sealed")
    }
    guard length <= JournalFormat.maxFooterBytes, length >= JournalFormat.trailerBytes,
      offset >= JournalFormat.headerBytes, offset <= fileBytes, offset + length == fileBytes
    else { throw Malformed("the trailer does not point to a footer") }
    (footerOffset, footerBytes) = (offset, Int(length))
  }
}

extension SegmentFooter {
  /// Reads a footer's frame, which is all of `bytes`.
  init(_ bytes: [UInt8]) throws(Malformed) {
    var tail = ByteReader(Array(bytes.suffix(JournalFormat.trailerBytes)))
    try tail.skip(16)
    let hashed = bytes.count - 16
    guard hashed >= 16, try tail.take(UInt64.self) == XXH64.hash(Array(bytes[..<hashed])) else {
      throw Malformed("the checksum does not match")
    }
    var reader = ByteReader(bytes)
    guard try reader.take(UInt32.self) == JournalFormat.footerMagic,
      try reader.take(UInt32.self) == UInt32(bytes.count - 8),
      try reader.take(UInt32.self) == Self.version,
      let ending = SegmentEnding(rawValue: try reader.take()), ending != .open
    else { throw Malformed("no footer begins here") }
    self.ending = ending
    (segment, firstSequence) = (try reader.take(), try reader.take())
    lastSequence = try reader.take()
    bounds = try ClockBounds(&reader)
    chainHead = try SHA256Digest(&reader)
    merkleRoot = try SHA256Digest(&reader)
    try takeKinds(&reader)
    try takeIndex(&reader)
    guard reader.remaining == JournalFormat.trailerBytes else {
      throw Malformed("the index does not fill the footer")
    }
  }

  /// Reads the footer that ends with the file, and where it begins.
  static func last(
    in file: borrowing SegmentFile, length: UInt64
  ) throws(JournalError) -> Result<(footer: SegmentFooter, offset: UInt64), Malformed> {
    guard length >= UInt64(JournalFormat.headerBytes + JournalFormat.trailerBytes) else {
      return .failure(Malformed("the file is too short for one"))
    }
    let end = try file.read(
      JournalFormat.trailerBytes, at: length - UInt64(JournalFormat.trailerBytes))
    let trailer: SegmentTrailer
    do throws(Malformed) { trailer = try SegmentTrailer(end, fileBytes: length) } catch {
      return .failure(error)
    }
    let bytes = try file.read(trailer.footerBytes, at: trailer.footerOffset)
    do throws(Malformed) {
      return .success((try SegmentFooter(bytes), trailer.footerOffset))
    } catch { return .failure(error) }
  }

  private mutating func takeKinds(_ reader: inout ByteReader) throws(Malformed) {
    for _ in 0..<(try reader.take(UInt32.self)) {
      let kind = try reader.take(UInt8.self)
      guard kind < 128 else { throw Malformed("\(kind) is no kind of event") }
      kinds[Int(kind)] = try reader.take()
    }
  }

  private mutating func takeIndex(_ reader: inout ByteReader) throws(Malformed) {
    let count = Int(try reader.take(UInt32.self))
    guard reader.remaining >= count * 92 else { throw Malformed("the index is cut short") }
    let blank = BlockEntry(
      offset: 0, firstSequence: 0, count: 0, bounds: ClockBounds(), bitmap: 0, leaf: .zero)
    blocks = Array(repeating: blank, count: count)
    for index in 0..<count { blocks[index].offset = try reader.take() }
    for index in 0..<count { blocks[index].firstSequence = try reader.take() }
    for index in 0..<count { blocks[index].count = try reader.take() }
    for index in 0..<count { blocks[index].bounds.minReceive = try reader.take() }
    for index in 0..<count { blocks[index].bounds.maxReceive = try reader.take() }
    for index in 0..<count { blocks[index].bounds.minVenue = try reader.take() }
    for index in 0..<count { blocks[index].bounds.maxVenue = try reader.take() }
    for index in 0..<count { blocks[index].bitmap = try reader.take() }
    for index in 0..<count { blocks[index].leaf = try SHA256Digest(&reader) }
  }

  /// The block that holds `sequence`: its place in `blocks`. O(log n).
  func block(holding sequence: Sequence64) -> Int? {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].firstSequence <= sequence { low = middle + 1 } else { high = middle }
    }
    guard low > 0, sequence < blocks[low - 1].firstSequence &+ UInt64(blocks[low - 1].count) else {
      return nil
    }
    return low - 1
  }
}
