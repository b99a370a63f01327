/// The block of events the engine appends to, and the sink behind it: what happened is here before it
/// is in the state.
struct EventLog: ~Copyable {
  private let sink: any BatchSink
  private var batch = EventBatch()

  init(_ sink: any BatchSink) { self.sink = sink }

  /// Appends an event; a full block goes to the sink first.
  mutating func append(_ event: Event) throws(EngineFault) {
    if batch.isFull { try flush() }
    batch.events.append(event)
  }

  /// Hands what is gathered to the sink.
  mutating func flush() throws(EngineFault) {
    guard !batch.isEmpty else { return }
    try sink.append(batch)
    batch.firstSequence += Sequence64(batch.events.count)
    batch.removeAll()
  }
}
