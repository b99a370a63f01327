/// The lines of the registry of indicators, family by family.

extension IndicatorRegistry {
  static let averages: [IndicatorEntry] = [
    IndicatorEntry("sma", "the mean of the last closes", [bars(20)]) {
      SimpleMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry("ema", "the exponential average of the close", [bars(20)]) {
      ExponentialMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry("wilder", "Wilder's exponential average of the close", [bars(14)]) {
      ExponentialMovingAverage.wilder(length: $0.whole("length"))
    },
    IndicatorEntry("wma", "the average of the last closes, newer ones weighing more", [bars(20)]) {
      WeightedMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry("dema", "an exponential average with half its lag taken off", [bars(20)]) {
      DoubleExponentialAverage(length: $0.whole("length"))
    },
    IndicatorEntry("tema", "an exponential average with most of its lag taken off", [bars(20)]) {
      TripleExponentialAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "kama", "Kaufman's average, fast in trends and slow in noise",
      [bars(10), bars(2, "fast"), bars(30, "slow")], ascending: ["fast", "slow"]
    ) {
      AdaptiveMovingAverage(
        length: $0.whole("length"), fast: $0.whole("fast"), slow: $0.whole("slow"))
    },
    IndicatorEntry("hma", "Hull's weighted average with little lag", [bars(16, from: 2)]) {
      HullMovingAverage(length: $0.whole("length"))
    },
  ]

  static let momentum: [IndicatorEntry] = [
    IndicatorEntry("momentum", "how far the close went", [bars(10)]) {
      Momentum(length: $0.whole("length"))
    },
    IndicatorEntry("roc", "how far the close went, in per cent", [bars(10)]) {
      RateOfChange(length: $0.whole("length"))
    },
    IndicatorEntry(
      "macd", "how far a fast average lies from a slow one, and from its own average",
      [bars(12, "fast"), bars(26, "slow"), bars(9, "signal")], ascending: ["fast", "slow"]
    ) {
      ConvergenceDivergence(
        fast: $0.whole("fast"), slow: $0.whole("slow"), signal: $0.whole("signal"))
    },
    IndicatorEntry(
      "tsi", "the share of moves that went one way, smoothed twice",
      [bars(25, "long"), bars(13, "short")]
    ) { TrueStrength(long: $0.whole("long"), short: $0.whole("short")) },
  ]

  static let oscillators: [IndicatorEntry] = [
    IndicatorEntry("rsi", "the rises' share in all moves of the close", [bars(14)]) {
      RelativeStrength(length: $0.whole("length"))
    },
    IndicatorEntry(
      "stochastic", "where the close lies in the range of the last bars",
      [bars(14), bars(3, "slowing"), bars(3, "signal")]
    ) {
      Stochastic(
        length: $0.whole("length"), slowing: $0.whole("slowing"), signal: $0.whole("signal"))
    },
    IndicatorEntry(
      "stochrsi", "where relative strength lies among its last values",
      [bars(14, "strength"), bars(14), bars(3, "slowing"), bars(3, "signal")]
    ) {
      StochasticStrength(
        strength: $0.whole("strength"), length: $0.whole("length"), slowing: $0.whole("slowing"),
        signal: $0.whole("signal"))
    },
    IndicatorEntry("williams", "how far the close lies below the highest high", [bars(14)]) {
      WilliamsRange(length: $0.whole("length"))
    },
    IndicatorEntry("cci", "how unusual the typical price is among the last", [bars(20)]) {
      CommodityChannel(length: $0.whole("length"))
    },
  ]

  static let trend: [IndicatorEntry] = [
    IndicatorEntry("adx", "how strong a trend is, and which way", [bars(14)]) {
      DirectionalMovement(length: $0.whole("length"))
    },
    IndicatorEntry("aroon", "how long ago the highest high and the lowest low came", [bars(25)]) {
      Aroon(length: $0.whole("length"))
    },
    IndicatorEntry(
      "ichimoku", "the middles of three ranges, two of them drawn ahead",
      [
        bars(9, "conversion"), bars(26, "base"), bars(52, "span"),
        bars(26, "displacement", help: "bars the leading lines are drawn ahead"),
      ], ascending: ["conversion", "base"]
    ) {
      Ichimoku(
        conversion: $0.whole("conversion"), base: $0.whole("base"), span: $0.whole("span"),
        displacement: $0.whole("displacement"))
    },
    IndicatorEntry(
      "psar", "Wilder's stop that follows a trend until it is hit and turns",
      [
        Parameter(
          "acceleration", .number, default: 0.02, in: 0.0001...1, help: "growth of the step"),
        Parameter("maximum", .number, default: 0.2, in: 0.0001...1, help: "the largest step"),
      ], ascending: ["acceleration", "maximum"]
    ) { ParabolicStop(acceleration: $0["acceleration"], maximum: $0["maximum"]) },
    IndicatorEntry(
      "supertrend", "a line some true ranges behind the trend, which turns when a close crosses it",
      [bars(10), width(3)]
    ) { Supertrend(length: $0.whole("length"), width: $0["width"]) },
  ]

  static let volatility: [IndicatorEntry] = [
    IndicatorEntry("truerange", "what a bar spans, with the jump into it", []) { _ in TrueRange() },
    IndicatorEntry("atr", "Wilder's average of the true range", [bars(14)]) {
      AverageTrueRange(length: $0.whole("length"))
    },
    IndicatorEntry("bollinger", "the mean, and deviations to both sides", [bars(20), width(2)]) {
      BollingerBands(length: $0.whole("length"), width: $0["width"])
    },
    IndicatorEntry(
      "keltner", "an average, and average true ranges to both sides",
      [bars(20), bars(10, "rangeLength"), width(2)]
    ) {
      KeltnerChannel(
        length: $0.whole("length"), rangeLength: $0.whole("rangeLength"), width: $0["width"])
    },
    IndicatorEntry(
      "keltnersimple", "the mean typical price, and mean true ranges to both sides",
      [bars(20), width(1.5)]
    ) { SimpleKeltnerChannel(length: $0.whole("length"), width: $0["width"]) },
    IndicatorEntry("donchian", "the lowest low and the highest high", [bars(20)]) {
      DonchianChannel(length: $0.whole("length"))
    },
    IndicatorEntry("closevol", "realised volatility per bar, from closes", [bars(20, from: 2)]) {
      CloseVolatility(length: $0.whole("length"))
    },
    IndicatorEntry("parkinson", "realised volatility per bar, from highs and lows", [bars(20)]) {
      ParkinsonVolatility(length: $0.whole("length"))
    },
    IndicatorEntry("garmanklass", "realised volatility per bar, from all four prices", [bars(20)]) {
      GarmanKlassVolatility(length: $0.whole("length"))
    },
    IndicatorEntry(
      "yangzhang", "realised volatility per bar, from all four prices and the jumps between",
      [bars(20, from: 2)]
    ) { YangZhangVolatility(length: $0.whole("length")) },
  ]

  static let volume: [IndicatorEntry] = [
    IndicatorEntry("obv", "volume summed by the direction of the close", []) { _ in
      OnBalanceVolume()
    },
    IndicatorEntry("ad", "volume summed by where the close lies in its bar", []) { _ in
      AccumulationDistribution()
    },
    IndicatorEntry("cmf", "where closes lie in their bars, weighted with volume", [bars(20)]) {
      ChaikinMoneyFlow(length: $0.whole("length"))
    },
    IndicatorEntry("mfi", "the rises' share in the money that changed hands", [bars(14)]) {
      MoneyFlow(length: $0.whole("length"))
    },
    IndicatorEntry("vwap", "the volume-weighted price of the last bars", [bars(50)]) {
      VolumeWeightedPrice(length: $0.whole("length"))
    },
  ]

  static let statistics: [IndicatorEntry] = [
    IndicatorEntry("deviation", "the mean of the last closes and their spread", [bars(20)]) {
      RollingDeviation(length: $0.whole("length"))
    },
    IndicatorEntry("zscore", "how many deviations the close lies above the mean", [bars(20)]) {
      ZScore(length: $0.whole("length"))
    },
    IndicatorEntry("correlation", "how closely two series move together", [bars(20, from: 2)]) {
      Correlation(length: $0.whole("length"))
    },
    IndicatorEntry("beta", "how far a series moves when the other moves by 1", [bars(20, from: 2)])
    {
      Beta(length: $0.whole("length"))
    },
    IndicatorEntry("regression", "the straight line through the last closes", [bars(20, from: 2)]) {
      LinearRegression(length: $0.whole("length"))
    },
    IndicatorEntry(
      "hurst", "whether moves persist (above 0.5) or turn back (below)",
      [
        bars(256),
        Parameter("spans", .whole, default: 5, in: 2...12, help: "spans of 1, 2, 4, … bars"),
      ]
    ) { HurstExponent(length: $0.whole("length"), spans: $0.whole("spans")) },
  ]
}
