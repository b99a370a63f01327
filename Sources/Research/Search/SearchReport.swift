/// What a search found: its trials in order of score, for terminal, JSON and CSV.

public import TradingCore

/// A study with its trials, ranked.
public struct SearchReport: Sendable {
  public let study: StudyRecord
  public let ranked: [TrialRecord]
  /// What every trial began with.
  let text: ScenarioText
  /// One number for all trials in order of asking: equal for equal searches.
  public let fingerprint: UInt64
  /// How much of the best may be luck.
  public let honesty: SearchHonesty
  /// What must be known before it is believed.
  public let warnings: [RunWarning]

  /// - Parameter trials: in order of asking.
  public init(
    _ study: StudyRecord, trials: [TrialRecord], of text: ScenarioText,
    warnings: [RunWarning] = []
  ) {
    self.study = study
    self.text = text
    self.warnings = warnings
    ranked = trials.ranked
    fingerprint = trials.fingerprint
    honesty = SearchHonesty(ranked)
  }

  /// The best trial that has a score.
  public var best: TrialRecord? { ranked.first.flatMap { $0.score == nil ? nil : $0 } }

  /// Why most of the trials without a score have none: `4 × fast must be less than slow`.
  public var mainReason: String? {
    reasons.first.map { "\($0.count) × \(ReportText.visible($0.text))" }
  }

  /// Why trials have no score, and how many, most frequent first.
  var reasons: [(text: String, count: Int)] {
    var counts: [(text: String, count: Int)] = []
    for trial in ranked where trial.score == nil {
      if let index = counts.firstIndex(where: { $0.text == trial.reason }) {
        counts[index].count += 1
      } else {
        counts.append((trial.reason, 1))
      }
    }
    return counts.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
  }

  /// The command that runs a trial as a backtest.
  func command(for trial: TrialRecord) -> String {
    text.replayCommand(setting: zip(study.dimensions, trial.texts).map { "\($0.key)=\($1)" })
  }
}

// MARK: - Terminal

extension SearchReport {
  /// Metrics that the table shows beside the score.
  static let shown = ["return", "sharpe", "maxDrawdown", "trades", "fees"]

  /// A table of the best trials and what allows to repeat them.
  /// - Parameters:
  ///   - top: how many trials the table shows.
  ///   - seconds: how long the search took.
  public func text(top: Int, seconds: Double) -> String {
    let scored = ranked.filter { $0.score != nil }
    var lines = head(scored.count, seconds)
    lines += [""] + table(scored.prefix(top))
    if scored.count > top {
      lines.append("  … and \(NumberText.counted(scored.count - top, "trial")) more (--top, --csv)")
    }
    for reason in reasons.prefix(5) {
      lines.append("no score: \(reason.count) × \(ReportText.visible(reason.text))")
    }
    lines += warnings.map { "warning: \($0.text)" }
    if best != nil { lines += [""] + luckLines }
    if let best { lines += ["", "again:  \(command(for: best))"] }
    return (lines + ["fingerprint  \(hexadecimal(fingerprint))"]).joined(separator: "\n")
  }

  private func head(_ scored: Int, _ seconds: Double) -> [String] {
    return [
      study.runText,
      "space      \(study.spaceText)",
      "sampler    \(study.sampler), seed \(study.seed), \(study.generation) at a time",
      "objective  \(study.objective)",
      "trials     \(NumberText.grouped(ranked.count)), \(NumberText.grouped(scored)) with a score"
        + (seconds > 0 ? ", \(NumberText.duration(seconds: seconds))" : ""),
    ]
  }

  /// How much may be luck: a name, its figure and what that is.
  var luck: [(name: String, figure: Figure, meaning: String)] {
    let alike =
      honesty.effectiveTrials.value.map { ", as many as \(NumberText.fixed($0, 1)) unlike ones" }
      ?? ""
    return [
      ("PSR", honesty.probabilistic, "probability that the best one's Sharpe ratio is above 0"),
      (
        "DSR", honesty.deflated,
        "the same above the best of \(honesty.trials) without any skill\(alike)"
      ),
      (
        "PBO", honesty.overfitting,
        "probability that what is best here is below the middle elsewhere"
      ),
    ]
  }

  private var luckLines: [String] {
    luck.map { name, figure, text in
      let value = figure.value.map { NumberText.percent($0) } ?? "n/a"
      return "\(name)  \(TextTable.pad(value, to: 8, .right))  \(text)"
        + (figure.value == nil ? " (\(figure.reason))" : "")
    }
  }

  private func table(_ trials: ArraySlice<TrialRecord>) -> [String] {
    guard !trials.isEmpty else { return ["no trial has a score"] }
    let metrics = SearchReport.shown.compactMap { name in
      MetricDefinition.all.first { $0.name == name }
    }
    let columns = 3 + study.dimensions.count + metrics.count
    var table = TextTable(Array(repeating: .right, count: columns))
    table.append(
      row: ["rank", "trial"] + study.dimensions.map(\.name) + ["score"] + metrics.map(\.label))
    for (place, trial) in trials.enumerated() {
      let figures = metrics.map { metric in figure(metric.name, of: trial, metric.unit) }
      table.append(
        row: ["\(place + 1)", "\(trial.number)"] + trial.texts
          + [trial.score.map(SearchReport.score) ?? ""] + figures)
    }
    return table.lines()
  }

  /// A score as tables and progress show it.
  public static func score(_ value: Double) -> String { NumberText.amount(value) }

  private func figure(_ name: String, of trial: TrialRecord, _ unit: MetricUnit) -> String {
    guard let place = study.metrics.firstIndex(of: name), place < trial.figures.count,
      let value = trial.figures[place].value
    else { return "n/a" }
    return NumberText.metric(value, unit)
  }
}

// MARK: - Files

extension SearchReport {
  /// The search as JSON with stable keys; trials in order of rank. O(trials).
  public var json: JSONValue {
    .object(
      study.json(fingerprint: fingerprint) + [
        ("generation", .count(study.generation)),
        (
          "honesty",
          .object([
            ("trials", .count(honesty.trials)),
            ("effectiveTrials", .optional(honesty.effectiveTrials.value)),
            ("returns", .count(honesty.returns)),
            ("probabilisticSharpe", .optional(honesty.probabilistic.value)),
            ("deflatedSharpe", .optional(honesty.deflated.value)),
            ("overfitting", .optional(honesty.overfitting.value)),
            ("lossOutside", .optional(honesty.lossOutside.value)),
          ])
        ),
        ("warnings", RunWarning.json(warnings)),
        ("best", best.map { .count($0.number) } ?? .null),
        ("again", best.map { .string(command(for: $0)) } ?? .null),
        ("trials", .array(ranked.map(json))),
      ])
  }

  private func json(_ trial: TrialRecord) -> JSONValue {
    .object([
      ("number", .count(trial.number)),
      ("values", .object(zip(study.dimensions, trial.texts).map { ($0.name, .string($1)) })),
      ("score", .optional(trial.score)), ("reason", .string(trial.reason)),
      ("fingerprint", trial.fingerprintText.map { .string($0) } ?? .null),
      (
        "metrics",
        .object(zip(study.metrics, trial.figures).map { ($0, .optional($1.value)) })
      ),
    ])
  }

  /// The header of `trials.csv` and a line for each trial in order of rank. O(trials).
  public var csv: String {
    let names =
      ["rank", "trial"] + study.dimensions.map(\.name) + ["score", "reason", "fingerprint"]
    var text = CSVFiles.line(names + study.metrics)
    for (place, trial) in ranked.enumerated() {
      var row = ["\(place + 1)", "\(trial.number)"] + trial.texts
      row += [trial.score?.description ?? "", trial.reason, trial.fingerprintText ?? ""]
      row += study.metrics.indices.map { index in
        index < trial.figures.count ? trial.figures[index].value?.description ?? "" : ""
      }
      text += CSVFiles.line(row)
    }
    return text
  }
}
