/// The HTML report's look at time and at the market: rolling Sharpe, years, drawdowns, comparison.

import TradingCore

struct HTMLHistory {
  let report: RunReport
  private let daily: [PeriodReturn]

  init(_ report: RunReport) {
    self.report = report
    daily = ReturnTables.daily(report.equity, capital: report.capital)
  }

  /// Everything, two beside each other where there is room.
  var sections: String {
    guard report.equity.count >= 2 else { return "" }
    return """
      <div class="pair">\(rolling)\(comparison)</div>
      <div class="pair">\(periods)\(years)</div>
      """
  }

  /// The Sharpe ratio of the last days, day by day.
  private var rolling: String {
    let values = RollingSharpe.values(daily)
    let title = "Rolling Sharpe"
    guard let first = values.first, let last = values.last, first.date != last.date else {
      return "<section class=\"panel\"><h2>\(title)</h2><p class=\"none\">n/a: needs more than "
        + "\(RollingSharpe.days) UTC days whose returns vary.</p></section>"
    }
    let points = values.map { Plot.Point(time: HTMLHistory.end($0.date), value: $0.fraction) }
    let drawn = Thinning.ranges(of: points.map(\.time), columns: HTMLCharts.columns).flatMap {
      Thinning.drawn(of: $0) { points[$0].value }.map { points[$0] }
    }
    let all = drawn.map(\.value) + [0]
    let plot = Plot(
      scale: NiceScale(low: all.min() ?? 0, high: all.max() ?? 0),
      first: HTMLHistory.end(first.date), last: HTMLHistory.end(last.date))
    return plot.figure(
      id: "rolling", title: title, unit: "of the last \(RollingSharpe.days) UTC days", height: 220,
      legend: [], content: plot.area(drawn, "fill-a", to: 0) + plot.line(drawn, "line a"))
  }

  private static func end(_ date: CivilDate) -> Timestamp {
    Timestamp(nanoseconds: Int64(date.daysSinceEpoch + 1) * Interval.day.nanoseconds)
  }

  /// Alpha, beta and what belongs to them.
  private var comparison: String {
    let rows = BenchmarkComparison(report.equity, capital: report.capital).lines.map { line in
      let value =
        line.figure.value.map { HTMLText.number(NumberText.metric($0, line.unit)) }
        ?? "<span class=\"none\">n/a <small>\(HTMLText.escape(line.figure.reason))</small></span>"
      let exact = line.figure.value.map { " data-v=\"\($0)\"" } ?? ""
      return "<tr title=\"\(HTMLText.escape(line.text))\"><th>\(line.label)</th>"
        + "<td\(exact)>\(value)</td></tr>"
    }
    return """
      <section class="panel"><h2>Beside buy &amp; hold <small>daily returns</small></h2>
      <table class="figures" id="comparison"><tbody>\(rows.joined(separator: "\n"))</tbody></table></section>
      """
  }

  /// The deepest drawdowns.
  private var periods: String {
    let all = DrawdownPeriod.deepest(report.equity)
    guard !all.isEmpty else { return "" }
    let rows = all.map { one in
      let back = one.recovery.map(NumberText.time) ?? "not yet"
      return "<tr><td class=\"bad\" data-v=\"\(one.depth)\">\(NumberText.percent(one.depth))</td>"
        + [one.peak, one.trough].map { "<td class=\"text\">\(NumberText.time($0))</td>" }.joined()
        + "<td class=\"text\">\(back)</td>"
        + "<td>\(NumberText.duration(seconds: one.length.seconds))</td></tr>"
    }
    return """
      <section class="panel"><h2>Drawdowns <small>the deepest \(all.count), by the samples of \
      equity</small></h2><div class="scroll"><table id="drawdowns"><thead><tr><th>Depth</th>\
      <th class="text">From UTC</th><th class="text">Trough</th><th class="text">Back</th><th>Length</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></section>
      """
  }

  /// Bars for the years, the run's and buy-and-hold's; nothing where there is one year only.
  private var years: String {
    let held = report.equity.map {
      EquityPoint(time: $0.time, equity: $0.benchmark ?? report.capital)
    }
    let sides = [report.equity, held].map {
      MonthTable(ReturnTables.monthly($0, capital: report.capital)).years
    }
    let totals = sides.joined().map(\.total).filter(\.isFinite)
    guard sides[0].count > 1, let low = totals.min(), let high = totals.max() else { return "" }
    let scale = NiceScale(low: min(0, low * 100), high: max(0, high * 100))
    let width = 1 / Double(sides[0].count)
    let bars = sides.enumerated().flatMap { side, years in
      years.enumerated().map { bar($0.element, (Double($0.offset) * width, width), side, scale) }
    }
    return ChartFrame(
      id: "years", title: "Yearly returns", unit: "%", height: 220,
      legend: [("line a", report.identity.strategy), ("line b", "buy & hold")],
      rows: scale.ticks.map {
        .init(HTMLHistory.height($0, scale), HTMLText.number(scale.text($0)))
      },
      columns: sides[0].enumerated().map {
        .init((Double($0.offset) + 0.5) * width, String($0.element.year))
      }
    ).figure(bars.joined())
  }

  private func bar(
    _ year: MonthTable.Year, _ slot: (left: Double, width: Double), _ side: Int,
    _ scale: NiceScale
  ) -> String {
    guard year.total.isFinite else { return "" }
    let ends = [0, year.total * 100].map { HTMLHistory.height($0, scale) * Plot.height }
    let left = slot.left + slot.width * (side == 0 ? 0.14 : 0.52)
    let text = "\(year.year): \(NumberText.percent(year.total))"
    return "<rect class=\"\(side == 0 ? "bar-a" : "bar-b")\" "
      + "x=\"\(HTMLText.coordinate(left * Plot.width))\" "
      + "y=\"\(HTMLText.coordinate(min(ends[0], ends[1])))\" "
      + "width=\"\(HTMLText.coordinate(slot.width * 0.34 * Plot.width))\" "
      + "height=\"\(HTMLText.coordinate((ends[1] - ends[0]).magnitude))\">"
      + "<title>\(HTMLText.number(text))</title></rect>"
  }

  private static func height(_ value: Double, _ scale: NiceScale) -> Double {
    (scale.high - value) / (scale.high - scale.low)
  }
}
