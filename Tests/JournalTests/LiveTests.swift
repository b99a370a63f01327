/// A live journal on a real disk: what is taken is there, restarts go on behind it, readers follow.

import Foundation
import Testing
import TradingCore

@testable import Journal

/// Opens a live journal with small segments.
func openLive(
  _ path: String, segmentBytes: UInt64 = 1 << 16, now: Int64 = 1
) throws -> LiveWriter {
  var limits = LiveLimits()
  limits.segmentBytes = segmentBytes
  limits.blockReserve = 8 << 10
  return try LiveWriter.open(
    path, on: SystemDisk(), limits,
    LiveSurroundings(
      now: now, monotonic: 2, bootID: .zero, build: "test build", newIdentity: identity()))
}

/// Appends `events` in batches of at most `size`.
func append(
  _ events: ArraySlice<Event>, to writer: inout LiveWriter, batches size: Int = 100
) throws {
  var batch = EventBatch()
  var rest = events
  while !rest.isEmpty {
    batch.removeAll()
    batch.firstSequence = writer.nextSequence
    batch.events.append(contentsOf: rest.prefix(size))
    rest = rest.dropFirst(size)
    try writer.append(batch)
  }
}

func trades(_ count: Int) -> [Event] {
  var numbers = Numbers(seed: 3)
  return (0..<count).map { number in
    var event = anyEvent(.trade, &numbers)
    event.receiveTime = Timestamp(nanoseconds: Int64(number) * 1_000_000)
    return event
  }
}

func readOpen(_ path: String) throws -> [Event] {
  var reader = try JournalReader(opening: path, acceptingOpen: true)
  var batch = EventBatch()
  var events: [Event] = []
  while try reader.next(into: &batch) { events.append(contentsOf: batch.events) }
  return events
}

@Suite("A live journal")
struct LiveTests {
  @Test("written events are read from it while it is open, and after it is closed")
  func writtenIsRead() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(5_000)
    var writer = try openLive(path)
    try append(events[..<3_000], to: &writer)
    try writer.flush()
    #expect(try readOpen(path) == Array(events[..<3_000]))
    try append(events[3_000...], to: &writer, batches: 7)
    try writer.sync()
    try writer.heartbeat()
    #expect(try readOpen(path) == events)
    try writer.close()
    #expect(try read(path) == events)
    let report = try JournalVerifier.verify(path)
    #expect(report.facts.ending == .ended && report.facts.segments > 1)
    #expect(try read(path, from: 4_321) == Array(events[4_320...]))
  }

  @Test("a writer that is dropped leaves what it wrote, and the next one goes on behind it")
  func restart() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(4_000)
    for part in 0..<4 {
      var writer = try openLive(path)
      try append(events[part * 1_000..<(part + 1) * 1_000], to: &writer)
      if part == 1 { try writer.heartbeat() }
      try writer.flush()
      if part == 3 { try writer.close() }
    }
    #expect(try read(path) == events)
    #expect(try JournalVerifier.verify(path).facts.segments >= 4)
  }

  @Test("two writers cannot have one journal")
  func oneWriter() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let first = try openLive(path)
    #expect(throws: JournalError.locked(path: path)) { _ = try openLive(path) }
    try first.close()
    try openLive(path).close()
  }

  @Test("starting and stopping without an event changes nothing that is read")
  func emptyRuns() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(100)
    try openLive(path).close()
    try openLive(path).close()
    var writer = try openLive(path)
    try append(events[...], to: &writer)
    try writer.close()
    _ = try openLive(path)
    try openLive(path).close()
    #expect(try read(path) == events)
    _ = try JournalVerifier.verify(path)
  }

  @Test("a reader follows a writer over segments without a gap")
  func following() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(6_000)
    var writer = try openLive(path)
    var reader = try JournalReader(opening: path, acceptingOpen: true)
    var found: [Event] = []
    var batch = EventBatch()
    for start in stride(from: 0, to: events.count, by: 500) {
      try append(events[start..<start + 500], to: &writer)
      if start % 1_000 == 0 { try writer.flush() } else { try writer.sync() }
      #expect(try reader.refresh())
      while try reader.next(into: &batch) { found.append(contentsOf: batch.events) }
      #expect(found.count == start + 500)
      #expect(try !reader.refresh())
    }
    try writer.close()
    #expect(found == events)
  }

  @Test("a reader that follows a journal without events gets those of a later writer")
  func followingRestarts() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(100)
    try openLive(path).close()
    var first = try JournalReader(opening: path, acceptingOpen: true)
    var idle = Optional(try openLive(path))
    var second = try JournalReader(opening: path, acceptingOpen: true)
    try idle.take()?.close()
    var writer = try openLive(path)
    _ = try (first.refresh(), second.refresh())
    try append(events[...], to: &writer)
    try writer.sync()
    var batch = EventBatch()
    #expect(try first.refresh() && first.next(into: &batch) && batch.events.elementsEqual(events))
    _ = try second.refresh()
    #expect(try second.refresh() && second.next(into: &batch))
    #expect(batch.events.elementsEqual(events))
    try writer.close()
  }

  @Test("a new UTC day begins a segment")
  func days() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    var events = trades(30)
    for index in 10..<20 { events[index].receiveTime = Timestamp(nanoseconds: 86_400_000_000_000) }
    for index in 20..<30 {
      events[index].receiveTime = Timestamp(nanoseconds: 2 * 86_400_000_000_000)
    }
    var writer = try openLive(path)
    try append(events[...], to: &writer, batches: 30)
    try writer.close()
    let names = try FileManager.default.contentsOfDirectory(atPath: path).filter {
      $0.hasSuffix(".lz4")
    }
    #expect(names.sorted() == [1, 11, 21].map { JournalFormat.segmentName(first: $0) })
    #expect(try read(path) == events)
  }

  @Test("a clock that goes back and forth over midnight begins one segment")
  func midnight() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    var events = trades(200)
    for index in events.indices {
      let day: Int64 = 86_400_000_000_000
      events[index].receiveTime = Timestamp(nanoseconds: day + (index % 2 == 0 ? -1 : 1))
    }
    var writer = try openLive(path)
    try append(events[...], to: &writer, batches: 30)
    try writer.close()
    #expect(try JournalVerifier.verify(path).facts.segments == 2)
    #expect(try read(path) == events)
  }

  @Test(
    "an epoch that cannot be raised and a segment that begins before the first event are refused")
  func lastEpoch() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try openLive(path).close()
    for epoch in [SegmentHeader.largestNumber, .max] {
      try Data("epoch \(epoch)\n".utf8).write(to: URL(fileURLWithPath: path + "/LOCK"))
      #expect(throws: JournalError.limit("epoch \(epoch)")) { _ = try openLive(path) }
    }
    try Data("epoch 1\n".utf8).write(to: URL(fileURLWithPath: path + "/LOCK"))
    let zero = "00000000000000000000.lz4.open"
    try Data().write(to: URL(fileURLWithPath: path + "/" + zero))
    #expect(throws: JournalError.notAJournal(path: path, reason: "it holds \(zero)")) {
      _ = try openLive(path)
    }
  }

  @Test("an event is found by the time it was received")
  func times() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(3_000)
    var writer = try openLive(path)
    try append(events[...], to: &writer)
    try writer.close()
    var reader = try JournalReader(opening: path)
    for millisecond in [0, 1, 999, 1_000, 2_998, 2_999] {
      let time = Timestamp(nanoseconds: Int64(millisecond) * 1_000_000 - 1)
      #expect(try reader.seek(toTime: time) == UInt64(millisecond) + 1)
      var batch = EventBatch()
      #expect(try reader.next(into: &batch))
      #expect(batch.events[0] == events[millisecond])
    }
    #expect(try reader.seek(toTime: Timestamp(nanoseconds: .max)) == nil)
  }
}
