/// When the engine waited for its journal, and how much of such a wait a decision has behind it: a fact
/// that comes while the disk is at work for an older one waits for the disk too.

package import TradingCore

/// What the engine's thread knows of one decision.
package struct DecisionTiming: Equatable, Sendable {
  /// When the fact was received.
  var fact: Timestamp
  /// When the journal had its orders.
  var secured: Timestamp
  /// How much of the time in between the engine waited for the journal.
  var journal: Interval

  package init(fact: Timestamp, secured: Timestamp, journal: Interval) {
    (self.fact, self.secured, self.journal) = (fact, secured, journal)
  }
}

/// The last waits.
struct JournalWaits: Sendable {
  /// Waits that are remembered: a fact that has waited behind more of them is said to have waited longer
  /// for other reasons.
  static let capacity = 256

  private var waits: [(from: Timestamp, to: Timestamp)] = []
  private var next = 0
  /// The decision of the last wait.
  private(set) var last = DecisionTiming(fact: .none, secured: .none, journal: .zero)

  /// The engine has waited, for orders decided on the fact that was received at `fact`.
  /// Complexity: O(`capacity`).
  mutating func add(from begun: Timestamp, to end: Timestamp, fact: Timestamp) {
    if waits.count < Self.capacity {
      waits.append((begun, end))
    } else {
      waits[next] = (begun, end)
      next = (next + 1) % Self.capacity
    }
    let waited = waits.reduce(into: Interval.zero) { sum, wait in
      let from = max(wait.from, fact)
      if from < wait.to { sum = sum + (wait.to - from) }
    }
    last = DecisionTiming(fact: fact, secured: end, journal: waited)
  }
}
