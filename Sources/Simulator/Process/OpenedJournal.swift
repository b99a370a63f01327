/// The journal of a process that begins: opened and made whole by production code, then compared with what
/// was handed to the processes before it.

import DiskSimulation
import Exchanges
import Journal
import Research
import TradingCore

struct OpenedJournal {
  let journal: SimulatedJournal
  let continued: ContinuedJournal
  let recorded: any Feed
  let past: RecordedDefinitions
  /// What our orders' names begin with.
  let prefix: UInt64

  var isFresh: Bool { continued.lastRecorded == 0 }

  /// - Throws: `JournalError`.
  init(of life: Life) throws {
    let before = life.disk.image
    let writer = try LiveWriter.open(
      Life.path, on: life.disk, Self.limits, try Self.surroundings(life),
      rule: life.stage.plant == .ignoreWatermark ? .firstDamage : .watermark)
    let (first, recovered) = (writer.nextSequence, writer.recovered)
    journal = SimulatedJournal(writer, life)
    life.run.opened(life, first: first, recovered, before: before)
    continued = try ContinuedJournal(
      journal, firstSequence: first, in: Life.path, on: life.disk)
    past = try RecordedDefinitions(of: Life.path, on: life.disk, upTo: first - 1)
    recorded =
      first == 1
      ? ArrayFeed([]) : try RecordedFacts(of: Life.path, on: life.disk, upTo: first - 1)
    prefix = try JournalReader(opening: Life.path, on: life.disk, acceptingOpen: true).facts
      .identity.id.low
  }

  /// Small segments, so that they roll now and then and cost little.
  static var limits: LiveLimits {
    var limits = LiveLimits()
    limits.segmentBytes = 96 << 10
    limits.blockReserve = 24 << 10
    limits.ballastBytes = 0
    return limits
  }

  private static func surroundings(_ life: Life) throws(JournalError) -> LiveSurroundings {
    var random = life.stage.random("identity \(life.number)")
    let chance = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let now = life.world.moment
    return LiveSurroundings(
      now: now.wall.nanoseconds, monotonic: now.steady.nanoseconds, bootID: .zero,
      build: "simulation",
      newIdentity: try JournalIdentity(inputs: chance, scenario: "live", build: "simulation"))
  }
}
