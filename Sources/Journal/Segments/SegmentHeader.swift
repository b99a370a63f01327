/// The first page of a segment: whose it is, where it stands, and what came before it. Every field has
/// its place in <doc:Segments>; the rest of the page is zero, and its last eight bytes are an XXH64.
internal import TradingCore

/// A segment's header.
struct SegmentHeader: Equatable {
  var identity: JournalIdentity
  /// Counted from 0 through the journal.
  var index: UInt64 = 0
  /// Raised by every process that writes to the journal; 1 for imports and runs.
  var epoch: UInt64 = 1
  var firstSequence: Sequence64 = 1
  /// Data blocks in the segments before.
  var firstBlock: UInt64 = 0
  var predecessor: Predecessor
  /// The first event's receive time, so that equal inputs make equal files; when live, the time at
  /// which the segment was begun.
  var created: Int64 = 0
  /// The machine's monotonic clock and boot id when live; zero for imports and runs.
  var monotonic: Int64 = 0
  var bootID = JournalID.zero
  /// Where the definitions in force are repeated, and their blocks' length; zero when none are.
  var dictionaryOffset: UInt64 = 0
  var dictionaryBytes: UInt64 = 0
  var schema = SchemaVersions.current

  /// What the segment before ended with. The first segment's chain head is the journal's origin.
  struct Predecessor: Equatable {
    var index = UInt64.max
    var lastSequence: UInt64 = 0
    var length: UInt64 = 0
    var chainHead: SHA256Digest
  }

  init(identity: JournalIdentity, predecessor: Predecessor) {
    self.identity = identity
    self.predecessor = predecessor
  }

  /// The header of the segment that follows one with `header` and so many data blocks.
  init(behind header: SegmentHeader, _ blocks: UInt64, _ predecessor: Predecessor) {
    self.init(identity: header.identity, predecessor: predecessor)
    index = header.index + 1
    epoch = header.epoch
    firstSequence = predecessor.lastSequence + 1
    firstBlock = header.firstBlock + blocks
  }

  /// The 4,096 bytes of the page.
  var page: [UInt8] {
    var writer = ByteWriter()
    writer.reserve(JournalFormat.watermarkOffset)
    writer.put(JournalFormat.headerMagic)
    writer.put(UInt32(JournalFormat.headerBytes - JournalFormat.frameHeaderBytes))
    writer.put(JournalFormat.segmentMagic)
    writer.put(JournalFormat.majorVersion)
    writer.put(JournalFormat.minorVersion)
    writer.put(UInt32(JournalFormat.watermarkOffset))
    putPlace(to: &writer)
    putOrigin(to: &writer)
    writer.pad(to: JournalFormat.schemaOffset)
    writer.put(bytes: schema.bytes)
    writer.pad(to: JournalFormat.watermarkOffset - 8)
    writer.put(writer.hash())
    return writer.bytes
  }

  private func putPlace(to writer: inout ByteWriter) {
    writer.put(identity.id)
    writer.put(index)
    writer.put(epoch)
    writer.put(identity.salt)
    writer.put(firstSequence)
    writer.put(firstBlock)
    writer.put(predecessor.index)
    writer.put(predecessor.lastSequence)
    writer.put(predecessor.length)
    writer.put(predecessor.chainHead)
  }

  private func putOrigin(to writer: inout ByteWriter) {
    writer.put(created)
    writer.put(monotonic)
    writer.put(bootID)
    writer.put(identity.source?.id ?? .zero)
    writer.put(identity.source?.chainHead ?? .zero)
    writer.put(identity.logicVersion)
    writer.put(UInt32(identity.build.utf8.count))
    writer.put(dictionaryOffset)
    writer.put(dictionaryBytes)
    writer.put(bytes: identity.build.utf8)
  }
}

extension SegmentHeader {
  /// Reads the first page of the segment called `name`.
  /// - Throws: `.damagedHeader` when any byte is not as it was written, or of another version.
  init(_ bytes: [UInt8], segment name: String) throws(JournalError) {
    do throws(Malformed) {
      guard bytes.count == JournalFormat.watermarkOffset else {
        throw Malformed("the file is too short")
      }
      var reader = ByteReader(bytes)
      guard try reader.take(UInt32.self) == JournalFormat.headerMagic,
        try reader.take(UInt32.self)
          == UInt32(JournalFormat.headerBytes - JournalFormat.frameHeaderBytes),
        try reader.take(UInt64.self) == JournalFormat.segmentMagic
      else { throw Malformed("this is not a segment of a journal") }
      let end = JournalFormat.watermarkOffset - 8
      var sum = ByteReader(Array(bytes[end...]))
      guard try sum.take(UInt64.self) == XXH64.hash(Array(bytes[..<end])) else {
        throw Malformed("the first page's checksum does not match")
      }
      let major = try reader.take(UInt16.self)
      guard major == JournalFormat.majorVersion else {
        throw Malformed("format \(major) is not the one this build reads")
      }
      // A later minor version may say more in what is zero today.
      let isKnown = try reader.take(UInt16.self) <= JournalFormat.minorVersion
      try reader.skip(4)
      try self.init(fields: &reader, hasZerosBehind: isKnown)
      schema = try SchemaVersions(try reader.take(bytes: JournalFormat.schemaBytes))
      _ = try schema.upcasters()
      if isKnown { try reader.expectZeros(upTo: end) }
    } catch { throw .damagedHeader(segment: name, reason: error.reason) }
  }

  /// More than any journal has of segments, writers, blocks, events or bytes; so one more of each can
  /// always be counted, whatever a file says.
  static let largestNumber = UInt64(1) << 56

  private init(
    fields reader: inout ByteReader, hasZerosBehind isKnown: Bool
  ) throws(Malformed) {
    let id = try JournalID(&reader)
    let (index, epoch) = (try reader.take(UInt64.self), try reader.take(UInt64.self))
    let salt = try reader.take(UInt64.self)
    let (first, block) = (try reader.take(UInt64.self), try reader.take(UInt64.self))
    predecessor = Predecessor(
      index: try reader.take(), lastSequence: try reader.take(), length: try reader.take(),
      chainHead: try SHA256Digest(&reader))
    (created, monotonic) = (try reader.take(), try reader.take())
    bootID = try JournalID(&reader)
    let sourceID = try JournalID(&reader)
    let sourceHead = try SHA256Digest(&reader)
    let logicVersion = try reader.take(UInt32.self)
    let buildBytes = try reader.take(UInt32.self)
    (dictionaryOffset, dictionaryBytes) = (try reader.take(), try reader.take())
    guard buildBytes <= JournalFormat.maxBuildBytes else {
      throw Malformed("the build is too long")
    }
    guard first > 0, max(index, epoch, first, block, dictionaryBytes) <= Self.largestNumber else {
      throw Malformed("a number in it is one that no journal reaches")
    }
    let build = String(decoding: try reader.take(bytes: Int(buildBytes)), as: UTF8.self)
    if isKnown {
      try reader.expectZeros(upTo: JournalFormat.schemaOffset)
    } else {
      try reader.skip(JournalFormat.schemaOffset - reader.offset)
    }
    let hasSource = sourceID != .zero || sourceHead != .zero
    identity = JournalIdentity(
      id: id, salt: salt, logicVersion: logicVersion,
      source: hasSource ? JournalSource(id: sourceID, chainHead: sourceHead) : nil, build: build)
    (self.index, self.epoch, firstSequence, firstBlock) = (index, epoch, first, block)
  }
}

extension ByteWriter {
  mutating func put(_ id: JournalID) {
    put(id.low)
    put(id.high)
  }
}

extension JournalID {
  init(_ reader: inout ByteReader) throws(Malformed) {
    self.init(low: try reader.take(), high: try reader.take())
  }
}
