/// Charts of a walk: the stitched equity, scores in sample against out of sample, what was chosen.

internal import TradingCore

struct WalkForwardCharts {
  /// The most folds that bars, dots and borders are drawn for, the latest ones.
  static let mostFolds = 200
  /// The most parameters whose choices are drawn.
  static let mostParameters = 12

  let report: WalkForwardReport
  let space: SearchSpace

  private var shown: [WalkForwardFold] {
    Array(report.folds.suffix(WalkForwardCharts.mostFolds))
  }

  // MARK: - Equity

  /// Equity and its drawdown, with a line where a fold begins.
  var equity: String {
    let points = report.stitched?.points ?? []
    guard let first = points.first?.time, let last = points.last?.time, first < last else {
      return
        "<section class=\"panel\"><h2>Equity out of sample</h2><p class=\"none\">n/a: no fold was "
        + "traded, nothing to draw.</p></section>"
    }
    let ranges = Thinning.ranges(of: points.map(\.time), columns: HTMLCharts.columns)
    func series(_ value: (EquityPoint) -> Double) -> [Plot.Point] {
      ranges.flatMap { range in
        Thinning.drawn(of: range) { value(points[$0]) }.map {
          Plot.Point(time: points[$0].time, value: value(points[$0]))
        }
      }
    }
    let borders = shown.map(\.fold.outOfSample.lowerBound).filter { $0 > first && $0 < last }
    return chart(
      "equity", "Equity out of sample", "folds one after the other", 280, "a",
      series { $0.equity.approximate }, borders)
      + chart(
        "drawdown", "Drawdown", "%", 120, "down", series { -$0.drawdown * 100 }, borders)
  }

  private func chart(
    _ id: String, _ title: String, _ unit: String, _ height: Int, _ name: String,
    _ points: [Plot.Point], _ borders: [Timestamp]
  ) -> String {
    let isFall = name == "down"
    let values = points.map(\.value) + (isFall ? [0, -0.1] : [])
    guard let first = points.first?.time, let last = points.last?.time, let low = values.min(),
      let high = values.max()
    else { return "" }
    let plot = Plot(scale: NiceScale(low: low, high: high), first: first, last: last)
    let lines = borders.map { "M\(HTMLText.coordinate(plot.x($0) * Plot.width)) 0V400" }
    return plot.figure(
      id: id, title: title, unit: unit, height: height,
      legend: isFall ? [] : [("border", "a fold begins")],
      content: "<path class=\"border\" d=\"\(lines.joined())\"/>"
        + plot.area(points, isFall ? "fill-down" : "fill-a", to: isFall ? 0 : nil)
        + plot.line(points, "line \(name)"))
  }

  // MARK: - Scores

  private struct Scored {
    let number: Int
    let inside: Double
    let outside: Double
  }

  /// Folds with both scores.
  private var scored: [Scored] {
    shown.compactMap { fold in
      guard let result = fold.result, let inside = result.inSampleScore,
        let outside = result.outOfSampleScore
      else { return nil }
      return Scored(number: fold.fold.number, inside: inside, outside: outside)
    }
  }

  /// A dot for each fold, and its two scores as bars.
  var scores: String {
    let folds = scored
    let values = folds.flatMap { [$0.inside, $0.outside] }
    guard let low = values.min(), let high = values.max() else {
      return
        "<section class=\"panel\"><h2>Scores</h2><p class=\"none\">n/a: no fold has a score in "
        + "sample and out of sample.</p></section>"
    }
    return "<div class=\"pair even\">\(scatter(folds))"
      + "\(bars(folds, NiceScale(low: min(0, low), high: max(0, high))))</div>"
  }

  private func scatter(_ folds: [Scored]) -> String {
    let across = WalkForwardCharts.scale(folds.map(\.inside))
    let up = WalkForwardCharts.scale(folds.map(\.outside))
    let dots = folds.map { fold in
      let x = HTMLText.percent(1 - Self.height(fold.inside, across))
      let y = HTMLText.percent(Self.height(fold.outside, up))
      let words =
        "fold \(fold.number): in \(SearchReport.score(fold.inside)), "
        + "out \(SearchReport.score(fold.outside))"
      return "<circle class=\"dot\" cx=\"\(x)\" cy=\"\(y)\" r=\"4\">"
        + "<title>\(HTMLText.number(words))</title></circle>"
    }
    return ChartFrame(
      id: "scatter", title: "Out of sample over in sample", unit: report.study.objective,
      height: 260, rows: up.ticks.map { .init(Self.height($0, up), Self.text($0, up)) },
      columns: across.ticks.map { .init(1 - Self.height($0, across), Self.text($0, across)) }
    ).figure("", overlay: dots.joined())
  }

  private func bars(_ folds: [Scored], _ scale: NiceScale) -> String {
    let width = 1 / Double(folds.count)
    let few = (folds.count + 9) / 10
    let rects = folds.enumerated().flatMap { index, fold in
      [(fold.inside, 0.14, "bar-b"), (fold.outside, 0.52, "bar-a")].map { value, shift, name in
        let ends = [0, value].map { Self.height($0, scale) * Plot.height }
        let left = (Double(index) + shift) * width
        return "<rect class=\"\(name)\" x=\"\(HTMLText.coordinate(left * Plot.width))\" "
          + "y=\"\(HTMLText.coordinate(min(ends[0], ends[1])))\" "
          + "width=\"\(HTMLText.coordinate(max(0.5, width * 0.34 * Plot.width)))\" "
          + "height=\"\(HTMLText.coordinate((ends[1] - ends[0]).magnitude))\"/>"
      }
    }
    return ChartFrame(
      id: "scores", title: "Scores by fold", unit: "", height: 260,
      legend: [("line b", "in sample"), ("line a", "out of sample")],
      rows: scale.ticks.map { .init(Self.height($0, scale), Self.text($0, scale)) },
      columns: stride(from: 0, to: folds.count, by: few).map { index in
        .init((Double(index) + 0.5) * width, "\(folds[index].number)")
      }
    ).figure(rects.joined())
  }

  private static func scale(_ values: [Double]) -> NiceScale {
    NiceScale(low: values.min() ?? 0, high: values.max() ?? 0)
  }

  private static func height(_ value: Double, _ scale: NiceScale) -> Double {
    (scale.high - value) / (scale.high - scale.low)
  }

  private static func text(_ tick: Double, _ scale: NiceScale) -> String {
    HTMLText.number(scale.text(tick))
  }

  // MARK: - Choices

  /// What each fold chose, a chart for each parameter.
  var choices: String {
    let folds = shown.filter { $0.best != nil }
    guard folds.count > 1 else { return "" }
    let charts = space.dimensions.enumerated().prefix(WalkForwardCharts.mostParameters).map {
      choice(SearchAxis($1, $0), folds)
    }
    return "<div class=\"maps\">\n\(charts.joined(separator: "\n"))\n</div>"
  }

  private func choice(_ axis: SearchAxis, _ folds: [WalkForwardFold]) -> String {
    let width = 1 / Double(folds.count)
    let places = folds.enumerated().map { index, fold in
      (
        x: (Double(index) + 0.5) * width,
        y: 1 - axis.share(of: fold.best?.values[axis.place] ?? 0)
      )
    }
    let few = (folds.count + 9) / 10
    return ChartFrame(
      id: "choice-\(axis.place)", title: HTMLText.escape(axis.dimension.name),
      unit: "chosen by each fold", height: 120,
      rows: [
        .init(0, HTMLText.number(axis.last)), .init(1, HTMLText.number(axis.first)),
      ],
      columns: stride(from: 0, to: folds.count, by: few).map { index in
        .init(places[index].x, "\(folds[index].fold.number)")
      }
    ).figure(
      "<path class=\"line b\" d=\"M\(ChartFrame.path(places))\"/>"
        + ChartFrame.dots(places, "dots big"))
  }
}
