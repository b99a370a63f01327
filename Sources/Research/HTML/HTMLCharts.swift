/// The HTML report's charts: equity with benchmark, drawdown, price with fills, position, histogram.
///
/// A plot is an SVG stretched to its box with strokes that do not scale; labels are HTML beside it,
/// so that text stays text at any width. Every series is thinned to one pixel column's extremes.

import TradingCore

struct HTMLCharts {
  /// Columns a series is thinned to, and the width of a plot's coordinates.
  static let columns = 1_200

  let report: RunReport
  private let points: [EquityPoint]
  private let first: Timestamp
  private let last: Timestamp
  /// The points of each pixel column.
  private let ranges: [Range<Int>]

  init(_ report: RunReport) {
    self.report = report
    points = report.equity
    first = points.first?.time ?? report.firstTime
    last = points.last?.time ?? report.lastTime
    ranges = Thinning.ranges(of: points.map(\.time), columns: HTMLCharts.columns)
  }

  /// The charts over time with the data of their read-out; a sentence where there is nothing to draw.
  var section: String {
    guard points.count >= 2, first < last else {
      return
        "<section class=\"panel\"><h2>Equity</h2><p class=\"none\">n/a: fewer than two samples of "
        + "equity, nothing to draw.</p></section>"
    }
    return "<section class=\"charts\">\n"
      + [equity, drawdown, price, position, exposure, readOut]
      .filter { !$0.isEmpty }.joined(separator: "\n") + "\n</section>"
  }

  private var equity: String {
    let strategy = series { points[$0].equity.approximate }
    let benchmark = series { points[$0].benchmark?.approximate }
    guard let scale = scale(of: [strategy, benchmark]) else { return "" }
    let plot = Plot(scale: scale, first: first, last: last)
    return plot.figure(
      id: "equity", title: "Equity", unit: report.market.reportingCode, height: 300,
      legend: [("line a", report.identity.strategy), ("line b", "buy & hold")],
      content: plot.area(strategy, "fill-a", to: floor(scale)) + plot.line(benchmark, "line b")
        + plot.line(strategy, "line a"))
  }

  /// Gains are shaded above the capital and losses below it, where the scale holds the capital.
  private func floor(_ scale: NiceScale) -> Double {
    min(max(report.capital.approximate, scale.low), scale.high)
  }

  private var drawdown: String {
    let fall = series { -points[$0].drawdown * 100 }
    // Where nothing fell the axis still goes down, by one percent.
    let floor = fall.contains { $0.value < 0 } ? 0.0 : -1
    guard let scale = scale(of: [fall], including: 0, floor) else { return "" }
    let plot = Plot(scale: scale, first: first, last: last)
    return plot.figure(
      id: "drawdown", title: "Drawdown", unit: "%", height: 130, legend: [],
      content: plot.area(fall, "fill-down", to: 0) + plot.line(fall, "line down"))
  }

  private var price: String {
    let chart = report.market.chartInstrument
    guard let definition = report.market[chart]?.definition else { return "" }
    let prices = series { points[$0].price.map(definition.approximate) }
    let marks = FillMarks(report, first: first, last: last, columns: HTMLCharts.columns / 2)
    guard let scale = scale(of: [prices], including: marks.prices) else { return "" }
    let plot = Plot(scale: scale, first: first, last: last)
    let symbol = report.market.symbol(chart)
    return plot.figure(
      id: "price", title: "Price and fills", unit: symbol, height: 300,
      legend: [("mark buy", "\(marks.buys) buys"), ("mark sell", "\(marks.sells) sells")],
      content: plot.line(prices, "line price"),
      overlay: gapBands + gapLines + marks.shapes(on: plot))
  }

  private var position: String {
    let chart = report.market.chartInstrument
    guard let definition = report.market[chart]?.definition else { return "" }
    let held = series { definition.approximate(points[$0].position) }
    guard held.contains(where: { $0.value != 0 }), let scale = scale(of: [held], including: 0)
    else {
      return ""
    }
    let plot = Plot(scale: scale, first: first, last: last)
    return plot.figure(
      id: "position", title: "Position", unit: report.market.code(definition.base), height: 100,
      legend: [], content: plot.area(held, "fill-a", to: 0) + plot.line(held, "line a thin"))
  }

  /// The position's value as a share of equity; where both are in one asset.
  private var exposure: String {
    let chart = report.market.chartInstrument
    guard let definition = report.market[chart]?.definition,
      definition.quote == report.market.reportingAsset
    else { return "" }
    let shares = series { index -> Double? in
      let point = points[index]
      guard let price = point.price, point.equity > .zero else { return nil }
      return definition.notional(price, point.position).approximate / point.equity.approximate
        * 100
    }
    guard shares.contains(where: { $0.value != 0 }), let scale = scale(of: [shares], including: 0)
    else { return "" }
    let plot = Plot(scale: scale, first: first, last: last)
    return plot.figure(
      id: "exposure", title: "Exposure", unit: "% of equity", height: 100, legend: [],
      content: plot.area(shares, "fill-a", to: 0) + plot.line(shares, "line a thin"))
  }

  /// A shaded band where a stream of the charted instrument cannot be trusted; at most 200.
  private var gapBands: String {
    let spans = report.assumptions.trust.spans.filter {
      $0.instrument == report.market.chartInstrument && $0.to.time > first && $0.from.time < last
    }
    return spans.prefix(200).map { span in
      let left = max(0, Plot.share(of: span.from.time, first, last))
      let right = min(1, Plot.share(of: span.to.time, first, last))
      let text = "\(span.stream): \(span.reasons.names.joined(separator: ", "))"
      return "<rect class=\"gap\" x=\"\(HTMLText.percent(left))\" y=\"0\" height=\"100%\" "
        + "width=\"\(HTMLText.percent(right - left))\"><title>\(text)</title></rect>"
    }.joined()
  }

  /// A dashed line where the recording has a gap; at most 200.
  private var gapLines: String {
    report.assumptions.gaps.prefix(200).filter { $0.time >= first && $0.time <= last }.map {
      record in
      let x = HTMLText.percent(Plot.share(of: record.time, first, last))
      let text = HTMLText.escape(ReportText.gap(record, report.market))
      return
        "<line class=\"gap\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"100%\"><title>\(text)</title></line>"
    }.joined()
  }

  /// The last value of every column, for the script.
  private var readOut: String {
    let definition = report.market[report.market.chartInstrument]?.definition
    let shown = ranges.map { points[$0.upperBound - 1] }
    func list(_ name: String, _ value: (EquityPoint) -> Double?) -> String {
      let values = shown.map { value($0).map(HTMLText.short) ?? "null" }
      return "\"\(name)\":[\(values.joined(separator: ","))]"
    }
    let start = first.nanoseconds
    let lists = [
      list("x") { Plot.share(of: $0.time, first, last) },
      list("equity") { $0.equity.approximate },
      list("held") { $0.benchmark?.approximate },
      list("drawdown") { $0.drawdown * 100 },
      list("price") { point in point.price.flatMap { definition?.approximate($0) } },
      list("position") { definition?.approximate($0.position) },
    ]
    let times = shown.map { String(($0.time.nanoseconds - start) / 1_000_000) }
    return "<script type=\"application/json\" id=\"data\">{\"start\":\(start / 1_000_000),"
      + "\"t\":[\(times.joined(separator: ","))],\(lists.joined(separator: ","))}</script>"
  }

  /// Daily returns in bars, with the mean.
  var histogram: String {
    let returns = ReturnTables.daily(report.equity, capital: report.capital).map(\.fraction)
    guard let histogram = ReturnTables.histogram(returns) else {
      return
        "<section class=\"panel\"><h2>Daily returns</h2><p class=\"none\">n/a: needs at least two "
        + "UTC days.</p></section>"
    }
    return HistogramChart(histogram, days: returns.count).section
  }

  private func series(_ value: (Int) -> Double?) -> [Plot.Point] {
    ranges.flatMap { range in
      Thinning.drawn(of: range, value: value).compactMap { index in
        value(index).map { Plot.Point(time: points[index].time, value: $0) }
      }
    }
  }

  private func scale(of series: [[Plot.Point]], including values: Double...) -> NiceScale? {
    scale(of: series, including: values)
  }

  private func scale(of series: [[Plot.Point]], including extra: [Double]) -> NiceScale? {
    let drawn = series.joined().map(\.value).filter(\.isFinite)
    guard !drawn.isEmpty else { return nil }
    let values = drawn + extra
    guard let low = values.min(), let high = values.max() else { return nil }
    return NiceScale(low: low, high: high)
  }
}
