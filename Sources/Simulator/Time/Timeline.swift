/// Virtual time: what is to happen, in the order in which it does. Nothing takes time but by waiting.

import TradingCore

/// A queue of calls, ordered by their moment, then as a tie-break decides, then as they were made.
final class Timeline {
  private struct Entry {
    var time: Timestamp
    var tie: UInt64
    var number: UInt64
    var body: () -> Void

    func isBefore(_ other: Entry) -> Bool {
      (time, tie, number) < (other.time, other.tie, other.number)
    }
  }

  /// True time, which no clock shows.
  private(set) var now: Timestamp
  private var heap: [Entry] = []
  private var made: UInt64 = 0
  private var ties: RandomSource

  /// - Parameter ties: decides which of two calls of one moment comes first.
  init(from start: Timestamp, ties: RandomSource) {
    now = start
    self.ties = ties
  }

  /// When the next call is due; `nil` when nothing will ever happen.
  var next: Timestamp? { heap.first?.time }

  /// Calls `body` at a moment, or at once when it has passed.
  func at(_ time: Timestamp, _ body: @escaping () -> Void) {
    made += 1
    heap.append(Entry(time: max(time, now), tie: ties.below(4), number: made, body: body))
    rise(heap.count - 1)
  }

  func after(_ wait: Interval, _ body: @escaping () -> Void) { at(now + wait, body) }

  /// Makes the next call, if it is due by then.
  /// - Returns: false, and it is that moment, when none is.
  func step(until end: Timestamp) -> Bool {
    guard let first = heap.first, first.time <= end else {
      now = max(now, end)
      return false
    }
    now = first.time
    removeFirst()
    first.body()
    return true
  }

  /// Lets time pass up to a moment.
  func run(until end: Timestamp) {
    while step(until: end) {}
  }

  /// Drops every call that is still to be made, and with them all they hold: who made one may hold this
  /// queue, and neither would ever go.
  func forgetAll() { heap.removeAll() }

  // MARK: The heap

  private func rise(_ start: Int) {
    var index = start
    while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var index = 0
    while let child = leastChild(of: index), heap[child].isBefore(heap[index]) {
      heap.swapAt(child, index)
      index = child
    }
  }

  private func leastChild(of index: Int) -> Int? {
    let left = 2 * index + 1
    guard left < heap.count else { return nil }
    return left + 1 < heap.count && heap[left + 1].isBefore(heap[left]) ? left + 1 : left
  }
}

/// The machine's wall clock, which somebody may set, and which may stand still.
struct MachineClock {
  /// How far it is ahead of true time.
  private var offset = Interval.zero
  private var frozen: (at: Timestamp, until: Timestamp)?

  mutating func step(by interval: Interval) { offset = offset + interval }

  /// Shows one time until a moment of true time.
  mutating func freeze(at now: Timestamp, until end: Timestamp) {
    frozen = (wall(now), end)
  }

  /// What it shows at a true moment.
  func wall(_ now: Timestamp) -> Timestamp {
    if let frozen, now < frozen.until { return frozen.at }
    return now + offset
  }
}
