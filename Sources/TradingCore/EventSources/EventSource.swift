/// The engine's whole outside world, a door with two leaves: facts come in, approved orders go out.
/// Backtest, audit, paper and live differ in the source and in nothing else; the venue is behind it.
public protocol EventSource: ~Copyable {
  /// The next fact, `nil` when there are no more.
  mutating func next() throws(EngineFault) -> Event?

  /// Sends an order that the gate approved and the journal has.
  mutating func submit(_ order: consuming ApprovedOrder) throws(EngineFault)

  /// Takes note of an event the engine derived; a recording compares it with its own.
  mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault)

  /// Whether nothing waits to be read at this moment, so that what is journalled should go out.
  var isDrained: Bool { get }

  /// All is journalled and sent: whoever watches may look.
  mutating func settled(_ state: borrowing State)
}

/// Reads a feed's events one by one. A struct over batches, so that the loop pays for the feed once
/// in a few thousand events.
struct FeedReader: ~Copyable {
  private let feed: any Feed
  private var batch = EventBatch()
  private var position = 0
  private var isAtEnd = false

  init(_ feed: any Feed) { self.feed = feed }

  /// The next event without taking it.
  mutating func peek() throws(EngineFault) -> Event? {
    if position < batch.events.count { return batch.events[position] }
    return try refill() ? batch.events[0] : nil
  }

  /// The next event.
  mutating func next() throws(EngineFault) -> Event? {
    guard let event = try peek() else { return nil }
    position += 1
    return event
  }

  /// Takes the event that `peek` showed.
  mutating func skip() { position += 1 }

  private mutating func refill() throws(EngineFault) -> Bool {
    guard !isAtEnd else { return false }
    position = 0
    isAtEnd = try !feed.next(into: &batch)
    if isAtEnd { batch.removeAll() }
    return !batch.isEmpty
  }
}
