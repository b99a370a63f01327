/// Reads a journal to its end and prints how fast: decoding alone, with or without SHA-256.
///
///     JournalBench JOURNAL [--no-hash]
///
/// For `tools/bench` only. The events are looked at just enough that decoding them is not removed.

import Glibc
import Journal
import TradingCore

func monotonicSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func decode(_ journal: String, verifying: Bool) throws(JournalError) -> String {
  let started = monotonicSeconds()
  var reader = try JournalReader(opening: journal, verifying: verifying)
  var batch = EventBatch()
  var events: UInt64 = 0
  var latest = Timestamp.distantPast
  while try reader.next(into: &batch) {
    events += UInt64(batch.events.count)
    if let last = batch.events.last { latest = max(latest, last.receiveTime) }
  }
  let seconds = monotonicSeconds() - started
  return "{\"events\": \(events), \"seconds\": \(seconds), \"lastTime\": \(latest.nanoseconds)}"
}

let arguments = CommandLine.arguments.dropFirst()
if let journal = arguments.first {
  do {
    print(try decode(journal, verifying: !arguments.contains("--no-hash")))
  } catch {
    print("\(error)")
    exit(65)
  }
} else {
  print("usage: JournalBench JOURNAL [--no-hash]")
  exit(64)
}
