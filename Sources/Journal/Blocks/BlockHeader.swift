/// The 160 bytes before every payload: where the block stands, what it holds, and its checksums. Laid
/// out in <doc:Blocks>.
internal import TradingCore

/// What a block is for. Raw values are stored and never reused; a later format may know more.
struct BlockKind: Equatable {
  let rawValue: UInt8

  /// Events, in the sequence and in the chain.
  static let data = BlockKind(rawValue: 0)
  /// The definitions in force, repeated at a segment's start; holds no sequence, not in the chain.
  static let dictionary = BlockKind(rawValue: 1)
  /// Nothing but a header that vouches for what is durable; written when nothing else comes.
  static let heartbeat = BlockKind(rawValue: 2)
  /// A signed note; see `Checkpoint`.
  static let checkpoint = BlockKind(rawValue: 3)

  /// Whether readers that do not know the kind may skip it: it holds no event.
  var isSkippable: Bool { rawValue >= Self.heartbeat.rawValue }
}

struct BlockHeader: Equatable {
  var kind = BlockKind.data
  /// Bit 0: the payload is stored raw.
  var codec: UInt8 = 0
  var salt: UInt64 = 0
  /// Where the block's skippable frame begins in its segment.
  var offset: UInt64 = 0
  /// Data blocks before this one in the whole journal.
  var index: UInt64 = 0
  var firstSequence: Sequence64 = 1
  var count: UInt32 = 0
  /// Bit 0: a reader that does not know the kind may skip the block.
  var flags: UInt32 = 0
  var bounds = ClockBounds()
  var storedBytes: UInt32 = 0
  var payloadBytes: UInt32 = 0
  /// The segment's bytes known durable when this block was made.
  var durableOffset: UInt64 = 0
  var storedHash: UInt64 = 0
  /// The chain with this block in it.
  var chain = SHA256Digest.zero
  /// Bits 0…31: instruments modulo 32; bits 32…63: kinds modulo 32. A clear bit means "none here".
  var bitmap: UInt64 = 0

  /// The flag of kinds that may be skipped.
  static let skippable: UInt32 = 1

  /// What the leaf's hash takes: content only, no offset, codec or stored length.
  var logicalWords: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
    (
      index, firstSequence, UInt64(count) | UInt64(flags) << 32,
      UInt64(bitPattern: bounds.minReceive), UInt64(bitPattern: bounds.maxReceive),
      UInt64(bitPattern: bounds.minVenue), UInt64(bitPattern: bounds.maxVenue),
      UInt64(payloadBytes)
    )
  }

  /// Appends the skippable frame with the header in it.
  func write(to writer: inout ByteWriter) {
    writer.put(JournalFormat.blockMagic)
    writer.put(UInt32(JournalFormat.blockHeaderBytes))
    let start = writer.count
    writer.put(JournalFormat.blockHeaderMagic)
    writer.put(UInt16(JournalFormat.blockHeaderBytes))
    writer.put(kind.rawValue)
    writer.put(codec)
    writer.put(salt)
    writer.put(offset)
    writer.put(index)
    writer.put(firstSequence)
    writer.put(count)
    writer.put(flags)
    bounds.write(to: &writer)
    writer.put(storedBytes)
    writer.put(payloadBytes)
    writer.put(durableOffset)
    writer.put(storedHash)
    writer.put(chain)
    writer.put(bitmap)
    writer.put(UInt64(0))
    writer.put(writer.hash(from: start))
  }

  /// Reads a skippable frame with a block header; `bytes` are exactly its 168.
  init(_ bytes: [UInt8]) throws(Malformed) {
    var reader = ByteReader(bytes)
    guard try reader.take(UInt32.self) == JournalFormat.blockMagic,
      try reader.take(UInt32.self) == UInt32(JournalFormat.blockHeaderBytes)
    else { throw Malformed("no block begins here") }
    let body = unsafe bytes.span.bytes.extracting(JournalFormat.frameHeaderBytes..<bytes.count - 8)
    let sum = XXH64.hash(body)
    guard try reader.take(UInt32.self) == JournalFormat.blockHeaderMagic,
      try reader.take(UInt16.self) == UInt16(JournalFormat.blockHeaderBytes)
    else { throw Malformed("no block header begins here") }
    let kindByte = try reader.take(UInt8.self)
    codec = try reader.take()
    salt = try reader.take()
    offset = try reader.take()
    index = try reader.take()
    firstSequence = try reader.take()
    count = try reader.take()
    flags = try reader.take()
    bounds = try ClockBounds(&reader)
    storedBytes = try reader.take()
    payloadBytes = try reader.take()
    durableOffset = try reader.take()
    storedHash = try reader.take()
    chain = try SHA256Digest(&reader)
    bitmap = try reader.take()
    let reserved = try reader.take(UInt64.self)
    guard try reader.take(UInt64.self) == sum else {
      throw Malformed("the block header's checksum does not match")
    }
    kind = BlockKind(rawValue: kindByte)
    guard codec <= 1, reserved == 0, flags == (kind.isSkippable ? Self.skippable : 0) else {
      throw Malformed("the block is of a kind this build does not know")
    }
  }

  init() {}
}

/// The earliest and latest of both clocks; min above max where there is none.
struct ClockBounds: Equatable, BitwiseCopyable {
  var minReceive = Int64.max
  var maxReceive = Int64.min
  var minVenue = Int64.max
  var maxVenue = Int64.min

  var isEmpty: Bool { minReceive > maxReceive }

  @inline(__always)
  mutating func include(_ event: borrowing Event) {
    let receive = event.receiveTime.nanoseconds
    minReceive = min(minReceive, receive)
    maxReceive = max(maxReceive, receive)
    let venue = event.venueTime.nanoseconds
    minVenue = min(minVenue, venue == .min ? .max : venue)
    maxVenue = max(maxVenue, venue)
  }

  mutating func include(_ other: ClockBounds) {
    minReceive = min(minReceive, other.minReceive)
    maxReceive = max(maxReceive, other.maxReceive)
    minVenue = min(minVenue, other.minVenue)
    maxVenue = max(maxVenue, other.maxVenue)
  }

  func write(to writer: inout ByteWriter) {
    writer.put(minReceive)
    writer.put(maxReceive)
    writer.put(minVenue)
    writer.put(maxVenue)
  }

  init() {}

  init(_ reader: inout ByteReader) throws(Malformed) {
    minReceive = try reader.take()
    maxReceive = try reader.take()
    minVenue = try reader.take()
    maxVenue = try reader.take()
  }
}

extension ByteWriter {
  mutating func put(_ digest: SHA256Digest) {
    put(digest.words.0)
    put(digest.words.1)
    put(digest.words.2)
    put(digest.words.3)
  }
}

extension SHA256Digest {
  init(_ reader: inout ByteReader) throws(Malformed) {
    words = (try reader.take(), try reader.take(), try reader.take(), try reader.take())
  }
}
