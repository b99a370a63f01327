/// The names under which indicators' answers stand in tables.

extension Double: NamedNumbers {
  static var names: [String] { ["value"] }
  var answer: IndicatorAnswer { IndicatorAnswer(self) }
}

extension RollingDeviation.Output: NamedNumbers {
  static var names: [String] { ["mean", "deviation"] }
  var answer: IndicatorAnswer { IndicatorAnswer(mean, deviation) }
}

extension BollingerBands.Output: NamedNumbers {
  static var names: [String] { ["lower", "middle", "upper"] }
  var answer: IndicatorAnswer { IndicatorAnswer(lower, middle, upper) }
}

extension KeltnerChannel.Output: NamedNumbers {
  static var names: [String] { ["lower", "middle", "upper"] }
  var answer: IndicatorAnswer { IndicatorAnswer(lower, middle, upper) }
}

extension DonchianChannel.Output: NamedNumbers {
  static var names: [String] { ["lower", "upper"] }
  var answer: IndicatorAnswer { IndicatorAnswer(lower, upper) }
}

extension ConvergenceDivergence.Output: NamedNumbers {
  static var names: [String] { ["line", "signal", "histogram"] }
  var answer: IndicatorAnswer { IndicatorAnswer(line, signal, histogram) }
}

extension Stochastic.Output: NamedNumbers {
  static var names: [String] { ["k", "d"] }
  var answer: IndicatorAnswer { IndicatorAnswer(k, d) }
}

extension DirectionalMovement.Output: NamedNumbers {
  static var names: [String] { ["plus", "minus", "average"] }
  var answer: IndicatorAnswer { IndicatorAnswer(plus, minus, average) }
}

extension Aroon.Output: NamedNumbers {
  static var names: [String] { ["up", "down", "oscillator"] }
  var answer: IndicatorAnswer { IndicatorAnswer(up, down, oscillator) }
}

extension Ichimoku.Output: NamedNumbers {
  static var names: [String] { ["conversion", "base", "leading", "trailing"] }
  var answer: IndicatorAnswer { IndicatorAnswer(conversion, base, leading, trailing) }
}

extension Supertrend.Output: NamedNumbers {
  static var names: [String] { ["line", "direction"] }
  var answer: IndicatorAnswer { IndicatorAnswer(line, direction) }
}

extension LinearRegression.Output: NamedNumbers {
  static var names: [String] { ["value", "slope", "intercept", "determination"] }
  var answer: IndicatorAnswer { IndicatorAnswer(value, slope, intercept, determination) }
}
