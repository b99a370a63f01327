/// Goes from block to block through a segment and says what stands at each step. Nothing is believed
/// before its checksum, its salt, its own offset, its number and its sequence agree.
internal import TradingCore

/// A place in a segment, and what has to come next there.
struct BlockWalk {
  private let salt: UInt64
  /// Where the next step begins.
  private(set) var offset: UInt64
  /// The next data block's number in the journal.
  private(set) var index: UInt64
  /// The next event's sequence.
  private(set) var sequence: Sequence64
  /// The chain with all data blocks passed so far.
  private(set) var chain: SHA256Digest

  /// What stands at `offset`.
  enum Step {
    /// Events; their stored bytes and the chain are still to be checked.
    case data(BlockHeader)
    /// A heartbeat, a checkpoint or a later format's block that may be skipped, bytes checked.
    case control(BlockHeader)
    /// Zeros up to the end of a page, so many bytes with their frame.
    case padding(UInt64)
    /// The footer's frame.
    case footer
    /// Zeros, or the end of the file.
    case end
    /// Anything else, and why.
    case damage(String)
  }

  /// Begins behind the header pages and the definitions of a segment.
  init(behind header: SegmentHeader) {
    self.init(
      header, offset: UInt64(JournalFormat.headerBytes) &+ header.dictionaryBytes,
      index: header.firstBlock, sequence: header.firstSequence,
      chain: header.predecessor.chainHead)
  }

  init(
    _ header: SegmentHeader, offset: UInt64, index: UInt64, sequence: Sequence64,
    chain: SHA256Digest
  ) {
    salt = header.identity.salt
    (self.offset, self.index, self.sequence, self.chain) = (offset, index, sequence, chain)
  }

  /// Looks at what stands at `offset`. O(1) but for a control block's bytes.
  /// - Throws: `.io`; what is wrong with the bytes is a step.
  func step(in file: borrowing SegmentFile) throws(JournalError) -> Step {
    let bytes = try file.read(BlockHeader.frameBytes, at: offset)
    guard bytes.count >= JournalFormat.frameHeaderBytes else {
      return bytes.allSatisfy { $0 == 0 } ? .end : .damage("the file ends within a frame")
    }
    let (magic, length) = Self.words(bytes)
    switch magic {
    case 0: return .end
    case JournalFormat.footerMagic: return .footer
    case JournalFormat.paddingMagic: return try padding(UInt64(length), in: file)
    default: break
    }
    guard bytes.count == BlockHeader.frameBytes else {
      return .damage("the file ends within a block header")
    }
    let block: BlockHeader
    do throws(Malformed) { block = try BlockHeader(bytes) } catch { return .damage(error.reason) }
    if let reason = mismatch(block) { return .damage(reason) }
    guard block.kind.isSkippable else { return .data(block) }
    let note = try block.note(in: file)
    return controlMismatch(block, note).map { .damage($0) } ?? .control(block)
  }

  /// The first two words of at least eight bytes.
  private static func words(_ bytes: [UInt8]) -> (UInt32, UInt32) {
    let span = unsafe bytes.span.bytes
    let word = unsafe UInt64(littleEndian: span.unsafeLoadUnaligned(as: UInt64.self))
    return (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
  }

  /// Goes behind a data or control block.
  mutating func pass(_ block: BlockHeader) {
    offset = block.end
    guard block.kind == .data else { return }
    index &+= 1
    sequence &+= UInt64(block.count)
    chain = block.chain
  }

  /// Goes behind padding.
  mutating func pass(padding bytes: UInt64) { offset += bytes }

  /// What in a block's header does not agree with what has to come here.
  private func mismatch(_ block: BlockHeader) -> String? {
    guard block.salt == salt else { return "the block belongs to another journal" }
    guard block.offset == offset else { return "the block belongs to another offset" }
    guard block.index == index else {
      return "block \(block.index) stands here, \(index) is expected"
    }
    guard block.firstSequence == sequence else {
      return "sequence \(block.firstSequence) stands here, \(sequence) is expected"
    }
    guard block.kind == .data || block.kind.isSkippable else {
      return "a block of events is expected here"
    }
    guard block.durableOffset <= block.offset else {
      return "the block vouches for bytes behind it"
    }
    return nil
  }

  private func padding(
    _ length: UInt64, in file: borrowing SegmentFile
  ) throws(JournalError) -> Step {
    let bytes = length + UInt64(JournalFormat.frameHeaderBytes)
    guard (offset + bytes) % JournalFormat.pageBytes == 0, bytes < JournalFormat.pageBytes + 8
    else { return .damage("the padding does not end with its page") }
    let zeros = try file.read(Int(length), at: offset + UInt64(JournalFormat.frameHeaderBytes))
    guard zeros.count == Int(length), zeros.allSatisfy({ $0 == 0 }) else {
      return .damage("the padding is not zeros")
    }
    return .padding(bytes)
  }

  /// What in a control block does not agree with its note, or with the events before it.
  private func controlMismatch(_ block: BlockHeader, _ note: [UInt8]) -> String? {
    guard block.count == 0, block.chain == chain, block.bounds.isEmpty, block.bitmap == 0 else {
      return "the block does not vouch for the events before it"
    }
    guard XXH64.hash(note) == block.storedHash else {
      return "the stored bytes do not match their checksum"
    }
    guard note.isEmpty || block.isFramed(note) else { return "the note's frame is not its block's" }
    return nil
  }
}

extension BlockHeader {
  /// The first byte behind the block.
  var end: UInt64 { offset &+ UInt64(Self.frameBytes) &+ UInt64(storedBytes) }

  /// The stored bytes of a control block, its frame included; empty for a heartbeat.
  /// Too long a note is cut, and then does not match its checksum.
  func note(in file: borrowing SegmentFile) throws(JournalError) -> [UInt8] {
    guard storedBytes > 0 else { return [] }
    return try file.read(
      min(Int(storedBytes), JournalFormat.maxNoteBytes + JournalFormat.frameHeaderBytes),
      at: offset &+ UInt64(Self.frameBytes))
  }

  /// Whether stored bytes are one frame around a payload as long as the header says.
  fileprivate func isFramed(_ bytes: [UInt8]) -> Bool {
    var reader = ByteReader(bytes)
    do throws(Malformed) {
      let magic = try reader.take(UInt32.self)
      let length = try reader.take(UInt32.self)
      return magic == JournalFormat.noteMagic && length == payloadBytes
        && bytes.count == Int(payloadBytes) + JournalFormat.frameHeaderBytes
    } catch { return false }
  }
}
