/// One dimension of a search as an axis from its lowest value to its highest.

internal import TradingCore

struct SearchAxis {
  let dimension: Dimension
  /// Place of the dimension among a trial's values.
  let place: Int
  /// The axis's ends, as the scenario writes them.
  let first: String
  let last: String
  private let low: Double
  private let high: Double
  private let isLog: Bool

  init(_ dimension: Dimension, _ place: Int) {
    self.dimension = dimension
    self.place = place
    let ends: (Double, Double)
    switch dimension.values {
    case .choice(let words): (ends, isLog) = ((0, Double(words.count - 1)), false)
    case .whole(let range, _, let isLog):
      ends = (Double(range.lowerBound), Double(range.upperBound))
      self.isLog = isLog
    case .number(let range, _, let isLog):
      (ends, self.isLog) = ((range.lowerBound, range.upperBound), isLog)
    }
    (first, last) = (dimension.text(of: ends.0), dimension.text(of: ends.1))
    low = isLog ? Elementary.log(ends.0) : ends.0
    high = isLog ? Elementary.log(ends.1) : ends.1
  }

  /// 0 at the lowest value, 1 at the highest; the middle where there is one only.
  func share(of value: Double) -> Double {
    high > low ? ((isLog ? Elementary.log(value) : value) - low) / (high - low) : 0.5
  }
}

extension Dimension {
  /// Numbers have distances; words of a choice only stand beside each other.
  var isNumber: Bool {
    if case .choice = values { false } else { true }
  }
}
