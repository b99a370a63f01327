/// The report as one HTML file that needs nothing else: no network, no other file, no library.
///
/// Charts are SVG drawn here, so they print and work without scripts; a little inline script adds the
/// read-out, sorting, copying and the theme switch. The same report gives the same bytes.

public import TradingCore

public enum HTMLReport {
  /// The most round trips listed in the file; all of them stand in `trades.csv`.
  public static let mostTrades = 1_000

  /// The whole document. Its size is bounded whatever the run's length. O(samples + fills).
  public static func text(_ report: RunReport) -> String { text(report, above: []) }

  /// - Parameter sections: what stands above the run's own figures.
  static func text(_ report: RunReport, above sections: [String]) -> String {
    let page = HTMLPage(report)
    let body =
      [page.header, page.warnings] + sections + [
        page.headlines, HTMLCharts(report).section, page.figures,
        page.months, HTMLHistory(report).sections,
        page.trades, page.books, page.executions, page.holdings, page.assumptions, page.identity,
        page.definitions,
        page.footer,
      ]
    return HTMLDocument.text(title: report.identity.scenarioName, body)
  }
}

/// The page's sections; charts and tables have files of their own.
struct HTMLPage {
  let report: RunReport
  var market: ReportMarket { report.market }

  init(_ report: RunReport) { self.report = report }

  var header: String {
    let identity = report.identity
    let parameters = identity.parameters.map { parameter in
      "<span class=\"chip\">\(HTMLText.escape(parameter.name)) <b>"
        + "\(HTMLText.escape(parameter.value))</b> \(HTMLText.escape(parameter.unit))</span>"
    }
    let span = (report.lastTime.nanoseconds.doubleSpan(from: report.firstTime.nanoseconds)) / 1e9
    let rule = HTMLText.escape(report.assumptions.fillRule)
    let optimistic = report.assumptions.isOptimistic
    let fills =
      "<span class=\"chip\(optimistic ? " warn" : "")\">fills <b>\(rule)</b>"
      + "\(optimistic ? " optimistic" : "")</span>"
    return HTMLPage.header(
      identity.scenarioName,
      sub: """
        <b>\(HTMLText.escape(identity.strategy))</b> on \
        <b>\(HTMLText.escape(ReportText.traded(market)))</b> · \
        \(NumberText.time(report.firstTime)) – \(NumberText.time(report.lastTime)) UTC · \
        \(NumberText.duration(seconds: span)) · \(NumberText.grouped(report.counts.events)) events
        """,
      chips: parameters.joined() + fills + HTMLPage.fingerprint(identity.fingerprintText))
  }

  var warnings: String { HTMLPage.warnings(report.warnings.map(\.text)) }

  /// The four figures people ask for first.
  var headlines: String {
    let names = ["return", "sharpe", "maxDrawdown", "netProfit"]
    let lines = names.compactMap { name in report.metrics.first { $0.name == name } }
    guard !lines.isEmpty else { return "" }
    return "<section class=\"cards\">\n" + lines.map(card).joined(separator: "\n") + "\n</section>"
  }

  private func card(_ line: MetricLine) -> String {
    "<div class=\"card\" title=\"\(HTMLText.escape(line.definition))\">"
      + "<div class=\"label\">\(HTMLText.escape(line.label))</div>"
      + "<div class=\"value\(tone(line))\">\(figure(line.strategy, line.unit))</div>"
      + "<div class=\"versus\">buy &amp; hold \(figure(line.benchmark, line.unit))</div></div>"
  }

  /// All figures in two tables beside each other.
  var figures: String {
    guard !report.metrics.isEmpty else { return "" }
    let half = (report.metrics.count + 1) / 2
    let halves = [report.metrics.prefix(half), report.metrics.dropFirst(half)]
    let tables = halves.filter { !$0.isEmpty }.map { lines in
      "<table class=\"figures\"><thead><tr><th></th><th>strategy</th><th>buy &amp; hold</th></tr></thead>"
        + "<tbody>\(lines.map(figureRow).joined(separator: "\n"))</tbody></table>"
    }
    return
      "<section class=\"panel\"><h2>Figures</h2><div class=\"halves\">\(tables.joined())</div></section>"
  }

  private func figureRow(_ line: MetricLine) -> String {
    "<tr title=\"\(HTMLText.escape(line.definition))\"><th>\(HTMLText.escape(line.label))</th>"
      + "<td class=\"\(tone(line))\">\(figure(line.strategy, line.unit))</td>"
      + "<td>\(figure(line.benchmark, line.unit))</td></tr>"
  }

  /// The class of good or bad news, empty where the sign says neither.
  private func tone(_ line: MetricLine) -> String {
    guard let value = line.strategy.value, value != 0, TerminalReport.isJudged(line.name) else {
      return ""
    }
    return value > 0 ? " good" : " bad"
  }

  private func figure(_ figure: Figure, _ unit: MetricUnit) -> String {
    guard let value = figure.value else {
      return "<span class=\"none\">n/a <small>\(HTMLText.escape(figure.reason))</small></span>"
    }
    let text = HTMLText.number(NumberText.metric(value, unit))
    let code = HTMLText.escape(market.reportingCode)
    return unit == .money ? "\(text) <small>\(code)</small>" : text
  }

  var assumptions: String {
    let assumptions = report.assumptions
    var rows: [(String, String)] = [
      (
        "Fills",
        HTMLText.escape(assumptions.fillRule)
          + (assumptions.isOptimistic ? " <span class=\"chip warn\">optimistic</span>" : "")
      ),
      ("Latency", NumberText.duration(seconds: assumptions.latency.seconds) + " one way"),
    ]
    rows += assumptions.details.map { ($0.label, HTMLText.escape($0.text)) }
    rows += [
      ("Fees", HTMLText.escape(assumptions.fees)),
      ("Account", HTMLText.escape(assumptions.account)),
      ("Capital", "\(report.capital.exactText) \(HTMLText.escape(market.reportingCode))"),
      ("Events", HTMLText.escape(ReportText.counts(report.counts))),
    ]
    rows += report.counts.refusals.map {
      ("Refused", "\(HTMLText.escape($0.text)) × \(NumberText.grouped($0.count))")
    }
    rows += market.instruments.map { instrument in
      let origin = "\(instrument.definition.origin)"
      let chip =
        origin == "inferred" ? " <span class=\"chip warn\">inferred from the data</span>" : ""
      return ("Grid", HTMLText.escape(ReportText.grid(instrument)) + chip)
    }
    rows += assumptions.gaps.prefix(50).map { ("Gap", HTMLText.escape(ReportText.gap($0, market))) }
    if report.counts.gaps > 50 {
      rows.append(("", "and \(report.counts.gaps - 50) more gaps"))
    }
    if assumptions.trust.spanCount > 0 {
      rows.append(("Trust", HTMLText.escape(ReportText.trust(assumptions.trust, market))))
    }
    rows += assumptions.notices.map {
      ("Notice", "\(HTMLText.escape($0.text)) × \(NumberText.grouped($0.count))")
    }
    return HTMLPage.list("What this run assumes", rows)
  }

  var identity: String {
    let identity = report.identity
    let rows: [(String, String)] = [
      ("Run", HTMLPage.hash(identity.runID)),
      ("Fingerprint", HTMLPage.hash(identity.fingerprintText)),
      ("Chain head", HTMLPage.hash(identity.chainHead)),
      ("Source", HTMLText.escape(identity.source)),
      ("Source id", HTMLPage.hash(identity.sourceID)),
      ("Source chain head", HTMLPage.hash(identity.sourceChainHead)),
      ("Build", HTMLText.escape(identity.build)),
      ("Logic version", String(identity.logicVersion)),
    ]
    return HTMLPage.list(
      "Which run this is", rows.filter { !$0.1.isEmpty },
      extra: HTMLPage.scenario(identity.scenarioText))
  }

  var definitions: String {
    guard !report.metrics.isEmpty else { return "" }
    let rows = report.metrics.map { (HTMLText.escape($0.label), HTMLText.escape($0.definition)) }
    return HTMLPage.list("What the figures mean", rows)
  }

  var footer: String { HTMLPage.footer(report.identity.build) }
}
