/// A call of the disk fails, the process ends, the next ones go on in the same boot, and then the power
/// goes: what a failed sync gave up is not on the disk because a later one succeeds, so whoever goes on
/// must ask for it anew.
import DiskSimulation
import Foundation
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
    var trace: [DiskSimulation.Operation] = []
  }

  /// A process that goes on with the journal until it has written all or its disk fails.
  private func live(_ lives: inout Lives, failing operation: Int?, _ what: Comment = "") {
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
      if operation == nil || !(error is JournalError) { Issue.record("\(what): \(error)") }
    }
  }

  /// The worst power cut, where nothing stays that is not durable, others by chance, and none at all.
  private func expectKept(_ lives: Lives, _ what: Comment) {
    let choices = CrashChoices(of: lives.image)
    var numbers = RandomSource(seed: choices.count, label: "failed then cut")
    let drawn = (0..<2).map { _ in choices.outcome(drawnFrom: &numbers) }
    for image in [choices.outcome(0), lives.image] + drawn { expectKept(image, lives, what) }
  }

  private func expectKept(_ image: DiskImage, _ lives: Lives, _ what: Comment) {
    let disk = SimDisk(image)
    do {
      let found = try Recovery.run(in: "j", on: disk)
      guard lives.durable > 0 else { return }
      var reader = try JournalReader(opening: "j", on: disk)
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
        let next = second < two.trace.count ? "\(two.trace[second])" : "nothing"
        let what: Comment = "\(call) failed in call \(first), then \(next) in call \(second)"
        expectKept(two, what)
        guard two.hits > 0 else { break }
        live(&two, failing: nil, what)
        expectKept(two, what)
        second += 1
        cuts += 2
      }
      first += 1
    }
    #expect(first > 30 && cuts > 2_000)
    print("two failures, then a power cut: \(cuts) journals")
  }

  @Test(
    "an empty folder, or a link to one, keeps its name and whom it lets in", arguments: ["", "/"])
  func emptyFolder(end: String) throws {
    let folder = TestFolder()
    let disk = SystemDisk()
    let (path, link) = (folder.path("j"), folder.path("l"))
    try disk.makeFolder(path)
    try disk.makePrivate(path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    for path in [path, link] {
      try LiveWriter.open(
        path + end, on: disk, Self.limits,
        LiveSurroundings(
          now: 1, monotonic: 2, bootID: .zero, build: "test build", newIdentity: try identity())
      ).close()
    }
    #expect(try disk.isPrivate(path) && folder.names.sorted() == ["j", "l"])
  }
}
