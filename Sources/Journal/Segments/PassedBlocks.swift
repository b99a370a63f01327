/// Blocks that a reader of a period passes over without decoding: all of them were received before it begins,
/// and hold only kinds that mean nothing to what comes later.
///
/// A block's bitmap has 32 bits for 128 kinds, so a bit alone does not tell an asset's definition from a
/// trade. But a segment's footer counts each kind exactly: once all others of a segment were handed out,
/// whatever a bit says can only be one of those.
internal import TradingCore

/// What may be passed over, and what is still to come of the rest.
struct PassedBlocks {
  private let end: Timestamp
  /// By kind, whether it may be passed over.
  private let isIdle: [Bool]
  private var segment: Int?
  /// Events to come in the segment, by kind, of the kinds that must be handed out.
  private var remaining: [UInt64] = []
  /// Whether a message is under way that belongs together.
  private var isInsideRun = false

  /// - Parameters:
  ///   - kinds: what nobody asks for.
  ///   - end: the first receive time that somebody asks for.
  init(_ kinds: [EventKind], before end: Timestamp) {
    self.end = end
    isIdle = (0..<128).map { id in kinds.contains { Int($0.rawValue) == id } }
  }

  /// Begins with a segment, where that is another than before.
  /// - Parameter counts: events of it by kind.
  mutating func enter(_ position: Int, _ counts: [UInt64]) {
    guard segment != position else { return }
    segment = position
    remaining = counts.enumerated().map { isIdle[$0.offset] ? 0 : $0.element }
  }

  /// Takes note of events that were handed out.
  /// - Returns: whether there may be more to pass over: nothing of the period has come yet.
  mutating func note(_ events: borrowing ContiguousArray<Event>) -> Bool {
    for index in events.indices {
      guard events[index].receiveTime < end else { return false }
      let kind = Int(events[index].kind.rawValue)
      if !isIdle[kind] { remaining[kind] &-= 1 }
    }
    isInsideRun = events.last?.body.isInsideRun ?? isInsideRun
    return true
  }

  /// Whether nobody misses a block.
  func allows(_ block: BlockEntry) -> Bool {
    guard !isInsideRun, block.bounds.maxReceive < end.nanoseconds else { return false }
    return !remaining.indices.contains { kind in
      remaining[kind] > 0 && block.bitmap & 1 << (32 + UInt64(kind & 31)) != 0
    }
  }
}
