/// How two orders of the same things agree.

/// Spearman's rank correlation of pairs, −1…1; equal values share their middle rank. O(n·log n).
///
/// Source: C. Spearman, "The proof and measurement of association between two things" (1904).
/// - Throws: `StatisticFault` below two pairs, for a value that is not finite, and where all of one
///   side are equal.
func rankCorrelationOf(_ x: [Double], _ y: [Double]) throws(StatisticFault) -> Double {
  guard x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { throw .notFinite }
  let line = try LineFit(x: middleRanks(x), y: middleRanks(y))
  guard y.contains(where: { $0 != y[0] }) else { throw .unvarying }
  return line.correlation
}

/// The rank of every value from 1 on, equal ones with the mean of theirs.
func middleRanks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in order[start..<end] { ranks[place] = Double(start + 1 + end) / 2 }
    start = end
  }
  return ranks
}
