/// A figure beside what it was on resampled data: bands of confidence.

internal import TradingCore

public struct Resampled: Equatable, Sendable {
  /// The figure of the data as they are.
  public let estimate: Double
  /// The figure of every path, in rising order, at least one.
  public let values: [Double]
  /// How skewed the figure's error is: the acceleration of the jackknife, 0 where none was made and
  /// where its values are too large for a `Double` to hold their cubes.
  public let acceleration: Double

  /// - Parameters:
  ///   - values: of the paths, finite, in any order.
  ///   - jackknife: the figure with each return left out in turn; empty for none.
  public init(estimate: Double, values: [Double], jackknife: [Double] = []) {
    precondition(!values.isEmpty, "Resampled: no values")
    self.estimate = estimate
    self.values = values.sorted()
    acceleration = Resampled.acceleration(jackknife)
  }

  /// The value below which the share `p` of the paths lies, linear between neighbours (definition 7 of
  /// R. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996). `p` in 0…1.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "quantile: \(p) is no share")
    let place = p * Double(values.count - 1)
    let low = Int(place)
    guard low + 1 < values.count else { return values[values.count - 1] }
    return values[low] + (place - Double(low)) * (values[low + 1] - values[low])
  }

  /// The middle of the paths that holds the share `confidence` of them.
  public func band(_ confidence: Double = 0.9) -> ClosedRange<Double> {
    let tail = (1 - confidence) / 2
    return quantile(tail)...max(quantile(tail), quantile(1 - tail))
  }

  /// The band corrected for bias and skewness (BCa); the plain one where all paths lie on one side of
  /// the estimate.
  ///
  /// Source: B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical
  /// Association 82 (1987).
  public func correctedBand(_ confidence: Double = 0.9) -> ClosedRange<Double> {
    let tail = (1 - confidence) / 2
    let bias = Elementary.normalQuantile(share { $0 < estimate } / 2 + share { $0 <= estimate } / 2)
    guard bias.isFinite else { return band(confidence) }
    // 1 − tail would round to 1, whose quantile is infinite, for a band of nearly all paths.
    let end = Elementary.normalQuantile(tail)
    let ends = (quantile(place(bias, end)), quantile(place(bias, -end)))
    return min(ends.0, ends.1)...max(ends.0, ends.1)
  }

  /// The share of the paths below an end of the band, `end` standard deviations from the middle: all or
  /// none of them where the correction leads beyond its pole.
  private func place(_ bias: Double, _ end: Double) -> Double {
    let reach = bias + end
    let scale = 1 - acceleration * reach
    guard scale > 0 else { return reach < 0 ? 0 : 1 }
    return Elementary.normalShare(below: bias + reach / scale)
  }

  /// The share of the paths for which something holds.
  public func share(where holds: (Double) -> Bool) -> Double {
    Double(values.count(where: holds)) / Double(values.count)
  }

  /// Σd³ ÷ (6·(Σd²)^3/2) for the distances d of the jackknife's values below their mean.
  private static func acceleration(_ jackknife: [Double]) -> Double {
    guard !jackknife.isEmpty else { return 0 }
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
      let distance = mean - value
      squares += distance * distance
      cubes += distance * distance * distance
    }
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    return acceleration.isFinite ? acceleration : 0
  }
}
