/// The account's inbox and a market's queue as one feed: facts as they happen.

public import TradingCore

/// Ends when the inbox is closed and empty. What waits is one batch however much it is: the account is
/// compared only when all of the head is in the state.
public final class LiveFeed: Feed {
  private let inbox: Inbox
  private let market: RecordingQueue
  private var taken: ContiguousArray<Event> = []
  private var facts: ContiguousArray<Event> = []
  /// Called before each look at what waits.
  private let look: () -> Void
  /// Called when nothing does: returns when that may have changed.
  private let wait: () throws(EngineFault) -> Void

  package init(
    _ inbox: Inbox, _ market: RecordingQueue, head: [Event], look: @escaping () -> Void,
    wait: @escaping () throws(EngineFault) -> Void
  ) {
    self.inbox = inbox
    self.market = market
    self.look = look
    self.wait = wait
    facts = ContiguousArray(head)
  }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    while facts.isEmpty {
      guard try gather() else { return false }
    }
    swap(&batch.events, &facts)
    return true
  }

  /// Puts the market's facts between the account's, by the time they came; no run is parted.
  private func merge() {
    guard !facts.isEmpty, !taken.isEmpty else { return facts.append(contentsOf: taken) }
    let account = facts
    facts.removeAll(keepingCapacity: true)
    var next = 0
    for fact in account {
      while next < taken.count, taken[next].receiveTime <= fact.receiveTime {
        facts.append(taken[next])
        next += 1
      }
      facts.append(fact)
    }
    facts.append(contentsOf: taken[next...])
  }

  /// Takes what waits on both sides, or waits for it.
  /// - Returns: false at the end.
  private func gather() throws(EngineFault) -> Bool {
    look()
    let isOpen = inbox.take(into: &facts)
    guard isOpen else { return false }
    market.take(into: &taken)
    merge()
    if facts.isEmpty { try wait() }
    return true
  }
}
