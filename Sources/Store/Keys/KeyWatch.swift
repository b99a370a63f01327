/// Watches a key store on a thread of its own: whoever uses its keys hears of every change within a moment.

internal import Journal
internal import Synchronization

/// A watch over a store, until `stop`.
public final class KeyWatch: Sendable {
  /// Nanoseconds between two looks: SQLite is asked for one number, which is in its page cache.
  static let pause: Int64 = 100_000_000

  private let isStopping: Monitor<Bool>
  private let thread: Mutex<ThreadHandle?>

  /// - Parameter tell: told the keys at once and whenever they have changed, or why they cannot be read; on the
  ///   watch's thread.
  /// - Throws: `VaultError.failed` when the system gives no thread.
  public init(
    _ store: KeyStore, tell: @escaping @Sendable (Result<[KeyRecord], VaultError>) -> Void
  ) throws(VaultError) {
    let isStopping = Monitor(false)
    self.isStopping = isStopping
    do throws(JournalError) {
      thread = Mutex(
        try startThread {
          var last: Int64?
          repeat { Self.look(store, &last, tell) } while !Self.rest(isStopping)
        })
    } catch { throw .failed(path: store.path, reason: error.description) }
  }

  deinit { stop() }

  /// Ends the watch and waits for its thread.
  public func stop() {
    isStopping.update { $0 = true }
    thread.withLock { $0.take() }?.join()
  }

  private static func look(
    _ store: KeyStore, _ last: inout Int64?,
    _ tell: (Result<[KeyRecord], VaultError>) -> Void
  ) {
    do throws(VaultError) {
      let version = try store.file.dataVersion()
      guard version != last else { return }
      last = version
      tell(.success(try store.records()))
    } catch { tell(.failure(error)) }
  }

  /// Waits until the next look; whether the watch is over.
  private static func rest(_ isStopping: Monitor<Bool>) -> Bool {
    isStopping.wait(until: monotonicNow() + pause) { $0 ? true : nil } ?? false
  }
}
