/// Fewer points for drawing without losing a spike: every pixel column keeps its first, lowest,
/// highest and last value, which is all a line of that width can show.

import TradingCore

/// The part of a series that falls into one pixel column.
struct ThinColumn: Equatable {
  /// 0 ..< the number of columns.
  var column: Int
  /// Index of the last point in it: what a read-out shows.
  var lastIndex: Int
  /// Indices to draw, in order, without repeats: first, lowest, highest, last.
  var drawn: [Int]
}

enum Thinning {
  /// `times` in order, placed in `columns` columns of equal time from the first to the last; `value`
  /// gives what is drawn at an index, `nil` where there is nothing. O(points).
  static func columns(
    of times: [Timestamp], count columns: Int, value: (Int) -> Double?
  ) -> [ThinColumn] {
    guard let first = times.first, let last = times.last else { return [] }
    var result: [ThinColumn] = []
    var start = 0
    while start < times.count {
      let column = position(of: times[start], from: first, to: last, columns: columns)
      var end = start + 1
      while end < times.count,
        position(of: times[end], from: first, to: last, columns: columns) == column
      { end += 1 }
      let drawn = extremes(of: start..<end, value: value)
      result.append(ThinColumn(column: column, lastIndex: end - 1, drawn: drawn))
      start = end
    }
    return result
  }

  /// The column of a moment; the last moment falls into the last column.
  static func position(
    of time: Timestamp, from first: Timestamp, to last: Timestamp, columns: Int
  ) -> Int {
    let span = Int128(last.nanoseconds) - Int128(first.nanoseconds)
    guard span > 0 else { return 0 }
    let offset = Int128(time.nanoseconds) - Int128(first.nanoseconds)
    return min(columns - 1, max(0, Int(offset * Int128(columns) / span)))
  }

  private static func extremes(of range: Range<Int>, value: (Int) -> Double?) -> [Int] {
    let filled = range.filter { value($0) != nil }
    guard let first = filled.first, let last = filled.last else { return [] }
    var (low, high) = (first, first)
    for index in filled {
      if let here = value(index), let least = value(low), here < least { low = index }
      if let here = value(index), let most = value(high), here > most { high = index }
    }
    var kept = [first]
    for index in [min(low, high), max(low, high), last] where index > kept[kept.count - 1] {
      kept.append(index)
    }
    return kept
  }
}
