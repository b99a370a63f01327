/// What an operator has when a journal is damaged: seal, repair from a copy, salvage.

import Foundation
import Synchronization
import Testing
import TradingCore

@testable import Journal

/// A live journal of several segments, left open, and its events.
private func makeLive(_ path: String, _ count: Int = 12_000) throws -> [Event] {
  let events = trades(count)
  var writer = try openLive(path)
  try append(events[...], to: &writer)
  try writer.sync()
  try writer.heartbeat()
  try writer.sync()
  return events
}

private func names(_ path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.contains(".lz4") }.sorted()
}

private func flip(_ path: String, at offset: Int) throws {
  var content = try bytes(path)
  content[offset] ^= 1
  try Data(content).write(to: URL(fileURLWithPath: path))
}

@Suite("A damaged journal")
struct RepairTests {
  @Test("is sealed with all whole blocks after its writer died, once")
  func seal() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = try makeLive(path)
    let done = try Repair.seal(path)
    #expect(done.map(\.cutBytes) == [0] && done[0].lastSequence == UInt64(events.count))
    #expect(try Repair.seal(path).isEmpty)
    #expect(try read(path) == events)
    #expect(try JournalVerifier.verify(path).facts.ending == .recovered)
  }

  @Test("whoever watches ends verify, repair and salvage at any step, and nothing is left of them")
  func watched() throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    _ = try makeLive(path)
    _ = try Repair.seal(path)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    for steps in 0..<6 {
      var left = steps
      let watch: Watch = { _, _ in
        left -= 1
        return left >= 0
      }
      #expect(throws: JournalError.stopped) { try JournalVerifier.verify(path, watch: watch) }
      left = steps
      #expect(throws: JournalError.stopped) {
        try Repair.repair(path, from: copy, watch: watch)
      }
      left = steps
      #expect(throws: JournalError.stopped) {
        try Salvage.salvage(
          path, to: folder.path("s"), replacing: false, build: "", watch: watch)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
  }

  @Test("is not mended from a copy that was made before its segment was full")
  func earlyCopy() throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    var writer = try openLive(path)
    let events = trades(12_000)
    try append(events[..<200], to: &writer)
    try writer.sync()
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    try append(events[200...], to: &writer)
    try writer.close()
    try flip(path + "/" + names(path)[0], at: 9_000)
    let before = try names(path)
    for _ in 0..<2 {
      #expect(throws: JournalError.self) { try Repair.repair(path, from: copy) }
      #expect(try names(path) == before)
      _ = try Repair.seal(copy)
    }
  }

  @Test("is repaired by one at a time, and has no lock file afterwards if it had none")
  func twoRepairs() throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    _ = try write(trades(40_000), to: path)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    for _ in 0..<20 {
      try flip(path + "/" + names(path)[0], at: 9_000)
      let refused = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 3) { _ in
        do {
          _ = try Repair.repair(path, from: copy)
        } catch JournalError.locked {
          refused.withLock { $0 += 1 }
        } catch { Issue.record(error) }
      }
      #expect(refused.withLock { $0 } < 3)
      _ = try JournalVerifier.verify(path)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(left.filter { $0.hasSuffix(".broken") }.count == 20)
    #expect(try !left.contains(WriterLock.name) && left.count == 20 + names(copy).count)
  }

  @Test("is locked by nobody with a lock file that was taken away while it was opened")
  func removedLock() throws {
    let folder = TestFolder()
    let (path, disk) = (folder.path("LOCK"), SystemDisk())
    let first = try disk.open(path, .create)
    let second = try disk.open(path, .update)
    #expect(try first.lock() && !second.lock())
    try disk.remove(path)
    let third = try disk.open(path, .create)
    #expect(try !first.lock() && third.lock() && !second.lock())
  }

  @Test("keeps the lock file that a writer stamped, and no other", arguments: [true, false])
  func lockFile(isStamped: Bool) throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    _ = try write(trades(2_000), to: path)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let lock = path + "/" + WriterLock.name
    try Data((isStamped ? "epoch 3\n" : "").utf8).write(to: URL(fileURLWithPath: lock))
    _ = try Repair.repair(path, from: copy)
    #expect(FileManager.default.fileExists(atPath: lock) == isStamped)
  }

  @Test("is never made in a folder that holds something else")
  func foreignFolder() throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    _ = try makeLive(copy)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Data([1]).write(to: URL(fileURLWithPath: path + "/notes.txt"))
    #expect(throws: JournalError.self) { try Repair.repair(path, from: copy) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["notes.txt"])
  }

  @Test("with a torn tail keeps what was whole, and the tail aside")
  func torn() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = try makeLive(path)
    let open = try #require(try names(path).last)
    let handle = try #require(FileHandle(forUpdatingAtPath: path + "/" + open))
    let tail = Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7 | 1) })
    let frontier = try JournalReader(opening: path, acceptingOpen: true).facts
    #expect(frontier.ending == .open)
    let folderOnDisk = Folder(path, on: SystemDisk())
    let end = try SegmentReader.open(try #require(SegmentName(open)), in: folderOnDisk).footerOffset
    try handle.seek(toOffset: end)
    try handle.write(contentsOf: tail)
    let done = try Repair.seal(path)
    #expect(done[0].cutBytes == 5_000 && done[0].keptBytes == end)
    let evidence = try #require(done[0].evidence)
    #expect(try bytes(path + "/" + evidence) == [UInt8](tail))
    #expect(try read(path) == events)
  }

  @Test("in durable bytes is not touched by seal, and repaired from a copy")
  func repair() throws {
    let folder = TestFolder()
    let (path, copy) = (folder.path("j"), folder.path("copy"))
    let events = try makeLive(path)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let all = try names(path)
    #expect(all.count > 3)
    try flip(path + "/" + all[1], at: 9_000)
    try flip(path + "/" + all[all.count - 1], at: 8_192 + 300)
    try FileManager.default.removeItem(atPath: path + "/" + all[2])
    #expect(throws: JournalError.self) { try Repair.seal(path) }
    let done = try Repair.repair(path, from: copy)
    #expect(done.map(\.segment) == [all[1], all[2], all[all.count - 1]])
    #expect(done.map { $0.evidence != nil } == [true, false, true])
    #expect(try Repair.repair(path, from: copy).isEmpty)
    #expect(try readOpen(path) == events)
    _ = try Repair.seal(path)
    #expect(try read(path) == events)
  }

  @Test("is not repaired from a copy that is damaged in the same place, or is another journal's")
  func badCopies() throws {
    let folder = TestFolder()
    let (path, copy, other) = (folder.path("j"), folder.path("copy"), folder.path("other"))
    _ = try makeLive(path)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let first = try names(path)[0]
    try flip(path + "/" + first, at: 9_000)
    let damaged = try bytes(path + "/" + first)
    try flip(copy + "/" + first, at: 9_100)
    var writer = try JournalWriter(creating: other, identity: identity(2), replacing: false)
    try writer.append(EventBatch())
    _ = try writer.seal()
    for source in [copy, other] {
      #expect(throws: JournalError.self) { try Repair.repair(path, from: source) }
      #expect(try bytes(path + "/" + first) == damaged)
    }
  }

  @Test("gives every block that is left to a new journal, each event under its sequence")
  func salvage() throws {
    let folder = TestFolder()
    let (path, saved) = (folder.path("j"), folder.path("saved"))
    let events = try makeLive(path)
    let all = try names(path)
    for offset in 0..<4_096 where offset % 512 == 0 { try flip(path + "/" + all[1], at: offset) }
    try flip(path + "/" + all[0], at: 8_192 + 200)
    try FileManager.default.removeItem(atPath: path + "/" + all[2])
    let report = try Salvage.salvage(path, to: saved, replacing: false, build: "test")
    let found = try read(saved)
    #expect(found.count == events.count && report.lostCount > 0 && report.lost.count == 2)
    for (index, event) in found.enumerated() {
      let isLost = report.lost.contains { $0.contains(UInt64(index) + 1) }
      if isLost {
        #expect(event.kind == .gap)
      } else {
        #expect(event == events[index])
      }
    }
    let second = try #require(SegmentName(all[2]))
    #expect(report.lost.last?.lowerBound == second.first)
  }

  @Test("a block that claims a sequence beyond all sense is not believed")
  func senselessSequence() throws {
    let folder = TestFolder()
    let (path, saved) = (folder.path("j"), folder.path("saved"))
    let events = trades(12_000)
    try write(events, to: path)
    let name = path + "/" + (try names(path)[0])
    let journal = Folder(path, on: SystemDisk())
    let blocks = try journal.openSegment(journal.segments()[0]).footer.blocks
    for (place, sequence) in [(1, UInt64.max), (2, UInt64.max - 5), (3, Salvage.mostLost * 2)] {
      let offset = Int(blocks[place].offset)
      var content = try bytes(name)
      var header = try BlockHeader(Array(content[offset..<offset + BlockHeader.frameBytes]))
      header.firstSequence = sequence
      var writer = ByteWriter()
      header.write(to: &writer)
      content.replaceSubrange(offset..<offset + BlockHeader.frameBytes, with: writer.bytes)
      try Data(content).write(to: URL(fileURLWithPath: name))
    }
    let report = try Salvage.salvage(path, to: saved, replacing: false, build: "test")
    #expect(report.lost == [blocks[1].firstSequence...blocks[4].firstSequence - 1])
    #expect(report.disbelievedBlocks == 3)
    #expect(try read(saved).count == events.count)
  }

  @Test("whose repair was interrupted is opened all the same")
  func interruptedRepair() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try openLive(path).close()
    let rest = SegmentName(first: 1, isOpen: false).evidence(epoch: 0, "repair.tmp")
    try Data([1]).write(to: URL(fileURLWithPath: path + "/" + rest))
    try openLive(path).close()
  }

  @Test("with a file under another segment's name tells to move it away, which makes it whole")
  func misplacedFiles() throws {
    let folder = TestFolder()
    let (path, other) = (folder.path("j"), folder.path("other"))
    let events = try makeLive(path)
    _ = try Repair.seal(path)
    try write(trades(10), to: other)
    let second = try names(path)[1]
    let beside = try #require(SegmentName(second))
    let last = try #require(SegmentName(try names(path).last ?? ""))
    let strays = [
      (path + "/" + second, SegmentName(first: beside.first, isOpen: true)),
      (path + "/" + second, SegmentName(first: beside.first + 1, isOpen: false)),
      (other + "/" + (try names(other)[0]), SegmentName(first: last.first + 1, isOpen: false)),
    ]
    for (file, stray) in strays {
      let target = path + "/" + stray.text
      try FileManager.default.copyItem(atPath: file, toPath: target)
      var found: JournalError?
      do { _ = try JournalVerifier.verify(path) } catch { found = error }
      guard case .misplacedSegment(target, _) = found else {
        Issue.record("\(stray): \(String(describing: found))")
        continue
      }
      #expect("\(found as Any)".contains("move that file elsewhere"))
      try FileManager.default.removeItem(atPath: target)
      _ = try JournalVerifier.verify(path)
      #expect(try read(path) == events)
    }
  }

  @Test("of which nothing is left says so")
  func nothingLeft() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try write(trades(10), to: path)
    let name = try names(path)[0]
    try flip(path + "/" + name, at: 8_192 + 20)
    #expect(throws: JournalError.self) {
      try Salvage.salvage(path, to: folder.path("s"), replacing: false, build: "")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("s")))
  }
}
