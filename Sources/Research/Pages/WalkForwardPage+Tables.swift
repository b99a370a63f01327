/// The table of folds, and everything that makes the walk again.

internal import TradingCore

extension WalkForwardPage {
  /// The latest folds, sortable by a click on a column.
  var folds: String {
    let shown = report.folds.suffix(WalkForwardPage.mostFolds)
    let all = NumberText.grouped(report.folds.count)
    let note =
      shown.count == report.folds.count
      ? all : "the last \(NumberText.grouped(shown.count)) of \(all); --json has all of them"
    let titles =
      ["Fold", "Out of sample from UTC", "to"] + study.dimensions.map(\.name)
      + ["Score in", "Score out", "Return in", "Return out", "Efficiency"]
    let head = titles.enumerated().map { index, title in
      "<th scope=\"col\"\(isText(index) ? " class=\"text\"" : "")><button type=\"button\">"
        + "\(HTMLText.escape(title))</button></th>"
    }
    return """
      <section class="panel"><h2>Folds <small>\(note)</small></h2>
      <div class="scroll tall"><table class="sortable" id="folds"><thead><tr>\(head.joined())</tr></thead><tbody>
      \(shown.map(row).joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  /// Times and words stand on the left.
  private func isText(_ column: Int) -> Bool {
    let dimension = column - 3
    return column == 1 || column == 2
      || space.dimensions.indices.contains(dimension) && !space.dimensions[dimension].isNumber
  }

  private func row(_ fold: WalkForwardFold) -> String {
    let span = fold.fold.outOfSample
    let times = [span.lowerBound, span.upperBound].map {
      "<td class=\"text\">\(NumberText.time($0))</td>"
    }
    let values = space.dimensions.enumerated().map { place, dimension in
      guard let best = fold.best else { return cell(nil) { _ in "" } }
      let text = HTMLText.escape(best.texts[place])
      return dimension.isNumber
        ? "<td data-v=\"\(best.values[place])\">\(text)</td>" : "<td class=\"text\">\(text)</td>"
    }
    let result = fold.result
    let figures = [
      cell(fold.best?.score, SearchReport.score),
      cell(result?.outOfSampleScore, SearchReport.score),
      cell(result?.inSampleReturn) { NumberText.percent($0) },
      cell(result?.outOfSampleReturn) { NumberText.percent($0) },
      cell(result.flatMap { WalkForwardEfficiency.of($0).value }) { NumberText.fixed($0, 2) },
    ]
    return "<tr><td>\(fold.fold.number)</td>"
      + (times + values + figures).joined() + "</tr>"
  }

  /// A figure that sorts exactly; one that is missing sorts below every other.
  private func cell(_ value: Double?, _ text: (Double) -> String) -> String {
    value.map { "<td data-v=\"\($0)\">\(HTMLText.number(text($0)))</td>" }
      ?? "<td class=\"none\" data-v=\"-Infinity\">n/a</td>"
  }

  /// Everything that makes this walk again.
  var repeating: String {
    let settings = report.windows.settings
    let lengths = [
      ("in sample", settings.inSample), ("purge", settings.purge), ("embargo", settings.embargo),
      ("warm-up", settings.warmUp),
    ].map { "\($0.0) \(NumberText.duration(seconds: $0.1.seconds))" }
    return study.pageIdentity(
      "Which walk this is", commands: [("Walk", command)],
      extra: [("Windows", lengths.joined(separator: ", "))], fingerprint: report.fingerprint)
  }
}
