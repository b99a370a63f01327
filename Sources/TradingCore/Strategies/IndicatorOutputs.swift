/// The names under which indicators' answers stand in tables.

extension Double: NamedNumbers {
  static var names: [String] { ["value"] }
  var numbers: [Double] { [self] }
}

extension RollingDeviation.Output: NamedNumbers {
  static var names: [String] { ["mean", "deviation"] }
  var numbers: [Double] { [mean, deviation] }
}

extension BollingerBands.Output: NamedNumbers {
  static var names: [String] { ["lower", "middle", "upper"] }
  var numbers: [Double] { [lower, middle, upper] }
}

extension KeltnerChannel.Output: NamedNumbers {
  static var names: [String] { ["lower", "middle", "upper"] }
  var numbers: [Double] { [lower, middle, upper] }
}

extension DonchianChannel.Output: NamedNumbers {
  static var names: [String] { ["lower", "upper"] }
  var numbers: [Double] { [lower, upper] }
}

extension ConvergenceDivergence.Output: NamedNumbers {
  static var names: [String] { ["line", "signal", "histogram"] }
  var numbers: [Double] { [line, signal, histogram] }
}

extension Stochastic.Output: NamedNumbers {
  static var names: [String] { ["k", "d"] }
  var numbers: [Double] { [k, d] }
}

extension DirectionalMovement.Output: NamedNumbers {
  static var names: [String] { ["plus", "minus", "average"] }
  var numbers: [Double] { [plus, minus, average] }
}

extension Aroon.Output: NamedNumbers {
  static var names: [String] { ["up", "down", "oscillator"] }
  var numbers: [Double] { [up, down, oscillator] }
}

extension Ichimoku.Output: NamedNumbers {
  static var names: [String] { ["conversion", "base", "leading", "trailing"] }
  var numbers: [Double] { [conversion, base, leading, trailing] }
}

extension Supertrend.Output: NamedNumbers {
  static var names: [String] { ["line", "direction"] }
  var numbers: [Double] { [line, direction] }
}

extension LinearRegression.Output: NamedNumbers {
  static var names: [String] { ["value", "slope", "intercept", "determination"] }
  var numbers: [Double] { [value, slope, intercept, determination] }
}
