/// How long to wait before trying again: twice as long each time, up to a limit, and never all clients
/// at the same moment.

public import TradingCore

/// Waiting times of repeated attempts. Exponential back-off with full jitter over its upper half:
/// M. Brooker, "Exponential Backoff And Jitter" (2015). Seeded, so a test sees the same times.
public struct BackOff: Equatable, Sendable {
  private let first: Interval
  private let longest: Interval
  private var random: RandomSource
  /// Attempts that failed since the last success.
  public private(set) var failures = 0

  /// - Parameters:
  ///   - first: the longest wait after the first failure.
  ///   - longest: no wait is longer.
  ///   - seed: of the jitter; different for each connection.
  public init(
    first: Interval = .init(nanoseconds: 1_000_000_000),
    longest: Interval = .init(nanoseconds: 60_000_000_000), seed: UInt64
  ) {
    precondition(first.nanoseconds > 0, "BackOff: the first wait is \(first.nanoseconds) ns")
    precondition(longest >= first, "BackOff: the longest wait is shorter than the first")
    self.first = first
    self.longest = longest
    random = RandomSource(seed: seed, label: "back-off")
  }

  /// The wait before the next attempt: half to all of the first wait × 2^failures, at most `longest`.
  public mutating func next() -> Interval {
    let doublings = UInt64(min(failures, 40))
    failures += 1
    let (doubled, overflow) = first.nanoseconds.multipliedReportingOverflow(by: 1 << doublings)
    let most = overflow ? longest.nanoseconds : min(doubled, longest.nanoseconds)
    return Interval(nanoseconds: most / 2 + random.integer(in: 0...(most - most / 2)))
  }

  /// It worked: the next failure waits as the first did.
  public mutating func succeeded() { failures = 0 }
}
