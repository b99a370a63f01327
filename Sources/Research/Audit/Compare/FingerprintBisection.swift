/// Finds by a few looks where the states of two journals part: fingerprints stand at every 65,536th
/// sequence or a little behind it, and once two differ all later ones do.

internal import Journal
internal import TradingCore

struct FingerprintBisection {
  /// The last fingerprint that both have; 0 where there is none.
  private(set) var lastEqual: Sequence64 = 0
  /// The first that differs; `nil` where none does.
  private(set) var firstUnequal: Sequence64?
  /// How many pairs were looked at.
  private(set) var looks = 0

  /// O(log events) blocks.
  /// - Parameter watch: called at each look; may throw to stop.
  /// - Throws: what is damaged.
  init(_ first: String, _ second: String, watch: () throws -> Void) throws {
    var left = try JournalReader(opening: first, acceptingOpen: true)
    var right = try JournalReader(opening: second, acceptingOpen: true)
    let shorter = min(left.facts.lastSequence, right.facts.lastSequence)
    var (low, high) = (Sequence64(0), shorter / StateHash.interval + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      looks += 1
      try watch()
      let pair = (
        try Self.fingerprint(near: middle, &left), try Self.fingerprint(near: middle, &right)
      )
      // A journal that ends before its fingerprint says nothing against the other.
      if let found = pair.0, pair.1 == found {
        (low, lastEqual) = (middle, found.sequence)
      } else {
        high = middle
        firstUnequal = pair.0?.sequence ?? pair.1?.sequence ?? firstUnequal
      }
    }
  }

  private struct Found: Equatable {
    var sequence: Sequence64
    var hashes: StateHash
  }

  /// The first fingerprint at or behind a multiple of the interval and before the next.
  private static func fingerprint(
    near multiple: Sequence64, _ reader: inout JournalReader
  ) throws(JournalError) -> Found? {
    let start = multiple * StateHash.interval
    guard start <= reader.facts.lastSequence else { return nil }
    try reader.seek(to: start)
    var batch = EventBatch()
    while try reader.next(into: &batch), batch.firstSequence < start + StateHash.interval {
      for (offset, event) in batch.events.enumerated() {
        guard case .stateHash(let hashes) = event.body else { continue }
        return Found(sequence: batch.firstSequence + UInt64(offset), hashes: hashes)
      }
    }
    return nil
  }
}
