/// A straight line through points.

/// y = `intercept` + `slope`·x by least squares.
public struct LineFit: Equatable, Sendable {
  public var slope: Double
  public var intercept: Double
  /// The share of y's variance that the line explains, 0…1; 0 where y does not vary.
  public var explained: Double

  /// Pearson's correlation of x and y, −1…1.
  public var correlation: Double { (slope < 0 ? -1 : 1) * min(1, explained).squareRoot() }

  /// The line through points; `x` and `y` must be of one length. O(n).
  /// - Throws: `StatisticFault` below two points, for one that is not finite and where x does not vary.
  public init(x: [Double], y: [Double]) throws(StatisticFault) {
    precondition(x.count == y.count, "LineFit: \(x.count) x and \(y.count) y")
    guard x.count >= 2 else { throw .tooFewReturns(have: x.count, need: 2) }
    guard x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { throw .notFinite }
    let n = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      xx += (x - meanX) * (x - meanX)
      xy += (x - meanX) * (y - meanY)
      yy += (y - meanY) * (y - meanY)
    }
    guard xx > 0 else { throw .unvarying }
    slope = xy / xx
    intercept = meanY - slope * meanX
    explained = yy > 0 ? xy * xy / (xx * yy) : 0
  }
}
