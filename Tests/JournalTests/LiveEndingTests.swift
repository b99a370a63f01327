/// How a live journal ends while others still use it: nothing is promised that is not kept, and nothing
/// is touched in a folder that another writer may have by then.
import Foundation
import Synchronization
import Testing
import TradingCore

@testable import Journal

@Suite("The end of a live journal")
struct LiveEndingTests {
  private func open(_ path: String) throws -> LiveJournal {
    var limits = LiveLimits()
    limits.segmentBytes = 1 << 18
    limits.blockReserve = 96 << 10
    limits.ballastBytes = 1 << 20
    return try LiveJournal(opening: path, limits, .ofThisMachine(build: "test build")) { _ in }
  }

  /// Appends one event after the other until that is refused; the last one taken.
  private func fill(_ journal: LiveJournal, _ events: [Event]) -> Sequence64 {
    var batch = EventBatch()
    for (place, event) in events.enumerated() {
      batch.removeAll()
      batch.firstSequence = UInt64(place) + 1
      batch.events.append(event)
      do throws(EngineFault) { try journal.append(batch) } catch { return UInt64(place) }
    }
    return UInt64(events.count)
  }

  @Test("in which nothing was recorded is taken away with its key, and one with an event never is")
  func unused() throws {
    let folder = TestFolder()
    let (path, keys) = (folder.path("j"), folder.path("keys"))
    var limits = LiveLimits()
    (limits.segmentBytes, limits.ballastBytes) = (1 << 18, 1 << 20)
    limits.blockReserve = 96 << 10
    var surroundings = try LiveSurroundings.ofThisMachine(build: "test build")
    surroundings.keys = keys
    let journal = try LiveJournal(opening: path, limits, surroundings) { _ in }
    #expect(try FileManager.default.contentsOfDirectory(atPath: keys).count == 1)
    try journal.closeUnused()
    #expect(folder.names == ["keys"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: keys).isEmpty)
    let used = try open(path)
    #expect(fill(used, trades(1)) == 1)
    #expect(
      throws: JournalError.notAJournal(
        path: path, reason: "another process has recorded in it meanwhile")
    ) { try used.closeUnused() }
    #expect(try read(path).count == 1)
  }

  @Test("what stood there before is left when nothing was recorded: folder, evidence, journal")
  func unusedBeside() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try open(path).closeUnused()
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["LOCK"])
    let torn = "00000000000000000001.1.torn"
    try Data("kept".utf8).write(to: URL(fileURLWithPath: path + "/" + torn))
    try open(path).closeUnused()
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [torn, "LOCK"])
    try open(path).close()
    let id = try JournalReader(opening: path).facts.identity.id
    try open(path).closeUnused()
    #expect(try JournalReader(opening: path).facts.identity.id == id)
    let used = try open(path)
    #expect(fill(used, trades(1)) == 1)
    try used.close()
    try open(path).closeUnused()
    #expect(try read(path).count == 1)
  }

  @Test("another who took the journal up meanwhile keeps it")
  func unusedAndTaken() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let first = try open(path)
    try first.close()
    let second = try open(path)
    #expect(throws: JournalError.locked(path: path)) { try first.closeUnused() }
    #expect(fill(second, trades(1)) == 1)
    try second.close()
    #expect(try read(path).count == 1)
  }

  @Test("an event appended beside the close is refused or kept, and never promised and lost")
  func appendBesideClose() throws {
    let folder = TestFolder()
    let events = trades(60_000)
    for round in 0..<20 {
      let path = folder.path("j\(round)")
      let journal = try open(path)
      let taken = Mutex<Sequence64>(0)
      DispatchQueue.concurrentPerform(iterations: 2) { worker in
        if worker == 0 {
          let last = fill(journal, events)
          taken.withLock { $0 = last }
        } else {
          usleep(UInt32(500 + round * 100))
          do { try journal.close() } catch { Issue.record(error) }
        }
      }
      let last = taken.withLock { $0 }
      try journal.written(upTo: last)
      try journal.durable(upTo: last)
      #expect(journal.progress.durable == last && journal.progress.written == last)
      #expect(try read(path) == Array(events[..<Int(last)]), "round \(round)")
    }
  }

  @Test("everybody who closes it returns when it is sealed")
  func closedTwice() throws {
    let folder = TestFolder()
    for round in 0..<10 {
      let path = folder.path("j\(round)")
      let journal = try open(path)
      let last = fill(journal, trades(2_000))
      DispatchQueue.concurrentPerform(iterations: 3) { _ in
        do {
          try journal.close()
          #expect(try read(path).count == Int(last), "round \(round)")
        } catch { Issue.record(error) }
      }
    }
  }

  @Test("one journal ends and the next begins in the same folder, again and again")
  func handOver() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    var events: [Event] = []
    for _ in 0..<12 {
      let journal = try open(path)
      DispatchQueue.concurrentPerform(iterations: 2) { worker in
        do {
          if worker == 0 {
            try journal.close()
          } else {
            let next = try whenFree(path)
            try append(trades(8_000), to: next)
            try next.close()
          }
        } catch { Issue.record(error) }
      }
      events += trades(8_000)
    }
    #expect(try read(path) == events)
  }

  /// Opens the journal as soon as its writer lets go of it.
  private func whenFree(_ path: String) throws -> LiveJournal {
    while true {
      do { return try open(path) } catch JournalError.locked { continue }
    }
  }

  private func append(_ events: [Event], to journal: LiveJournal) throws {
    var batch = EventBatch()
    for start in stride(from: 0, to: events.count, by: 1_000) {
      batch.removeAll()
      batch.firstSequence = journal.firstSequence + UInt64(start)
      batch.events.append(contentsOf: events[start..<start + 1_000])
      try journal.append(batch)
    }
  }

  @Test("who waits for an event to come makes nobody work")
  func eventsToCome() {
    var queue = LiveQueue(firstSequence: 1)
    (queue.wantsDurable, queue.wantsWritten) = (7, 7)
    #expect(!queue.hasWork)
    var batch = EventBatch()
    batch.events.append(contentsOf: trades(3))
    queue.take(batch)
    queue.exchange(&batch)
    #expect(queue.hasWork && queue.isSyncAwaited && queue.isWriteAwaited)
    (queue.progress.written, queue.progress.durable) = (3, 3)
    #expect(!queue.hasWork)
  }

  @Test("ballast that never got its size is laid anew")
  func lightBallast() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try open(path).close()
    try Data().write(to: URL(fileURLWithPath: path + "/ballast"))
    let journal = try open(path)
    let deadline = Date(timeIntervalSinceNow: 10)
    var found = 0
    while found < 1 << 20, Date() < deadline {
      usleep(1_000)
      found = try Data(contentsOf: URL(fileURLWithPath: path + "/ballast")).count
    }
    #expect(found == 1 << 20)
    try journal.close()
    #expect(!FileManager.default.fileExists(atPath: path + "/ballast"))
  }
}
