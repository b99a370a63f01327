/// How much each parameter of a search mattered: what part of the scores' variance is explained by its
/// value alone, and what the scores are at each value.

internal import TradingCore

/// The effects of one dimension, or of two together, on the scores of a search.
///
/// The share is the first-order term of a functional analysis of variance (I. M. Sobol', "Sensitivity
/// estimates for nonlinear mathematical models", 1993): the variance of the mean score over a dimension's
/// values ÷ the variance of all scores, each trial counting once. On a whole grid the shares of single
/// dimensions add up to at most 1, and what is missing comes from values that act together. Where points
/// were sampled, or left out, it is a hint: a sampler that goes where scores are high shows
/// less variance there, and few trials for each value show more than there is.
public struct Sensitivity: Equatable, Sendable {
  /// The trials at one value, or in one part of a range of more values than `mostLevels`.
  public struct Level: Equatable, Sendable {
    /// As it is written in the scenario: a value, or both ends of a part.
    public let text: String
    public var count = 0
    /// `nil` where no trial with a score is.
    public var mean: Double?
    public var best: Double?

    mutating func take(_ score: Double) {
      count += 1
      mean = (mean ?? 0) + (score - (mean ?? 0)) / Double(count)
      best = max(best ?? score, score)
    }
  }

  /// Values that are told apart; a dimension of more is cut into so many parts of one width, over the
  /// logarithm where it is logarithmic.
  public static let mostLevels = 20

  /// Indices of the dimensions, one or two.
  public let dimensions: [Int]
  /// The levels in ascending order; of two dimensions the second moves fastest.
  public let levels: [Level]
  /// 0…1; `nil` for fewer than two scores or scores that do not differ.
  public let share: Double?

  /// Trials without a score are left out. O(trials + levels).
  public init(_ space: SearchSpace, of dimensions: [Int], in trials: [JudgedPoint]) {
    self.dimensions = dimensions
    let scales = dimensions.map { LevelScale(space.dimensions[$0]) }
    var levels = LevelScale.names(scales).map { Level(text: $0) }
    var all = Level(text: "")
    let scored = trials.compactMap { trial in trial.score.map { (trial.point, $0) } }
    for (point, score) in scored {
      let index = zip(scales, dimensions).reduce(0) { sum, pair in
        sum * pair.0.count + pair.0.level(of: point.values[pair.1])
      }
      levels[index].take(score)
      all.take(score)
    }
    self.levels = levels
    let mean = all.mean ?? 0
    func square(_ value: Double) -> Double { (value - mean) * (value - mean) }
    let total = scored.reduce(0) { $0 + square($1.1) }
    let between = levels.reduce(0) { $0 + Double($1.count) * square($1.mean ?? mean) }
    share = scored.count >= 2 && total > 0 ? min(1, between / total) : nil
  }

  /// Every dimension by itself, in the space's order.
  public static func all(_ space: SearchSpace, in trials: [JudgedPoint]) -> [Sensitivity] {
    space.dimensions.indices.map { Sensitivity(space, of: [$0], in: trials) }
  }
}

/// How a dimension's values fall into levels.
private struct LevelScale {
  private let dimension: Dimension
  let count: Int
  /// Of the parts, over logarithms where the dimension is logarithmic.
  private let low: Double
  private let width: Double

  init(_ dimension: Dimension) {
    self.dimension = dimension
    let ends: (Double, Double) =
      switch dimension.values {
      case .choice(let words): (0, Double(words.count - 1))
      case .whole(let range, _, _): (Double(range.lowerBound), Double(range.upperBound))
      case .number(let range, _, _): (range.lowerBound, range.upperBound)
      }
    let isLog =
      switch dimension.values {
      case .choice: false
      case .whole(_, _, let isLog), .number(_, _, let isLog): isLog
      }
    self.isLog = isLog
    low = isLog ? Elementary.log(ends.0) : ends.0
    let high = isLog ? Elementary.log(ends.1) : ends.1
    if let values = dimension.count, values <= Sensitivity.mostLevels {
      (count, width) = (values, 0)
    } else {
      let isSingle = high <= low
      count = isSingle ? 1 : Sensitivity.mostLevels
      width = isSingle ? 1 : (high - low) / Double(Sensitivity.mostLevels)
    }
  }

  private let isLog: Bool

  func level(of value: Double) -> Int {
    if width == 0, let ladder = dimension.ladder { return ladder.place(nearest: value) }
    let place = ((isLog ? Elementary.log(value) : value) - low) / width
    return Int(min(max(place, 0), Double(count - 1)))
  }

  private func name(_ level: Int) -> String {
    if width == 0, let ladder = dimension.ladder {
      return dimension.text(of: ladder.value(level))
    }
    let ends = [level, level + 1].map { place in
      let end = low + Double(place) * width
      return NumberText.fixed(isLog ? Elementary.exp(end) : end, 4) + dimension.unit
    }
    return ends.joined(separator: "…")
  }

  /// The names of all combinations, the last scale moving fastest.
  static func names(_ scales: [LevelScale]) -> [String] {
    scales.reduce([""]) { names, scale in
      names.flatMap { name in
        (0..<scale.count).map { (name.isEmpty ? "" : name + ", ") + scale.name($0) }
      }
    }
  }
}
