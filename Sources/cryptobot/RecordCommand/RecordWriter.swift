/// Events into a live journal, in batches that follow each other.

#if Live
  import Journal
  import TradingCore

  struct RecordWriter {
    private let journal: LiveJournal
    private let log: RunLog
    private var batch = EventBatch()
    /// Events appended.
    private(set) var events: UInt64 = 0

    init(_ journal: LiveJournal, _ log: RunLog) {
      (self.journal, self.log) = (journal, log)
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
        log.note(batch.events, from: batch.firstSequence)
        batch.firstSequence += Sequence64(end - start)
        events += UInt64(end - start)
        start = end
      }
    }
  }
#endif
