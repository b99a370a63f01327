/// What stands between those who append and the journal's thread: a bounded queue, wishes, promises.
internal import Synchronization
internal import TradingCore

struct LiveQueue: Sendable {
  /// Events not yet taken by the thread. It swaps this for an empty one, so neither is ever copied.
  private var waiting = EventBatch()
  /// The sequence that the next event appended must have.
  private(set) var nextSequence: Sequence64
  /// The highest sequences that somebody waits for.
  var wantsWritten: Sequence64 = 0
  var wantsDurable: Sequence64 = 0
  var progress: LiveProgress
  /// Bytes handed to the system so far.
  var writtenBytes: UInt64 = 0
  /// What ended the journal: an error, or `.writerEnded` after a close.
  var failure: JournalError?
  var isStopping = false
  /// Whether somebody waits for the threads' end already, which can be done once.
  var isJoined = false
  /// Whether the supply's thread leaves the folder alone from now on.
  var hasSupplyEnded = false
  /// Whether the supply is asked for the next segment's file, and the file once it is there.
  var wantsSegment = true
  var segment: PreparedSegmentBox?

  init(firstSequence: Sequence64) {
    nextSequence = firstSequence
    waiting.firstSequence = firstSequence
    waiting.events.reserveCapacity(LiveJournal.queueCapacity)
    progress = LiveProgress(
      written: firstSequence - 1, durable: firstSequence - 1, condition: .ample)
  }

  /// Whether one more batch may wait.
  var hasRoom: Bool { waiting.events.count + EventBatch.capacity <= LiveJournal.queueCapacity }

  /// Takes a batch that follows those before.
  mutating func take(_ batch: borrowing EventBatch) {
    waiting.events.append(contentsOf: batch.events)
    nextSequence += Sequence64(batch.events.count)
  }

  /// Whether the thread has something to do at once.
  var hasWork: Bool {
    !waiting.isEmpty || isStopping || segment != nil || isWriteAwaited || isSyncAwaited
  }

  /// Whether somebody waits for an event to be written that was appended.
  var isWriteAwaited: Bool { min(wantsWritten, nextSequence - 1) > progress.written }

  /// Whether somebody waits for an event to be durable that was appended.
  var isSyncAwaited: Bool { min(wantsDurable, nextSequence - 1) > progress.durable }

  /// Gives the waiting events for an empty batch.
  mutating func exchange(_ batch: inout EventBatch) {
    batch.removeAll()
    batch.firstSequence = nextSequence
    swap(&waiting, &batch)
  }
}

/// A prepared segment on its way from one thread to the other; taken once.
final class PreparedSegmentBox: Sendable {
  private let segment: Mutex<PreparedSegment?>

  init(_ segment: consuming sending PreparedSegment) { self.segment = Mutex(consume segment) }

  func take() -> PreparedSegment? { segment.withLock { $0.take() } }
}
