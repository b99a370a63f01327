/// The figures of a run, each a number or the reason why there is none. Definitions are fixed here:
/// 365 days a year, UTC days, a risk-free rate of zero, fees included everywhere.

/// A figure, or why it means nothing on this data.
public struct Figure: Equatable, Sendable {
  /// Finite; `nil` where the figure means nothing.
  public var value: Double?
  /// Why there is no value; empty when there is one.
  public var reason: String

  public init(_ value: Double) {
    self.value = value.isFinite ? value : nil
    self.reason = value.isFinite ? "" : "not a finite number"
  }

  public init(missing reason: String) {
    self.value = nil
    self.reason = reason
  }
}

/// The figures derived from `Metrics` at its last observation. Amounts are in the reporting asset,
/// shares are fractions (0.25 is 25 %), times are seconds.
public struct MetricsSummary: Equatable, Sendable {
  /// Equity ÷ capital − 1.
  public var totalReturn: Figure
  /// Equity − capital.
  public var profit: Figure
  /// Compound annual growth: (equity ÷ capital)^(365 days ÷ duration) − 1. Not below one day.
  public var annualGrowth: Figure
  /// Sample standard deviation of day returns × √365. At least two days.
  public var volatility: Figure
  /// Mean of day returns ÷ their sample standard deviation × √365. At least two days.
  public var sharpe: Figure
  /// Mean of day returns ÷ √(Σ min(return, 0)² ÷ days) × √365. At least two days.
  public var sortino: Figure
  /// Annual growth ÷ deepest drawdown.
  public var calmar: Figure
  /// The deepest fall of equity from its highest value so far, as a share of that value.
  public var maxDrawdown: Figure
  /// Time of the deepest drawdown from its peak to its recovery, or to the end.
  public var maxDrawdownLength: Figure
  /// The longest time that equity stood below an earlier peak.
  public var longestDrawdown: Figure
  /// Closed round trips.
  public var trades: Figure
  /// Round trips with a profit ÷ all round trips.
  public var winRate: Figure
  /// Sum of winning round trips' profits ÷ sum of the losing ones' losses.
  public var profitFactor: Figure
  /// Mean profit of a round trip.
  public var expectancy: Figure
  public var bestTrade: Figure
  public var worstTrade: Figure
  /// Mean time of a round trip.
  public var meanHoldingTime: Figure
  /// The most losing round trips in a row.
  public var mostConsecutiveLosses: Figure
  /// Σ |price × quantity| of all fills ÷ capital.
  public var turnover: Figure
  /// Time with a position ÷ time.
  public var exposure: Figure
  public var fees: Figure
  public var fills: Figure
  /// Day returns that the ratios rest on.
  public var days: Figure
}

extension Metrics {
  /// The figures as of the last observation; the day in progress counts as a day.
  public var summary: MetricsSummary {
    let ratios = dayRatios
    let growth = annualGrowth
    let deepest = drawdown.deepest(at: lastTime)
    let depth = drawdownDepth(deepest)
    let started = hasStarted
    func amount(_ money: Money) -> Figure { Figure(money.approximate) }
    func ifStarted(_ figure: Figure) -> Figure { started ? figure : Figure(missing: noData) }
    func ifTraded(_ figure: Figure) -> Figure {
      trips.count > 0 ? figure : Figure(missing: "no closed round trip")
    }
    let count = Double(trips.count)
    return MetricsSummary(
      totalReturn: ifStarted(overCapital(equity - capital)),
      profit: ifStarted(amount(equity - capital)), annualGrowth: growth,
      volatility: ratios.volatility, sharpe: ratios.sharpe, sortino: ratios.sortino,
      calmar: calmar(growth: growth, depth: depth), maxDrawdown: depth,
      maxDrawdownLength: ifStarted(Figure(deepest.length.seconds)),
      longestDrawdown: ifStarted(Figure(drawdown.longest(at: lastTime).seconds)),
      trades: Figure(count), winRate: ifTraded(Figure(Double(trips.wins) / count)),
      profitFactor: ifTraded(profitFactor),
      expectancy: ifTraded(Figure((trips.grossProfit - trips.grossLoss).approximate / count)),
      bestTrade: ifTraded(amount(trips.best)), worstTrade: ifTraded(amount(trips.worst)),
      meanHoldingTime: ifTraded(Figure(trips.holdingTime.seconds / count)),
      mostConsecutiveLosses: Figure(Double(trips.mostConsecutiveLosses)),
      turnover: ifStarted(overCapital(turnover)), exposure: exposureShare, fees: amount(fees),
      fills: Figure(Double(fillCount)), days: Figure(Double(daysToDate.returns.count)))
  }

  private var noData: String { "no equity was observed" }

  private func overCapital(_ amount: Money) -> Figure {
    guard capital > .zero else { return Figure(missing: "capital is not positive") }
    return Figure(amount.approximate / capital.approximate)
  }

  private var annualGrowth: Figure {
    guard hasStarted else { return Figure(missing: noData) }
    guard capital > .zero else { return Figure(missing: "capital is not positive") }
    guard duration >= .day else { return Figure(missing: "less than one day of data") }
    guard equity > .zero else { return Figure(-1) }
    let years = duration.seconds / (365 * Interval.day.seconds)
    return Figure(Elementary.pow(equity.approximate / capital.approximate, 1 / years) - 1)
  }

  private var dayRatios: (volatility: Figure, sharpe: Figure, sortino: Figure) {
    let (returns, undefined) = daysToDate
    func missing(_ reason: String) -> (Figure, Figure, Figure) {
      (Figure(missing: reason), Figure(missing: reason), Figure(missing: reason))
    }
    guard hasStarted else { return missing(noData) }
    guard undefined == 0 else { return missing("equity was not positive on some day") }
    guard let deviation = returns.standardDeviation, let downside = returns.downsideDeviation
    else { return missing("fewer than two days of data") }
    let year = 365.0.squareRoot()
    return (
      Figure(deviation * year),
      deviation > 0
        ? Figure(returns.mean / deviation * year) : Figure(missing: "day returns do not vary"),
      downside > 0
        ? Figure(returns.mean / downside * year) : Figure(missing: "no day lost")
    )
  }

  private func drawdownDepth(_ deepest: Drawdown) -> Figure {
    guard hasStarted else { return Figure(missing: noData) }
    guard let fraction = deepest.fraction else {
      return Figure(missing: "equity was never positive")
    }
    return Figure(fraction)
  }

  private func calmar(growth: Figure, depth: Figure) -> Figure {
    guard let growth = growth.value else { return growth }
    guard let depth = depth.value else { return depth }
    return depth > 0 ? Figure(growth / depth) : Figure(missing: "equity never fell")
  }

  private var profitFactor: Figure {
    trips.grossLoss > .zero
      ? Figure(trips.grossProfit.approximate / trips.grossLoss.approximate)
      : Figure(missing: "no round trip lost")
  }

  private var exposureShare: Figure {
    duration > .zero
      ? Figure(exposure.seconds / duration.seconds) : Figure(missing: "no time passed")
  }
}
