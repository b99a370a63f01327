/// Facts of an account on their way to the engine, of which none may be dropped.

internal import Synchronization
package import TradingCore

/// Where the sockets' threads leave facts and the engine's thread takes them.
package final class Inbox: Sendable {
  private struct Waiting {
    var facts: ContiguousArray<Event> = []
    var isClosed = false
  }

  private let waiting = Mutex(Waiting())
  private let bell: @Sendable () -> Void

  /// - Parameter bell: called when something waits, on the thread that brought it.
  package init(bell: @escaping @Sendable () -> Void = {}) { self.bell = bell }

  /// Adds facts; none is dropped. Nothing is taken after `close`.
  package func push(_ facts: ContiguousArray<Event>) {
    guard !facts.isEmpty else { return }
    waiting.withLock { if !$0.isClosed { $0.facts.append(contentsOf: facts) } }
    bell()
  }

  /// Nothing comes after what waits.
  package func close() {
    waiting.withLock { $0.isClosed = true }
    bell()
  }

  /// Whether nothing waits.
  var isEmpty: Bool { waiting.withLock { $0.facts.isEmpty } }

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
