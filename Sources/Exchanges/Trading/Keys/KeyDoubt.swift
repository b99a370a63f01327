/// Whether a venue refused a key, or a request that came too late.
///
/// Where a request carries a token that is good for a while, one that is late is answered as one of an unknown
/// key is. So the first refusal is taken for lateness; another of a request that was made after it, with a token
/// of its own, is about the key. What was refused has not happened, and nothing is sent again for it: what is to
/// be asked again is asked as after any refusal for its time.

internal import TradingCore

struct KeyDoubt: Equatable, Sendable {
  /// When the first refusal came, by the steady clock; `nil` while the venue takes the key.
  private var since: Timestamp?

  /// A request was refused as not signed by a key that the venue knows.
  /// - Parameter asked: when it was made, by the steady clock.
  /// - Returns: whether that is about the key.
  mutating func isRefusal(asked: Timestamp, at now: Timestamp) -> Bool {
    guard let since else {
      since = now
      return false
    }
    return asked > since
  }

  /// The venue took a request, or another key signs.
  mutating func end() { since = nil }
}
