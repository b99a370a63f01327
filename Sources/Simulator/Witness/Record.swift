/// What was handed to the journal, kept beside it: what recovery brings back is compared with this, and a
/// state of its own follows it event by event.

import TradingCore

/// Events by sequence, and the promises made for them.
struct Record {
  private(set) var events: ContiguousArray<Event> = []
  private(set) var state = State()
  /// The last event that must survive the process, and the machine.
  private(set) var written: Sequence64 = 0
  private(set) var durable: Sequence64 = 0
  /// The last event that something else on the disk says is durable: each block vouches for the sync before
  /// it, so damage behind this looks like the end of what was written.
  private(set) var vouched: Sequence64 = 0

  var last: Sequence64 { Sequence64(events.count) }

  subscript(sequence: Sequence64) -> Event? {
    sequence > 0 && sequence <= last ? events[Int(sequence - 1)] : nil
  }

  /// Takes the next event.
  /// - Returns: the first invariant of the state that does not hold behind it, and why.
  mutating func append(_ event: Event) -> (name: String, why: String)? {
    let before = state.orders.live.count
    events.append(event)
    reduce(&state, event)
    if case .order = event.body, let most = state.risk.limits[.maxOpenOrders], before >= most {
      return ("open-orders-are-limited", "\(before) were live, at most \(most) may be")
    }
    for invariant in Invariant.all {
      if let why = invariant.violation(state, after: event) { return (invariant.name, why) }
    }
    return nil
  }

  mutating func promise(written: Sequence64, durable: Sequence64) {
    self.written = max(self.written, written)
    if durable > self.durable { vouched = self.durable }
    self.durable = max(self.durable, durable)
  }

  /// A journal was found that ends at `last`: what was behind it never was.
  mutating func goBack(to last: Sequence64) {
    (written, durable, vouched) = (last, last, last)
    guard last < self.last else { return }
    events.removeLast(events.count - Int(last))
    state = State()
    for event in events { reduce(&state, event) }
  }
}
