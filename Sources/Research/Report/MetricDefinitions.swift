/// What each metric is, once: the terminal's help, the HTML report and the documentation read the
/// same sentences, in this order. A year has 365 days, a day is a UTC day, amounts are in the
/// reporting asset and after fees.

public import TradingCore

/// A metric's key, name, unit, meaning, and where its figure comes from.
public struct MetricDefinition: Sendable {
  /// The stable key in JSON and SQLite.
  public let name: String
  public let label: String
  public let unit: MetricUnit
  /// One or two sentences.
  public let text: String
  /// Its figure among a run's figures.
  public let figure: @Sendable (MetricsSummary) -> Figure

  init(
    _ name: String, _ label: String, _ unit: MetricUnit, _ text: String,
    _ figure: @escaping @Sendable (MetricsSummary) -> Figure
  ) {
    self.name = name
    self.label = label
    self.unit = unit
    self.text = text
    self.figure = figure
  }
}

extension MetricDefinition {
  /// All metrics, in the order every report shows them.
  public static let all: [MetricDefinition] = result + risk + trips + trading

  /// The metrics of a run beside those of buy-and-hold over the same marks.
  public static func lines(
    strategy: MetricsSummary, benchmark: MetricsSummary
  ) -> [MetricLine] {
    all.map { metric in
      MetricLine(
        name: metric.name, label: metric.label, unit: metric.unit,
        strategy: metric.figure(strategy), benchmark: metric.figure(benchmark),
        definition: metric.text)
    }
  }

  private static let result: [MetricDefinition] = [
    .init(
      "return", "Return", .fraction,
      "Final equity ÷ starting capital − 1, open positions valued at the last mark."
    ) { $0.totalReturn },
    .init("netProfit", "Net profit", .money, "Final equity − starting capital.") { $0.profit },
    .init(
      "cagr", "CAGR", .fraction,
      "(1 + return)^(365 days ÷ run time) − 1: the return as if it went on for a year."
    ) { $0.annualGrowth },
    .init(
      "volatility", "Volatility", .fraction,
      "Sample standard deviation of daily returns × √365."
    ) { $0.volatility },
  ]

  private static let risk: [MetricDefinition] = [
    .init(
      "sharpe", "Sharpe", .ratio,
      "Mean daily return ÷ sample standard deviation of daily returns × √365, risk-free rate zero. "
        + "A UTC day without events counts as zero return; the day in progress counts."
    ) { $0.sharpe },
    .init(
      "sortino", "Sortino", .ratio,
      "Mean daily return ÷ downside deviation × √365; the downside deviation is the root of the "
        + "mean, over all days, of the squared negative daily returns."
    ) { $0.sortino },
    .init("calmar", "Calmar", .ratio, "CAGR ÷ maximum drawdown.") { $0.calmar },
    .init(
      "maxDrawdown", "Max drawdown", .fraction,
      "The deepest fall of equity from its highest value so far, as a share of that value, seen at "
        + "every mark and not only at the end of days."
    ) { $0.maxDrawdown },
    .init(
      "maxDrawdownLength", "Max drawdown length", .seconds,
      "Time of the maximum drawdown from its peak until equity was back there, or to the end."
    ) { $0.maxDrawdownLength },
    .init(
      "longestDrawdown", "Longest drawdown", .seconds,
      "The longest time that equity stood below an earlier peak."
    ) { $0.longestDrawdown },
  ]

  private static let trips: [MetricDefinition] = [
    .init(
      "trades", "Round trips", .count,
      "Times a position went from flat to flat; a fill that turns a position ends one."
    ) { $0.trades },
    .init(
      "winRate", "Win rate", .fraction, "Round trips with a profit ÷ all round trips."
    ) { $0.winRate },
    .init(
      "profitFactor", "Profit factor", .ratio,
      "Sum of the winning round trips' profits ÷ sum of the losing ones' losses."
    ) { $0.profitFactor },
    .init(
      "expectancy", "Expectancy", .money, "Mean profit of a round trip."
    ) { $0.expectancy },
    .init("bestTrade", "Best round trip", .money, "The highest profit of one.") { $0.bestTrade },
    .init("worstTrade", "Worst round trip", .money, "The lowest profit of one.") { $0.worstTrade },
    .init(
      "meanHoldingTime", "Mean holding time", .seconds, "Mean time of a round trip."
    ) { $0.meanHoldingTime },
    .init(
      "mostConsecutiveLosses", "Losses in a row", .count, "The most losing round trips in a row."
    ) { $0.mostConsecutiveLosses },
  ]

  private static let trading: [MetricDefinition] = [
    .init("fills", "Fills", .count, "Fills of all orders.") { $0.fills },
    .init(
      "fees", "Fees", .money, "Fees of all fills; rebates count against them."
    ) { $0.fees },
    .init(
      "turnover", "Turnover", .ratio, "Value of all fills ÷ starting capital."
    ) { $0.turnover },
    .init(
      "exposure", "Exposure", .fraction, "Time with an open position ÷ run time."
    ) { $0.exposure },
    .init("days", "Days", .count, "Daily returns that the ratios rest on.") { $0.days },
  ]
}
