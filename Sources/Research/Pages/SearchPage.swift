/// A search as one HTML file: how much of it may be luck, what was tried where, and how to do it again.

internal import TradingCore

extension SearchReport {
  /// The whole document; the same search gives the same bytes. Its size is bounded. O(trials).
  /// - Parameters:
  ///   - space: what was searched.
  ///   - all: every change made to the scenario, the search itself included.
  public func html(over space: SearchSpace, setting all: [String]) -> String {
    let page = SearchPage(
      self, space, command: ShellCommand.text("optimize", text.file, setting: all))
    return HTMLDocument.text(
      title: study.scenarioName,
      [
        page.header, page.warning, page.cards, page.charts, page.maps, page.parallel,
        page.importance, page.table.reasons, page.honesty, page.table.trials, page.repeating,
        HTMLPage.footer(study.build),
      ])
  }
}

struct SearchPage {
  let report: SearchReport
  /// What makes this search again.
  let command: String
  /// Trials with a score, best first.
  let scored: [TrialRecord]
  let space: SearchSpace
  /// All trials, best first.
  let points: [JudgedPoint]
  /// How much each parameter explains by itself.
  let sensitivities: [Sensitivity]

  /// The most parameters that are drawn against each other.
  static let mostMapped = 4

  var study: StudyRecord { report.study }
  var table: SearchTable { SearchTable(report: report, space: space) }

  init(_ report: SearchReport, _ space: SearchSpace, command: String) {
    self.report = report
    self.command = command
    self.space = space
    scored = report.ranked.filter { $0.score != nil }
    points = report.ranked.map {
      JudgedPoint(number: $0.number, point: Point($0.values), score: $0.score)
    }
    sensitivities = Sensitivity.all(space, in: points)
  }

  var header: String {
    let counts =
      "\(NumberText.grouped(report.ranked.count)) trials, \(NumberText.grouped(scored.count)) with a score"
    return study.pageHeader(counts: counts, fingerprint: report.fingerprint)
  }

  var warning: String {
    HTMLPage.warnings(
      [
        "The best of \(NumberText.counted(report.ranked.count, "trial")) looks better than it is: "
          + "it was chosen for its score on this very data. The figures on luck below say how much; "
          + "cryptobot walkforward shows what is left on data that no search has seen."
      ] + report.warnings.map(\.text))
  }

  /// The best score and what may be luck about it.
  var cards: String {
    let best = report.best
    let values = zip(study.dimensions, best?.texts ?? []).map { "\($0.name) \($1)" }
    let score = best?.score.map { HTMLText.number(SearchReport.score($0)) }
    let cards =
      [
        HTMLPage.card(
          "Best score", score ?? "n/a",
          best == nil ? "no trial has a score" : values.joined(separator: ", "))
      ]
      + report.luck.map { one in
        HTMLPage.card(
          one.name, one.figure.value.map { HTMLText.number(NumberText.percent($0)) } ?? "n/a",
          one.figure.value == nil ? one.figure.reason : one.meaning)
      }
    return "<section class=\"cards\">\n\(cards.joined(separator: "\n"))\n</section>"
  }

  var charts: String {
    let charts = SearchCharts(report: report, scored: scored)
    guard !scored.isEmpty else {
      return
        "<section class=\"panel\"><h2>Score by trial</h2><p class=\"none\">n/a: no trial has a "
        + "score, nothing to draw.</p></section>"
    }
    return "<section class=\"charts\">\n\(charts.scores)\n\(charts.equity)\n</section>"
  }

  /// A heat map for every pair of the numeric parameters that explain most.
  var maps: String {
    let numbers = space.dimensions.indices.filter { space.dimensions[$0].isNumber }
    let chosen = numbers.sorted { left, right in
      let (one, other) = (sensitivities[left].share ?? -1, sensitivities[right].share ?? -1)
      return one == other ? left < right : one > other
    }.prefix(SearchPage.mostMapped).sorted()
    guard chosen.count > 1 else { return "" }
    let panels = chosen.indices.flatMap { up in
      chosen[..<up].flatMap { HeatMap(space, across: $0, up: chosen[up], points).panels }
    }
    let note =
      numbers.count > chosen.count
      ? "<p class=\"under\">Of \(numbers.count) numeric parameters the \(chosen.count) that explain most.</p>"
      : ""
    return "\(note)<div class=\"maps\">\n\(panels.joined(separator: "\n"))\n</div>"
  }

  var parallel: String {
    let axes = space.dimensions.enumerated().map { SearchAxis($1, $0) }
    return ParallelCoordinates(axes: axes, scored: scored).section
  }

  var importance: String {
    guard !scored.isEmpty else { return "" }
    let rows = zip(space.dimensions, sensitivities).map { dimension, one in
      let text = one.share.map { NumberText.percent($0) } ?? "n/a"
      let bar = one.share.map { "<i style=\"width:\(HTMLText.percent($0))\"></i>" } ?? ""
      return "<tr><th class=\"text\">\(HTMLText.escape(dimension.name))</th><td>\(text)</td>"
        + "<td class=\"wide\"><div class=\"use\">\(bar)</div></td></tr>"
    }
    return """
      <section class="panel"><h2>Importance</h2><div class="scroll"><table id="importance">\
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div><p class="under">The share of the scores' \
      variance that a parameter explains by itself (Sobol' 1993). What parameters do only together is in \
      none of them; few trials for each value show more than there is. n/a: fewer than two scores, or all \
      the same.</p></section>
      """
  }
}
