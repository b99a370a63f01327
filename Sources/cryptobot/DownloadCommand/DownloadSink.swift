/// A download's events into a journal whose identity is made of them: the same candles give the same journal,
/// byte for byte, whenever and wherever they are downloaded.

import Exchanges
import Journal
import TradingCore

/// What writes a download. Dropped before it is sealed, it leaves nothing.
struct DownloadSink: ~Copyable {
  private let output: String
  private let plan: HistoryPlan
  private let replacing: Bool
  /// The first events, until the journal's identity can be made of them.
  private var head: [EventBatch] = []
  private var writer: JournalWriter?
  private var batch = EventBatch()
  private(set) var tally = ImportTally()
  /// Whether all has been written.
  private(set) var isComplete = false

  /// Batches that the identity is made of; a shorter download's is made of all.
  private static let headBatches = 16

  init(_ output: String, _ plan: HistoryPlan, replacing: Bool) {
    (self.output, self.plan, self.replacing) = (output, plan, replacing)
  }

  /// Takes events that follow on those before.
  /// - Throws: `JournalError`.
  mutating func append(_ events: ContiguousArray<Event>, _ figures: HistoryFigures) throws {
    var rest = events[...]
    while !rest.isEmpty {
      let part = rest.prefix(EventBatch.capacity - batch.events.count)
      batch.events.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if batch.events.count == EventBatch.capacity { try write(figures) }
    }
  }

  /// Takes the last events.
  mutating func end(_ events: ContiguousArray<Event>, _ figures: HistoryFigures) throws {
    try append(events, figures)
    try write(figures)
    if writer == nil { try open(figures) }
    isComplete = true
  }

  private mutating func write(_ figures: HistoryFigures) throws {
    guard !batch.isEmpty else { return }
    let next = batch.firstSequence + Sequence64(batch.events.count)
    tally.take(batch)
    if writer == nil {
      head.append(batch)
      if head.count == Self.headBatches { try open(figures) }
    } else {
      try writer?.append(batch)
    }
    batch.removeAll()
    batch.firstSequence = next
  }

  private mutating func open(_ figures: HistoryFigures) throws {
    let settings = [
      ("venue", plan.venue), ("symbols", plan.symbols.joined(separator: ",")),
      ("interval", plan.interval), ("from", figures.from.iso8601), ("to", figures.to.iso8601),
    ]
    let identity = try JournalIdentity(
      inputs: try ImportIdentity.digest(of: head),
      scenario: settings.map { "\($0.0)=\($0.1)\n" }.joined(), build: Version.text)
    var opened = try JournalWriter(creating: output, identity: identity, replacing: replacing)
    for batch in head { try opened.append(batch) }
    head = []
    writer = consume opened
  }

  /// Makes everything durable and gives the journal its name.
  /// - Throws: `JournalError`.
  consuming func seal() throws -> JournalSummary {
    guard let writer = writer.take() else {
      preconditionFailure("DownloadSink.seal: it is not complete")
    }
    return try writer.seal()
  }
}
