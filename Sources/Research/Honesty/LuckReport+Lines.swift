/// The lines of the report, one function for each group.

internal import TradingCore

extension LuckReport {
  /// What the Sharpe ratio is worth.
  static func sharpe(_ daily: [Double], _ settings: LuckSettings) -> [LuckLine] {
    let root = year.squareRoot()
    let estimate = Outcome { () throws(StatisticFault) in
      // What follows has no meaning: it would be a share of nothing, or of a debt.
      guard daily.allSatisfy({ $0 > -1 }) else { throw .ruined }
      return try SharpeEstimate(returns: daily)
    }
    let benchmark = settings.benchmark / root
    let variance = settings.trialsVariance.map { $0 / year }
    func chosen(_ read: (SharpeEstimate) -> Double) -> Figure {
      settings.trials > 1
        ? estimate.figure(read) : Figure(missing: "one trial: nothing was chosen; see --trials")
    }
    let record = estimate.value.map { value in
      value.shortestRecord(above: benchmark).map { Figure($0 * Interval.day.seconds) }
        ?? Figure(missing: "the ratio is not above \(plainText(settings.benchmark))")
    }
    return [
      LuckLine(
        "sharpe", "Sharpe", .ratio, estimate.figure { $0.ratio * root },
        "Mean daily return ÷ its sample standard deviation × √365."),
      LuckLine(
        "skewness", "Skewness of days", .ratio, estimate.figure(\.skewness),
        "Below 0: the large days are losses. They make the ratio look better than it is."),
      LuckLine(
        "kurtosis", "Kurtosis of days", .ratio, estimate.figure(\.kurtosis),
        "3 for normal days; above it, a few days make the result."),
      LuckLine(
        "probabilisticSharpe", "Probabilistic Sharpe", .fraction,
        estimate.figure { $0.probability(above: benchmark) },
        "How probable it is that the true ratio is above \(plainText(settings.benchmark)), given how "
          + "many days there are and how they are shaped."),
      LuckLine(
        "shortestRecord", "Shortest record", .seconds,
        record ?? Figure(missing: estimate.reason),
        "How long such a record must be to be above \(plainText(settings.benchmark)) with 95 %."),
      LuckLine(
        "luckySharpe", "Sharpe of luck alone", .ratio,
        chosen {
          SharpeEstimate.luck(trials: settings.trials, variance: variance ?? $0.noiseVariance)
            * root
        },
        "What the best of \(plainText(settings.trials)) trials without any skill would show."),
      LuckLine(
        "deflatedSharpe", "Deflated Sharpe", .fraction,
        chosen { $0.deflated(trials: settings.trials, variance: variance ?? $0.noiseVariance) },
        "How probable it is that the true ratio is above that of luck alone. Below 95 % the choice "
          + "explains the result."),
    ]
  }

  /// What else the days could have been.
  static func paths(_ drawn: Outcome<ReturnBootstrap>, _ settings: LuckSettings) -> [LuckLine] {
    func line(
      _ name: String, _ label: String, _ unit: MetricUnit, _ meaning: String,
      _ read: (ReturnBootstrap) -> Resampled
    ) -> LuckLine {
      var line = LuckLine(name, label, unit, drawn.figure { read($0).estimate }, meaning)
      line.band = drawn.value.map { read($0).band(settings.confidence) }
      line.correctedBand = drawn.value.map { read($0).correctedBand(settings.confidence) }
      return line
    }
    return [
      line(
        "sharpeOfPaths", "Sharpe of paths", .ratio,
        "The run's own, and where that of days drawn again in blocks lies."
      ) { $0.sharpe },
      line(
        "growthOfPaths", "CAGR of paths", .fraction,
        "The same of the growth of a year of such days."
      ) { $0.growth },
      line(
        "drawdownOfPaths", "Drawdown of paths", .fraction,
        "The same of the deepest fall at the ends of days; plan for the far end of the band."
      ) { $0.drawdown },
      LuckLine(
        "lossProbability", "Probability of loss", .fraction,
        drawn.figure { $0.growth.share { $0 < 0 } },
        "The share of those paths that end with less than they began."),
    ]
  }

  /// What else the round trips could have come to.
  static func trips(_ run: RunSeries, _ settings: LuckSettings) -> [LuckLine] {
    func draw(_ draw: TradeMonteCarlo.Draw) -> Outcome<TradeMonteCarlo> {
      Outcome { () throws(StatisticFault) in
        try TradeMonteCarlo(
          TradeMonteCarlo.returns(profits: run.profits ?? [], capital: run.capital), draw: draw,
          paths: settings.paths, ruinLevel: settings.ruinLevel, seed: settings.seed)
      }
    }
    let (shuffled, resampled) = (draw(.shuffle), draw(.resample))
    func line(
      _ name: String, _ label: String, _ unit: MetricUnit, _ drawn: Outcome<TradeMonteCarlo>,
      _ meaning: String, _ read: (TradeMonteCarlo) -> Resampled
    ) -> LuckLine {
      var line = LuckLine(name, label, unit, drawn.figure { read($0).estimate }, meaning)
      line.band = drawn.value.map { read($0).band(settings.confidence) }
      return line
    }
    return [
      line(
        "drawdownShuffled", "Drawdown, shuffled", .fraction, shuffled,
        "The deepest fall at the ends of round trips, had the same ones come in another order."
      ) { $0.drawdown },
      line(
        "drawdownResampled", "Drawdown, drawn again", .fraction, resampled,
        "The same, had each round trip been any of them."
      ) { $0.drawdown },
      line(
        "finalEquity", "Final equity, drawn again", .ratio, resampled,
        "Equity after as many round trips, as a multiple of that at the start."
      ) { $0.finalEquity },
      LuckLine(
        "ruin", "Risk of ruin", .fraction, resampled.figure(\.ruin),
        "The share of those paths that fell to \(NumberText.share(settings.ruinLevel)) of the starting "
          + "equity."),
    ]
  }
}

extension LuckLine {
  init(
    _ name: String, _ label: String, _ unit: MetricUnit, _ figure: Figure, _ meaning: String
  ) {
    self.init(
      name: name, label: label, unit: unit, figure: figure, band: nil, correctedBand: nil,
      meaning: meaning)
  }
}
