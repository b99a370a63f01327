/// Who says which points a search tries next.
///
/// A search runs in generations of a fixed size, whatever the number of workers: a sampler is asked for
/// a whole generation and sees the judged points of whole generations only. Its answer depends on its
/// seed and on those points alone, so any number of workers gives one search, and a search goes on
/// from stored points as if it had never stopped.

/// Chooses points of a search space.
public protocol Sampler: Sendable {
  /// The next points; fewer than `count` or none when nothing is left to try, or nothing was found
  /// within the sampler's bound, and the search is then over.
  /// - Parameter trials: every point asked for so far with its score, in the order of asking.
  mutating func ask(_ count: Int, after trials: [JudgedPoint]) -> [Point]
  /// What it did not look at, in a sentence; `nil` where it looked at all that it should.
  var shortfall: String? { get }
}

extension Sampler {
  public var shortfall: String? { nil }
}

/// The kinds of samplers, by the words that users write.
public enum SamplerKind: String, CaseIterable, Sendable {
  case grid
  case random
  /// The estimator over all dimensions together.
  case tpe
  /// Over each dimension by itself.
  case tpeUnivariate = "tpe-univariate"
}

extension SearchSpace {
  /// A sampler over this space.
  /// - Throws: `SearchError` for a grid over a dimension that has no step.
  public func sampler(_ kind: SamplerKind, seed: UInt64) throws(SearchError) -> any Sampler {
    switch kind {
    case .grid: try GridSampler(self)
    case .random: RandomSampler(self, seed: seed)
    case .tpe: TPESampler(self, seed: seed)
    case .tpeUnivariate: TPESampler(self, seed: seed, isMultivariate: false)
    }
  }
}
