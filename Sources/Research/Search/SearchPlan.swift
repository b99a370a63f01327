/// Everything that decides the course of a search beside the runs themselves: two searches with equal
/// plans over one scenario try the same points in the same order.

/// What the section `search` of a scenario says.
public struct SearchPlan: Equatable, Sendable {
  public let space: SearchSpace
  public let sampler: SamplerKind
  /// The most points to try; a grid or a small space may have fewer.
  public let trials: Int
  public let seed: UInt64
  public let objective: Objective
  /// Points asked for at once. Part of the plan because a sampler learns from whole generations only.
  public let generation: Int

  /// Points in a generation where nothing else is said: enough for as many workers, few enough that a
  /// sampler soon learns.
  public static let usualGeneration = 8
  /// Points tried where nothing else is said and the space is not a grid.
  public static let usualTrials = 100
  /// The most points of one search: their figures are kept in memory, about a kilobyte each.
  public static let mostTrials = 100_000
  /// Points up to which all of a grid are tried where neither a sampler nor a number of trials is said.
  public static let usualGrid = 1_000

  /// - Parameters:
  ///   - sampler: `nil` for a grid of at most `usualGrid` points, else `tpe`.
  ///   - trials: `nil` for all of a grid, else `usualTrials`.
  /// - Throws: `SearchError` for numbers out of range, a sampler that the space does not fit, and
  ///   constraints that no point meets which the sampler looks at.
  public init(
    _ space: SearchSpace, sampler said: SamplerKind?, objective: Objective, trials: Int? = nil,
    seed: UInt64 = 1, generation: Int = SearchPlan.usualGeneration
  ) throws(SearchError) {
    let isSmall = trials == nil && space.gridCount.map { $0 <= SearchPlan.usualGrid } == true
    let sampler = said ?? (isSmall ? .grid : .tpe)
    var first = try space.sampler(sampler, seed: seed)
    var count = trials ?? SearchPlan.usualTrials
    if trials == nil, sampler == .grid { count = try space.gridTrials() }
    guard (1...SearchPlan.mostTrials).contains(count) else {
      throw SearchError(
        "\(count) trials are too many or too few: 1 to \(SearchPlan.mostTrials)", key: "trials")
    }
    guard (1...1024).contains(generation) else {
      throw SearchError(
        "a generation is of 1 to 1024 points, not \(generation)", key: "generation")
    }
    guard !first.ask(1, after: []).isEmpty else {
      let conditions = space.constraints.map { "`\($0.text)`" }.joined(separator: " and ")
      throw SearchError(
        "no point was found that meets \(conditions): change a condition, or a range",
        key: "where")
    }
    self.space = space
    self.sampler = sampler
    self.objective = objective
    self.trials = count
    self.seed = seed
    self.generation = generation
  }

  /// A sampler that has seen nothing yet.
  /// - Throws: never for a plan that was made; it is the space's own check again.
  public func makeSampler() throws(SearchError) -> any Sampler {
    try space.sampler(sampler, seed: seed)
  }

  /// What is searched, by which sampler and for what, in one line.
  public var text: String {
    let what = space.dimensions.map { "\($0.name) \($0.form)" } + space.constraints.map(\.text)
    return "\(trials) points of \(what.joined(separator: ", ")); "
      + "\(sampler.rawValue), seed \(seed), for \(objective.text)"
  }
}

extension SearchSpace {
  /// The most trials that the whole grid comes to: those that break a condition are left out of the count
  /// where it would otherwise be too large. O(1), or O(`RandomSampler.mostScanned`) then.
  /// - Throws: `SearchError` where one search cannot try them all.
  fileprivate func gridTrials() throws(SearchError) -> Int {
    let all = gridCount ?? 0
    guard all > SearchPlan.mostTrials else { return all }
    let isCounted = !constraints.isEmpty && all <= RandomSampler.mostScanned
    let count =
      isCounted ? (0..<all).count { gridPoint($0).map(isFeasible) == true } : all
    guard count > SearchPlan.mostTrials else { return count }
    throw SearchError(
      "the grid has \(NumberText.grouped(count)) points\(isCounted ? " that meet all conditions" : ""), "
        + "and a search tries at most \(NumberText.grouped(SearchPlan.mostTrials)): take larger steps, "
        + "another sampler, or say how many trials",
      key: "parameters")
  }
}
