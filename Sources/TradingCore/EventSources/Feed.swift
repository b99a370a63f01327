/// Where facts come from, in batches: a journal on disk, a file being imported, a generator, an
/// array in a test. A feed may live in another module; the engine pays for it once per batch.
public protocol Feed: AnyObject {
  /// Replaces the batch's events with the next ones, at most `EventBatch.capacity`.
  /// - Returns: false when there are no more; the batch is then empty.
  /// - Throws: `EngineFault.source` naming file, line, block or sequence when the input is bad.
  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool
}

/// Where a run's own journal goes, in batches of consecutive events.
public protocol BatchSink: AnyObject {
  /// Takes events that follow directly on those taken before.
  /// - Throws: `EngineFault.journal` when they could not be kept; the run then ends.
  func append(_ batch: borrowing EventBatch) throws(EngineFault)
}

/// A sink that says when its events are safe: the journal of a run whose orders reach a venue.
public protocol DurableSink: BatchSink {
  /// Returns when the event with `sequence` survives the death of this process or, `durably`, a power
  /// cut.
  /// - Throws: `EngineFault.journal` when that cannot be had; nothing that relies on it may leave.
  func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault)
}

/// Why a run ended early.
public enum EngineFault: Error, Equatable, Sendable {
  /// The events could not be read; the text names where and why.
  case source(String)
  /// The events could not be kept.
  case journal(String)
  /// What was recorded and what was made again differ.
  case diverged(Divergence)
}

/// The first place at which a recording and what is made again from its facts part.
public struct Divergence: Equatable, Sendable {
  public var sequence: Sequence64
  /// What the recording holds there; `nil` where it has ended.
  public var recorded: Event?
  /// What was made again there; `nil` where nothing was.
  public var made: Event?

  public init(at sequence: Sequence64, recorded: Event?, made: Event?) {
    self.sequence = sequence
    self.recorded = recorded
    self.made = made
  }
}

/// A feed over events in memory.
public final class ArrayFeed: Feed {
  private let events: [Event]
  private var position = 0

  public init(_ events: [Event]) { self.events = events }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    batch.firstSequence = Sequence64(position) + 1
    let end = min(position + EventBatch.capacity, events.count)
    batch.events.append(contentsOf: events[position..<end])
    position = end
    return !batch.isEmpty
  }
}
