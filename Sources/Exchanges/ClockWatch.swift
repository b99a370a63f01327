/// Notices that somebody set the wall clock: its time no longer goes along with the time that has passed.

package import TradingCore

/// The wall clock and the time since the machine started, read together. Both are slewed alike, and both
/// go on while the machine sleeps, so only a step moves one against the other.
package struct ClockReading: Equatable, Sendable {
  package var wall: Timestamp
  package var elapsed: Interval
  /// How far from each other the two may have been read.
  package var uncertainty: Interval

  package init(wall: Timestamp, elapsed: Interval, uncertainty: Interval) {
    (self.wall, self.elapsed, self.uncertainty) = (wall, elapsed, uncertainty)
  }
}

/// Compares readings with the first one, or with the one at which the last step was found.
struct ClockWatch: Sendable {
  /// Less than this is no step: two readings are never that far apart, and a clock that is kept by NTP
  /// steps by 128 ms and more (RFC 5905, STEPT).
  static let threshold = Interval(nanoseconds: 10_000_000)
  /// How often to look.
  static let interval = Interval.second

  private var reference: ClockReading

  init(_ reading: ClockReading) { reference = reading }

  /// How far the wall clock was set since the last step, forward positive; `nil` when it was not, or when
  /// the reading is too coarse to say.
  mutating func step(_ reading: ClockReading) -> Interval? {
    guard reading.uncertainty.nanoseconds * 2 < Self.threshold.nanoseconds else { return nil }
    let wall = reading.wall - reference.wall
    let step = Interval(
      nanoseconds: wall.nanoseconds - reading.elapsed.nanoseconds + reference.elapsed.nanoseconds)
    guard step.nanoseconds.magnitude >= UInt64(Self.threshold.nanoseconds) else { return nil }
    reference = reading
    return step
  }
}
