/// The number that every private request of Kraken carries and that must rise for ever, over restarts and
/// whatever happens to our clock. Source: docs.kraken.com, "Spot REST authentication".

import TradingCore

/// Numbers of one key's requests.
///
/// A number is Kraken's own time in microseconds, as far as it is known, and at least one above the last. A
/// session looks at that clock before its first private request, so a clock of ours that was set back, within
/// a run or between two, changes nothing: a later run's numbers are above an earlier one's without a file that
/// both would have to share. Kraken tells its clock to the second, so a run that begins within a second of
/// another's last request may be refused (`EAPI:Invalid nonce`); nothing happened then, and it looks at the
/// clock and asks again. Two processes at once need a key each.
struct KrakenNonce: Equatable, Sendable {
  private var last: UInt64 = 0

  /// The next number.
  /// - Parameter time: the venue's.
  mutating func next(at time: Timestamp) -> UInt64 {
    last = max(last + 1, UInt64(max(0, time.nanoseconds / 1_000)))
    return last
  }
}
