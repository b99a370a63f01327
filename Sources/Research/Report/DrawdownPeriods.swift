/// The falls of equity one by one, from peak to recovery, as the samples of a report see them.

public import TradingCore

/// A time below an earlier peak.
public struct DrawdownPeriod: Equatable, Sendable {
  /// The sample of the peak, and the lowest one after it.
  public var peak: Timestamp
  public var trough: Timestamp
  /// The first sample back at the peak; `nil` where there is none.
  public var recovery: Timestamp?
  /// The last sample below the peak.
  public var last: Timestamp
  /// The fall from peak to trough as a share of the peak, above 0.
  public var depth: Double

  /// How many a report lists.
  public static let mostListed = 10

  /// From the peak to the recovery, or to the last sample below it.
  public var length: Interval { (recovery ?? last) - peak }

  /// Every period of samples in order of time. O(samples).
  public static func all(_ points: [EquityPoint]) -> [DrawdownPeriod] {
    guard var peak = points.first else { return [] }
    var periods: [DrawdownPeriod] = []
    var current: DrawdownPeriod?
    for point in points.dropFirst() {
      if point.equity >= peak.equity {
        current?.recovery = point.time
        if let current { periods.append(current) }
        (peak, current) = (point, nil)
        continue
      }
      // A peak that is not above zero has no share to fall by.
      guard peak.equity > .zero else { continue }
      let fall = (peak.equity - point.equity).approximate / peak.equity.approximate
      var period =
        current
        ?? DrawdownPeriod(peak: peak.time, trough: point.time, last: point.time, depth: fall)
      if fall > period.depth { (period.trough, period.depth) = (point.time, fall) }
      period.last = point.time
      current = period
    }
    return periods + (current.map { [$0] } ?? [])
  }

  /// The deepest, deepest first; equal ones in order of time. O(n log n).
  public static func deepest(
    _ points: [EquityPoint], count: Int = DrawdownPeriod.mostListed
  ) -> [DrawdownPeriod] {
    let all = all(points).enumerated().sorted {
      $0.element.depth == $1.element.depth
        ? $0.offset < $1.offset : $0.element.depth > $1.element.depth
    }
    return all.prefix(count).map(\.element)
  }
}
