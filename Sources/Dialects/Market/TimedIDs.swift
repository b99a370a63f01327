/// Ids for the messages of a book, made of the venue's own times: every book in a journal needs ids, and some
/// venues give none.
///
/// A message's id is its own time in microseconds. Times rise from link to link and from run to run as ids
/// must, and one change comes with one time on every link, so what two links brought is told apart. Two
/// messages of one microsecond are kept apart by one. An update's first id follows the update before it,
/// even across a snapshot, which holds what came between: whether anything is missing such a venue says by
/// other means (a checksum, a counter over the connection), so the ids never do.

import TradingCore

/// The ids of one book on one link.
struct TimedIDs: Equatable, Sendable {
  /// The last one given on this link.
  private var last: Int64?
  /// The last update's, of this link or the one before.
  private var update: Int64?

  init() {}

  /// Those of a link that opens beside or behind another.
  init(after other: TimedIDs) { update = other.update }

  /// The id of a snapshot.
  mutating func snapshot(at time: Timestamp) -> Int64 {
    let id = max(time.nanoseconds / 1_000, (last ?? .min) &+ 1)
    last = id
    update = min(update ?? id, id)
    return id
  }

  /// The first and the last id of an update. One that comes so long after the message before it that no
  /// event could span the time, 71 minutes, has an id only that far above.
  mutating func update(at time: Timestamp) -> (first: Int64, last: Int64) {
    let before = last ?? time.nanoseconds / 1_000 - 1
    let mostSpan = Int64(UInt32.max)
    let id = min(max(time.nanoseconds / 1_000, before + 1), before + 1 + mostSpan)
    let first = max((update ?? before) + 1, id - mostSpan)
    (last, update) = (id, id)
    return (first, id)
  }
}
