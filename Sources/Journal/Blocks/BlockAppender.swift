/// What all blocks of a journal share while it is written: the open block, the hash chain, the
/// definitions in force and the next sequence. Both writers stand on this.
internal import TradingCore

struct BlockAppender: ~Copyable {
  private var encoder = BlockEncoder()
  var chain: HashChain
  private(set) var definitions: Definitions
  private(set) var nextSequence: Sequence64

  init(chain: consuming HashChain, definitions: Definitions, nextSequence: Sequence64) {
    self.chain = chain
    self.definitions = definitions
    self.nextSequence = nextSequence
  }

  /// Whether the open block holds nothing.
  var isEmpty: Bool { encoder.payload.count == 0 }

  /// Takes events from `start` on until the batch ends or the block is to be measured; returns where
  /// the next call begins, and whether the block is full.
  mutating func take(_ batch: borrowing EventBatch, from start: Int) -> (place: Int, isDue: Bool) {
    take(batch.events, from: start)
  }

  /// As above, and stops before `end`.
  mutating func take(
    _ batch: borrowing EventBatch, from start: Int, upTo end: Int
  ) -> (place: Int, isDue: Bool) {
    guard end < batch.events.count else { return take(batch.events, from: start) }
    let piece = ContiguousArray(batch.events[start..<end])
    let (place, isDue) = take(piece, from: 0)
    return (start + place, isDue)
  }

  private mutating func take(
    _ events: borrowing ContiguousArray<Event>, from start: Int
  ) -> (place: Int, isDue: Bool) {
    let before = encoder.payload.definitions
    let place = encoder.payload.append(events, from: start)
    if encoder.payload.definitions > before {
      for index in start..<place { definitions.note(events[index]) }
    }
    nextSequence += UInt64(place - start)
    return (place, encoder.payload.isDue())
  }

  /// Closes the open block into `segment`.
  mutating func close(into segment: inout SegmentWriter) throws(JournalError) {
    guard !isEmpty else { return }
    var header = segment.place(.data)
    let leaf = try encoder.close(&header, chain: &chain)
    try unsafe segment.append(
      header, leaf: leaf, kinds: encoder.kinds, encoder.block, count: encoder.blockBytes)
  }

  /// Repeats the definitions in force at the start of `segment`; the open block is empty.
  mutating func repeatDefinitions(into segment: inout SegmentWriter) throws(JournalError) {
    let dictionary = ContiguousArray(definitions.events)
    var place = 0
    while place < dictionary.count {
      place = encoder.payload.append(dictionary, from: place)
      if encoder.payload.isDue() { try closeDictionary(into: &segment) }
    }
    if !isEmpty { try closeDictionary(into: &segment) }
  }

  private mutating func closeDictionary(
    into segment: inout SegmentWriter
  ) throws(JournalError) {
    var header = segment.place(.dictionary)
    _ = try encoder.close(&header, chain: &chain)
    try unsafe segment.append(dictionary: encoder.block, count: encoder.blockBytes)
  }
}
