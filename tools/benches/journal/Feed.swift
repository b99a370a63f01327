/// Events played in a circle into a live journal, from any thread, one after the other.

import Glibc
import Journal
import Synchronization
import TradingCore

/// Who appends has to give sequences without a gap: the lock stands for the engine, which alone does.
final class Feed: Sendable {
  private struct State {
    var place = 0
    var next: Sequence64
    var batch = EventBatch()
  }
  private let journal: LiveJournal
  private let events: [Event]
  private let state: Mutex<State>
  private let isOver = Atomic(false)

  init(into journal: LiveJournal, of events: [Event]) {
    self.journal = journal
    self.events = events
    state = Mutex(State(next: journal.firstSequence))
  }

  var appended: Int { state.withLock { Int($0.next - journal.firstSequence) } }
  /// The sequence of the last event appended.
  var last: Sequence64 { state.withLock { $0.next - 1 } }

  /// Appends the next events, at most `count`.
  func append(_ count: Int) throws {
    try state.withLock { state in
      let end = min(state.place + count, events.count)
      try append(events[state.place..<end], &state)
      state.place = end == events.count ? 0 : end
    }
  }

  /// Appends one event and returns its sequence.
  func append(_ event: Event) throws -> Sequence64 {
    try state.withLock { state in
      try append([event], &state)
      return state.next - 1
    }
  }

  private func append(_ events: ArraySlice<Event>, _ state: inout State) throws {
    state.batch.removeAll()
    state.batch.firstSequence = state.next
    state.batch.events.append(contentsOf: events)
    try journal.append(state.batch)
    state.next += Sequence64(events.count)
  }

  /// Plays until `stop`, `rate` events a second, or as many as go in where it is negative.
  func play(rate: Int) throws {
    let started = seconds()
    let stride = rate < 0 ? EventBatch.capacity : max(1, rate / 1_000)
    var played = 0
    while !isOver.load(ordering: .relaxed) {
      try append(stride)
      played += stride
      let ahead = rate < 0 ? 0 : Double(played) / Double(rate) - (seconds() - started)
      if ahead > 0 { usleep(UInt32(ahead * 1e6)) }
    }
  }

  func stop() { isOver.store(true, ordering: .relaxed) }
}

/// A clock of the system, in seconds.
func seconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
  var now = timespec()
  clock_gettime(clock, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func json(_ fields: [(String, Double)]) -> String {
  "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
}
