/// Writing a snapshot while the machine dies or the disk fails: at no point is there none left to use,
/// and never one that says something else. And snapshots of journals that are still being written.
import DiskSimulation
import JournalSimulation
import Testing
import TradingCore

@testable import Journal

@Suite("Snapshots on disks that fail")
struct SnapshotCrashTests {
  private let events = market(seed: 21, 600)

  /// What no compressor shortens, so that a snapshot takes some pages of the disk.
  private let noise: [UInt8] = {
    var numbers = Numbers(seed: 22)
    return (0..<8_000).map { _ in UInt8(numbers.below(256)) }
  }()

  /// A disk with a journal of `events` on it, everything durable.
  private func disk() throws -> DiskImage {
    let folder = TestFolder()
    try write(events, to: folder.path("j"))
    let disk = SimDisk()
    try disk.makeFolder("j")
    for name in try Folder(folder.path("j"), on: SystemDisk()).names() {
      let file = try SegmentFile("j/" + name, .create, on: disk)
      try file.write(bytes(folder.path("j/" + name)), at: 0)
      try file.sync()
    }
    try disk.syncFolder("j")
    try disk.syncFolder(".")
    return disk.image
  }

  private func snapshot(_ sequence: Int, on disk: SimDisk) throws -> Snapshot {
    let folder = Folder("j", on: disk)
    return Snapshot(
      journal: try identity().id, logicVersion: .current,
      anchor: try ChainAnchor(in: folder, atOrBefore: UInt64(sequence)),
      state: folded(events[..<sequence]), companion: noise)
  }

  /// The sequences of the snapshots that can be used; a usable one that is not as written is an issue.
  private func usable(_ image: DiskImage, _ written: [Snapshot]) throws -> [Sequence64] {
    let disk = SimDisk(image)
    let facts = try JournalReader(opening: "j", on: disk).facts
    let store = SnapshotStore(of: "j", on: disk)
    return try store.sequences.filter { sequence in
      guard let found = try? store.read(sequence, facts: facts) else { return false }
      #expect(written.contains(found))
      return true
    }
  }

  @Test("at every point of a crash the snapshot before or the new one can be used")
  func crashes() throws {
    var plan = SimDisk.Plan()
    plan.keepsMoments = true
    let first = SimDisk(try disk())
    let old = try snapshot(300, on: first)
    try SnapshotStore(of: "j", on: first).write(old)
    let second = SimDisk(first.image, plan: plan)
    let new = try snapshot(600, on: second)
    try SnapshotStore(of: "j", on: second).write(new, keeping: 1)
    var (outcomes, seen) = (0, Set<[Sequence64]>())
    for (place, image) in (second.moments.map(\.image) + [second.image]).enumerated() {
      let choices = CrashChoices(of: image)
      for number in 0..<choices.count {
        let found = try usable(choices.outcome(number), [old, new])
        #expect(!found.isEmpty, "moment \(place), outcome \(number)")
        outcomes += 1
        seen.insert(found)
      }
    }
    #expect(seen == [[300], [600, 300], [600]])
    #expect(try usable(CrashChoices(of: second.image).outcome(0), [old, new]).contains(600))
    print("snapshots: \(outcomes) crash outcomes, none without a usable snapshot")
  }

  @Test("whatever operation fails, the snapshot before can be used and no rest is in the way")
  func failures() throws {
    let first = SimDisk(try disk())
    let old = try snapshot(300, on: first)
    try SnapshotStore(of: "j", on: first).write(old)
    let whole = SimDisk(first.image)
    let new = try snapshot(600, on: whole)
    let read = whole.operations
    try SnapshotStore(of: "j", on: whole).write(new)
    var failed = 0
    for kind in Fault.kinds {
      for operation in 0..<whole.operations - read {
        var plan = SimDisk.Plan()
        plan.faults = [Fault(kind.kind, at: operation)]
        let faulty = SimDisk(first.image, plan: plan)
        if (try? SnapshotStore(of: "j", on: faulty).write(new)) == nil { failed += 1 }
        let found = try usable(faulty.image, [old, new])
        #expect(found.contains(300), "\(kind.name) at \(operation)")
        let again = SimDisk(faulty.image)
        try SnapshotStore(of: "j", on: again).write(new)
        #expect(try usable(again.image, [old, new]) == [600, 300], "\(kind.name) at \(operation)")
      }
    }
    #expect(failed > 10)
  }
}

@Suite("Snapshots of a live journal")
struct LiveSnapshotTests {
  @Test("one taken while the journal is open stays good when it goes on and when it is sealed")
  func openJournal() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = trades(4_000)
    var writer = try openLive(path)
    try append(events[..<1_000], to: &writer)
    try writer.sync()
    try append(events[1_000..<2_000], to: &writer)
    try writer.sync()
    let state = folded(events[..<1_950])
    let store = SnapshotStore(of: path)
    try store.write(Snapshot(of: state, journal: path))
    let open = try JournalReader(opening: path, acceptingOpen: true).facts
    #expect(try store.read(1_950, facts: open).state == state)
    try append(events[2_000...], to: &writer)
    try writer.close()
    let sealed = try JournalReader(opening: path).facts
    let snapshot = try store.read(1_950, facts: sealed)
    #expect(snapshot.state == state && snapshot.anchor.sequence >= 1_000)
    let rest = try read(path, from: 1_951)
    #expect(rest.reduce(into: snapshot.state, reduce) == folded(events[...]))
    try openLive(path).close()
    #expect(try store.sequences == [1_950])
  }
}
