/// The lines of the registry of indicators, family by family: how far prices swing, on what volume, and with what.

extension IndicatorRegistry {
  static let volatility: [IndicatorEntry] = [
    IndicatorEntry(
      "truerange", "what a bar spans, with the jump into it",
      "The largest of high − low, |high − close before| and |low − close before|; high − low "
        + "for the first bar.",
      talib: "TRANGE, which has none for the first bar",
      []
    ) { _ in TrueRange() },
    IndicatorEntry(
      "atr", "Wilder's average of the true range",
      "Wilder's average of the true range.",
      talib:
        "ATR, which leaves the first bar out; 1 − 1 ÷ length of the difference is left each bar",
      [bars(14)]
    ) {
      AverageTrueRange(length: $0.whole("length"))
    },
    IndicatorEntry(
      "bollinger", "the mean, and deviations to both sides",
      "The mean of the last length closes ± width population deviations (÷ length).",
      talib: "BBANDS with a simple average",
      [bars(20), width(2)]
    ) {
      BollingerBands(length: $0.whole("length"), width: $0["width"])
    },
    IndicatorEntry(
      "keltner", "an average, and average true ranges to both sides",
      "ema of the close over length ± width × atr over rangeLength.",
      [bars(20), bars(10, "rangeLength"), width(2)]
    ) {
      KeltnerChannel(
        length: $0.whole("length"), rangeLength: $0.whole("rangeLength"), width: $0["width"])
    },
    IndicatorEntry(
      "keltnersimple", "the mean typical price, and mean true ranges to both sides",
      "The mean of (high + low + close) ÷ 3 ± width × the mean of the true range, both over "
        + "length bars.",
      [bars(20), width(1.5)]
    ) { SimpleKeltnerChannel(length: $0.whole("length"), width: $0["width"]) },
    IndicatorEntry(
      "donchian", "the lowest low and the highest high",
      "The lowest low and the highest high of the last length bars.",
      talib: "MIN of the low, MAX of the high",
      [bars(20)]
    ) {
      DonchianChannel(length: $0.whole("length"))
    },
    IndicatorEntry(
      "closevol", "realised volatility per bar, from closes",
      "The sample deviation (÷ length − 1) of the last length log returns of the close.",
      [bars(20, from: 2)]
    ) {
      CloseVolatility(length: $0.whole("length"))
    },
    IndicatorEntry(
      "parkinson", "realised volatility per bar, from highs and lows",
      "√ of the mean over length bars of ln(high ÷ low)² ÷ (4 ln 2).",
      [bars(20)]
    ) {
      ParkinsonVolatility(length: $0.whole("length"))
    },
    IndicatorEntry(
      "garmanklass", "realised volatility per bar, from all four prices",
      "√ of the mean over length bars of ½ ln(high ÷ low)² − (2 ln 2 − 1) ln(close ÷ open)².",
      [bars(20)]
    ) {
      GarmanKlassVolatility(length: $0.whole("length"))
    },
    IndicatorEntry(
      "yangzhang", "realised volatility per bar, from all four prices and the jumps between",
      "√ (sample variance of ln(open ÷ close before) + k × that of ln(close ÷ open) + (1 − k) × "
        + "mean of ln(high ÷ close) ln(high ÷ open) + ln(low ÷ close) ln(low ÷ open)), k = 0.34 ÷ "
        + "(1.34 + (length + 1) ÷ (length − 1)).",
      [bars(20, from: 2)]
    ) { YangZhangVolatility(length: $0.whole("length")) },
  ]

  static let volume: [IndicatorEntry] = [
    IndicatorEntry(
      "obv", "volume summed by the direction of the close",
      "A running sum: + volume where the close rose, − where it fell; begun with the first "
        + "bar's volume.",
      talib: "OBV",
      []
    ) { _ in
      OnBalanceVolume()
    },
    IndicatorEntry(
      "ad", "volume summed by where the close lies in its bar",
      "A running sum of volume × ((close − low) − (high − close)) ÷ (high − low), 0 for a bar "
        + "without range.",
      talib: "AD",
      []
    ) { _ in
      AccumulationDistribution()
    },
    IndicatorEntry(
      "cmf", "where closes lie in their bars, weighted with volume",
      "The sum over length bars of volume × ((close − low) − (high − close)) ÷ (high − low) ÷ "
        + "the sum of volume; 0 where nothing traded.",
      [bars(20)]
    ) {
      ChaikinMoneyFlow(length: $0.whole("length"))
    },
    IndicatorEntry(
      "mfi", "the rises' share in the money that changed hands",
      "100 × rise ÷ (rise + fall), sums over length changes of (high + low + close) ÷ 3 × "
        + "volume of the bars where that price rose, and fell; 50 where it did neither.",
      talib: "MFI, which gives 0 for a sum below 1",
      [bars(14)]
    ) {
      MoneyFlow(length: $0.whole("length"))
    },
    IndicatorEntry(
      "vwap", "the volume-weighted price of the last bars",
      "The sum over length bars of volume × (open + high + low + close) ÷ 4 ÷ the sum of "
        + "volume; the plain mean where nothing traded.",
      [bars(50)]
    ) {
      VolumeWeightedPrice(length: $0.whole("length"))
    },
  ]

  static let statistics: [IndicatorEntry] = [
    IndicatorEntry(
      "deviation", "the mean of the last closes and their spread",
      "The mean of the last length closes, and their population deviation (÷ length).",
      talib: "SMA and STDDEV",
      [bars(20)]
    ) {
      RollingDeviation(length: $0.whole("length"))
    },
    IndicatorEntry(
      "zscore", "how many deviations the close lies above the mean",
      "(close − mean) ÷ population deviation of the last length closes; 0 where they do not "
        + "vary.",
      [bars(20)]
    ) {
      ZScore(length: $0.whole("length"))
    },
    IndicatorEntry(
      "correlation", "how closely two series move together",
      "Pearson's correlation of the last length pairs of closes; 0 where either does not vary.",
      talib: "CORREL",
      [bars(20, from: 2)]
    ) {
      Correlation(length: $0.whole("length"))
    },
    IndicatorEntry(
      "beta", "how far a series moves when the other moves by 1",
      "The slope of the close's returns on the benchmark's, over length returns; 0 where the "
        + "benchmark's do not vary.",
      talib: "BETA, the benchmark first",
      [bars(20, from: 2)]
    ) {
      Beta(length: $0.whole("length"))
    },
    IndicatorEntry(
      "regression", "the straight line through the last closes",
      "By least squares over the last length closes. value: the line at the newest; slope: its "
        + "gain per bar; intercept: the line at the oldest; determination: R².",
      talib: "LINEARREG, LINEARREG_SLOPE and LINEARREG_INTERCEPT",
      [bars(20, from: 2)]
    ) {
      LinearRegression(length: $0.whole("length"))
    },
    IndicatorEntry(
      "hurst", "whether moves persist (above 0.5) or turn back (below)",
      "Half the slope, by least squares, of ln of the mean squared log return over 1, 2, 4, … "
        + "bars against ln of the bars; means over the last length of each. 0.5 where any did not "
        + "move.",
      [
        bars(256),
        Parameter("spans", .whole, default: 5, in: 2...12, help: "spans of 1, 2, 4, … bars"),
      ]
    ) { HurstExponent(length: $0.whole("length"), spans: $0.whole("spans")) },
  ]
}
