/// Readers beside a writer that never stops: whatever the writer does between two calls that a reader
/// makes to the disk, nothing is called damaged or missing, and what is read is what was written.
import DiskSimulation
import Journal
import JournalSimulation
import Synchronization
import Testing
import TradingCore

@testable import Journal

/// A disk that lets something else happen before one of its calls.
private final class MeddledDisk: Disk {
  private struct Plan: Sendable {
    var left: Int
    var meddle: (@Sendable () -> Void)?
  }

  private let disk: SimDisk
  private let plan: Mutex<Plan>
  /// What the next listing leaves out or gives twice.
  let torn = Mutex<String?>(nil)

  /// - Parameter call: before which of the calls `meddle` happens, once.
  init(_ disk: SimDisk, before call: Int, _ meddle: @escaping @Sendable () -> Void) {
    self.disk = disk
    plan = Mutex(Plan(left: call, meddle: meddle))
  }

  /// Whether it happened.
  var wasMeddled: Bool { plan.withLock { $0.meddle == nil } }

  fileprivate func count() {
    let meddle = plan.withLock { plan -> (@Sendable () -> Void)? in
      plan.left -= 1
      guard plan.left < 0 else { return nil }
      defer { plan.meddle = nil }
      return plan.meddle
    }
    meddle?()
  }

  func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> any DiskFile {
    count()
    return MeddledFile(try disk.open(path, mode), self)
  }

  func names(in folder: String) throws(SystemError) -> [String] {
    count()
    let names = try disk.names(in: folder)
    guard let name = torn.withLock({ $0.take() }) else { return names }
    return names.contains(name) ? names.filter { $0 != name } : names + [name]
  }

  func exists(_ path: String) -> Bool {
    count()
    return disk.exists(path)
  }

  func rename(_ from: String, to: String) throws(SystemError) { throw SystemError(code: 1) }
  func remove(_ path: String) throws(SystemError) { throw SystemError(code: 1) }
  func makeFolder(_ path: String) throws(SystemError) { throw SystemError(code: 1) }
  func removeFolder(_ path: String) throws(SystemError) { throw SystemError(code: 1) }
  func syncFolder(_ path: String) throws(SystemError) { throw SystemError(code: 1) }

  func space(at path: String) throws(SystemError) -> (free: UInt64, total: UInt64) {
    try disk.space(at: path)
  }
}

/// A file of that disk; readers only read.
private final class MeddledFile: DiskFile {
  private let file: any DiskFile
  private let disk: MeddledDisk

  init(_ file: any DiskFile, _ disk: MeddledDisk) { (self.file, self.disk) = (file, disk) }

  func size() throws(SystemError) -> UInt64 {
    disk.count()
    return try file.size()
  }

  func read(
    _ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer
  ) throws(SystemError) -> Int {
    disk.count()
    return try file.read(count, at: offset, into: output)
  }

  func write(
    _ bytes: UnsafeRawPointer, count: Int, at offset: UInt64
  ) throws(SystemError) -> Int { throw SystemError(code: 1) }

  func truncate(to length: UInt64) throws(SystemError) { throw SystemError(code: 1) }
  func reserve(_ bytes: UInt64) throws(SystemError) { throw SystemError(code: 1) }
  func syncData() throws(SystemError) { throw SystemError(code: 1) }
  func sync() throws(SystemError) { throw SystemError(code: 1) }
  func dropCache() {}
  func lock() throws(SystemError) -> Bool { throw SystemError(code: 1) }
}

/// A writer that two closures may share, one after the other.
private final class Recording: Sendable {
  static let events = trades(9_000)

  let disk = SimDisk()
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var writer: LiveWriter
    var place = 0
  }

  init() throws {
    var limits = LiveLimits()
    limits.segmentBytes = 1 << 16
    limits.blockReserve = 8 << 10
    state = Mutex(
      State(
        writer: try LiveWriter.open(
          "j", on: disk, limits,
          LiveSurroundings(
            now: 1, monotonic: 2, bootID: .zero, build: "test build", newIdentity: identity()))))
  }

  /// Writes so many more events, in blocks of a hundred, and says so only at the end.
  func go(_ count: Int) {
    state.withLock { state in
      do {
        for start in stride(from: state.place, to: state.place + count, by: 100) {
          try append(Self.events[start..<start + 100], to: &state.writer)
          if start % 300 == 0 { try state.writer.sync() }
        }
        state.place += count
      } catch { Issue.record(error) }
    }
  }

  /// Says how far it has come.
  func publish() {
    state.withLock { state in
      do { try state.writer.flush() } catch { Issue.record(error) }
    }
  }
}

@Suite("A writer at work beside readers")
struct InterleavingTests {
  /// Calls `read` again and again, with the writer going on before another of its calls each time.
  private func everyCall(
    _ read: (MeddledDisk, Recording) throws -> Void
  ) throws -> Int {
    for call in 0... {
      let recording = try Recording()
      recording.go(2_000)
      recording.publish()
      let disk = MeddledDisk(recording.disk, before: call) { recording.go(4_000) }
      do { try read(disk, recording) } catch { Issue.record("before call \(call): \(error)") }
      if !disk.wasMeddled { return call }
    }
    return 0
  }

  @Test("a journal is opened and read whatever its writer does meanwhile")
  func reading() throws {
    let calls = try everyCall { disk, _ in
      var reader = try JournalReader(opening: "j", on: disk, acceptingOpen: true)
      var batch = EventBatch()
      var found: [Event] = []
      while try reader.next(into: &batch) { found += batch.events }
      #expect(found.count >= 2_000 && found.elementsEqual(Recording.events[..<found.count]))
    }
    #expect(calls > 50)
  }

  @Test("a reader that follows gets all there is whatever the writer does meanwhile")
  func following() throws {
    let calls = try everyCall { disk, recording in
      var reader = try JournalReader(opening: "j", on: disk, acceptingOpen: true)
      var batch = EventBatch()
      var found: [Event] = []
      for _ in 0..<3 {
        while try reader.next(into: &batch) { found += batch.events }
        _ = try reader.refresh()
      }
      while try reader.refresh() {
        while try reader.next(into: &batch) { found += batch.events }
      }
      #expect(found.count >= 2_000 && found.elementsEqual(Recording.events[..<found.count]))
      recording.publish()
      guard disk.wasMeddled else { return }
      while try reader.refresh() {
        while try reader.next(into: &batch) { found += batch.events }
      }
      #expect(found.elementsEqual(Recording.events[..<6_000]))
    }
    #expect(calls > 50)
  }

  @Test("a journal is verified whatever its writer does meanwhile")
  func verifying() throws {
    let calls = try everyCall { disk, _ in
      let report = try JournalVerifier.verify("j", on: disk)
      #expect(report.facts.lastSequence >= 2_000)
    }
    #expect(calls > 50)
  }

  @Test("a reader that looked for a time to come goes on with what is written next")
  func timeToCome() throws {
    let recording = try Recording()
    recording.go(2_000)
    recording.publish()
    var reader = try JournalReader(opening: "j", on: recording.disk, acceptingOpen: true)
    var batch = EventBatch()
    #expect(try reader.seek(toTime: Timestamp(nanoseconds: .max)) == nil)
    #expect(try !reader.next(into: &batch) && batch.firstSequence == 2_001)
    recording.go(3_000)
    recording.publish()
    var found: [Event] = []
    while try reader.refresh() {
      while try reader.next(into: &batch) { found += batch.events }
    }
    #expect(found.elementsEqual(Recording.events[2_000..<5_000]))
  }

  @Test("a segment that is sealed while the names are listed is neither missing nor there twice")
  func tornListing() throws {
    let recording = try Recording()
    recording.go(6_000)
    recording.publish()
    let names = try recording.disk.names(in: "j").filter { $0.hasSuffix(".lz4") }
    #expect(names.count > 2)
    for name in names.flatMap({ [$0, $0 + ".open"] }) {
      let disk = MeddledDisk(recording.disk, before: 0) {}
      disk.torn.withLock { $0 = name }
      let report = try JournalVerifier.verify("j", on: disk)
      #expect(report.facts.lastSequence == 6_000, "\(name)")
    }
  }
}
