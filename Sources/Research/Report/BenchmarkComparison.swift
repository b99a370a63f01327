/// How a run's days went beside those of buy-and-hold.

public import TradingCore

/// Figures of daily returns of both; UTC days, 365 a year, risk-free rate zero.
public struct BenchmarkComparison: Equatable, Sendable {
  /// Return of the run − return of buy-and-hold, over the whole run.
  public var excess: Figure
  /// Covariance of the daily returns ÷ variance of buy-and-hold's.
  public var beta: Figure
  /// (Mean return − beta × buy-and-hold's mean return) × 365: what was earned a year beside the market
  /// (M. C. Jensen, "The Performance of Mutual Funds in the Period 1945–1964", 1968), not compounded.
  public var alpha: Figure
  /// Pearson's correlation of the daily returns, −1…1.
  public var correlation: Figure
  /// Sample standard deviation of the daily differences × √365.
  public var trackingError: Figure

  /// O(samples + days).
  /// - Parameter points: with buy-and-hold where there was a price; before it counts as the capital.
  public init(_ points: [EquityPoint], capital: Money) {
    let held = points.map { EquityPoint(time: $0.time, equity: $0.benchmark ?? capital) }
    let own = ReturnTables.daily(points, capital: capital).map(\.fraction)
    let market = ReturnTables.daily(held, capital: capital).map(\.fraction)
    self.init(own, market)
    guard let last = points.last, let end = held.last, last.benchmark != nil, capital > .zero else {
      excess = Figure(missing: "there was no price to buy at")
      return
    }
    excess = Figure((last.equity - end.equity).approximate / capital.approximate)
  }

  /// Of returns day by day, as many of each; the excess is of their compounds.
  init(_ own: [Double], _ market: [Double]) {
    excess = Figure(ReturnTables.compound(own) - ReturnTables.compound(market))
    do throws(StatisticFault) {
      let differences = try SampleMoments(zip(own, market).map { $0 - $1 })
      trackingError = Figure(differences.deviation * 365.0.squareRoot())
    } catch { trackingError = Figure(missing: error.description) }
    let spread: SampleMoments
    do throws(StatisticFault) { spread = try SampleMoments(market) } catch {
      let missing = Figure(missing: "buy and hold: \(error)")
      (beta, alpha, correlation) = (missing, missing, missing)
      return
    }
    let mean = own.reduce(0, +) / Double(own.count)
    let covariance =
      zip(own, market).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - spread.mean) }
      / Double(own.count - 1)
    let slope = covariance / (spread.deviation * spread.deviation)
    beta = Figure(slope)
    alpha = Figure((mean - slope * spread.mean) * 365)
    do throws(StatisticFault) {
      correlation = Figure(covariance / (try SampleMoments(own).deviation * spread.deviation))
    } catch { correlation = Figure(missing: error.description) }
  }
}

extension BenchmarkComparison {
  /// Key, label, unit, figure and meaning of each, in the order every report shows them.
  var lines: [(name: String, label: String, unit: MetricUnit, figure: Figure, text: String)] {
    [
      ("excess", "Excess return", .fraction, excess, "return − return of buy and hold"),
      (
        "alpha", "Alpha", .fraction, alpha,
        "(mean daily return − beta × buy and hold's) × 365, not compounded"
      ),
      (
        "beta", "Beta", .ratio, beta,
        "covariance of the daily returns ÷ variance of buy and hold's"
      ),
      ("correlation", "Correlation", .ratio, correlation, "of the daily returns"),
      (
        "trackingError", "Tracking error", .fraction, trackingError,
        "sample standard deviation of the daily differences × √365"
      ),
    ]
  }

  /// Keys with their figures; `null` where there is none.
  var json: JSONValue {
    .object(lines.map { ($0.name, .optional($0.figure.value)) })
  }

  /// Keys of those that have none, with the reason.
  var reasons: JSONValue {
    .object(lines.filter { $0.figure.value == nil }.map { ($0.name, .string($0.figure.reason)) })
  }
}
