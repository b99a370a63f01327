/// A call of the disk fails, the process ends, the next ones go on in the same boot, and then the power
/// goes: what a failed sync gave up is not on the disk because a later one succeeds, so whoever goes on
/// must ask for it anew.
import DiskSimulation
import JournalSimulation
import Testing
import TradingCore

@testable import Journal

@Suite("A power cut after processes that each met a failing disk")
struct FailedThenCutTests {
  private static let limits: LiveLimits = {
    var limits = LiveLimits()
    limits.segmentBytes = 12 * 4_096
    limits.blockReserve = 4 * 4_096
    limits.ballastBytes = 0
    return limits
  }()
  private static let events = trades(400)

  /// What the processes were told is durable, and whether the last one met its fault.
  private struct Lives {
    var image = DiskImage()
    var durable: Sequence64 = 0
    var hits = 0
    var trace: [Operation] = []
  }

  /// A process that goes on with the journal until it has written all or its disk fails.
  private func live(_ lives: inout Lives, failing operation: Int?) {
    var plan = SimDisk.Plan()
    plan.keepsTrace = true
    plan.faults = operation.map { [Fault(.broken, at: $0)] } ?? []
    let disk = SimDisk(lives.image, plan: plan)
    defer { (lives.image, lives.hits, lives.trace) = (disk.image, disk.hits, disk.trace) }
    do {
      var writer = try LiveWriter.open(
        "j", on: disk, Self.limits,
        LiveSurroundings(
          now: 1, monotonic: 2, bootID: .zero, build: "test build", newIdentity: try identity()))
      for _ in 0..<2 {
        let first = Int(writer.nextSequence) - 1
        try append(Self.events[first..<first + 50], to: &writer)
        try writer.sync()
        lives.durable = max(lives.durable, writer.tail.durableSequence)
      }
      try writer.close()
    } catch {
      if !(error is JournalError) { Issue.record("\(error)") }
    }
  }

  /// The worst power cut: nothing that is not durable stays.
  private func expectKept(_ lives: Lives, _ what: Comment) {
    let cut = SimDisk(CrashChoices(of: lives.image).outcome(0))
    do {
      let found = try Recovery.run(in: "j", on: cut)
      guard lives.durable > 0 else { return }
      var reader = try JournalReader(opening: "j", on: cut)
      var batch = EventBatch()
      var kept: [Event] = []
      while try reader.next(into: &batch) { kept += batch.events }
      #expect(kept.count >= lives.durable && kept.elementsEqual(Self.events[..<kept.count]), what)
      #expect(found.count <= 2, what)
    } catch { Issue.record("\(what): \(error)") }
  }

  @Test("what any of them was told is durable is there, whichever two calls failed")
  func twoFailures() {
    var cuts = 0
    var first = 0
    while true {
      var one = Lives()
      live(&one, failing: first)
      guard one.hits > 0 else { break }
      let call = one.trace[first]
      expectKept(one, "\(call) failed")
      var second = 0
      while true {
        var two = one
        live(&two, failing: second)
        let what: Comment = "\(call) failed, then call \(second)"
        expectKept(two, what)
        guard two.hits > 0 else { break }
        live(&two, failing: nil)
        expectKept(two, what)
        second += 1
        cuts += 2
      }
      first += 1
    }
    #expect(first > 30 && cuts > 2_000)
    print("two failures, then a power cut: \(cuts) journals")
  }

  @Test("an empty folder keeps its name and whom it lets in, and is made durable")
  func emptyFolder() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let disk = SystemDisk()
    try disk.makeFolder(path)
    try disk.makePrivate(path)
    try LiveWriter.open(
      path, on: disk, Self.limits,
      LiveSurroundings(
        now: 1, monotonic: 2, bootID: .zero, build: "test build", newIdentity: try identity())
    ).close()
    #expect(try disk.isPrivate(path) && folder.names == ["j"])
  }
}
