/// Every point of a grid once, in order.

/// Walks the grid of a space: the last dimension moves fastest, points that break a constraint are left
/// out and take no number. Where `mostMisses` in a row break one, the walk ends: a grid can have more
/// points than can be looked at.
public struct GridSampler: Sampler {
  /// Points in a row that break a constraint before the rest of the grid is taken to break one too.
  public static let mostMisses = 1_000_000

  private let space: SearchSpace
  private let end: Int
  /// How far the walk is, so that a generation goes on where the last one ended: the next index, and
  /// how many feasible points came before it, and how many infeasible ones since the last of those.
  private var index = 0
  private var given = 0
  private var missed = 0

  /// - Throws: `SearchError` where a dimension takes infinitely many values.
  public init(_ space: SearchSpace) throws(SearchError) {
    guard let count = space.gridCount else {
      let name = space.dimensions.first { $0.count == nil }?.name ?? ""
      throw SearchError(
        "a grid needs a step for `\(name)`: write LOW..HIGH:STEP, or sample at random",
        key: "sampler")
    }
    self.space = space
    end = count
  }

  /// That the rest of the grid was not looked at.
  public var shortfall: String? {
    guard missed == GridSampler.mostMisses, index < end else { return nil }
    return "The grid was left after \(NumberText.grouped(index)) of its "
      + "\(NumberText.grouped(end)) points: the last \(NumberText.grouped(missed)) all break a "
      + "condition. Narrower ranges, or another sampler, look at the rest."
  }

  /// As `Sampler.ask`. O(count) after the generation before it, else O(grid) to come to its place; in a
  /// narrow space O(`mostMisses`) for each point.
  public mutating func ask(_ count: Int, after trials: [JudgedPoint]) -> [Point] {
    if given != trials.count { (index, given, missed) = (0, 0, 0) }
    while given < trials.count, next() != nil {}
    var points: [Point] = []
    while points.count < count, let point = next() { points.append(point) }
    return points
  }

  private mutating func next() -> Point? {
    while index < end, missed < GridSampler.mostMisses {
      defer { index += 1 }
      guard let point = space.gridPoint(index), space.isFeasible(point) else {
        missed += 1
        continue
      }
      (given, missed) = (given + 1, 0)
      return point
    }
    return nil
  }
}
