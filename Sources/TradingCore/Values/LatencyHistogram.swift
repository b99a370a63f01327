/// Durations counted in buckets that grow with them, so that a year of orders costs as much room as one
/// and a quantile is known to a sixteenth.

/// Counts of durations between 1 µs and 4.8 hours; what lies outside is counted at the edge.
public struct LatencyHistogram: Equatable, Sendable {
  /// Buckets for each doubling.
  private static let steps = 16
  /// 2¹⁰ ns is the first bucket's end, 2⁴⁴ ns the last one's.
  private static let exponents = 10..<44

  private var counts = [UInt64](repeating: 0, count: (exponents.count + 1) * steps)
  /// Durations counted.
  public private(set) var count: UInt64 = 0
  /// The longest of them; zero while there is none.
  public private(set) var longest = Interval.zero

  public init() {}

  /// Counts a duration; one below zero, which a clock that was set back makes, counts as zero.
  public mutating func add(_ duration: Interval) {
    counts[Self.bucket(of: max(0, duration.nanoseconds))] += 1
    count += 1
    longest = max(longest, duration)
  }

  /// Counts all that another has counted.
  public mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    longest = max(longest, other.longest)
  }

  /// The least end of a bucket below which this share of all durations lies; `nil` while there is none.
  /// Too high by a sixteenth at most, never too low. Complexity: O(buckets), which are 560.
  /// - Parameter share: 0.5 for the median; in 0...1.
  public func quantile(_ share: Double) -> Interval? {
    let rank = UInt64((Double(count) * share).rounded(.up))
    return count > 0 ? duration(ofRank: max(1, rank)) : nil
  }

  /// The least end of a bucket below which so many durations lie; the longest for more than there are.
  func duration(ofRank rank: UInt64) -> Interval {
    var seen: UInt64 = 0
    for index in counts.indices {
      seen += counts[index]
      if seen >= rank { return min(longest, Interval(nanoseconds: Self.end(of: index))) }
    }
    return longest
  }

  /// The first `steps` buckets part the microsecond evenly; each doubling behind it has as many.
  private static func bucket(of nanoseconds: Int64) -> Int {
    let first = exponents.lowerBound
    guard nanoseconds >= 1 << first else { return Int(nanoseconds) * steps / (1 << first) }
    let exponent = 63 - nanoseconds.leadingZeroBitCount
    guard exponent < exponents.upperBound else { return (exponents.count + 1) * steps - 1 }
    let step = Int(((nanoseconds - 1 << exponent) * Int64(steps)) >> Int64(exponent))
    return (exponent - first + 1) * steps + step
  }

  private static func end(of bucket: Int) -> Int64 {
    let (row, step) = bucket.quotientAndRemainder(dividingBy: steps)
    guard row > 0 else { return Int64(step + 1) * (1 << exponents.lowerBound) / Int64(steps) }
    let base = Int64(1) << (exponents.lowerBound + row - 1)
    return base + base / Int64(steps) * Int64(step + 1)
  }
}
