/// The table of a search's trials, and why some have no score.

internal import TradingCore

struct SearchTable {
  /// The most trials listed in the page; all of them stand in the CSV.
  static let mostTrials = 1_000

  let report: SearchReport
  let space: SearchSpace

  /// The best trials, sortable by a click on a column.
  var trials: String {
    let shown = report.ranked.prefix(SearchTable.mostTrials)
    let all = NumberText.grouped(report.ranked.count)
    let note =
      shown.count == report.ranked.count
      ? all : "the best \(NumberText.grouped(shown.count)) of \(all); --csv writes all of them"
    let metrics = SearchReport.shown.compactMap { name in
      MetricDefinition.all.first { $0.name == name }
    }
    let titles =
      ["Rank", "Trial"] + report.study.dimensions.map(\.name) + ["Score"]
      + metrics.map(\.label)
    let head = titles.enumerated().map { index, title in
      "<th scope=\"col\"\(words(index - 2) ? " class=\"text\"" : "")><button type=\"button\">"
        + "\(HTMLText.escape(title))</button></th>"
    }
    let rows = shown.enumerated().map { row($0.offset + 1, $0.element, metrics) }
    return """
      <section class="panel"><h2>Trials <small>\(note)</small></h2>
      <div class="scroll tall"><table class="sortable" id="trials"><thead><tr>\(head.joined())</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  /// Whether a dimension's values are words.
  private func words(_ place: Int) -> Bool {
    space.dimensions.indices.contains(place) && !space.dimensions[place].isNumber
  }

  private func row(_ rank: Int, _ trial: TrialRecord, _ metrics: [MetricDefinition]) -> String {
    let values = trial.texts.enumerated().map { place, text in
      words(place)
        ? "<td class=\"text\">\(HTMLText.escape(text))</td>"
        : "<td data-v=\"\(trial.values[place])\">\(HTMLText.number(text))</td>"
    }
    let figures = metrics.map { metric -> String in
      guard let place = report.study.metrics.firstIndex(of: metric.name),
        place < trial.figures.count, let value = trial.figures[place].value
      else { return SearchTable.none("") }
      return
        "<td data-v=\"\(value)\">\(HTMLText.number(NumberText.metric(value, metric.unit)))</td>"
    }
    let score =
      trial.score.map {
        "<td data-v=\"\($0)\"><b>\(HTMLText.number(SearchReport.score($0)))</b></td>"
      }
      ?? SearchTable.none(trial.reason)
    return "<tr><td>\(rank)</td><td>\(trial.number)</td>\(values.joined())\(score)"
      + "\(figures.joined())</tr>"
  }

  /// A cell that sorts below every number.
  private static func none(_ reason: String) -> String {
    "<td class=\"none\" data-v=\"-Infinity\" title=\"\(HTMLText.escape(reason))\">n/a</td>"
  }

  /// Why trials have no score, most frequent first.
  var reasons: String {
    let all = report.reasons
    guard !all.isEmpty else { return "" }
    let rows = all.prefix(20).map {
      "<tr><td>\(NumberText.grouped($0.count))</td><td class=\"text wrap\">"
        + "\(HTMLText.escape($0.text))</td></tr>"
    }
    let more =
      all.count > 20 ? "<p>and \(NumberText.counted(all.count - 20, "more reason"))</p>" : ""
    return """
      <section class="panel"><h2>Trials without a score</h2><div class="scroll"><table>
      <thead><tr><th>Trials</th><th class="text">Why</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\(more)</section>
      """
  }
}
