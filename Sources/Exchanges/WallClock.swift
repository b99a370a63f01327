/// The only clock that events are stamped with.

public import TradingCore

#if canImport(Glibc)
  internal import Glibc
#endif

/// The system's clock.
public enum WallClock {
  /// Nanoseconds since 1970, UTC. It may be set back by whoever keeps it: our sequence is the order.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
