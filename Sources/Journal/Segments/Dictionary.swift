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

  /// The definitions in force behind the last event. O(bytes) when the segment defines anything.
  consuming func definitions() throws(JournalError) -> Definitions {
    var decoder = BlockDecoder()
    var result = Definitions()
    for event in try dictionary(&decoder) { result.note(event) }
    var chain = try HashChain(head: header.predecessor.chainHead)
    let defines = EventKind.allCases.contains {
      $0.isDefinition && footer.kinds[Int($0.rawValue)] > 0
    }
    guard defines else { return result }
    while !isAtEnd {
      try load(into: &decoder, chain: &chain, verifying: false)
      for event in decoder.payload.definitions { result.note(event) }
    }
    return result
  }
}
