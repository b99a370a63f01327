/// The definitions that a segment repeats at its start, and those in force at its end.
internal import TradingCore

extension SegmentHeader {
  /// The events of the blocks of definitions, in order.
  /// - Parameter file: the segment's file.
  /// - Throws: `.damagedBlock` or `.damagedHeader` when they are not as they were written.
  func dictionary(
    in file: borrowing SegmentFile, _ decoder: inout BlockDecoder
  ) throws(JournalError) -> [Event] {
    let start = UInt64(JournalFormat.headerBytes)
    guard dictionaryOffset == (dictionaryBytes == 0 ? 0 : start) else {
      throw .damagedHeader(segment: file.path, reason: "its definitions begin elsewhere")
    }
    guard dictionaryBytes == 0 || index > 0 else {
      throw .damagedHeader(segment: file.path, reason: "the first segment repeats definitions")
    }
    let place = BlockPlace(
      segment: file.path, block: firstBlock, first: firstSequence, last: firstSequence)
    func damaged(_ problem: Malformed) -> JournalError {
      .damagedBlock(place, reason: problem.reason)
    }
    var offset = start
    var found: [Event] = []
    while offset < start &+ dictionaryBytes {
      let block: BlockHeader
      switch try BlockDecoder.header(in: file, at: offset) {
      case .success(let value): block = value
      case .failure(let problem): throw damaged(problem)
      }
      if let problem = dictionaryMismatch(block) { throw damaged(problem) }
      if let problem = try decoder.load(block, from: file) { throw damaged(problem) }
      if let problem = decoder.unpack(block, schema) { throw damaged(problem) }
      switch decoder.payload.events() {
      case .success(let events): found.append(contentsOf: events)
      case .failure(let problem): throw damaged(problem)
      }
      offset = block.end
    }
    guard offset == start &+ dictionaryBytes else {
      throw .damagedHeader(segment: file.path, reason: "its definitions end elsewhere")
    }
    return found
  }

  /// What in the header of a block of definitions is not as it must be.
  private func dictionaryMismatch(_ block: BlockHeader) -> Malformed? {
    let agrees =
      block.kind == .dictionary && block.salt == identity.salt && block.index == firstBlock
      && block.firstSequence == firstSequence && block.chain == .zero
    return agrees ? nil : Malformed("a block of definitions is expected here")
  }
}

extension SegmentReader {
  /// The events of the blocks of definitions; see `SegmentHeader.dictionary(in:_:)`.
  func dictionary(_ decoder: inout BlockDecoder) throws(JournalError) -> [Event] {
    try header.dictionary(in: file, &decoder)
  }

  /// The definitions in force before `sequence`, or behind the last event.
  /// O(bytes before it) when the segment defines anything.
  consuming func definitions(
    before sequence: Sequence64 = .max
  ) throws(JournalError) -> Definitions {
    var decoder = BlockDecoder()
    var result = Definitions()
    for event in try dictionary(&decoder) { result.note(event) }
    var chain = try HashChain(head: header.predecessor.chainHead)
    let defines = EventKind.allCases.contains {
      $0.isDefinition && footer.kinds[Int($0.rawValue)] > 0
    }
    guard defines || isOpen else { return result }
    while !isAtEnd, footer.blocks[next].firstSequence < sequence {
      let (place, first) = (place, footer.blocks[next].firstSequence)
      let end = first &+ UInt64(footer.blocks[next].count)
      try load(into: &decoder, chain: &chain, verifying: false)
      guard end > sequence else {
        for event in decoder.payload.definitions { result.note(event) }
        continue
      }
      switch decoder.payload.events() {
      case .failure(let problem): throw .damagedBlock(place, reason: problem.reason)
      case .success(let events):
        for event in events.prefix(Int(sequence - first)) { result.note(event) }
      }
    }
    return result
  }
}

extension SegmentReader {
  /// Events by kind id, counted: what a footer would say of an open segment. O(bytes).
  consuming func countKinds() throws(JournalError) -> [UInt64] {
    var decoder = BlockDecoder()
    var chain = try HashChain(head: header.predecessor.chainHead)
    var kinds = [UInt64](repeating: 0, count: 128)
    while !isAtEnd {
      let place = place
      try load(into: &decoder, chain: &chain, verifying: false)
      switch decoder.payload.events() {
      case .failure(let problem): throw .damagedBlock(place, reason: problem.reason)
      case .success(let events): for event in events { kinds[Int(event.kind.rawValue)] += 1 }
      }
    }
    return kinds
  }
}
