/// The only clocks here: one that events are stamped with, one that waits are measured by, and how the two
/// are compared.

public import TradingCore

#if canImport(Glibc)
  internal import Glibc
#endif

/// One moment on both clocks.
package struct Moment: Equatable, Sendable {
  /// What facts are stamped with.
  package var wall: Timestamp
  /// What waits are measured by.
  package var steady: Timestamp

  package init(wall: Timestamp, steady: Timestamp) {
    (self.wall, self.steady) = (wall, steady)
  }
}

/// The system's clock.
public enum WallClock {
  /// Nanoseconds since 1970, UTC. It may be set back by whoever keeps it: our sequence is the order.
  public static var now: Timestamp { Timestamp(nanoseconds: read(CLOCK_REALTIME)) }

  /// What `now` would be had nobody set the clock since this process first asked: for silences, ages and
  /// waits, which a step of the clock must neither end nor prolong.
  public static var steady: Timestamp { base + Interval(nanoseconds: read(CLOCK_BOOTTIME)) }

  /// Now, on both.
  static var moment: Moment { Moment(wall: now, steady: steady) }

  /// The wall clock's time when the machine started, as the first question found it.
  private static let base = now - Interval(nanoseconds: read(CLOCK_BOOTTIME))

  /// Both clocks at one moment: the closest of a few attempts.
  static var reading: ClockReading {
    var best = attempt()
    for _ in 1..<4 {
      let next = attempt()
      if next.uncertainty.nanoseconds < best.uncertainty.nanoseconds { best = next }
    }
    return best
  }

  private static func attempt() -> ClockReading {
    let before = read(CLOCK_BOOTTIME)
    let wall = now
    let after = read(CLOCK_BOOTTIME)
    return ClockReading(
      wall: wall, elapsed: Interval(nanoseconds: before + (after - before) / 2),
      uncertainty: Interval(nanoseconds: (after - before) / 2))
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
