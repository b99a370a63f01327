/// The journal's thread: promises kept under load, over segments and restarts, and the schedule by
/// which it writes and syncs.

import Foundation
import Synchronization
import Testing
import TradingCore

@testable import Journal

@Suite("The live journal's thread")
struct LiveJournalTests {
  private func open(
    _ path: String, segmentBytes: UInt64 = 1 << 18,
    _ announce: @escaping @Sendable (JournalNotice) -> Void = { _ in }
  ) throws -> LiveJournal {
    var limits = LiveLimits()
    limits.segmentBytes = segmentBytes
    limits.blockReserve = segmentBytes / 4
    limits.ballastBytes = 1 << 20
    return try LiveJournal(
      opening: path, limits, .ofThisMachine(build: "test build"), announce: announce)
  }

  private func append(_ events: [Event], to journal: LiveJournal, from sequence: UInt64) throws {
    var batch = EventBatch()
    for start in stride(from: 0, to: events.count, by: 1_000) {
      batch.removeAll()
      batch.firstSequence = sequence + UInt64(start)
      batch.events.append(contentsOf: events[start..<min(start + 1_000, events.count)])
      try journal.append(batch)
    }
  }

  @Test("what it promised durable is on the disk, over segments and restarts")
  func promises() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(200_000)
    for part in 0..<4 {
      let journal = try open(path)
      let piece = Array(events[part * 50_000..<(part + 1) * 50_000])
      #expect(journal.firstSequence == UInt64(part * 50_000 + 1))
      try append(piece, to: journal, from: journal.firstSequence)
      let last = journal.firstSequence + 49_999
      try journal.durable(upTo: last)
      #expect(journal.progress.durable == last && journal.progress.written == last)
      #expect(try readOpen(path).count == Int(last))
      try journal.close()
    }
    #expect(try read(path) == events)
    #expect(try JournalVerifier.verify(path).facts.segments > 4)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path).allSatisfy {
        $0 == "LOCK" || $0.hasSuffix(".lz4")
      })
  }

  @Test("segments that fill faster than the next ones are made never share a file")
  func fastRolls() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(60_000)
    let journal = try open(path, segmentBytes: 1 << 16)
    for start in stride(from: 0, to: events.count, by: 300) {
      try append(Array(events[start..<start + 300]), to: journal, from: UInt64(start) + 1)
      if start % 7 == 0 { try journal.written(upTo: UInt64(start) + 300) }
    }
    try journal.close()
    #expect(try read(path) == events)
  }

  @Test("a key that cannot be used at first is an error, and one that fails later is announced")
  func keys() throws {
    let folder = TestFolder()
    let keys = folder.path("keys")
    let notices = Mutex<[JournalNotice]>([])
    var surroundings = try LiveSurroundings.ofThisMachine(build: "test build")
    surroundings.keys = keys
    var limits = LiveLimits()
    limits.segmentBytes = 1 << 18
    let journal = try LiveJournal(opening: folder.path("j"), limits, surroundings) { notice in
      notices.withLock { $0.append(notice) }
    }
    var events = trades(200)
    for index in events.indices {
      events[index].receiveTime = Timestamp(nanoseconds: Int64(index) * 60_000_000_000)
    }
    try append(Array(events[..<50]), to: journal, from: 1)
    try journal.durable(upTo: 50)
    try FileManager.default.removeItem(atPath: keys)
    try Data().write(to: URL(fileURLWithPath: keys))
    for start in stride(from: 50, to: 200, by: 10) {
      try append(Array(events[start..<start + 10]), to: journal, from: UInt64(start) + 1)
      try journal.durable(upTo: UInt64(start) + 10)
    }
    try journal.close()
    let unsigned = notices.withLock { $0.filter { if case .unsigned = $0 { true } else { false } } }
    #expect(unsigned.count == 1, "\(notices.withLock { $0 })")
    #expect(try read(folder.path("j")) == events)
    #expect(throws: JournalError.self) {
      _ = try LiveJournal(opening: folder.path("j"), limits, surroundings) { _ in }
    }
  }

  @Test("what nobody waits for is written and durable within its time, and a heartbeat follows")
  func deadlines() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let journal = try open(path)
    try append(trades(10), to: journal, from: 1)
    let deadline = Date(timeIntervalSinceNow: 5)
    while journal.progress.durable < 10, Date() < deadline { usleep(10_000) }
    #expect(journal.progress == LiveProgress(written: 10, durable: 10, condition: .ample))
    try journal.close()
  }

  @Test("events that do not follow are refused, and the journal goes on")
  func order() throws {
    let folder = TestFolder()
    let journal = try open(folder.path("j"))
    #expect(throws: EngineFault.self) { try append(trades(1), to: journal, from: 2) }
    try append(trades(1), to: journal, from: 1)
    try journal.close()
    #expect(throws: EngineFault.self) { try append(trades(1), to: journal, from: 2) }
  }

  @Test("many threads wait, each for its own promise")
  func waiters() throws {
    let folder = TestFolder()
    let journal = try open(folder.path("j"))
    let events = trades(2_000)
    DispatchQueue.concurrentPerform(iterations: 5) { worker in
      do {
        if worker == 0 {
          try append(events, to: journal, from: 1)
        } else {
          for sequence in stride(from: worker, through: 2_000, by: 97) {
            try journal.durable(upTo: UInt64(sequence))
            #expect(journal.progress.durable >= UInt64(sequence))
          }
        }
      } catch { Issue.record(error) }
    }
    try journal.close()
  }
}

@Suite("The commit schedule")
struct CommitScheduleTests {
  @Test("events are written after 100 ms, durable after a second, vouched for a second later")
  func times() {
    var schedule = CommitSchedule()
    #expect(schedule.deadline == nil)
    schedule.took(at: 0)
    #expect(schedule.deadline == 100_000_000)
    #expect(schedule.action(at: 99_999_999, wantsWritten: false, wantsDurable: false) == .nothing)
    #expect(schedule.action(at: 100_000_000, wantsWritten: false, wantsDurable: false) == .flush)
    schedule.did(.flush, at: 100_000_000)
    #expect(schedule.deadline == 1_000_000_000)
    #expect(schedule.action(at: 1_000_000_000, wantsWritten: false, wantsDurable: false) == .sync)
    schedule.did(.sync, at: 1_000_000_000)
    #expect(schedule.deadline == 2_000_000_000)
    #expect(
      schedule.action(at: 2_000_000_000, wantsWritten: false, wantsDurable: false) == .heartbeat)
    schedule.did(.heartbeat, at: 2_000_000_000)
    #expect(schedule.deadline == nil)
  }

  @Test("while events come their own syncs vouch; a heartbeat comes behind the last of them")
  func steadyFlow() {
    var schedule = CommitSchedule()
    for second in 0..<5 {
      schedule.took(at: Int64(second) * 1_000_000_000 + 1)
      let end = Int64(second + 1) * 1_000_000_000
      #expect(schedule.action(at: end, wantsWritten: false, wantsDurable: false) != .heartbeat)
      schedule.did(.sync, at: end)
    }
    #expect(schedule.deadline == 6_000_000_000)
    #expect(
      schedule.action(at: 6_000_000_000, wantsWritten: false, wantsDurable: false) == .heartbeat)
  }

  @Test("who waits does not wait for a deadline")
  func wishes() {
    var schedule = CommitSchedule()
    schedule.took(at: 0)
    #expect(schedule.action(at: 0, wantsWritten: true, wantsDurable: false) == .flush)
    #expect(schedule.action(at: 0, wantsWritten: false, wantsDurable: true) == .sync)
    #expect(schedule.action(at: 0, wantsWritten: true, wantsDurable: true) == .sync)
  }
}
