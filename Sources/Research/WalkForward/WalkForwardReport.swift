/// What a walk-forward came to: its folds, their equity as one curve, and how much of what was found
/// in sample was left outside.

public import TradingCore

public struct WalkForwardReport: Sendable {
  public let study: StudyRecord
  public let windows: WindowPlan
  public let folds: [WalkForwardFold]
  /// The out-of-sample parts as one curve; `nil` where no fold was traded.
  public let stitched: StitchedEquity?
  public let efficiency: Figure
  public let profitableShare: Figure
  public let rankCorrelation: Figure
  public let stability: [ParameterStability]
  /// Figures of the stitched curve's daily returns.
  public let sharpe: Figure
  public let probabilistic: Figure
  public let maxDrawdown: Figure
  /// One number for all folds: equal for equal walks.
  public let fingerprint: UInt64

  public init(
    _ study: StudyRecord, _ windows: WindowPlan, _ plan: SearchPlan, _ folds: [WalkForwardFold]
  ) {
    (self.study, self.windows, self.folds) = (study, windows, folds)
    let results = folds.compactMap(\.result)
    stitched = results.first.map { StitchedEquity(results, capital: $0.capital) }
    efficiency = WalkForwardEfficiency.of(results)
    profitableShare = WalkForwardEfficiency.profitableShare(results)
    rankCorrelation = WalkForwardEfficiency.rankCorrelation(results)
    stability = results.isEmpty ? [] : ParameterStability.all(results, over: plan.space)
    let daily = stitched?.dailyReturns ?? []
    let estimate = Result { () throws(StatisticFault) in try SharpeEstimate(returns: daily) }
    sharpe = Self.figure(estimate) { $0.ratio * 365.0.squareRoot() }
    probabilistic = Self.figure(estimate) { $0.probability(above: 0) }
    maxDrawdown =
      stitched?.points.map(\.drawdown).max().map { Figure($0) } ?? Figure(missing: "no fold")
    var bytes = CanonicalBytes()
    for fold in folds {
      bytes.append(fold.searchFingerprint)
      bytes.append(fold.fingerprint ?? 0)
    }
    fingerprint = bytes.fingerprint
  }

  private static func figure(
    _ estimate: Result<SharpeEstimate, StatisticFault>, _ value: (SharpeEstimate) -> Double
  ) -> Figure {
    switch estimate {
    case .success(let estimate): Figure(value(estimate))
    case .failure(let fault): Figure(missing: fault.description)
    }
  }
}

// MARK: - Terminal

extension WalkForwardReport {
  /// Folds and figures as lines that line up.
  public func text(seconds: Double) -> String {
    var lines = head(seconds) + [""] + table + [""] + figures
    if !stability.isEmpty { lines += [""] + stabilityTable }
    lines += untraded
    return (lines + ["", "fingerprint  \(hexadecimal(fingerprint))"]).joined(separator: "\n")
  }

  /// A sentence for each fold that was not traded.
  public var untraded: [String] {
    folds.filter { $0.result == nil }.map {
      "fold \($0.fold.number) was not traded: \(Self.reason($0))"
    }
  }

  static func reason(_ fold: WalkForwardFold) -> String {
    guard fold.trialCount > 0 else { return "its in-sample part has no data" }
    return fold.best == nil
      ? "no trial has a score in sample" : "its out-of-sample part has no price"
  }

  private func head(_ seconds: Double) -> [String] {
    let kind = windows.settings.isAnchored ? "anchored" : "rolling"
    let trials = folds.reduce(0) { $0 + $1.trialCount }
    return [
      study.runText,
      "space      \(study.spaceText)",
      "objective  \(study.objective), \(study.sampler), seed \(study.seed)",
      "folds      \(folds.count) \(kind), \(NumberText.grouped(trials)) trials"
        + (seconds > 0 ? ", \(NumberText.duration(seconds: seconds))" : ""),
    ]
  }

  private var table: [String] {
    let names = study.dimensions.map(\.name)
    var table = TextTable(
      [.right, .left, .left] + names.map { _ in .right } + [.right, .right, .right, .right, .right])
    table.append(
      row: ["fold", "out of sample", "to"] + names
        + ["score in", "score out", "return in", "return out", "efficiency"])
    for fold in folds {
      let span = fold.fold.outOfSample
      let result = fold.result
      let figures: [String] = [
        Self.score(result?.inSampleScore), Self.score(result?.outOfSampleScore),
        result.map { NumberText.percent($0.inSampleReturn) } ?? "n/a",
        result.map { NumberText.percent($0.outOfSampleReturn) } ?? "n/a",
        result.flatMap { WalkForwardEfficiency.of($0).value }.map { NumberText.fixed($0, 2) }
          ?? "n/a",
      ]
      table.append(
        row: ["\(fold.fold.number)", Self.day(span.lowerBound), Self.day(span.upperBound)]
          + (fold.best?.texts ?? names.map { _ in "n/a" }) + figures)
    }
    return table.lines(width: 160)
  }

  private static func score(_ value: Double?) -> String {
    value.map(SearchReport.score) ?? "n/a"
  }

  /// A time without the seconds that are zero.
  private static func day(_ time: Timestamp) -> String { NumberText.time(time) }

  private var figures: [String] {
    let rows: [(String, Figure, (Double) -> String, String)] = [
      (
        "return", stitched.map { Figure($0.totalReturn) } ?? Figure(missing: "no fold was traded"),
        { NumberText.percent($0) }, "of the out-of-sample parts one after the other"
      ),
      ("Sharpe", sharpe, { NumberText.fixed($0, 3) }, "of their daily returns, a year"),
      (
        "PSR", probabilistic, { NumberText.percent($0) },
        "probability that it is above 0"
      ),
      ("max drawdown", maxDrawdown, { NumberText.percent($0) }, "of that curve"),
      (
        "efficiency", efficiency, { NumberText.fixed($0, 3) },
        "yearly return out of sample ÷ in sample"
      ),
      (
        "profitable", profitableShare, { NumberText.percent($0) }, "of the folds, out of sample"
      ),
      (
        "rank correlation", rankCorrelation, { NumberText.fixed($0, 3) },
        "of the folds' scores in and out of sample"
      ),
    ]
    var table = TextTable(.left, .right, .left)
    for (name, figure, text, meaning) in rows {
      table.append(
        name, figure.value.map(text) ?? "n/a",
        meaning + (figure.value == nil ? " (\(figure.reason))" : ""))
    }
    return table.lines()
  }

  private var stabilityTable: [String] {
    var table = TextTable(.left, .right, .right, .right, .right)
    table.append("parameter", "median", "mean", "spread", "near the median")
    for one in stability {
      table.append(
        one.name, one.centre, one.mean.map { NumberText.amount($0) } ?? "n/a",
        one.spread.map { NumberText.amount($0) } ?? "n/a", NumberText.percent(one.nearShare))
    }
    return table.lines()
  }
}

// MARK: - JSON

extension WalkForwardReport {
  /// Everything with stable keys. O(points).
  public var json: JSONValue {
    .object(
      study.json(fingerprint: fingerprint) + [
        ("anchored", .bool(windows.settings.isAnchored)), ("folds", .array(folds.map(Self.json))),
        (
          "outOfSample",
          .object([
            ("return", .optional(stitched?.totalReturn)), ("sharpe", .optional(sharpe.value)),
            ("probabilisticSharpe", .optional(probabilistic.value)),
            ("maxDrawdown", .optional(maxDrawdown.value)),
            ("efficiency", .optional(efficiency.value)),
            ("profitableShare", .optional(profitableShare.value)),
            ("rankCorrelation", .optional(rankCorrelation.value)),
            ("equity", .array((stitched?.points ?? []).map(Self.json))),
          ])
        ),
        ("stability", .array(stability.map(Self.json))),
      ])
  }

  private static func json(_ fold: WalkForwardFold) -> JSONValue {
    let values = fold.best.map { JSONValue.array($0.texts.map { .string($0) }) } ?? .null
    let metrics = zip(MetricDefinition.all, fold.figures).map {
      ($0.name, JSONValue.optional($1.value))
    }
    return .object([
      ("fold", .count(fold.fold.number)), ("inSample", json(fold.fold.inSample)),
      ("outOfSample", json(fold.fold.outOfSample)), ("study", .string(fold.study)),
      ("trials", .count(fold.trialCount)), ("values", values),
      ("inSampleScore", .optional(fold.best?.score)),
      ("outOfSampleScore", .optional(fold.result?.outOfSampleScore)),
      ("inSampleReturn", .optional(fold.result?.inSampleReturn)),
      ("outOfSampleReturn", .optional(fold.result?.outOfSampleReturn)),
      ("fingerprint", fold.fingerprint.map { .string(hexadecimal($0)) } ?? .null),
      ("again", fold.again.map { .string($0) } ?? .null), ("metrics", .object(metrics)),
    ])
  }

  private static func json(_ range: Range<Timestamp>) -> JSONValue {
    .object([
      ("from", .string(range.lowerBound.iso8601)), ("to", .string(range.upperBound.iso8601)),
    ])
  }

  private static func json(_ point: EquityPoint) -> JSONValue {
    .object([
      ("time", .string(point.time.iso8601)), ("equity", .string(point.equity.exactText)),
      ("drawdown", .number(point.drawdown)),
    ])
  }

  private static func json(_ one: ParameterStability) -> JSONValue {
    .object([
      ("parameter", .string(one.name)), ("values", .array(one.texts.map { .string($0) })),
      ("median", .string(one.centre)), ("mean", .optional(one.mean)),
      ("spread", .optional(one.spread)), ("nearShare", .number(one.nearShare)),
    ])
  }
}
