/// One thing a search varies: the key of the scenario it sets, and the values it may take.

internal import TradingCore

/// A dimension of a search space, checked when it is made.
public struct Dimension: Equatable, Sendable {
  /// The values; both ends of a range belong to it, and an end that no step reaches is lowered to the
  /// last step.
  public enum Values: Equatable, Sendable {
    /// Whole numbers a step of at least 1 apart. With `isLog` from 1 up, step 1, and as many draws
    /// fall between 1 and 10 as between 10 and 100.
    case whole(ClosedRange<Int64>, step: Int64, isLog: Bool)
    /// Numbers a step apart, or all of them. With `isLog` above 0 and without a step.
    case number(ClosedRange<Double>, step: Double?, isLog: Bool)
    /// Words without an order among them.
    case choice([String])
  }

  /// The key it sets, as `--set` knows it: `strategy.parameters.fast`.
  public let key: String
  /// What people and constraints call it, unique in its space: `fast`.
  public let name: String
  public let values: Values
  /// What stands behind the number in the scenario: `ms` makes 5 to `5ms`. Often empty.
  public let unit: String
  /// The values one by one; `nil` where there are infinitely many.
  let ladder: Ladder?

  /// - Throws: `SearchError` for values that are none: an empty choice, a step of zero, a logarithm
  ///   of zero, ends beyond 2⁵³.
  public init(
    key: String, name: String, values: Values, unit: String = ""
  ) throws(SearchError) {
    self.key = key
    self.name = name
    self.unit = unit
    switch values {
    case .whole(let range, let step, let isLog):
      try Dimension.check(range, step, isLog, name)
      let ladder = Ladder(range, step: step)
      self.ladder = ladder
      self.values = .whole(range.lowerBound...Int64(ladder.last), step: step, isLog: isLog)
    case .number(let range, let step, let isLog):
      try Dimension.check(range, step, isLog, name)
      ladder = step.map { Ladder(range, step: $0) }
      let last = ladder?.last ?? range.upperBound
      self.values = .number(range.lowerBound...last, step: step, isLog: isLog)
    case .choice(let words):
      guard !words.isEmpty, Set(words).count == words.count else {
        throw SearchError("`\(name)` needs words to choose from, each once")
      }
      ladder = Ladder(places: words.count)
      self.values = values
    }
  }

  private static func check(
    _ range: ClosedRange<Int64>, _ step: Int64, _ isLog: Bool, _ name: String
  ) throws(SearchError) {
    let most = Ladder.mostExact
    guard range.lowerBound.magnitude <= most, range.upperBound.magnitude <= most else {
      throw SearchError("`\(name)`: whole numbers go to 2⁵³")
    }
    guard step >= 1 else { throw SearchError("`\(name)`: a step is a whole number from 1") }
    guard !isLog || (range.lowerBound >= 1 && step == 1) else {
      throw SearchError(
        "`\(name)`: a logarithmic range of whole numbers begins at 1, without a step")
    }
  }

  private static func check(
    _ range: ClosedRange<Double>, _ step: Double?, _ isLog: Bool, _ name: String
  ) throws(SearchError) {
    let width = range.upperBound - range.lowerBound
    guard range.lowerBound.isFinite, range.upperBound.isFinite, width.isFinite else {
      throw SearchError("`\(name)`: both ends must be finite")
    }
    guard !isLog || (range.lowerBound > 0 && step == nil) else {
      throw SearchError("`\(name)`: a logarithmic range begins above 0, without a step")
    }
    guard let step else { return }
    guard step > 0, step.isFinite, width / step < Double(Ladder.mostExact) else {
      throw SearchError("`\(name)`: a step is above 0 and not a tiny part of the range")
    }
  }
}

extension Dimension {
  /// How many values there are; `nil` for infinitely many.
  public var count: Int? { ladder?.count }

  /// Whether there is nothing to choose.
  var isSingle: Bool {
    switch values {
    case .whole, .choice: count == 1
    case .number(let range, _, _): range.lowerBound == range.upperBound
    }
  }

  /// The lowest value, or the first word's index.
  var first: Double {
    switch values {
    case .choice: 0
    case .whole(let range, _, _): Double(range.lowerBound)
    case .number(let range, _, _): range.lowerBound
    }
  }

  /// The text that sets one of its values: as short as reads back equal, with the unit.
  public func text(of value: Double) -> String {
    switch values {
    case .choice(let words): words[Int(value)]
    case .whole, .number: plainText(value) + unit
    }
  }

  /// The texts of both ends, or of every word.
  var extremes: [String] {
    switch values {
    case .choice(let words): words
    case .whole(let range, _, _):
      [range.lowerBound, range.upperBound].map { text(of: Double($0)) }
    case .number(let range, _, _): [range.lowerBound, range.upperBound].map { text(of: $0) }
    }
  }
}
