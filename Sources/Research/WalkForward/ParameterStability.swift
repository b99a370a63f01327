/// Whether the folds chose alike: a parameter that a search sets anew at every fold says little.

internal import TradingCore

/// What the folds chose for one dimension.
public struct ParameterStability: Equatable, Sendable {
  public var name: String
  /// As the scenario writes them, one per fold.
  public var texts: [String]
  /// The median of the values, of a choice the word chosen most often, the first where several are.
  public var centre: String
  /// Mean and sample standard deviation; of the logarithm's e-power where the dimension is logarithmic:
  /// the geometric mean, and the factor that one deviation is. `nil` for choices.
  public var mean: Double?
  public var spread: Double?
  /// The share of the folds whose value is within the neighbourhood of the centre: a tenth of the
  /// dimension's range to either side, a step at least; of a choice, the same word.
  public var nearShare: Double

  /// The share of a dimension's range that counts as near, to either side.
  public static let neighbourhood = 0.1

  /// - Parameter values: chosen for `dimension`, one per fold, at least one: numbers, or places of words.
  public init(_ dimension: Dimension, _ values: [Double]) {
    precondition(!values.isEmpty, "ParameterStability: no fold")
    name = dimension.name
    texts = values.map(dimension.text(of:))
    let scale = DimensionScale(dimension)
    guard let scale else {
      let counts = values.map { value in values.count { $0 == value } }
      let most = counts.max() ?? 0
      let mode = values[counts.firstIndex(of: most) ?? 0]
      (mean, spread) = (nil, nil)
      centre = dimension.text(of: mode)
      nearShare = Double(most) / Double(values.count)
      return
    }
    let places = values.map(scale.place)
    let median = places.sorted()[(places.count - 1) / 2]
    let average = places.reduce(0, +) / Double(places.count)
    mean = scale.value(average)
    if places.count > 1 {
      let squares = places.reduce(0) { $0 + ($1 - average) * ($1 - average) }
      spread = scale.value((squares / Double(places.count - 1)).squareRoot())
    }
    centre = dimension.text(of: values[places.firstIndex(of: median) ?? 0])
    let near = places.count { ($0 - median).magnitude <= scale.reach }
    nearShare = Double(near) / Double(places.count)
  }

  /// One for each dimension of a space, in its order. O(dimensions × folds).
  /// - Parameter results: at least one, each of a point of `space`.
  public static func all(_ results: [FoldResult], over space: SearchSpace) -> [ParameterStability] {
    space.dimensions.enumerated().map { place, dimension in
      ParameterStability(dimension, results.map { $0.chosen.values[place] })
    }
  }
}

/// A dimension's values on the scale they are compared on: itself, or the logarithm.
private struct DimensionScale {
  let isLog: Bool
  /// How far from the centre a value is still near, on the scale.
  private(set) var reach = 0.0

  /// `nil` for a choice, whose words have no distance.
  init?(_ dimension: Dimension) {
    let step: Double
    let range: ClosedRange<Double>
    switch dimension.values {
    case .whole(let whole, let by, let isLog):
      (self.isLog, step) = (isLog, Double(by))
      range = Double(whole.lowerBound)...Double(whole.upperBound)
    case .number(let numbers, let by, let isLog):
      (self.isLog, step, range) = (isLog, by ?? 0, numbers)
    case .choice: return nil
    }
    let share =
      ParameterStability.neighbourhood * (place(range.upperBound) - place(range.lowerBound))
    // A value just a step away must not fall out by a rounding.
    reach = max(share, isLog ? 0 : step) * (1 + 1e-12)
  }

  func place(_ value: Double) -> Double { isLog ? Elementary.log(value) : value }

  func value(_ place: Double) -> Double { isLog ? Elementary.exp(place) : place }
}
