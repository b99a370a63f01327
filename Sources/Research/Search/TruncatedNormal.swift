/// A normal distribution cut off at both ends of an interval that holds its mean: what a Parzen estimator
/// is made of. Everything is kept as a logarithm, because far from the mean a density underflows.

internal import TradingCore

/// With the mean in low…high and a deviation above 0.
struct TruncatedNormal: Equatable, Sendable {
  let mean: Double
  let deviation: Double
  private let low: Double
  private let high: Double
  /// Of what the untruncated distribution has between the ends.
  private let logMass: Double
  /// Of the density at the mean.
  private let logPeak: Double

  init(mean: Double, deviation: Double, low: Double, high: Double) {
    self.mean = mean
    self.deviation = deviation
    self.low = (low - mean) / deviation
    self.high = (high - mean) / deviation
    logMass = NormalTail.logMass(from: self.low, to: self.high)
    logPeak = -NormalTail.logRootOfTau - logMass - Elementary.log(deviation)
  }

  /// The logarithm of the density at a value between the ends.
  func logDensity(at value: Double) -> Double {
    let x = (value - mean) / deviation
    return logPeak - 0.5 * x * x
  }

  /// The logarithm of the probability of a cell between the ends.
  func logShare(from left: Double, to right: Double) -> Double {
    NormalTail.logMass(from: (left - mean) / deviation, to: (right - mean) / deviation) - logMass
  }

  /// The value below which the share `q` in 0 ..< 1 lies.
  func quantile(_ q: Double) -> Double {
    let above = Elementary.normalShare(below: -high)
    let below = Elementary.normalShare(below: low)
    let mass = 1 - below - above
    let share = below + q * mass
    // In each half from its own end, so that neither tail loses its digits.
    let x =
      share <= 0.5
      ? Elementary.normalQuantile(share)
      : -Elementary.normalQuantile(above + (1 - q) * mass)
    return min(max(x, low), high) * deviation + mean
  }
}

/// Logarithms of shares of the standard normal distribution, however small.
enum NormalTail {
  /// log √(2π).
  static let logRootOfTau = 0.9189385332046728

  /// The logarithm of the share below `x`, within 10⁻¹³ of the true one relatively for x < 0 and
  /// absolutely above.
  ///
  /// Source: below −10 the asymptotic series 26.2.12 of M. Abramowitz and I. Stegun, "Handbook of
  /// mathematical functions" (1964), whose twentieth term is below 10⁻¹⁶ there.
  static func logShare(below x: Double) -> Double {
    guard x < -10 else { return Elementary.log(Elementary.normalShare(below: x)) }
    let step = -1 / (x * x)
    var series = 1.0
    for odd in stride(from: 39.0, through: 1, by: -2) { series = 1 + odd * step * series }
    return -0.5 * x * x - Elementary.log(-x) - logRootOfTau + Elementary.log(series)
  }

  /// The logarithm of the share from `left` to `right`, which is above it.
  static func logMass(from left: Double, to right: Double) -> Double {
    if left > 0 { return logMass(from: -right, to: -left) }
    let width = right - left
    let middle = left + 0.5 * width
    if width * max(1, middle.magnitude) < 0.01 { return logMass(width: width, around: middle) }
    guard right <= 0 else {
      let outside =
        Elementary.normalShare(below: left) + Elementary.normalShare(below: -right)
      return Elementary.log(1 - outside)
    }
    let share = logShare(below: right)
    return share + Elementary.log(1 - Elementary.exp(logShare(below: left) - share))
  }

  /// The same of a narrow piece by the Taylor series of the density around its middle, where a difference
  /// of two shares would lose its digits; the first term left out is below 10⁻¹⁷.
  private static func logMass(width: Double, around middle: Double) -> Double {
    let m = middle * middle
    let w = width * width
    let series = 1 + (m - 1) * w / 24 + (m * m - 6 * m + 3) * w * w / 1920
    return -0.5 * m - logRootOfTau + Elementary.log(width) + Elementary.log(series)
  }
}
