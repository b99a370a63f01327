/// What writes: a feed at full speed, and a segment left open.

import Journal
import TradingCore

/// All events of a journal.
func events(of journal: String) throws -> [Event] {
  var reader = try JournalReader(opening: journal)
  var batch = EventBatch()
  var events: [Event] = []
  while try reader.next(into: &batch) { events.append(contentsOf: batch.events) }
  return events
}

/// Appends `count` events to a new live journal, and waits until all are durable.
func append(_ events: [Event], to folder: String, count: Int) throws -> String {
  let journal = try LiveJournal(opening: folder)
  let feed = Feed(into: journal, of: events)
  let started = seconds()
  while feed.appended < count { try feed.append(EventBatch.capacity) }
  let taken = seconds()
  try journal.durable(upTo: feed.last)
  let durable = seconds()
  try journal.close()
  return json([
    ("events", Double(feed.appended)), ("seconds", durable - started),
    ("takenSeconds", taken - started),
  ])
}

/// Fills one segment nearly to its end, makes it durable, and drops the writer as a crash would.
func crash(_ events: [Event], in folder: String) throws -> String {
  var writer = try LiveWriter.open(
    folder, on: SystemDisk(), LiveLimits(),
    LiveSurroundings(
      now: 1, monotonic: 1, bootID: .zero, build: "bench",
      newIdentity: JournalIdentity(inputs: [], scenario: "bench")))
  var batch = EventBatch()
  var place = 0
  while writer.tail.writtenOffset + (1 << 20) < JournalFormat.segmentBytes {
    batch.removeAll()
    batch.firstSequence = writer.nextSequence
    let end = min(place + EventBatch.capacity, events.count)
    batch.events.append(contentsOf: events[place..<end])
    place = end == events.count ? 0 : end
    try writer.append(batch)
    try writer.flush()
  }
  try writer.sync()
  try writer.heartbeat()
  return json([("events", Double(writer.nextSequence - 1))])
}
