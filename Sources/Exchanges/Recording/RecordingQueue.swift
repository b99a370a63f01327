/// Events on their way from the sockets' thread to the journal's: bounded, and never waited for.

internal import Synchronization
internal import TradingCore

/// A queue with one end on each of two threads.
package final class RecordingQueue: Sendable {
  /// Events that may wait: 16 MiB of them.
  package static let capacity = 1 << 18

  private let waiting = Mutex<ContiguousArray<Event>>([])
  private let raw = Mutex(RawQueue())
  private let shown: Mutex<[RecordingFigures]>
  let capacity: Int
  /// Called when something waits and nothing did before.
  private let bell: @Sendable () -> Void

  /// - Parameters:
  ///   - venues: how many venues' events come through it.
  ///   - bell: called when something waits and nothing did before.
  package init(
    venues: Int = 1, capacity: Int = RecordingQueue.capacity,
    bell: @escaping @Sendable () -> Void = {}
  ) {
    shown = Mutex(Array(repeating: RecordingFigures(), count: venues))
    self.capacity = capacity
    self.bell = bell
  }

  /// Adds all events or none.
  /// - Parameter isRecovering: after a loss, only a queue that is half empty takes more.
  /// - Returns: whether there was room.
  func push(_ events: ContiguousArray<Event>, isRecovering: Bool) -> Bool {
    let most = isRecovering ? capacity / 2 : capacity
    let count = events.count
    let (hasRoom, wasEmpty) = waiting.withLock { waiting in
      guard waiting.count + count <= most else { return (false, false) }
      defer { waiting.append(contentsOf: events) }
      return (true, waiting.isEmpty)
    }
    if wasEmpty, count > 0 { bell() }
    return hasRoom
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

  /// Adds a line of the venue's own bytes.
  func keep(
    _ line: Span<UInt8>, on link: UInt32, of venue: VenuePlace, at time: Timestamp,
    after target: String = ""
  ) {
    raw.withLock { $0.push(line, from: RawSource(venue, link), at: time, after: target) }
  }

  /// Takes the lines that wait.
  func takeRaw() -> [RawLines] { raw.withLock { $0.take() } }

  /// Lines there was no room for.
  var rawDropped: UInt64 { raw.withLock { $0.dropped } }

  /// How the recording goes at each venue, as its thread last said.
  package var figures: [RecordingFigures] { shown.withLock { $0 } }

  func show(_ figures: RecordingFigures, of venue: VenuePlace) {
    shown.withLock { $0[max(0, Int(venue.id) - 1)] = figures }
  }
}
