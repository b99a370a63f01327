/// What a salvage could not save of a journal: a gap stands for each event. Invariants of the state can be
/// judged all the same; what goes by orders, causes or decisions cannot.

internal import TradingCore

public struct LostEvents: Equatable, Sendable {
  /// The first and the last sequence that is lost; events between them may be there.
  public let sequences: ClosedRange<UInt64>
  public let count: Int

  /// - Returns: `nil` where none is lost. O(events).
  init?(in events: [Event]) {
    let places = events.indices.filter { index in
      if case .gap(let gap) = events[index].body { gap.reason == .lostRecord } else { false }
    }
    guard let first = places.first, let last = places.last else { return nil }
    sequences = UInt64(first) + 1...UInt64(last) + 1
    count = places.count
  }

  /// In words, with where they were.
  public var text: String {
    let events = count == 1 ? "1 event is" : "\(NumberText.grouped(UInt64(count))) events are"
    return "\(events) lost, sequences \(sequences.lowerBound)…\(sequences.upperBound)"
  }
}
