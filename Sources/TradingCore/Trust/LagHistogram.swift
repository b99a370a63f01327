/// How long after the venue's time events were received: below zero where our clock was behind the venue's.

/// Lags of either sign, in little memory.
public struct LagHistogram: Equatable, Sendable {
  private var late = LatencyHistogram()
  /// Magnitudes of those below zero.
  private var early = LatencyHistogram()
  public private(set) var least = Interval.zero
  public private(set) var most = Interval.zero

  init() {}

  /// Lags counted.
  public var count: UInt64 { late.count + early.count }

  mutating func add(_ lag: Interval) {
    least = count == 0 ? lag : min(least, lag)
    most = count == 0 ? lag : max(most, lag)
    if lag < .zero { early.add(lag.negated) } else { late.add(lag) }
  }

  /// The lag that this share of all are at most; off by a sixteenth of it, or by 64 ns, at most. `nil`
  /// while there is none. O(buckets).
  /// - Parameter share: 0.5 for the median; in 0...1.
  public func quantile(_ share: Double) -> Interval? {
    guard count > 0 else { return nil }
    let rank = max(1, min(count, UInt64((Double(count) * share).rounded(.up))))
    if rank > early.count { return min(most, late.duration(ofRank: rank - early.count)) }
    return max(least, early.duration(ofRank: early.count - rank + 1).negated)
  }
}

extension Interval {
  /// The same span the other way; the longest there is for the one that has no opposite.
  fileprivate var negated: Interval {
    Interval(nanoseconds: nanoseconds == .min ? .max : -nanoseconds)
  }
}
