/// The writer is killed, and the power goes while the next one recovers: what the first had written
/// but not synced was nowhere but in memory, and recovery must not build on it before it is durable.
import DiskSimulation
import JournalSimulation
import Testing
import TradingCore

@testable import Journal

@Suite("A power cut while recovery follows a kill")
struct KilledThenCutTests {
  private static let limits: LiveLimits = {
    var limits = LiveLimits()
    limits.segmentBytes = 30 * 4_096
    limits.blockReserve = 4 * 4_096
    return limits
  }()

  private func open(_ disk: SimDisk) throws -> LiveWriter {
    try LiveWriter.open(
      "j", on: disk, Self.limits,
      LiveSurroundings(
        now: 1, monotonic: 2, bootID: .zero, build: "test build", newIdentity: identity()))
  }

  /// What a killed writer leaves: 200 events synced, 200 more only written.
  private func killed(_ events: [Event]) throws -> DiskImage {
    let disk = SimDisk()
    var writer = try open(disk)
    try append(events[..<200], to: &writer)
    try writer.sync()
    for start in [200, 300] {
      try append(events[start..<start + 100], to: &writer)
      try writer.flush()
    }
    return disk.image
  }

  @Test("what was durable is there, nothing is called damaged, and the journal goes on")
  func powerCut() throws {
    let events = trades(400)
    var plan = SimDisk.Plan()
    plan.keepsMoments = true
    let disk = SimDisk(try killed(events), plan: plan)
    _ = try Recovery.run(in: "j", on: disk)
    var numbers = RandomSource(seed: 5, label: "cut")
    var outcomes = 0
    for (place, image) in (disk.moments.map(\.image) + [disk.image]).enumerated() {
      let choices = CrashChoices(of: image)
      for number in 0..<min(choices.count, 200) {
        let number = choices.count <= 200 ? number : numbers.below(choices.count)
        let crashed = SimDisk(choices.outcome(number))
        outcomes += 1
        do {
          try open(crashed).close()
          var reader = try JournalReader(opening: "j", on: crashed)
          var batch = EventBatch()
          var found: [Event] = []
          while try reader.next(into: &batch) { found += batch.events }
          #expect(found.count >= 200 && found.elementsEqual(events[..<found.count]))
        } catch { Issue.record("moment \(place), outcome \(number): \(error)") }
      }
    }
    #expect(outcomes > 300)
    print("kill, then a power cut in recovery: \(outcomes) crash outcomes")
  }
}
