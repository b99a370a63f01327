/// The journal's two ends as the engine sees them: a feed of recorded events, a sink for a run's own.
public import TradingCore

/// A journal as a feed: what a replay or an audit reads.
public final class JournalFeed: Feed {
  private var reader: JournalReader
  /// The last event handed out, and those of its message.
  private var last = Sequence64.max
  private var isOver = false
  private var passed: PassedBlocks?

  /// Kinds that leave nothing behind for those who come later.
  private static let idleKinds: [EventKind] = [.trade, .quote, .candle, .funding, .reading]

  /// Opens the journal in `folder` for a `PeriodFeed`, which gives the same events of it as of all of it.
  ///
  /// It is read up to the last event received before `end`: the clock may run backwards in a journal, and what
  /// lies between such events is handed out too. Blocks that hold nothing but trades, quotes, candles,
  /// funding and readings are not decoded before the first event received at `from`.
  /// - Throws: as `init(opening:verifying:acceptingOpen:)`. O(index) and one block.
  public convenience init(
    opening folder: String, from: Timestamp, before end: Timestamp
  ) throws(JournalError) {
    try self.init(opening: folder)
    passed = PassedBlocks(JournalFeed.idleKinds, before: from)
    guard end.nanoseconds < .max else { return }
    var search = try JournalReader(opening: folder)
    last = try search.lastSequence(before: end)
    isOver = last == 0
  }

  /// Opens the journal in `folder`; see `JournalReader.init(opening:verifying:acceptingOpen:)`.
  public init(
    opening folder: String, verifying: Bool = true, acceptingOpen: Bool = false
  ) throws(JournalError) {
    reader = try JournalReader(
      opening: folder, verifying: verifying, acceptingOpen: acceptingOpen)
  }

  /// What the journal says of itself.
  public var facts: JournalFacts { reader.facts }

  /// The next events.
  /// - Throws: `EngineFault.source` with the `JournalError`'s text.
  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    guard !isOver else { return false }
    do throws(JournalError) {
      if var blocks = passed.take() {
        defer { passed = blocks }
        try reader.pass(over: &blocks)
      }
      guard try reader.next(into: &batch) else { return false }
    } catch { throw .source(error.description) }
    if passed?.note(batch.events) == false { passed = nil }
    end(&batch)
    return true
  }

  /// Leaves out what follows the last event's message.
  private func end(_ batch: inout EventBatch) {
    let next = batch.firstSequence + Sequence64(batch.events.count)
    guard next > last else { return }
    let start = Int(max(last, batch.firstSequence) - batch.firstSequence)
    guard let place = batch.events[start...].firstIndex(where: { !$0.body.isInsideRun }) else {
      return
    }
    batch.events.removeLast(batch.events.count - place - 1)
    isOver = true
  }

  /// Goes to `sequence`: the next event handed out is that one.
  public func seek(to sequence: Sequence64) throws(JournalError) {
    try reader.seek(to: sequence)
  }
}

/// A journal as a sink: where a run's events go. Sealed at the end, or dropped and gone.
public final class JournalSink: BatchSink {
  private var writer: JournalWriter?

  /// Begins a journal; see `JournalWriter.init(creating:identity:replacing:segmentLimit:)`.
  public init(
    creating folder: String, identity: JournalIdentity, replacing: Bool
  ) throws(JournalError) {
    writer = try JournalWriter(creating: folder, identity: identity, replacing: replacing)
  }

  /// Takes the events that follow.
  /// - Throws: `EngineFault.journal` with the `JournalError`'s text.
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    do throws(JournalError) {
      guard writer != nil else { throw .writerEnded }
      try writer?.append(batch)
    } catch { throw .journal(error.description) }
  }

  /// Makes the journal durable and gives it its name; the sink takes nothing more.
  public func seal() throws(JournalError) -> JournalSummary {
    guard let writer = writer.take() else { throw .writerEnded }
    return try writer.seal()
  }

  /// Drops the journal; nothing of it stays.
  public func abandon() { writer = nil }
}
