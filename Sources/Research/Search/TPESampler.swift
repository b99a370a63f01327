/// The tree-structured Parzen estimator: points are drawn where the good ones lie, and of those the one
/// is tried that is there far more likely than among the others.
///
/// Source: J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl, "Algorithms for hyper-parameter
/// optimization" (2011), as `TPESampler` of Optuna 5.0.0 defines it with its defaults. The points of
/// one generation see each other as Optuna's running trials do ("constant liar"): they count as not good.

internal import TradingCore

/// Learns from the scores of earlier points; random until ten of them have one.
///
/// Constraints are known before a point is tried, so candidates that break one are drawn again, and no
/// trial is spent on them. Points may come twice, as with Optuna.
public struct TPESampler: Sampler {
  /// Points with a score before it begins to learn.
  public static let startupTrials = 10
  /// Feasible candidates that compete for a point.
  public static let candidateCount = 24
  /// How often candidates are drawn before a point is drawn at random instead.
  public static let mostRounds = 100

  private let space: SearchSpace
  private let seed: UInt64
  private let isMultivariate: Bool
  private var random: RandomSampler
  /// Dimensions that take more than one value; the others keep theirs.
  private let open: [Int]

  /// - Parameter isMultivariate: whether kernels span all dimensions together, as Optuna does unless it
  ///   is told otherwise, or each dimension is estimated by itself.
  public init(_ space: SearchSpace, seed: UInt64, isMultivariate: Bool = true) {
    self.space = space
    self.seed = seed
    self.isMultivariate = isMultivariate
    random = RandomSampler(space, seed: seed)
    open = space.dimensions.indices.filter { !space.dimensions[$0].isSingle }
  }

  /// As `Sampler.ask`; none when every point of a finite space was tried. O(count × trials × dimensions
  /// × candidates).
  public mutating func ask(_ count: Int, after trials: [JudgedPoint]) -> [Point] {
    guard trials.count(where: { $0.score != nil }) >= TPESampler.startupTrials, !open.isEmpty else {
      return random.ask(count, after: trials)
    }
    guard random.hasMore(after: trials) else { return [] }
    let split = TPESplit(trials)
    let below = split.below.map(\.point)
    var above = split.above.map(\.point)
    var points: [Point] = []
    for number in trials.count..<(trials.count + count) {
      guard let point = next(number, below, above) else { break }
      points.append(point)
      above.append(point)
    }
    return points
  }

  private func next(_ number: Int, _ below: [Point], _ above: [Point]) -> Point? {
    var source = RandomSource(seed: seed, label: "search.tpe.\(number)")
    let groups = isMultivariate ? [open] : open.map { [$0] }
    let estimators = groups.map { TPEEstimators(space, $0, below: below, above: above) }
    if isMultivariate { return together(estimators[0], &source) ?? random.draw(number) }
    for _ in 0..<TPESampler.mostRounds {
      var values = space.dimensions.map(\.first)
      for estimator in estimators {
        estimator.candidates(TPESampler.candidateCount, &source).best?.write(to: &values)
      }
      if space.isFeasible(Point(values)) { return Point(values) }
    }
    return random.draw(number)
  }

  /// The best of the feasible candidates over all dimensions.
  private func together(_ estimators: TPEEstimators, _ source: inout RandomSource) -> Point? {
    var feasible = TPECandidates()
    for _ in 0..<TPESampler.mostRounds where feasible.all.count < TPESampler.candidateCount {
      for candidate in estimators.candidates(TPESampler.candidateCount, &source).all {
        var values = space.dimensions.map(\.first)
        candidate.write(to: &values)
        if space.isFeasible(Point(values)) { feasible.all.append(candidate) }
      }
    }
    feasible.all.removeLast(max(0, feasible.all.count - TPESampler.candidateCount))
    var values = space.dimensions.map(\.first)
    guard let best = feasible.best else { return nil }
    best.write(to: &values)
    return Point(values)
  }
}

/// The good trials and the others, each in order of number.
struct TPESplit: Equatable {
  let below: [JudgedPoint]
  let above: [JudgedPoint]

  /// The best tenth of the trials with a score, at least one and at most 25; of equals the earlier is the
  /// better. Trials without a score are in neither.
  init(_ trials: [JudgedPoint]) {
    let scored = trials.compactMap { trial in trial.score.map { (trial: trial, score: $0) } }
    let count = min((scored.count + 9) / 10, 25)
    let ranked = scored.sorted {
      ($1.score, $0.trial.number) < ($0.score, $1.trial.number)
    }.map(\.trial)
    below = ranked[..<count].sorted { $0.number < $1.number }
    above = ranked[count...].sorted { $0.number < $1.number }
  }
}

/// The densities of the good trials and of the others over some dimensions of a space.
struct TPEEstimators {
  private let below: ParzenEstimator
  private let above: ParzenEstimator
  private let places: [Int]

  init(_ space: SearchSpace, _ places: [Int], below: [Point], above: [Point]) {
    self.places = places
    let dimensions = places.map { space.dimensions[$0] }
    func estimator(_ points: [Point]) -> ParzenEstimator {
      ParzenEstimator(
        dimensions, observations: places.map { place in points.map { $0.values[place] } })
    }
    self.below = estimator(below)
    self.above = estimator(above)
  }

  /// Points drawn from the good ones' density.
  func candidates(_ count: Int, _ source: inout RandomSource) -> TPECandidates {
    let drawn = below.draw(count) { source.uniform() }
    let logs = zip(below.logDensities(at: drawn), above.logDensities(at: drawn))
    var candidates = TPECandidates()
    for (values, log) in zip(drawn, logs) {
      candidates.all.append(TPECandidate(places: places, values: values, gain: log.0 - log.1))
    }
    return candidates
  }
}

/// Values for some dimensions, and how much likelier they are among the good trials (a logarithm).
struct TPECandidate {
  let places: [Int]
  let values: [Double]
  let gain: Double

  func write(to point: inout [Double]) {
    for (place, value) in zip(places, values) { point[place] = value }
  }
}

/// What competes for a point.
struct TPECandidates {
  var all: [TPECandidate] = []

  /// The one with the highest gain, of equals the first.
  var best: TPECandidate? {
    var best: TPECandidate?
    for candidate in all where best.map({ candidate.gain > $0.gain }) ?? true { best = candidate }
    return best
  }
}
