/// What an unsealed segment holds, found by walking through it; and what vouches for how much of it
/// is durable. Recovery and the readers of open segments stand on this.
internal import TradingCore

/// A walk through a segment that has no footer. It can go on where it stopped, once more was written.
struct SegmentScan {
  private var walk: BlockWalk
  /// What a footer would say of the blocks taken.
  var footer: SegmentFooter
  /// Why the walk stopped.
  private(set) var stop = Stop.end
  /// The most bytes that a block met so far says are durable.
  private(set) var durableOffset: UInt64 = 0

  enum Stop: Equatable {
    /// Zeros, or the end of the file.
    case end
    /// A frame that says it is the footer.
    case footer
    /// Bytes that are not what has to come.
    case damage(String)
  }

  init(of header: SegmentHeader) {
    walk = BlockWalk(behind: header)
    footer = SegmentFooter(behind: header)
  }

  /// Where the walk stands: all before is whole.
  var end: UInt64 { walk.offset }

  /// Goes to the next data block, over padding and control blocks; nil when the walk stops, and then
  /// `stop` says why. The block is to be taken or failed before the next call.
  mutating func next(in file: borrowing SegmentFile) throws(JournalError) -> BlockHeader? {
    while true {
      switch try walk.step(in: file) {
      case .data(let block): return block
      case .control(let block):
        durableOffset = max(durableOffset, block.durableOffset)
        walk.pass(block)
      case .padding(let bytes): walk.pass(padding: bytes)
      case .footer:
        stop = .footer
        return nil
      case .end:
        stop = .end
        return nil
      case .damage(let reason):
        stop = .damage(reason)
        return nil
      }
    }
  }

  /// Takes the block that `next` gave.
  mutating func take(_ block: BlockHeader, leaf: SHA256Digest) {
    durableOffset = max(durableOffset, block.durableOffset)
    walk.pass(block)
    footer.include(block, leaf: leaf)
  }

  /// The block that `next` gave is not whole; the walk stops before it.
  mutating func fail(_ problem: Malformed) { stop = .damage(problem.reason) }

  /// Takes all blocks whose headers and stored bytes are whole, without decoding them. O(bytes).
  mutating func advance(
    in file: borrowing SegmentFile, _ decoder: inout BlockDecoder, upTo limit: UInt64 = .max
  ) throws(JournalError) {
    while let block = try next(in: file), block.end <= limit {
      if let problem = try decoder.check(block, in: file) { return fail(problem) }
      take(block, leaf: .zero)
    }
  }

  /// The place of the block that would come next.
  func place(in segment: String) -> BlockPlace {
    BlockPlace(
      segment: segment, block: walk.index, first: walk.sequence, last: walk.sequence)
  }

  /// That the walk stopped within `durable` bytes, which a crash does not do.
  func damage(in segment: String, durable: UInt64) -> JournalError {
    let reason: String
    switch stop {
    case .damage(let what): reason = what
    case .end: reason = "zeros stand here"
    case .footer: reason = "a footer stands here that is not whole"
    }
    return .damagedBlock(
      place(in: segment),
      reason: "\(reason), though \(durable) bytes were durable and only \(end) are whole")
  }
}

extension SegmentScan {
  /// The most bytes that anything whole says are durable, wherever it stands: blocks before the stop,
  /// the slots, the published tail, blocks behind the stop at the start of a page (where the first block after every sync
  /// stands), and a footer at the file's end, which is written only when all before it is durable.
  /// O(bytes behind the stop).
  func evidence(
    in file: borrowing SegmentFile, _ header: SegmentHeader, _ published: PublishedTail?
  ) throws(JournalError) -> UInt64 {
    let length = try file.size()
    let page = try file.read(
      JournalFormat.headerBytes - JournalFormat.watermarkOffset,
      at: UInt64(JournalFormat.watermarkOffset))
    var durable = max(
      durableOffset, WatermarkPage(page, salt: header.identity.salt).durableOffset,
      published?.durableOffset(in: header) ?? 0)
    var offset =
      (end + JournalFormat.pageBytes - 1) / JournalFormat.pageBytes
      * JournalFormat.pageBytes
    while offset < length {
      durable = max(durable, try Self.claim(in: file, at: offset, header))
      offset += JournalFormat.pageBytes
    }
    if case .success(let last) = try SegmentFooter.last(in: file, length: length),
      last.footer.agrees(with: header)
    {
      durable = max(durable, last.offset)
    }
    return durable
  }

  /// What a block at `offset` says is durable; 0 where there is none of this segment.
  private static func claim(
    in file: borrowing SegmentFile, at offset: UInt64, _ header: SegmentHeader
  ) throws(JournalError) -> UInt64 {
    switch try BlockDecoder.header(in: file, at: offset) {
    case .failure: return 0
    case .success(let block):
      guard block.salt == header.identity.salt, block.index >= header.firstBlock,
        block.durableOffset <= offset
      else { return 0 }
      return block.durableOffset
    }
  }
}
