/// Reads a feed's events one by one: a cursor over batches, so that the loop pays for the feed once in
/// a few thousand events and looks at each where it lies.
struct FeedReader: ~Copyable {
  private let feed: any Feed
  private var batch = EventBatch()
  private var position = 0
  private var isAtEnd = false

  init(_ feed: any Feed) { self.feed = feed }

  /// Whether there is a current event, after filling the next batch if that is needed.
  @inline(__always)
  mutating func hasCurrent() throws(EngineFault) -> Bool {
    if position < batch.events.count { return true }
    return try refill()
  }

  /// Whether the feed has to be asked for the next event.
  var isDrained: Bool { position >= batch.events.count }

  /// The event at the cursor; only after `hasCurrent` said so.
  var current: Event {
    @inline(__always) get { batch.events[position] }
  }

  /// Moves on to the next event.
  @inline(__always)
  mutating func advance() { position += 1 }

  /// The current event, moving on; `nil` at the end.
  mutating func next() throws(EngineFault) -> Event? {
    guard try hasCurrent() else { return nil }
    defer { position += 1 }
    return current
  }

  /// Puts the current event into `event`, moving on.
  /// - Returns: false at the end.
  @inline(__always)
  mutating func next(_ event: inout Event) throws(EngineFault) -> Bool {
    guard try hasCurrent() else { return false }
    event = batch.events[position]
    position += 1
    return true
  }

  @inline(never)
  private mutating func refill() throws(EngineFault) -> Bool {
    guard !isAtEnd else { return false }
    position = 0
    isAtEnd = try !feed.next(into: &batch)
    if isAtEnd { batch.removeAll() }
    return !batch.isEmpty
  }
}
