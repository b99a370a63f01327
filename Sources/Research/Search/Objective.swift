/// What a search looks for: one figure of the report, or a weighted sum of several, always such that more
/// is better.

public import TradingCore

/// Judges a run by its figures.
public struct Objective: Equatable, Sendable {
  /// One figure and how much it counts.
  public struct Term: Equatable, Sendable {
    /// The key of a metric in JSON: `sharpe`.
    public let metric: String
    /// Finite, not 0; below 0 for what should be small.
    public let weight: Double
  }

  public let terms: [Term]
  /// Fewer closed round trips than this say nothing about a strategy.
  public let minTrips: Int

  /// A single metric by its nature: a Sharpe ratio high, a drawdown low.
  /// - Throws: `SearchError` for a name that is no metric's, or of a metric that is neither good nor bad.
  public init(_ name: String, minTrips: Int = 0) throws(SearchError) {
    let metric = try Objective.metric(name)
    guard metric.nature != .neither else {
      throw SearchError(
        "`\(name)` is neither good nor bad: say which by {\(name): 1} or {\(name): -1}")
    }
    terms = [Term(metric: name, weight: metric.nature == .good ? 1 : -1)]
    self.minTrips = minTrips
  }

  /// A weighted sum of figures as they stand in the report.
  /// - Throws: `SearchError` for no term, a metric that stands twice, and a weight that is zero or rewards
  ///   what is bad.
  public init(weights: [(name: String, weight: Double)], minTrips: Int = 0) throws(SearchError) {
    guard !weights.isEmpty else { throw SearchError("an objective needs a metric") }
    var terms: [Term] = []
    for (name, weight) in weights {
      let metric = try Objective.metric(name)
      if terms.contains(where: { $0.metric == name }) {
        throw SearchError("`\(name)` stands twice")
      }
      guard weight.isFinite, weight != 0 else {
        throw SearchError("`\(name)`: a weight is a number other than zero")
      }
      if metric.nature != .neither, (metric.nature == .good) != (weight > 0) {
        let sign = weight > 0 ? "negative: less of it is better" : "positive: more of it is better"
        throw SearchError("`\(name)`: its weight must be \(sign)")
      }
      terms.append(Term(metric: name, weight: weight))
    }
    self.terms = terms
    self.minTrips = minTrips
  }

  /// The score of a run, or why it has none: too few round trips, or a metric that means nothing on it.
  public func score(_ figures: MetricsSummary) -> Figure {
    let trips = Int(figures.trades.value ?? 0)
    guard trips >= minTrips else {
      return Figure(missing: "\(trips) round trips, fewer than \(minTrips)")
    }
    var sum = 0.0
    for term in terms {
      guard let metric = MetricDefinition.all.first(where: { $0.name == term.metric }) else {
        return Figure(missing: "\(term.metric): no such metric")
      }
      let figure = metric.figure(figures)
      guard let value = figure.value else {
        return Figure(missing: "\(term.metric): \(figure.reason)")
      }
      sum += term.weight * value
    }
    return Figure(sum)
  }

  /// The sum in words: `sharpe − 0.5 × maxDrawdown`.
  public var text: String {
    terms.enumerated().map { place, term in
      let sign = term.weight < 0 ? (place == 0 ? "−" : " − ") : place == 0 ? "" : " + "
      let weight = term.weight.magnitude
      return sign + (weight == 1 ? "" : "\(plainText(weight)) × ") + term.metric
    }.joined()
  }

  private static func metric(_ name: String) throws(SearchError) -> MetricDefinition {
    if let metric = MetricDefinition.all.first(where: { $0.name == name }) { return metric }
    let names = MetricDefinition.all.map(\.name)
    let hint = nearestName(to: name, among: names).map { "did you mean \($0)?" }
    throw SearchError(
      "no metric \"\(name)\"; " + (hint ?? "one of \(names.joined(separator: ", "))"))
  }
}

extension MetricDefinition {
  /// Whether more of a metric is good.
  public enum Nature: Sendable { case good, bad, neither }

  /// What a search makes of it where only its name is given.
  public var nature: Nature {
    switch name {
    case "volatility", "maxDrawdown", "maxDrawdownLength", "longestDrawdown",
      "mostConsecutiveLosses", "fees":
      .bad
    case "trades", "meanHoldingTime", "fills", "turnover", "exposure", "days": .neither
    default: .good
    }
  }
}
