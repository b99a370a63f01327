/// The words that scenarios and reports have for how orders fill: one table for reading and writing.

public import TradingCore

extension FillRule {
  /// Every word of a scenario; the first of a rule is the one that reports use.
  static let words: [(word: String, value: FillRule)] = [
    ("book-conservative", .bookConservative), ("book-probabilistic", .bookProbabilistic),
    ("quote", .quote), ("candle", .candle), ("same-event", .sameEvent),
    ("book", .bookConservative), ("candle-next-open", .candle),
  ]

  /// The word in a scenario.
  public var word: String { scenarioWord(of: self, in: FillRule.words) }
}

extension ImpactModel {
  static let words: [(word: String, value: ImpactModel)] = [
    ("none", .none), ("fixed", .fixed), ("linear", .linear), ("square-root", .squareRoot),
  ]

  /// The word in a scenario.
  public var word: String { scenarioWord(of: self, in: ImpactModel.words) }
}

extension SelfTrade {
  static let words: [(word: String, value: SelfTrade)] = [
    ("allow", .allow), ("expire-taker", .expireTaker), ("expire-maker", .expireMaker),
    ("expire-both", .expireBoth),
  ]

  /// The word in a scenario.
  public var word: String { scenarioWord(of: self, in: SelfTrade.words) }
}

extension FeeBasis {
  static let words: [(word: String, value: FeeBasis)] = [
    ("value", .value), ("quantity", .quantity), ("fill", .fill),
  ]

  /// The word in a scenario.
  public var word: String { scenarioWord(of: self, in: FeeBasis.words) }
}

extension QueueRule {
  /// `power 3`, `power 1.5` or `log`; `nil` for any other text, and for exponents that are not above 0
  /// or beyond the largest.
  public init?(_ text: String) {
    let parts = text.split(separator: " ")
    if parts == ["log"] {
      self.init(.logarithm)
      return
    }
    guard parts.count == 2, parts[0] == "power",
      let exponent = Decimal64(String(parts[1]))?.rescaled(to: 6), exponent.exact,
      (1...QueueRule.largestExponent).contains(exponent.mantissa)
    else { return nil }
    self.init(.power, exponent: exponent.mantissa)
  }

  /// The words of a scenario.
  public var words: String {
    switch shape {
    case .logarithm: "log"
    case .power: "power " + Money(units: Int128(exponent) * Int128(powerOfTen(12))).exactText
    }
  }
}

private func scenarioWord<Value: Equatable>(
  of value: Value, in words: [(word: String, value: Value)]
) -> String {
  words.first { $0.value == value }?.word ?? "\(value)"
}
