/// Facts on their way to the engine: the market's, of which the oldest must not wait for an account, and
/// the account's, of which none may be dropped. The engine waits here.

#if Live
  internal import NIOConcurrencyHelpers
  internal import Synchronization
  public import TradingCore

  /// Where the sockets' threads leave facts and the engine's thread takes them.
  final class Inbox: Sendable {
    private struct Waiting {
      var facts: ContiguousArray<Event> = []
      var isClosed = false
    }

    private let waiting = Mutex(Waiting())
    /// Whether something rang since the engine last slept.
    private let bell = ConditionLock(value: false)

    /// How long the engine sleeps at most before it looks whether it is to stop.
    static let patienceSeconds = 0.1

    /// Something waits, here or in the market's queue.
    func ring() {
      bell.lock()
      bell.unlock(withValue: true)
    }

    /// Adds facts; none is dropped. Nothing is taken after `close`.
    func push(_ facts: ContiguousArray<Event>) {
      guard !facts.isEmpty else { return }
      waiting.withLock { if !$0.isClosed { $0.facts.append(contentsOf: facts) } }
      ring()
    }

    /// Nothing comes after what waits.
    func close() {
      waiting.withLock { $0.isClosed = true }
      ring()
    }

    /// Waits until something rings, or for a moment.
    func wait() {
      if bell.lock(whenValue: true, timeoutSeconds: Self.patienceSeconds) {
        bell.unlock(withValue: false)
      }
    }

    /// Takes what waits, behind what `facts` holds.
    /// - Returns: false when nothing waited and nothing will come.
    func take(into facts: inout ContiguousArray<Event>) -> Bool {
      waiting.withLock { waiting in
        let isOver = waiting.isClosed && waiting.facts.isEmpty
        facts.append(contentsOf: waiting.facts)
        waiting.facts.removeAll(keepingCapacity: true)
        return !isOver
      }
    }
  }

  /// The inbox and a market's queue as one feed. It ends when the inbox is closed and empty. What waits is
  /// one batch however much it is: the account is compared only when all of the head is in the state.
  public final class LiveFeed: Feed {
    private let inbox: Inbox
    private let market: MarketRecording
    private var taken: ContiguousArray<Event> = []
    private var facts: ContiguousArray<Event> = []
    /// Called before each look at what waits.
    private let look: () -> Void

    init(_ inbox: Inbox, _ market: MarketRecording, head: [Event], look: @escaping () -> Void) {
      self.inbox = inbox
      self.market = market
      self.look = look
      facts = ContiguousArray(head)
    }

    public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
      batch.removeAll()
      while facts.isEmpty {
        guard gather() else { return false }
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
    private func gather() -> Bool {
      look()
      let isOpen = inbox.take(into: &facts)
      guard isOpen else { return false }
      market.take(into: &taken)
      merge()
      if facts.isEmpty { inbox.wait() }
      return true
    }
  }
#endif
