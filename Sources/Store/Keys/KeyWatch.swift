/// Watches a key store on a thread of its own: whoever uses its keys hears of every change within a moment,
/// also when another file is put in its place.

internal import Journal
internal import Synchronization
public import TradingCore

/// A watch over a store, until `stop`.
public final class KeyWatch: Sendable {
  /// What was found: the store, for it may be another file by now, and its keys.
  public struct Finding: Sendable {
    public let store: KeyStore
    /// Those whose records are whole.
    public let keys: [KeyRecord]
    /// What is not.
    public let damage: VaultError?
    /// Keys of damaged records without a secret: they have ended.
    public let erased: [UInt32]
  }

  /// Nanoseconds between two looks: the system is asked for the file's number and SQLite for its own, which
  /// is in its page cache.
  static let pause: Int64 = 100_000_000

  /// After how long the keys are told again though nothing changed in the store: their time goes on.
  public static let renewal = Interval.hour

  private let isStopping: Monitor<Bool>
  private let thread: Mutex<ThreadHandle?>

  /// - Parameters:
  ///   - renewal: after how long the keys are told though they have not changed.
  ///   - tell: told the keys at once and whenever they have changed, or why they cannot be read, once
  ///     for each reason; on the watch's thread.
  /// - Throws: `VaultError.failed` when the system gives no thread.
  public init(
    _ store: KeyStore, renewal: Interval = KeyWatch.renewal,
    tell: @escaping @Sendable (Result<Finding, VaultError>) -> Void
  ) throws(VaultError) {
    let isStopping = Monitor(false)
    self.isStopping = isStopping
    do throws(JournalError) {
      thread = Mutex(
        try startThread {
          var look = Look(store: store, renewal: renewal.nanoseconds)
          repeat {
            if let news = look.next() { tell(news) }
          } while !Self.rest(isStopping)
        })
    } catch { throw .failed(path: store.path, reason: error.description) }
  }

  deinit { stop() }

  /// Ends the watch and waits for its thread.
  public func stop() {
    isStopping.update { $0 = true }
    thread.withLock { $0.take() }?.join()
  }

  /// Waits until the next look; whether the watch is over.
  private static func rest(_ isStopping: Monitor<Bool>) -> Bool {
    isStopping.wait(until: monotonicNow() + pause) { $0 ? true : nil } ?? false
  }
}

/// What the last look found.
private struct Look {
  var store: KeyStore
  private let renewal: Int64
  private var version: Int64?
  private var failure: VaultError?
  /// When the keys were told last, in nanoseconds of the monotonic clock.
  private var told: Int64 = 0

  init(store: KeyStore, renewal: Int64) { (self.store, self.renewal) = (store, renewal) }

  /// Looks again.
  /// - Returns: `nil` where nothing is new.
  mutating func next() -> Result<KeyWatch.Finding, VaultError>? {
    do throws(VaultError) {
      if try !store.file.isInPlace() {
        store = try KeyStore(opening: store.path)
        version = nil
      }
      let now = try store.file.dataVersion()
      let isOld = monotonicNow() - told >= renewal
      guard now != version || failure != nil || isOld else { return nil }
      let found = try store.file.survey()
      (version, failure, told) = (now, nil, monotonicNow())
      return .success(
        KeyWatch.Finding(
          store: store, keys: found.rows.map(\.record), damage: found.damage, erased: found.erased))
    } catch {
      guard error != failure else { return nil }
      failure = error
      return .failure(error)
    }
  }
}
