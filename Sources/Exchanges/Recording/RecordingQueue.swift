/// Events on their way from the sockets' thread to the journal's: bounded, and never waited for.

internal import Synchronization
internal import TradingCore

/// A queue with one end on each of two threads.
final class RecordingQueue: Sendable {
  /// Events that may wait: 16 MiB of them.
  static let capacity = 1 << 18

  private let waiting = Mutex<ContiguousArray<Event>>([])
  private let shown = Mutex(RecordingFigures())
  private let capacity: Int

  init(capacity: Int = RecordingQueue.capacity) { self.capacity = capacity }

  /// Adds all events or none.
  /// - Parameter isRecovering: after a loss, only a queue that is half empty takes more.
  /// - Returns: whether there was room.
  func push(_ events: ContiguousArray<Event>, isRecovering: Bool) -> Bool {
    let most = isRecovering ? capacity / 2 : capacity
    let count = events.count
    return waiting.withLock { waiting in
      guard waiting.count + count <= most else { return false }
      waiting.append(contentsOf: events)
      return true
    }
  }

  /// Exchanges what waits for an empty array, so that both keep their room. Only references are moved
  /// under the lock.
  func take(into events: inout ContiguousArray<Event>) {
    events.removeAll(keepingCapacity: true)
    let room = events
    events = waiting.withLock { waiting in
      let taken = waiting
      waiting = room
      return taken
    }
  }

  /// How the recording goes, as its thread last said.
  var figures: RecordingFigures { shown.withLock { $0 } }

  func show(_ figures: RecordingFigures) { shown.withLock { $0 = figures } }
}
