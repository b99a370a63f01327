/// A walk-forward as one HTML file: what searching anew at every fold earned on data it had not seen.

internal import TradingCore

extension WalkForwardReport {
  /// The whole document; the same walk gives the same bytes. Its size is bounded. O(points).
  /// - Parameters:
  ///   - space: what every fold searched.
  ///   - file: the scenario's, for the command that makes this walk again.
  ///   - all: every change made to the scenario, windows and search included.
  public func html(
    over space: SearchSpace, of file: String, setting all: [String]
  ) -> String {
    let page = WalkForwardPage(
      report: self, space: space,
      command: ShellCommand.text("walkforward", file, setting: all))
    let charts = WalkForwardCharts(report: self, space: space)
    return HTMLDocument.text(
      title: study.scenarioName,
      [
        page.header, page.warnings, page.cards, FoldBars(windows: windows, folds: folds).figure,
        charts.equity, charts.scores, charts.choices, page.stability, page.folds, page.figures,
        page.repeating, HTMLPage.footer(study.build),
      ])
  }
}

struct WalkForwardPage {
  /// The most folds listed, the latest ones; all of them stand in the JSON.
  static let mostFolds = 1_000

  let report: WalkForwardReport
  let space: SearchSpace
  /// What makes this walk again.
  let command: String

  var study: StudyRecord { report.study }
  private var isAnchored: Bool { report.windows.settings.isAnchored }

  var header: String {
    let trials = report.folds.reduce(0) { $0 + $1.trialCount }
    let counts =
      "\(NumberText.counted(report.folds.count, "fold")), \(NumberText.grouped(trials)) trials"
    return study.pageHeader(
      counts: counts, chips: [("windows", isAnchored ? "anchored" : "rolling")],
      fingerprint: report.fingerprint)
  }

  /// Folds that have nothing to show.
  var warnings: String {
    let idle = report.folds.filter { $0.result == nil }
    let texts = idle.prefix(10).map {
      "Fold \($0.fold.number) was not traded: \(WalkForwardReport.reason($0))."
    }
    let more =
      idle.count > 10 ? ["\(NumberText.grouped(idle.count - 10)) more folds were not traded."] : []
    return HTMLPage.warnings(texts + more)
  }

  /// The figures people ask for first.
  var cards: String {
    let cards = rows.prefix(4).map { row in
      let tone = row.isJudged ? (row.figure.value.map { $0 < 0 ? " bad" : " good" } ?? "") : ""
      return HTMLPage.card(
        row.label, row.figure.value.map { HTMLText.number(row.text($0)) } ?? "n/a",
        row.figure.value == nil ? row.figure.reason : row.meaning, tone: tone)
    }
    return "<section class=\"cards\">\n\(cards.joined(separator: "\n"))\n</section>"
  }

  private struct Row {
    let label: String
    let figure: Figure
    let isJudged: Bool
    let text: (Double) -> String
    let meaning: String
  }

  private var rows: [Row] {
    let percent: (Double) -> String = { NumberText.percent($0) }
    let ratio: (Double) -> String = { NumberText.fixed($0, 3) }
    let total =
      report.stitched.map { Figure($0.totalReturn) } ?? Figure(missing: "no fold was traded")
    return [
      Row(
        label: "Return out of sample", figure: total, isJudged: true, text: percent,
        meaning: "of the out-of-sample parts one after the other"),
      Row(
        label: "Sharpe", figure: report.sharpe, isJudged: true, text: ratio,
        meaning: "of that curve's daily returns, a year"),
      Row(
        label: "Efficiency", figure: report.efficiency, isJudged: false, text: ratio,
        meaning: "yearly return out of sample ÷ in sample (Pardo 2008)"),
      Row(
        label: "Max drawdown", figure: report.maxDrawdown, isJudged: false, text: percent,
        meaning: "of that curve, by its samples"),
      Row(
        label: "PSR", figure: report.probabilistic, isJudged: false, text: percent,
        meaning: "probability that the true Sharpe ratio of that curve is above 0"),
      Row(
        label: "Profitable folds", figure: report.profitableShare, isJudged: false,
        text: percent, meaning: "the share of folds that earned out of sample"),
      Row(
        label: "Rank correlation", figure: report.rankCorrelation, isJudged: false, text: ratio,
        meaning: "of the folds' scores in and out of sample (Spearman)"),
    ]
  }

  /// All figures with what they mean, and why one is missing.
  var figures: String {
    let items = rows.map { row in
      let value =
        row.figure.value.map { "<b data-v=\"\($0)\">\(HTMLText.number(row.text($0)))</b>" }
        ?? "<span class=\"none\">n/a: \(HTMLText.escape(row.figure.reason))</span>"
      return (row.label, "\(value) <small>\(HTMLText.escape(row.meaning))</small>")
    }
    return HTMLPage.list("Figures", items)
  }

  /// Whether the folds chose alike.
  var stability: String {
    guard !report.stability.isEmpty else { return "" }
    let rows = report.stability.map { one in
      let numbers = [one.mean, one.spread].map { value in
        "<td>\(value.map { HTMLText.number(NumberText.amount($0)) } ?? "n/a")</td>"
      }
      return "<tr><th class=\"text\">\(HTMLText.escape(one.name))</th>"
        + "<td>\(HTMLText.number(one.centre))</td>\(numbers.joined())"
        + "<td data-v=\"\(one.nearShare)\">\(NumberText.percent(one.nearShare))</td></tr>"
    }
    return """
      <section class="panel"><h2>Stability <small>near: within a tenth of the range of the median, a \
      step at least; of words, the same one</small></h2><div class="scroll"><table id="stability"><thead><tr>\
      <th class="text">Parameter</th><th>Median</th><th>Mean</th><th>Spread</th><th>Near the median</th>\
      </tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div></section>
      """
  }
}
