/// The ids of one stream: what is new, what came before, how much is missing, and when the venue began to
/// count anew, which a stream must survive: a venue that restarts from 1 would else be silent for ever.

import TradingCore

/// The last id of a stream and when it came.
struct StreamIDs: Sendable {
  /// What an id means.
  enum Verdict: Equatable, Sendable {
    /// It is above all before it; so many between it and the last never came.
    case new(missing: UInt64)
    /// It came before, or something above it did.
    case repeated
    /// The venue counts anew. How much is missing nobody can say.
    case restarted
  }

  /// A copy of something older comes while two links overlap, so it is never later than this after the
  /// newest: an id that is both lower and later than that is of another count.
  static let longestEcho = Interval(nanoseconds: 5_000_000_000)

  private var last: (id: Int64, time: Timestamp)?

  /// Takes the id of an event that happened at `time`, by the venue's clock where it tells one.
  mutating func take(_ id: Int64, at time: Timestamp) -> Verdict {
    guard let last else {
      last = (id, time)
      return .new(missing: 0)
    }
    if id > last.id {
      self.last = (id, max(last.time, time))
      // The distance of two ids always fits without a sign.
      return .new(missing: UInt64(bitPattern: id &- last.id) - 1)
    }
    guard id < last.id, time > last.time + Self.longestEcho else { return .repeated }
    self.last = (id, time)
    return .restarted
  }
}
