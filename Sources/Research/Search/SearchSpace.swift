/// What a search may try: a few dimensions, and the constraints that hold between them.

/// A point of a search space.
public struct Point: Hashable, Sendable {
  /// A value for each dimension in the space's order: a number, or the index of a choice from 0.
  public let values: [Double]

  public init(_ values: [Double]) { self.values = values }
}

/// A point that was tried.
public struct JudgedPoint: Equatable, Sendable {
  /// Its place in the order of asking, from 0.
  public let number: Int
  public let point: Point
  /// Higher is better; `nil` where the trial failed or its objective means nothing.
  public let score: Double?

  public init(number: Int, point: Point, score: Double?) {
    self.number = number
    self.point = point
    // What is not a number cannot be ranked.
    self.score = score.flatMap { $0.isNaN ? nil : $0 }
  }
}

/// Dimensions with constraints between them.
public struct SearchSpace: Equatable, Sendable {
  /// At least one; names and keys are unique.
  public let dimensions: [Dimension]
  public let constraints: [Constraint]

  /// - Parameter constraints: as `Constraint` reads them; a point must meet all.
  /// - Throws: `SearchError` for no dimension, one that stands twice, and a faulty constraint.
  public init(_ dimensions: [Dimension], where constraints: [String] = []) throws(SearchError) {
    guard !dimensions.isEmpty else {
      throw SearchError("there is nothing to vary", key: "parameters")
    }
    for (place, dimension) in dimensions.enumerated() {
      let isTwice = dimensions[..<place].contains {
        $0.name == dimension.name || $0.key == dimension.key
      }
      if isTwice { throw SearchError("`\(dimension.name)` stands twice", key: "parameters") }
    }
    self.dimensions = dimensions
    var read: [Constraint] = []
    for text in constraints {
      do throws(SearchError) { read.append(try Constraint(text, over: dimensions)) } catch {
        throw SearchError(error.message, key: "where")
      }
    }
    self.constraints = read
  }

  /// Whether a point meets every constraint. O(length of the constraints).
  public func isFeasible(_ point: Point) -> Bool {
    constraints.allSatisfy { $0.holds(at: point) }
  }

  /// What to set for a point, as `--set` takes it, in the order of the dimensions.
  public func settings(of point: Point) -> [(key: String, text: String)] {
    zip(dimensions, point.values).map { ($0.key, $0.text(of: $1)) }
  }
}

extension SearchSpace {
  /// How many points the grid has, the infeasible ones included; `Int.max` where they are more than
  /// that, `nil` where a dimension takes infinitely many values.
  public var gridCount: Int? {
    var count = 1
    for dimension in dimensions {
      guard let values = dimension.count else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: values)
      count = overflow ? .max : product
    }
    return count
  }

  /// A point of the grid: the last dimension moves fastest. `nil` where there is no grid; `index` is
  /// below `gridCount`.
  public func gridPoint(_ index: Int) -> Point? {
    var rest = index
    var values: [Double] = []
    for dimension in dimensions.reversed() {
      guard let ladder = dimension.ladder else { return nil }
      let (quotient, place) = rest.quotientAndRemainder(dividingBy: ladder.count)
      values.append(ladder.value(place))
      rest = quotient
    }
    return Point(values.reversed())
  }
}
