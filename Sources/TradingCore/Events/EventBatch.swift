/// A few thousand events with the sequence of the first: what files, feeds and the engine hand to
/// each other, so that crossing a module costs nanoseconds per batch and not per event.
public struct EventBatch: Sendable {
  /// The events in order. The array keeps its capacity from batch to batch.
  public var events: ContiguousArray<Event>
  /// The sequence of `events[0]`; the following ones count up from it.
  public var firstSequence: Sequence64

  /// The most events in a batch; whoever fills one stops there.
  public static let capacity = 4_096

  public init() {
    events = []
    events.reserveCapacity(EventBatch.capacity)
    firstSequence = 1
  }

  public var isFull: Bool { events.count >= EventBatch.capacity }
  public var isEmpty: Bool { events.isEmpty }

  public mutating func removeAll() { events.removeAll(keepingCapacity: true) }
}
