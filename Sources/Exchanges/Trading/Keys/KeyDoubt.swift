/// Whether a venue refused a key, or a request that came too late.
///
/// Where a request carries a token that is good for a while, one that is late is answered as one of an unknown
/// key is, and venues have answered so for a good key now and then. So a refusal is taken for lateness until it is
/// the third in a row, each of a request that was made after the last one came, with a token of its own. What was
/// refused has not happened, and nothing is sent again for it: what is to be asked again is asked as after any
/// refusal for its time.

internal import TradingCore

struct KeyDoubt: Equatable, Sendable {
  /// Refusals in a row that are about the key.
  static let enough = 3

  /// Refusals of requests that the venue has not taken one since.
  private var refusals = 0
  /// When the last one came, by the steady clock.
  private var last = Timestamp.distantPast

  /// A request was refused as not signed by a key that the venue knows.
  /// - Parameter asked: when it was made, by the steady clock.
  /// - Returns: whether that is about the key.
  mutating func isRefusal(asked: Timestamp, at now: Timestamp) -> Bool {
    if asked > last || refusals == 0 { (refusals, last) = (refusals + 1, now) }
    return refusals >= Self.enough
  }

  /// The venue took a request, or another key signs.
  mutating func end() { refusals = 0 }
}
