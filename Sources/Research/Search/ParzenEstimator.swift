/// A density over a search space, made of the points that were tried: around each a kernel, and one
/// over the whole space for what nobody tried yet.
///
/// Definition: `_ParzenEstimator` of Optuna 5.0.0 with its defaults (prior weight 1, magic clip, ends of
/// the range not taken for neighbours), after J. Bergstra, D. Yamins and D. Cox, "Making a science of
/// model search" (2013). One thing is ours: of equal observations the earlier trial counts as the lower
/// neighbour, where NumPy's order depends on the machine.

internal import TradingCore

/// A mixture of products: each kernel has a weight and a distribution for every dimension.
struct ParzenEstimator: Equatable, Sendable {
  /// They add up to 1; the last is the prior's.
  let weights: [Double]
  let axes: [ParzenAxis]
  private let logWeights: [Double]

  /// - Parameter observations: the values of each dimension, one list per dimension, in the order of
  ///   trials.
  init(_ dimensions: [Dimension], observations: [[Double]]) {
    let count = observations.first?.count ?? 0
    let raw = ParzenEstimator.recency(count) + [1]
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    logWeights = weights.map(Elementary.log)
    axes = zip(dimensions, observations).map { ParzenAxis($0, observations: $1) }
  }

  /// How much each of `count` trials in a row counts: the last 25 fully, those before them in a ramp
  /// that begins at 1 ÷ count.
  static func recency(_ count: Int) -> [Double] {
    let ramp = max(0, count - 25)
    let first = 1 / Double(max(count, 1))
    return (0..<count).map { place in
      guard place < ramp else { return 1 }
      return ramp == 1 ? first : first + Double(place) * ((1 - first) / Double(ramp - 1))
    }
  }

  /// Draws points by uniform numbers in 0 ..< 1, in this order: a kernel for each point; then for each
  /// choice among words a number for each point; then the same for each dimension of numbers.
  func draw(_ count: Int, _ uniform: () -> Double) -> [[Double]] {
    let kernels = (0..<count).map { _ in kernel(uniform()) }
    var points = Array(repeating: [Double](repeating: 0, count: axes.count), count: count)
    for wantsWords in [true, false] {
      for (place, axis) in axes.enumerated() where axis.isChoice == wantsWords {
        for number in 0..<count {
          points[number][place] = axis.draw(kernels[number], uniform())
        }
      }
    }
    return points
  }

  /// The kernel that a uniform number falls on.
  private func kernel(_ part: Double) -> Int {
    var sum = 0.0
    for (place, weight) in weights.enumerated() {
      sum += weight
      if sum > part { return place }
    }
    return weights.count - 1
  }

  /// The logarithms of the density at points. O(points × kernels × dimensions).
  func logDensities(at points: [[Double]]) -> [Double] {
    var sums = [[Double]](repeating: logWeights, count: points.count)
    for (place, axis) in axes.enumerated() {
      var known: [(value: Double, logs: [Double])] = []
      for (number, point) in points.enumerated() {
        let value = point[place]
        // Where there are steps or words, most candidates share a few values.
        let logs = known.first { $0.value == value }?.logs ?? axis.logDensities(at: value)
        if !axis.isEndless { known.append((value, logs)) }
        for kernel in logs.indices { sums[number][kernel] += logs[kernel] }
      }
    }
    return sums.map(ParzenEstimator.logSum)
  }

  /// The logarithm of a sum of numbers given by their logarithms.
  private static func logSum(_ logs: [Double]) -> Double {
    let most = logs.reduce(-.infinity, max)
    guard most > -.infinity else { return most }
    return most + Elementary.log(logs.reduce(0) { $0 + Elementary.exp($1 - most) })
  }
}
