/// The lines of the registry of indicators, family by family: where prices are, and where they go.

extension IndicatorRegistry {
  static let averages: [IndicatorEntry] = [
    IndicatorEntry(
      "sma", "the mean of the last closes",
      "The sum of the last length closes ÷ length.",
      talib: "SMA",
      [bars(20)]
    ) {
      SimpleMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "ema", "the exponential average of the close",
      "value += 2 ÷ (length + 1) × (close − value), begun with the mean of the first length "
        + "closes.",
      talib: "EMA",
      [bars(20)]
    ) {
      ExponentialMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "wilder", "Wilder's exponential average of the close",
      "value += (close − value) ÷ length, begun with the mean of the first length closes.",
      [bars(14)]
    ) {
      ExponentialMovingAverage.wilder(length: $0.whole("length"))
    },
    IndicatorEntry(
      "wma", "the average of the last closes, newer ones weighing more",
      "The last closes weighted 1 (oldest) … length (newest) ÷ the weights' sum.",
      talib: "WMA",
      [bars(20)]
    ) {
      WeightedMovingAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "dema", "an exponential average with half its lag taken off",
      "2 × ema − ema of ema.",
      talib: "DEMA",
      [bars(20)]
    ) {
      DoubleExponentialAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "tema", "an exponential average with most of its lag taken off",
      "3 × ema − 3 × ema of ema + ema of that.",
      talib: "TEMA",
      [bars(20)]
    ) {
      TripleExponentialAverage(length: $0.whole("length"))
    },
    IndicatorEntry(
      "kama", "Kaufman's average, fast in trends and slow in noise",
      "value += s² × (close − value), s between slow's share and fast's: as far along as the "
        + "way gone in length bars is of its steps' sum.",
      talib: "KAMA, with fast 2 and slow 30",
      [bars(10), bars(2, "fast"), bars(30, "slow")], ascending: ["fast", "slow"]
    ) {
      AdaptiveMovingAverage(
        length: $0.whole("length"), fast: $0.whole("fast"), slow: $0.whole("slow"))
    },
    IndicatorEntry(
      "hma", "Hull's weighted average with little lag",
      "wma over √length of (2 × wma over length ÷ 2 − wma over length), lengths cut to whole "
        + "numbers.",
      [bars(16, from: 2)]
    ) {
      HullMovingAverage(length: $0.whole("length"))
    },
  ]

  static let momentum: [IndicatorEntry] = [
    IndicatorEntry(
      "momentum", "how far the close went",
      "close − the close length bars before.",
      talib: "MOM",
      [bars(10)]
    ) {
      Momentum(length: $0.whole("length"))
    },
    IndicatorEntry(
      "roc", "how far the close went, in per cent",
      "100 × (close ÷ the close length bars before − 1); 0 where that was 0.",
      talib: "ROC",
      [bars(10)]
    ) {
      RateOfChange(length: $0.whole("length"))
    },
    IndicatorEntry(
      "macd", "how far a fast average lies from a slow one, and from its own average",
      "line: ema over fast − ema over slow, begun at one bar; signal: ema of line; histogram: "
        + "line − signal.",
      talib: "MACD",
      [bars(12, "fast"), bars(26, "slow"), bars(9, "signal")], ascending: ["fast", "slow"]
    ) {
      ConvergenceDivergence(
        fast: $0.whole("fast"), slow: $0.whole("slow"), signal: $0.whole("signal"))
    },
    IndicatorEntry(
      "tsi", "the share of moves that went one way, smoothed twice",
      "100 × the change of the close ÷ its magnitude, each averaged by ema over long, then over "
        + "short; 0 where nothing changed.",
      [bars(25, "long"), bars(13, "short")]
    ) { TrueStrength(long: $0.whole("long"), short: $0.whole("short")) },
  ]

  static let oscillators: [IndicatorEntry] = [
    IndicatorEntry(
      "rsi", "the rises' share in all moves of the close",
      "100 × rise ÷ (rise + fall), both Wilder's averages of the close's changes; 50 where "
        + "nothing changed.",
      talib: "RSI, which gives 0 where nothing changed",
      [bars(14)]
    ) {
      RelativeStrength(length: $0.whole("length"))
    },
    IndicatorEntry(
      "stochastic", "where the close lies in the range of the last bars",
      "k: 100 × (close − lowest low) ÷ (highest high − lowest low) of length bars, averaged "
        + "over slowing; d: k averaged over signal. A range of 0 counts 50.",
      talib: "STOCH with simple averages, where a range of 0 counts 0",
      [bars(14), bars(3, "slowing"), bars(3, "signal")]
    ) {
      Stochastic(
        length: $0.whole("length"), slowing: $0.whole("slowing"), signal: $0.whole("signal"))
    },
    IndicatorEntry(
      "stochrsi", "where relative strength lies among its last values",
      "stochastic of rsi over strength instead of prices: its place among its last length "
        + "values, averaged over slowing (k), and over signal (d).",
      talib: "STOCHRSI with simple averages, whose slowing is always 1",
      [bars(14, "strength"), bars(14), bars(3, "slowing"), bars(3, "signal")]
    ) {
      StochasticStrength(
        strength: $0.whole("strength"), length: $0.whole("length"), slowing: $0.whole("slowing"),
        signal: $0.whole("signal"))
    },
    IndicatorEntry(
      "williams", "how far the close lies below the highest high",
      "−100 × (highest high − close) ÷ (highest high − lowest low) of length bars; −50 for a "
        + "range of 0.",
      talib: "WILLR, which gives 0 for a range of 0",
      [bars(14)]
    ) {
      WilliamsRange(length: $0.whole("length"))
    },
    IndicatorEntry(
      "cci", "how unusual the typical price is among the last",
      "(t − mean of t) ÷ (0.015 × mean distance of t from that mean) over length bars, t = "
        + "(high + low + close) ÷ 3; 0 where t does not vary.",
      talib: "CCI",
      [bars(20)]
    ) {
      CommodityChannel(length: $0.whole("length"))
    },
  ]

  static let trend: [IndicatorEntry] = [
    IndicatorEntry(
      "adx", "how strong a trend is, and which way",
      "plus, minus: 100 × Wilder's average of rises of the high, and of falls of the low (a "
        + "bar's larger one counts) ÷ that of the true range; average: Wilder's average of 100 × "
        + "|plus − minus| ÷ (plus + minus).",
      talib: "PLUS_DI, MINUS_DI and ADX, which begin a change earlier; 1 − 1 ÷ length of the "
        + "difference is left each bar",
      [bars(14)]
    ) {
      DirectionalMovement(length: $0.whole("length"))
    },
    IndicatorEntry(
      "aroon", "how long ago the highest high and the lowest low came",
      "up: 100 × (length − bars since the highest high of length + 1 bars) ÷ length; down: of "
        + "the lowest low; oscillator: up − down.",
      talib: "AROON and AROONOSC",
      [bars(25)]
    ) {
      Aroon(length: $0.whole("length"))
    },
    IndicatorEntry(
      "ichimoku", "the middles of three ranges, two of them drawn ahead",
      "(highest high + lowest low) ÷ 2 over conversion, and over base bars; leading: the mean "
        + "of both displacement bars before; trailing: that middle over span bars, as long before.",
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
      "stop += share × (extreme − stop), never into the last two bars; share grows by "
        + "acceleration with each new extreme, to maximum; a bar that reaches the stop turns the "
        + "trend. Begins long unless the second bar's low fell by more than its high rose.",
      talib: "SAR",
      [
        Parameter(
          "acceleration", .number, default: 0.02, in: 0.0001...1, help: "growth of the step"),
        Parameter("maximum", .number, default: 0.2, in: 0.0001...1, help: "the largest step"),
      ], ascending: ["acceleration", "maximum"]
    ) { ParabolicStop(acceleration: $0["acceleration"], maximum: $0["maximum"]) },
    IndicatorEntry(
      "supertrend", "a line some true ranges behind the trend, which turns when a close crosses it",
      "(high + low) ÷ 2 − width × atr below a rising market, + above a falling one; a line only "
        + "moves towards the market until a close lies beyond it, which turns the trend. direction: "
        + "1 rising, −1 falling. Begins falling.",
      [bars(10), width(3)]
    ) { Supertrend(length: $0.whole("length"), width: $0["width"]) },
  ]
}
