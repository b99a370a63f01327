/// A run that goes on where its journal ended: what the journal holds is compared instead of written
/// again, and what comes after it is appended.
public import TradingCore

extension LiveJournal: DurableSink {
  public func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
    do throws(JournalError) {
      if durably { try self.durable(upTo: sequence) } else { try written(upTo: sequence) }
    } catch { throw .journal(error.description) }
  }
}

/// A live journal behind its own recording. Whoever replays the recording's facts makes every event of it
/// again; the first that differs ends the run, and nothing was written.
public final class ContinuedJournal: DurableSink {
  /// The last event that was there before; 0 in a journal that begins.
  public let lastRecorded: Sequence64
  private let live: any DurableSink
  private var recorded: RecordedEvents?
  private var rest = EventBatch()

  /// - Parameters:
  ///   - live: the journal, open for writing.
  ///   - folder: where it lies.
  /// - Throws: as `JournalReader.init(opening:verifying:)`.
  public convenience init(_ live: LiveJournal, in folder: String) throws(JournalError) {
    try self.init(live, firstSequence: live.firstSequence, in: folder, on: SystemDisk())
  }

  /// As the public one, for any journal and any disk.
  /// - Parameter firstSequence: of the first event that `live` will be given.
  package init(
    _ live: any DurableSink, firstSequence: Sequence64, in folder: String, on disk: any Disk
  ) throws(JournalError) {
    self.live = live
    lastRecorded = firstSequence - 1
    recorded =
      lastRecorded > 0 ? try RecordedEvents(of: folder, on: disk, upTo: lastRecorded) : nil
  }

  /// - Throws: `EngineFault.diverged` at the first event that is not the recorded one, `.source` when the
  ///   recording cannot be read, `.journal` as `LiveJournal.append`.
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    guard batch.firstSequence <= lastRecorded else { return try live.append(batch) }
    var index = 0
    while index < batch.events.count, batch.firstSequence + Sequence64(index) <= lastRecorded {
      let (old, new) = (try recorded?.next(), batch.events[index])
      guard old == new else {
        let sequence = batch.firstSequence + Sequence64(index)
        throw .diverged(Divergence(at: sequence, recorded: old, made: new))
      }
      index += 1
    }
    guard index < batch.events.count else { return }
    recorded = nil
    rest.removeAll()
    rest.firstSequence = batch.firstSequence + Sequence64(index)
    rest.events.append(contentsOf: batch.events[index...])
    try live.append(rest)
  }

  public func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
    try live.secure(upTo: sequence, durably: durably)
  }
}

/// The facts of a journal up to a sequence, for a run that goes on with it.
public final class RecordedFacts: Feed {
  private let events: RecordedEvents

  /// - Parameters:
  ///   - skipped: events at the journal's head that are not handed out.
  ///   - last: the last event that counts; the journal may be growing behind it.
  /// - Throws: as `JournalReader.init(opening:verifying:)`.
  public convenience init(
    of folder: String, skipping skipped: Int = 0, upTo last: Sequence64
  ) throws(JournalError) {
    try self.init(of: folder, on: SystemDisk(), skipping: skipped, upTo: last)
  }

  /// As the public one, on any disk.
  package init(
    of folder: String, on disk: any Disk, skipping skipped: Int = 0, upTo last: Sequence64
  ) throws(JournalError) {
    events = try RecordedEvents(of: folder, on: disk, upTo: last, after: Sequence64(skipped))
  }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    while batch.events.count < EventBatch.capacity, let event = try events.next() {
      if event.isFact { batch.events.append(event) }
    }
    return !batch.isEmpty
  }
}

/// The events of a journal within bounds, one by one.
private final class RecordedEvents {
  private let folder: String
  private var reader: JournalReader
  private let last: Sequence64
  private var batch = EventBatch()
  private var place = 0
  private var sequence: Sequence64

  init(
    of folder: String, on disk: any Disk, upTo last: Sequence64, after first: Sequence64 = 0
  ) throws(JournalError) {
    self.folder = folder
    reader = try JournalReader(opening: folder, on: disk, acceptingOpen: true)
    self.last = last
    sequence = min(first, last)
    if sequence > 0, sequence < last { try reader.seek(to: sequence + 1) }
  }

  /// The next event; `nil` behind the last.
  func next() throws(EngineFault) -> Event? {
    guard sequence < last else { return nil }
    do throws(JournalError) {
      while place == batch.events.count {
        place = 0
        guard try reader.next(into: &batch) else {
          throw .missingSegment(path: "", first: sequence + 1)
        }
      }
    } catch { throw .source(error.description) }
    defer { place += 1 }
    sequence += 1
    return batch.events[place]
  }
}
