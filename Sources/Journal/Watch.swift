/// How whoever waits for long work on a journal follows it, and ends it.

/// Told again and again how much is done of all there is; answers whether the work goes on.
/// When it does not, the work throws `JournalError.stopped` and leaves nothing half done.
public typealias Watch = (_ done: UInt64, _ all: UInt64) -> Bool

/// Throws `.stopped` when the one who watches has seen enough.
func go(on watch: Watch, _ done: UInt64, of all: UInt64) throws(JournalError) {
  guard watch(done, all) else { throw .stopped }
}
