/// What a block's header and its segment's footer say of the block's events, derived from the events
/// again: recovery and verification believe no header.
internal import TradingCore

struct BlockTotals {
  private(set) var bounds = ClockBounds()
  /// Events by kind id.
  private(set) var kinds = InlineArray<128, UInt32>(repeating: 0)
  private var instruments: UInt64 = 0

  /// Totals of all events. O(n).
  init(of events: ContiguousArray<Event>) {
    // By index, where the events lie: a copy of each would be read before it is written through.
    let span = events.span
    for index in span.indices {
      bounds.include(span[index])
      kinds[Int(span[index].kind.rawValue)] += 1
      instruments |= span[index].body.instrumentBit
    }
  }

  /// As `BlockHeader.bitmap` has it.
  var bitmap: UInt64 {
    var bits = instruments
    for kind in 0..<128 where kinds[kind] > 0 { bits |= 1 << (32 + UInt64(kind & 31)) }
    return bits
  }

  /// Adds the events by kind to a footer's.
  func add(to sums: inout [UInt64]) {
    for kind in 0..<128 where kinds[kind] > 0 { sums[kind] += UInt64(kinds[kind]) }
  }
}
