/// The end of a sealed segment: what it holds in total, and where each block stands, so that facts
/// are known and sequences found without decoding anything.
///
/// Inside the last skippable frame: version u32 · ending u32 · segment index, first sequence, last
/// sequence u64 · clock bounds 4 × i64 · chain head 32 · Merkle root 32 · kinds u32, then each kind u8
/// and count u64 · blocks u32, then the index as columns: offsets, first sequences u64 · counts u32 ·
/// min receive, max receive, min venue, max venue i64 · bitmaps u64 · leaves 32. The trailer, 32
/// bytes: footer offset, footer length, XXH64 of the frame up to here, magic.
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

  init(_ bytes: [UInt8], fileBytes: UInt64, segment: String) throws(JournalError) {
    do throws(Malformed) {
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
    } catch { throw .damagedFooter(segment: segment, reason: error.reason) }
  }
}

extension SegmentFooter {
  /// Reads the frame that begins at `offset`.
  init(_ bytes: [UInt8], at offset: UInt64, segment name: String) throws(JournalError) {
    do throws(Malformed) {
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
        let ending = SegmentEnding(rawValue: try reader.take())
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
    } catch { throw .damagedFooter(segment: name, reason: error.reason) }
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
