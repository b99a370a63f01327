/// A moment and a span of time, both whole nanoseconds, so that time never rounds.

/// Nanoseconds since 1970-01-01T00:00:00Z. Time is what events say: nothing in the core asks a clock.
public struct Timestamp: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the Unix epoch; `Int64.min` stands for "the venue gave none".
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The venue gave no time (Binance's bookTicker carries none).
  public static let none = Timestamp(nanoseconds: .min)

  /// Before every recorded moment; the time of a state that has seen nothing.
  public static let distantPast = Timestamp(nanoseconds: .min + 1)

  /// After every recorded moment.
  public static let distantFuture = Timestamp(nanoseconds: .max)

  public var isNone: Bool { nanoseconds == .min }

  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// A moment beyond what 64 bits can name is the nearest that they can: time never wraps round.
  public static func + (left: Self, right: Interval) -> Self {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
    return overflow ? end(right.nanoseconds > 0) : Timestamp(nanoseconds: sum)
  }

  public static func - (left: Self, right: Interval) -> Self {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    return overflow ? end(right.nanoseconds < 0) : Timestamp(nanoseconds: difference)
  }

  private static func end(_ isFuture: Bool) -> Timestamp {
    isFuture ? Timestamp(nanoseconds: .max) : distantPast
  }

  /// The span from `right` to `left`, negative when `left` is earlier; clamped to 64 bits.
  public static func - (left: Self, right: Self) -> Interval {
    let (span, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    return Interval(nanoseconds: overflow ? (right.nanoseconds < 0 ? .max : .min) : span)
  }

  /// The start of the bucket of width `interval` that holds this moment, counted from the epoch
  /// (so days are UTC days). `interval` must be positive.
  public func floored(to interval: Interval) -> Timestamp {
    let remainder = nanoseconds % interval.nanoseconds
    let start = Timestamp(nanoseconds: nanoseconds - remainder)
    return remainder < 0 ? start - interval : start
  }
}

/// A span of time in nanoseconds, signed.
public struct Interval: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = Interval(nanoseconds: 0)
  public static let second = Interval(nanoseconds: 1_000_000_000)
  public static let minute = Interval(nanoseconds: 60_000_000_000)
  public static let hour = Interval(nanoseconds: 3_600_000_000_000)
  public static let day = Interval(nanoseconds: 86_400_000_000_000)

  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
  public static func + (left: Self, right: Self) -> Self {
    Interval(nanoseconds: left.nanoseconds &+ right.nanoseconds)
  }

  /// The span in seconds, rounded to the nearest `Double`; for metrics and display only.
  public var seconds: Double { Double(nanoseconds) / 1e9 }
}
