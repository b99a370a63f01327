/// The journal's two ends as the engine sees them: a feed of recorded events, a sink for a run's own.
public import TradingCore

/// A journal as a feed: what a replay or an audit reads.
public final class JournalFeed: Feed {
  private var reader: JournalReader

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
    do throws(JournalError) {
      return try reader.next(into: &batch)
    } catch { throw .source(error.description) }
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
