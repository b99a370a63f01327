/// Fewer points for drawing without losing a spike: every pixel column keeps its first, lowest,
/// highest and last value, which is all a line of that width can show.

import TradingCore

enum Thinning {
  /// The points of each pixel column that has any, for `columns` columns of equal time from the first
  /// moment to the last. `times` are in order. O(points).
  static func ranges(of times: [Timestamp], columns: Int) -> [Range<Int>] {
    guard let first = times.first, let last = times.last else { return [] }
    var ranges: [Range<Int>] = []
    var start = 0
    var current = 0
    for (index, time) in times.enumerated() {
      let column = position(of: time, from: first, to: last, columns: columns)
      if column != current, index > start {
        ranges.append(start..<index)
        start = index
      }
      current = column
    }
    ranges.append(start..<times.count)
    return ranges
  }

  /// The indices to draw of one column, in order and without repeats: first, lowest, highest, last.
  /// Indices without a value are left out; `value` must be finite.
  static func drawn(of range: Range<Int>, value: (Int) -> Double?) -> [Int] {
    var first: Int?
    var (low, high, last) = (0, 0, 0)
    var (least, most) = (Double.infinity, -Double.infinity)
    for index in range {
      guard let here = value(index) else { continue }
      if first == nil { first = index }
      last = index
      if here < least { (least, low) = (here, index) }
      if here > most { (most, high) = (here, index) }
    }
    guard let first else { return [] }
    var kept = [first]
    for index in [min(low, high), max(low, high), last] where index > kept[kept.count - 1] {
      kept.append(index)
    }
    return kept
  }

  /// The column of a moment; the last moment falls into the last column.
  static func position(
    of time: Timestamp, from first: Timestamp, to last: Timestamp, columns: Int
  ) -> Int {
    let span = last.nanoseconds.doubleSpan(from: first.nanoseconds)
    guard span > 0 else { return 0 }
    let share = time.nanoseconds.doubleSpan(from: first.nanoseconds) / span
    return min(columns - 1, max(0, Int(share * Double(columns))))
  }
}

extension Int64 {
  /// This minus `start` as the nearest `Double`, without overflow.
  func doubleSpan(from start: Int64) -> Double {
    let (difference, overflow) = subtractingReportingOverflow(start)
    return overflow ? Double(self) - Double(start) : Double(difference)
  }
}
