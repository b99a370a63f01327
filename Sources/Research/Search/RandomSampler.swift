/// Points drawn at random, each from a stream of its own, so that a trial's point depends on the seed and
/// its number; where the space is finite, also on the points before it, because none comes twice.

internal import TradingCore

/// Draws every dimension by itself: evenly over its range or its steps, for a logarithmic range evenly
/// over the logarithm. Points that break a constraint are drawn again.
public struct RandomSampler: Sampler {
  /// How often a point is drawn again before the grid is searched for one that is left, or, where
  /// there is no grid, before it is given up.
  public static let mostDraws = 10_000
  /// How many points of the grid are looked at for one that is left.
  public static let mostScanned = 1_000_000

  private let space: SearchSpace
  private let seed: UInt64
  private let isFinite: Bool

  public init(_ space: SearchSpace, seed: UInt64) {
    self.space = space
    self.seed = seed
    isFinite = space.gridCount != nil
  }

  /// As `Sampler.ask`. O(trials + count × draws).
  public mutating func ask(_ count: Int, after trials: [JudgedPoint]) -> [Point] {
    var used: Set<Point> = []
    if isFinite { used.formUnion(trials.map(\.point)) }
    var points: [Point] = []
    while points.count < count {
      guard let point = draw(trials.count + points.count, besides: used) else { break }
      if isFinite { used.insert(point) }
      points.append(point)
    }
    return points
  }

  /// The point of a trial that need not differ from those before it.
  func draw(_ number: Int) -> Point? { draw(number, besides: []) }

  /// Whether a point is left; a space too large to be searched for one has.
  func hasMore(after trials: [JudgedPoint]) -> Bool {
    guard let count = space.gridCount, count <= RandomSampler.mostScanned else { return true }
    return firstLeft(besides: Set(trials.map(\.point))) != nil
  }

  private func draw(_ number: Int, besides used: Set<Point>) -> Point? {
    var source = RandomSource(seed: seed, label: "search.random.\(number)")
    for _ in 0..<RandomSampler.mostDraws {
      let point = space.random(&source)
      if space.isFeasible(point), !used.contains(point) { return point }
    }
    return firstLeft(besides: used)
  }

  private func firstLeft(besides used: Set<Point>) -> Point? {
    guard let end = space.gridCount else { return nil }
    for index in 0..<min(end, RandomSampler.mostScanned) {
      guard let point = space.gridPoint(index), space.isFeasible(point) else { continue }
      if !used.contains(point) { return point }
    }
    return nil
  }
}

extension SearchSpace {
  /// A point drawn from the whole space, feasible or not.
  func random(_ source: inout RandomSource) -> Point {
    Point(dimensions.map { $0.random(&source) })
  }
}

extension Dimension {
  /// A value, each step equally likely; over a logarithmic range evenly over the logarithm, where a whole
  /// number takes the half on either side of it.
  func random(_ source: inout RandomSource) -> Double {
    switch values {
    case .whole(let range, _, isLog: true):
      let ends = (Double(range.lowerBound) - 0.5, Double(range.upperBound) + 0.5)
      let number = Dimension.logarithmic(ends, source.uniform()).rounded(.toNearestOrEven)
      return min(max(number, Double(range.lowerBound)), Double(range.upperBound))
    case .number(let range, nil, let isLog):
      let part = source.uniform()
      let ends = (range.lowerBound, range.upperBound)
      let number =
        isLog ? Dimension.logarithmic(ends, part) : ends.0 + part * (ends.1 - ends.0)
      return min(max(number, ends.0), ends.1)
    case .whole, .number, .choice:
      guard let ladder else { preconditionFailure("\(name) has no steps") }
      return ladder.value(Int(source.below(UInt64(ladder.count))))
    }
  }

  private static func logarithmic(_ ends: (Double, Double), _ part: Double) -> Double {
    let low = Elementary.log(ends.0)
    return Elementary.exp(low + part * (Elementary.log(ends.1) - low))
  }
}
