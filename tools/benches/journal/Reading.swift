/// What reads: decoding a journal, and recovery of one that nobody sealed.

import Glibc
import Journal
import TradingCore

/// Reads a journal to its end. The events are looked at just enough that decoding them is not removed.
func decode(_ journal: String, verifying: Bool) throws -> String {
  let started = seconds()
  var reader = try JournalReader(opening: journal, verifying: verifying)
  var batch = EventBatch()
  var events: UInt64 = 0
  var latest = Timestamp.distantPast
  while try reader.next(into: &batch) {
    events += UInt64(batch.events.count)
    if let last = batch.events.last { latest = max(latest, last.receiveTime) }
  }
  return json([
    ("events", Double(events)), ("seconds", seconds() - started),
    ("lastTime", Double(latest.nanoseconds)),
  ])
}

/// Recovery alone, and then the start of a writer on the journal it left, with its new segment.
func recover(_ folder: String) throws -> String {
  let (started, idle) = (seconds(), seconds(CLOCK_PROCESS_CPUTIME_ID))
  let recovered = try Recovery.run(in: folder, on: SystemDisk())
  let (whole, busy) = (seconds(), seconds(CLOCK_PROCESS_CPUTIME_ID))
  let journal = try LiveJournal(opening: folder)
  let opened = seconds()
  try journal.close()
  return json([
    ("recoverySeconds", whole - started), ("recoveryCPUSeconds", busy - idle),
    ("openingSeconds", opened - whole),
    ("bytes", recovered.reduce(0) { $0 + Double($1.keptBytes) }),
    ("events", Double(journal.firstSequence - 1)),
  ])
}
