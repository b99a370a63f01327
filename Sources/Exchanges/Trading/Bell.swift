/// Where the engine's thread sleeps until something has come for it.

#if Live
  internal import NIOConcurrencyHelpers

  final class Bell: Sendable {
    /// Whether something rang since the engine last slept.
    private let lock = ConditionLock(value: false)

    /// How long the engine sleeps at most before it looks whether it is to stop.
    static let patienceSeconds = 0.1

    /// Something waits, in the inbox or in the market's queue.
    func ring() {
      lock.lock()
      lock.unlock(withValue: true)
    }

    /// Waits until something rings, or for a moment.
    func wait() {
      if lock.lock(whenValue: true, timeoutSeconds: Self.patienceSeconds) {
        lock.unlock(withValue: false)
      }
    }
  }
#endif
