/// A venue's clock as an account needs it: its time for signatures, when to look at it, and whether ours
/// is near enough for orders to leave.

internal import Dialects
internal import TradingCore

struct VenueClock: Equatable, Sendable {
  private var skew = ClockSkew()
  private var lastLook = Timestamp.distantPast

  /// How long to wait between two looks.
  static let pause = Interval(nanoseconds: 300_000_000_000)
  /// The same while orders are held back for it.
  static let urgentPause = Interval(nanoseconds: 5_000_000_000)

  /// Whether ours is certainly too far off: orders are held back.
  var isBeyond: Bool { skew.verdict == .beyond }

  /// What it shows at `time` of ours, as far as we know.
  func venueTime(at time: Timestamp) -> Timestamp { skew.venueTime(at: time) }

  /// Whether it is to be looked at.
  func isDue(at time: Timestamp) -> Bool {
    time < lastLook || time - lastLook >= (isBeyond ? Self.urgentPause : Self.pause)
  }

  /// It is looked at.
  mutating func looks(at time: Timestamp) { lastLook = time }

  /// The venue says that we are out of its window: what was known is worth nothing.
  mutating func forget() { skew.forget() }

  /// Takes one answer. Of a clock that was too far off only what is new counts: once it was set right, no
  /// older sample says otherwise.
  /// - Parameter resolution: what the venue's time is rounded down to.
  /// - Returns: what a person should know, when it has changed.
  mutating func sample(
    sent: Timestamp, received: Timestamp, venue: Timestamp,
    resolution: Interval = Interval(nanoseconds: 1_000_000)
  ) -> String? {
    let wasBeyond = isBeyond
    if wasBeyond { skew.forget() }
    skew.sample(sent: sent, received: received, venue: venue, resolution: resolution)
    guard isBeyond != wasBeyond else { return nil }
    guard isBeyond, let best = skew.best else { return "our clock is right again; orders go on" }
    let milliseconds = best.offset.nanoseconds / 1_000_000
    return
      "our clock is \(milliseconds.magnitude) ms \(milliseconds < 0 ? "ahead of" : "behind") the "
      + "venue's; orders are held back"
  }
}
