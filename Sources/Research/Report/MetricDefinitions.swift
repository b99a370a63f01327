/// What each metric is, once: the terminal's help, the HTML report and the documentation read the
/// same sentences, in this order. A year has 365 days, a day is a UTC day.

public import TradingCore

/// A metric's key, name, unit and meaning.
public struct MetricDefinition: Equatable, Sendable {
  /// The stable key in JSON and SQLite.
  public var name: String
  public var label: String
  public var unit: MetricUnit
  /// One or two sentences.
  public var text: String
}

extension MetricDefinition {
  /// All metrics, in the order every report shows them.
  public static let all: [MetricDefinition] = result + risk + trading

  private static let result: [MetricDefinition] = [
    MetricDefinition(
      name: "return", label: "Return", unit: .fraction,
      text: "Final equity ÷ starting capital − 1, open positions valued at the last mark."),
    MetricDefinition(
      name: "netProfit", label: "Net profit", unit: .money,
      text: "Final equity − starting capital, after all fees, in the reporting asset."),
    MetricDefinition(
      name: "cagr", label: "CAGR", unit: .fraction,
      text: "(1 + return)^(365 days ÷ run time) − 1: the return as if it went on for a year."),
    MetricDefinition(
      name: "volatility", label: "Volatility", unit: .fraction,
      text: "Sample standard deviation of daily returns × √365."),
  ]

  private static let risk: [MetricDefinition] = [
    MetricDefinition(
      name: "sharpe", label: "Sharpe", unit: .ratio,
      text: "Mean daily return ÷ sample standard deviation of daily returns × √365; no risk-free "
        + "rate. Days without events count as zero return."),
    MetricDefinition(
      name: "sortino", label: "Sortino", unit: .ratio,
      text: "Mean daily return ÷ downside deviation × √365; the downside deviation is the root of "
        + "the mean square of the negative daily returns over all days."),
    MetricDefinition(
      name: "calmar", label: "Calmar", unit: .ratio, text: "CAGR ÷ maximum drawdown."),
    MetricDefinition(
      name: "maxDrawdown", label: "Max drawdown", unit: .fraction,
      text: "The largest fall of equity from a peak, as a share of that peak, seen at every mark "
        + "and not only at the end of days."),
    MetricDefinition(
      name: "maxDrawdownLength", label: "Longest drawdown", unit: .seconds,
      text: "The longest time from a peak of equity until it was reached again, or to the end."),
  ]

  private static let trading: [MetricDefinition] = [
    MetricDefinition(
      name: "winRate", label: "Win rate", unit: .fraction,
      text: "Round trips with a profit after fees ÷ all round trips."),
    MetricDefinition(
      name: "profitFactor", label: "Profit factor", unit: .ratio,
      text: "Sum of the winning round trips' profits ÷ sum of the losing ones' losses."),
    MetricDefinition(
      name: "expectancy", label: "Expectancy", unit: .money,
      text: "Mean profit of a round trip after fees, in the reporting asset."),
    MetricDefinition(
      name: "turnover", label: "Turnover", unit: .ratio,
      text: "Value of all fills ÷ starting capital."),
    MetricDefinition(
      name: "exposure", label: "Exposure", unit: .fraction,
      text: "Time with an open position ÷ run time."),
    MetricDefinition(
      name: "fees", label: "Fees", unit: .money,
      text: "Fees of all fills, in the reporting asset; rebates count against them."),
    MetricDefinition(
      name: "trades", label: "Round trips", unit: .count,
      text: "Times a position went from flat to flat, or turned."),
  ]
}
