/// A what-if as a page: recorded, unchanged and changed beside each other, in figures and as equity behind the
/// fork, above the report of the changed run.

internal import TradingCore

extension WhatIfReport {
  /// The whole document. Its size is bounded.
  public var html: String { HTMLReport.text(answer.report, above: [sideBySide, equity]) }

  /// Writes the document to `path`.
  /// - Throws: `ReportError` when the file exists and `replacing` is false, or cannot be written.
  public func writeHTML(to path: String, replacing: Bool) throws(ReportError) {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(html)
    try file.close()
  }

  private var sideBySide: String {
    let rows = table.rows
    let header = (rows.first ?? []).map { "<th>\(HTMLText.escape($0))</th>" }.joined()
    let body = rows.dropFirst().map { row in
      "<tr><th>\(HTMLText.escape(row[0]))</th>"
        + row.dropFirst().map { "<td>\(HTMLText.number($0))</td>" }.joined() + "</tr>"
    }
    let lines = (["\(WhatIfReport.label)."] + assumptions + volumes).map {
      "<li>\(HTMLText.escape($0))</li>"
    }
    return """
      <section class="panel" id="sides"><h2>Side by side, behind the fork</h2>
      <table class="figures"><thead><tr>\(header)</tr></thead>
      <tbody>\(body.joined(separator: "\n"))</tbody></table>
      <ul>\(lines.joined())</ul></section>
      """
  }

  private var equity: String {
    let lines = sides.map { points($0.side.equity) }
    let values = lines.joined().map(\.value)
    guard let low = values.min(), let high = values.max(),
      let end = lines.compactMap({ $0.last?.time }).max(), answer.fork.time < end
    else { return "" }
    let plot = Plot(scale: NiceScale(low: low, high: high), first: answer.fork.time, last: end)
    let classes = ["line price", "line b", "line a"]
    let drawn = zip(lines, classes).map { plot.line($0, $1) }
    return "<section class=\"charts\">"
      + plot.figure(
        id: "sides", title: "Equity behind the fork", unit: reporting, height: 300,
        legend: Array(zip(classes, sides.map(\.name))), content: drawn.joined())
      + "</section>"
  }

  private func points(_ equity: [EquityAt]) -> [Plot.Point] {
    Thinning.ranges(of: equity.map(\.time), columns: HTMLCharts.columns).flatMap { range in
      Thinning.drawn(of: range) { equity[$0].equity.approximate }.map {
        Plot.Point(time: equity[$0].time, value: equity[$0].equity.approximate)
      }
    }
  }
}
