/// Charts of a search: the score of each trial as they were asked for, and the best ones' equity.

internal import TradingCore

struct SearchCharts {
  /// Columns that dots are thinned to; each keeps its lowest, highest, first and last.
  static let columns = 600
  /// Curves that are drawn.
  static let curves = 5

  let report: SearchReport
  /// Trials with a score, best first.
  let scored: [TrialRecord]

  /// A dot for each trial and the best so far as a line.
  var scores: String {
    let trials = scored.sorted { $0.number < $1.number }
    let all = report.ranked.count
    guard let low = scored.last?.score, let high = scored.first?.score else { return "" }
    let scale = NiceScale(low: low, high: high)
    let ranges = columns(trials, all)
    let dots = ranges.flatMap { Thinning.drawn(of: $0) { trials[$0].score } }
    let legend = [("dot", "trial"), ("line a", "best so far")]
    let missing = report.ranked.filter { $0.score == nil }.map(\.number).sorted()
    return frame(
      "scores", "Score by trial", note(dots.count, trials.count), scale, across: all,
      legend + (missing.isEmpty ? [] : [("missing", "no score")])
    ).figure(
      ChartFrame.dots(dots.map { place(trials[$0], all, scale) }, "dots")
        + "<path class=\"line a\" d=\"M\(ChartFrame.path(best(trials, all, scale)))\"/>"
        + marks(missing, all))
  }

  private func note(_ drawn: Int, _ count: Int) -> String {
    let text = report.study.objective
    return drawn == count
      ? text : "\(text) · \(NumberText.grouped(drawn)) of \(NumberText.grouped(count)) dots drawn"
  }

  private func columns(_ trials: [TrialRecord], _ all: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for index in trials.indices.dropFirst() {
      let column = trials[index].number * SearchCharts.columns / all
      guard column != trials[start].number * SearchCharts.columns / all else { continue }
      ranges.append(start..<index)
      start = index
    }
    return ranges + (trials.isEmpty ? [] : [start..<trials.count])
  }

  private func place(
    _ trial: TrialRecord, _ all: Int, _ scale: NiceScale
  ) -> (x: Double, y: Double) {
    (share(trial.number, all), height(trial.score ?? scale.low, scale))
  }

  /// Trials stand in the middle of their share of the width.
  private func share(_ number: Int, _ all: Int) -> Double { (Double(number) + 0.5) / Double(all) }

  private func height(_ value: Double, _ scale: NiceScale) -> Double {
    (scale.high - value) / (scale.high - scale.low)
  }

  /// Steps: up where a trial was better than all before it, level from there on.
  private func best(
    _ trials: [TrialRecord], _ all: Int, _ scale: NiceScale
  ) -> [(x: Double, y: Double)] {
    var corners: [(x: Double, y: Double)] = []
    var highest = -Double.infinity
    for trial in trials {
      guard let score = trial.score, score > highest else { continue }
      highest = score
      let corner = place(trial, all, scale)
      if let before = corners.last { corners.append((corner.x, before.y)) }
      corners.append(corner)
    }
    return corners + (corners.last.map { [(1, $0.y)] } ?? [])
  }

  /// Short marks at the bottom; trials of one column share one.
  private func marks(_ missing: [Int], _ all: Int) -> String {
    var latest = -1
    var text = ""
    for number in missing {
      let column = number * SearchCharts.columns / all
      if column != latest {
        text += "M\(HTMLText.coordinate(share(number, all) * Plot.width)) 400v-12"
      }
      latest = column
    }
    return text.isEmpty ? "" : "<path class=\"missing\" d=\"\(text)\"/>"
  }

  /// The best few whose equity is not that of a better one.
  private var different: [TrialRecord] {
    var shown: [TrialRecord] = []
    for trial in scored where trial.curve.count > 1 && shown.count < SearchCharts.curves {
      if !shown.contains(where: { $0.curve == trial.curve }) { shown.append(trial) }
    }
    return shown
  }

  /// Equity of the best few over the share of the run.
  var equity: String {
    let shown = different
    let values = shown.flatMap(\.curve).filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return "" }
    let scale = NiceScale(low: low, high: high)
    let lines = shown.enumerated().reversed().map { index, trial in
      let corners = trial.curve.enumerated().map { place, value in
        (x: Double(place) / Double(trial.curve.count - 1), y: height(value, scale))
      }
      return "<path class=\"line s\(index)\" d=\"M\(ChartFrame.path(corners))\"/>"
    }
    let legend = shown.enumerated().map { ("s\($0.offset)", words($0.element)) }
    return frame(
      "curves", "Equity of the best",
      "different ones, over the share of the run", scale, across: nil, legend
    ).figure(lines.joined())
  }

  private func words(_ trial: TrialRecord) -> String {
    let values = zip(report.study.dimensions, trial.texts).map { "\($0.name) \($1)" }
    return "#\(trial.number) " + values.joined(separator: ", ")
  }

  /// - Parameter across: trials, or nothing for the share of the run.
  private func frame(
    _ id: String, _ title: String, _ unit: String, _ scale: NiceScale, across: Int?,
    _ legend: [(String, String)]
  ) -> ChartFrame {
    let most = across.map(Double.init) ?? 100
    let ticks = NiceScale(low: 0, high: most, count: 6).ticks.filter {
      $0 < most * 0.97 && $0 == $0.rounded()
    }
    return ChartFrame(
      id: id, title: title, unit: unit, height: 260, legend: legend,
      rows: scale.ticks.map { .init(height($0, scale), HTMLText.number(scale.text($0))) },
      columns: ticks.map { tick in
        across == nil
          ? .init(tick / most, NumberText.fixed(tick, 0) + " %")
          : .init((tick + 0.5) / most, NumberText.fixed(tick, 0))
      })
  }
}
