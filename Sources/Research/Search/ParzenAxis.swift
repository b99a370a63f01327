/// One dimension of a Parzen estimator: how each kernel spreads along it.

internal import TradingCore

/// Over words a table of probabilities, over numbers truncated normal distributions.
enum ParzenAxis: Equatable, Sendable {
  /// For each kernel the probability of each word; no word is nearer to another than a third.
  case words([[Double]])
  case numbers(NumberAxis)

  /// The axis of a dimension, one kernel for each observation and the prior last.
  init(_ dimension: Dimension, observations: [Double]) {
    switch dimension.values {
    case .choice(let words):
      self = .words(ParzenAxis.table(words.count, observations))
    case .whole(let range, let step, let isLog):
      let ends = (Double(range.lowerBound), Double(range.upperBound))
      self = .numbers(
        NumberAxis(ends, step: Double(step), isLog, dimension.ladder, observations))
    case .number(let range, let step, let isLog):
      let ends = (range.lowerBound, range.upperBound)
      self = .numbers(NumberAxis(ends, step: step ?? 0, isLog, dimension.ladder, observations))
    }
  }

  /// Every word has an equal part of one observation's weight, the observed one a whole one more.
  private static func table(_ words: Int, _ observations: [Double]) -> [[Double]] {
    let prior = [Double](repeating: 1 / Double(words), count: words)
    let part = 1 / Double(observations.count + 1)
    let rows = observations.map { observed in
      var row = [Double](repeating: part, count: words)
      row[Int(observed)] += 1
      let sum = row.reduce(0, +)
      return row.map { $0 / sum }
    }
    return rows + [prior]
  }

  var isChoice: Bool {
    switch self {
    case .words: true
    case .numbers: false
    }
  }

  /// A value of a kernel by a uniform number.
  func draw(_ kernel: Int, _ part: Double) -> Double {
    switch self {
    case .words(let table):
      var sum = 0.0
      for (word, share) in table[kernel].enumerated() {
        sum += share
        if sum >= part { return Double(word) }
      }
      return Double(table[kernel].count - 1)
    case .numbers(let axis): return axis.draw(kernel, part)
    }
  }

  /// The logarithm of each kernel's density at a value.
  func logDensities(at value: Double) -> [Double] {
    switch self {
    case .words(let table): table.map { Elementary.log($0[Int(value)]) }
    case .numbers(let axis): axis.logDensities(at: value)
    }
  }

  /// Whether hardly any value comes twice.
  var isEndless: Bool {
    switch self {
    case .words: false
    case .numbers(let axis): axis.isEndless
    }
  }
}

/// Kernels along a range of numbers, or of their logarithms.
struct NumberAxis: Equatable, Sendable {
  let kernels: [TruncatedNormal]
  private let isLog: Bool
  /// The steps that a draw is rounded to; `nil` where all numbers are allowed.
  private let ladder: Ladder?
  /// A step's cell reaches this far to both sides.
  private let half: Double
  private let low: Double
  private let high: Double

  init(
    _ ends: (low: Double, high: Double), step: Double, _ isLog: Bool, _ ladder: Ladder?,
    _ observations: [Double]
  ) {
    self.isLog = isLog
    self.ladder = ladder
    (low, high) = ends
    half = step / 2
    func scale(_ value: Double) -> Double { isLog ? Elementary.log(value) : value }
    let (bottom, top) = (scale(low - half), scale(high + half))
    let means = observations.map(scale)
    var kernels: [TruncatedNormal] = []
    for (mean, deviation) in zip(means, NumberAxis.deviations(means, bottom, top)) {
      kernels.append(TruncatedNormal(mean: mean, deviation: deviation, low: bottom, high: top))
    }
    let prior = TruncatedNormal(
      mean: 0.5 * (bottom + top), deviation: top - bottom, low: bottom, high: top)
    self.kernels = kernels + [prior]
  }

  /// The larger of the distances to both neighbours, the ends of the range being no neighbours where
  /// there is another; not below the width ÷ min(100, kernels + 1), not above the width.
  static func deviations(_ means: [Double], _ low: Double, _ high: Double) -> [Double] {
    let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    let width = high - low
    let least = width / min(100, Double(means.count + 2))
    var deviations = means
    for (place, index) in order.enumerated() {
      let isFirst = place == 0
      let isLast = place == order.count - 1
      let below = means[index] - (isFirst ? low : means[order[place - 1]])
      let above = (isLast ? high : means[order[place + 1]]) - means[index]
      let distance =
        order.count == 1 ? max(below, above) : isFirst ? above : isLast ? below : max(below, above)
      deviations[index] = min(max(distance, least), width)
    }
    return deviations
  }

  func draw(_ kernel: Int, _ part: Double) -> Double {
    let drawn = kernels[kernel].quantile(part)
    let value = isLog ? Elementary.exp(drawn) : drawn
    return ladder.map { $0.value($0.place(nearest: value)) } ?? min(max(value, low), high)
  }

  var isEndless: Bool { ladder == nil }

  func logDensities(at value: Double) -> [Double] {
    guard half > 0 else {
      let place = isLog ? Elementary.log(value) : value
      return kernels.map { $0.logDensity(at: place) }
    }
    let (left, right) = (value - half, value + half)
    let cell = isLog ? (Elementary.log(left), Elementary.log(right)) : (left, right)
    return kernels.map { $0.logShare(from: cell.0, to: cell.1) }
  }
}
