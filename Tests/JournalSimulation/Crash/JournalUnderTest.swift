/// The journal as the tests drive it: production code on a simulated disk, whole or with one bug
/// planted.
package import DiskSimulation
import Journal
import TradingCore

/// A bug that the suite must notice.
package enum PlantedBug: String, Sendable, CaseIterable {
  /// A folder's sync does nothing.
  case skipsFolderSync = "skips-folder-sync"
  /// Events are called durable as soon as they are written.
  case acknowledgesEarly = "acknowledges-early"
  /// Recovery cuts at the first damage, whatever vouches for it.
  case ignoresWatermark = "ignores-watermark"
  /// A sync that fails is asked for again.
  case retriesSync = "retries-sync"
  /// A file's last sync comes after the rename it should precede.
  case renamesBeforeSync = "renames-before-sync"
}

package struct JournalUnderTest: Sendable {
  /// The journal's folder.
  package static let path = "j"
  /// Files that keep what was written in every crash: what this one says is true for ever, and says
  /// the most, so a recovery that trusts it has the most to complain of.
  static let kept = ["tail"]

  /// What the disk writes, loses or tears as one: 512 or 4,096 bytes.
  package var pageBytes: Int
  package var bug: PlantedBug?
  /// Whether checkpoints are signed, with a key beside the journal.
  package var signs = false
  /// Different journals have different ids.
  package var journal: UInt8 = 1

  package init(pageBytes: Int = 4_096, bug: PlantedBug? = nil) {
    self.pageBytes = pageBytes
    self.bug = bug
  }

  /// Segments of 30 pages, so that few bytes are copied; a script never fills one.
  private var limits: LiveLimits {
    var limits = LiveLimits()
    limits.segmentBytes = 30 * 4_096
    limits.blockReserve = 4 * 4_096
    limits.ballastBytes = 0
    return limits
  }

  private var rule: RecoveryRule { bug == .ignoresWatermark ? .firstDamage : .watermark }

  /// A disk with the bug in it, if it is one of the disk.
  func disk(_ image: DiskImage, _ plan: SimDisk.Plan = SimDisk.Plan()) -> SimDisk {
    var plan = plan
    plan.skipsFolderSync = bug == .skipsFolderSync
    plan.retriesSync = bug == .retriesSync
    plan.syncsAfterRename = bug == .renamesBeforeSync
    return SimDisk(image, plan: plan)
  }

  private func open(_ disk: SimDisk) throws(JournalError) -> LiveWriter {
    let identity = try JournalIdentity(inputs: [journal], scenario: "simulation", build: "test")
    let surroundings = LiveSurroundings(
      now: 1, monotonic: 1, bootID: .zero, build: "test", newIdentity: identity,
      keys: signs ? "keys" : nil)
    return try LiveWriter.open(Self.path, on: disk, limits, surroundings, rule: rule)
  }

  /// Runs `script` on an empty disk, with `faults`, until it is done or the writer fails.
  /// Without faults every moment and call is kept.
  package func record(_ script: Script, faults: [Fault] = []) -> Recording {
    var plan = SimDisk.Plan()
    plan.faults = faults
    (plan.keepsMoments, plan.keepsTrace) = (faults.isEmpty, true)
    let disk = disk(DiskImage(pageBytes: pageBytes), plan)
    return run(script, disk, Recording(of: stream(for: script)))
  }

  /// Opens the journal that a crash has left, appends one block, syncs and seals it.
  func goOn(
    _ image: DiskImage, _ promise: Recording.Promise, _ stream: EventStream, faults: [Fault] = []
  ) -> Recording {
    var plan = SimDisk.Plan()
    plan.faults = faults
    plan.keepsMoments = faults.isEmpty
    let script = Script([ScriptStep(pages: 1, after: .restarted)])
    return run(script, disk(image, plan), Recording(of: stream, behind: promise))
  }

  private func run(_ script: Script, _ disk: SimDisk, _ recording: Recording) -> Recording {
    var recording = recording
    do throws(JournalError) { try run(script, disk, &recording) } catch {
      recording.failure = error
    }
    recording.finish(disk)
    return recording
  }

  private func run(
    _ script: Script, _ disk: SimDisk, _ recording: inout Recording
  ) throws(JournalError) {
    var writer = try open(disk)
    recording.note(found: writer.nextSequence - 1, disk)
    for step in script.steps {
      do throws(JournalError) { try take(step, &writer, disk, &recording) } catch {
        recording.wentOn = goesOn(&writer, disk)
        throw error
      }
      if step.after == .restarted {
        try writer.close()
        writer = try open(disk)
        recording.note(found: writer.nextSequence - 1, disk)
      }
    }
    recording.durableOffset = writer.tail.durableOffset
    recording.endsEmpty = writer.tail.segment == writer.nextSequence
  }

  private func take(
    _ step: ScriptStep, _ writer: inout LiveWriter, _ disk: SimDisk, _ recording: inout Recording
  ) throws(JournalError) {
    let first = writer.nextSequence
    let count = step.pages * EventStream.eventsPerPage
    recording.note(appended: first + UInt64(count) - 1, disk)
    try writer.append(recording.stream.batch(from: first, count: count))
    try writer.flush()
    if bug == .acknowledgesEarly { recording.note(acknowledged: writer.nextSequence - 1, disk) }
    guard step.after != .written else { return }
    try writer.sync()
    recording.note(acknowledged: writer.tail.durableSequence, disk)
    guard step.after == .vouched else { return }
    try writer.heartbeat()
    try writer.sync()
  }

  /// Whether a writer that has failed takes anything more or touches the disk again.
  private func goesOn(_ writer: inout LiveWriter, _ disk: SimDisk) -> Bool {
    let calls = disk.operations
    var refusals = 0
    do throws(JournalError) { try writer.flush() } catch { refusals += 1 }
    do throws(JournalError) { try writer.sync() } catch { refusals += 1 }
    do throws(JournalError) { try writer.heartbeat() } catch { refusals += 1 }
    let batch = EventStream(seed: 1).batch(from: writer.nextSequence, count: 1)
    do throws(JournalError) { try writer.append(batch) } catch { refusals += 1 }
    return refusals < 4 || disk.operations > calls
  }

  /// The stream of a script: a new day begins behind every block that is followed by a roll.
  private func stream(for script: Script) -> EventStream {
    var stream = EventStream(seed: 7, isDense: true)
    var next: UInt64 = 1
    for step in script.steps {
      next += UInt64(step.pages * EventStream.eventsPerPage)
      if step.after == .rolled { stream.days.append(next) }
    }
    return stream
  }
}

extension JournalUnderTest {
  /// Makes the journal whole after a crash.
  func recover(_ disk: SimDisk) throws(JournalError) {
    _ = try Recovery.run(in: Self.path, on: disk, rule: rule)
  }

  /// Whether the verifier finds anything wrong.
  func isRefused(_ disk: SimDisk) -> Bool {
    do throws(JournalError) {
      _ = try JournalVerifier.verify(Self.path, on: disk)
      return false
    } catch { return true }
  }

  /// What the verifier has against the signed notes; nil when they hold and no key is missing.
  func problem(of disk: SimDisk) -> String? {
    do throws(JournalError) {
      guard disk.image.holdsSegments(Self.path) else { return nil }
      let notes = try JournalVerifier.verify(Self.path, on: disk).checkpoints
      if let first = notes.problems.first { return "\(first.reason) behind \(first.sequence)" }
      return notes.breaks.first.map { "a key is missing behind \($0)" }
    } catch { return error.description }
  }

  /// Whether neither a writer opens the journal nor the verifier accepts it.
  func isRefusedByAll(_ image: DiskImage) -> Bool {
    do throws(JournalError) {
      _ = try open(disk(image))
      return false
    } catch { return isRefused(disk(image)) }
  }

  /// Reads the journal and compares every event.
  /// - Returns: the last event's sequence; 0 where there is no journal yet.
  /// - Throws: what the reader throws; `.outOfOrder` for an event that was not appended there.
  func lastSequence(on disk: SimDisk, of stream: EventStream) throws(JournalError) -> UInt64 {
    guard disk.image.holdsSegments(Self.path) else { return 0 }
    var reader = try JournalReader(opening: Self.path, on: disk, acceptingOpen: true)
    var batch = EventBatch()
    var last: UInt64 = 0
    while try reader.next(into: &batch) {
      for event in batch.events {
        last += 1
        guard event == stream.event(last) else { throw .outOfOrder(expected: last, found: last) }
      }
    }
    return last
  }
}

extension DiskImage {
  /// Whether the folder holds anything called like a segment.
  fileprivate func holdsSegments(_ path: String) -> Bool {
    names(path).contains { $0.hasSuffix(".lz4") || $0.hasSuffix(".lz4.open") }
  }
}
