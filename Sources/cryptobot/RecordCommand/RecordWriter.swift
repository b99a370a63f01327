/// Events into a live journal, in batches that follow each other.

import Journal
import TradingCore

struct RecordWriter {
  private let journal: LiveJournal
  private var batch = EventBatch()
  /// Events appended.
  private(set) var events: UInt64 = 0

  init(_ journal: LiveJournal) {
    self.journal = journal
    batch.firstSequence = journal.firstSequence
  }

  /// Waits only while the journal's own queue is full.
  /// - Throws: `EngineFault.journal` when the journal has failed.
  mutating func append(_ all: ContiguousArray<Event>) throws(EngineFault) {
    var start = 0
    while start < all.count {
      let end = min(start + EventBatch.capacity, all.count)
      batch.removeAll()
      batch.events.append(contentsOf: all[start..<end])
      try journal.append(batch)
      batch.firstSequence += Sequence64(end - start)
      events += UInt64(end - start)
      start = end
    }
  }
}
