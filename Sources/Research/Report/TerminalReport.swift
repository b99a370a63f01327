/// The report in a terminal: what to doubt first, then the result beside buy-and-hold, then the
/// facts that let anybody repeat it.

public import TradingCore

/// Wall-clock figures of a run. They differ from run to run, so they never enter a report's files.
public struct RunTiming: Equatable, Sendable {
  public var seconds: Double
  public var eventsPerSecond: Double

  /// The rate is 0 for a run that took no time.
  public init(seconds: Double, events: UInt64) {
    self.seconds = seconds
    eventsPerSecond = seconds > 0 ? Double(events) / seconds : 0
  }
}

/// A run report as lines of at most 100 columns.
public struct TerminalReport {
  /// Columns a line may use.
  public static let width = 100

  private let report: RunReport
  private let timing: RunTiming?
  private let paint: Paint

  /// The whole report, ending in a newline. Control characters in names are made visible, so that a
  /// file's text cannot drive the terminal. O(samples + fills).
  public static func text(_ report: RunReport, timing: RunTiming? = nil, color: Bool = false)
    -> String
  {
    let terminal = TerminalReport(report: report, timing: timing, paint: Paint(isOn: color))
    let sections = [
      terminal.title, terminal.warnings, terminal.metrics, terminal.chart, terminal.months,
      terminal.books, terminal.executions, terminal.holdings, terminal.assumptions,
      terminal.identity,
    ]
    let shown = sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    return shown.joined(separator: "\n\n") + "\n"
  }

  private var title: [String] {
    let identity = report.identity
    let values = identity.parameters.map {
      "\($0.name) \($0.value)" + ($0.unit.isEmpty ? "" : " \($0.unit)")
    }
    let name = "\(identity.strategy) on \(ReportText.traded(report.market))"
    let strategy = name + (values.isEmpty ? "" : ": " + values.joined(separator: ", "))
    let span =
      Double(report.lastTime.nanoseconds) / 1e9 - Double(report.firstTime.nanoseconds) / 1e9
    let period = "\(NumberText.time(report.firstTime)) to \(NumberText.time(report.lastTime)) UTC"
    return [
      paint.bold(plain(identity.scenarioName)), plain(strategy),
      "\(period)  (\(NumberText.duration(seconds: span)))",
    ]
  }

  private var warnings: [String] {
    report.warnings.flatMap { warning in
      TextTable.wrap(visible(warning.text), width: TerminalReport.width - 2).enumerated().map {
        paint.warning(($0.offset == 0 ? "! " : "  ") + $0.element)
      }
    }
  }

  private var metrics: [String] {
    guard !report.metrics.isEmpty else { return [] }
    let code = visible(report.market.reportingCode)
    var table = TextTable(.left, .right, .right)
    table.append("", "strategy", "buy and hold")
    for line in report.metrics {
      table.append(
        line.label, cell(line.strategy, line.unit, code), cell(line.benchmark, line.unit, code))
    }
    var lines = table.lines()
    lines[0] = paint.dim(lines[0])
    for (index, line) in report.metrics.enumerated() where TerminalReport.isJudged(line.name) {
      guard let value = line.strategy.value, value != 0 else { continue }
      lines[index + 1] = paint.signed(lines[index + 1], isGood: value > 0)
    }
    return lines + reasons
  }

  /// Metrics without a figure, gathered by their reason.
  private var reasons: [String] {
    let missing = gathered(report.metrics, "n/a") { $0.strategy }
    let shown = report.metrics.filter { $0.strategy.value != nil }
    return missing + gathered(shown, "buy and hold n/a") { $0.benchmark }
  }

  private func gathered(
    _ lines: [MetricLine], _ head: String, _ figure: (MetricLine) -> Figure
  ) -> [String] {
    var reasons: [(reason: String, labels: [String])] = []
    for line in lines where figure(line).value == nil {
      let reason = figure(line).reason
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].labels.append(line.label)
      } else {
        reasons.append((reason, [line.label]))
      }
    }
    return reasons.flatMap { entry in
      TextTable.wrap(
        "\(head) (\(visible(entry.reason))): \(entry.labels.joined(separator: ", "))",
        width: TerminalReport.width
      ).map(paint.dim)
    }
  }

  private var chart: [String] {
    let values = report.equity.map(\.equity.approximate)
    guard let low = values.min(), let high = values.max() else { return [] }
    let labels = [NumberText.amount(high), NumberText.amount(low)]
    let width = labels.map(\.count).max() ?? 0
    let drawn = BrailleChart.lines(
      times: report.equity.map(\.time), values: values,
      columns: max(20, min(80, TerminalReport.width - width - 2)), rows: 7)
    guard !drawn.isEmpty else { return [] }
    return ["Equity, \(visible(report.market.reportingCode))"]
      + drawn.enumerated().map { row, line in
        let label = row == 0 ? labels[0] : row == drawn.count - 1 ? labels[1] : ""
        let axis = TextTable.pad(label, to: width, .right) + " ┤"
        return paint.dim(axis) + line
      }
  }

  private var months: [String] {
    let months = ReturnTables.monthly(report.equity, capital: report.capital)
    guard months.count > 1 else { return [] }
    return MonthTable(months).lines(paint)
  }

  private var books: [String] {
    var lines = BookTable.lines(BookTable.rows(report), in: report.market.reportingCode)
    if let head = lines.first { lines[0] = paint.dim(head) }
    return lines
  }

  private var executions: [String] {
    var lines = ExecutionTable.lines(report)
    if let head = lines.first { lines[0] = paint.dim(head) }
    return lines
  }

  private var holdings: [String] {
    let market = report.market
    var table = TextTable(.left, .right, .right, .left)
    for row in report.positions {
      table.append(
        "Position \(visible(market.symbol(row.instrument)))",
        row.amount.exactText,
        "at \(market.text(row.mark, of: row.instrument))",
        "unrealised \(ReportText.gain(row.unrealised))")
    }
    for row in report.balances {
      table.append("Balance \(visible(market.code(row.asset)))", row.amount.exactText, "", "")
    }
    return table.lines()
  }

  private var assumptions: [String] {
    let assumptions = report.assumptions
    var table = TextTable(.left, .left)
    let rule = visible(assumptions.fillRule) + (assumptions.isOptimistic ? " (optimistic)" : "")
    table.append("Fills", rule)
    table.append("Latency", NumberText.duration(seconds: assumptions.latency.seconds))
    for line in assumptions.details { append(line.label, line.text, to: &table) }
    append("Fees", assumptions.fees, to: &table)
    table.append("Account", visible(assumptions.account))
    let inferred = report.market.instruments.filter { $0.definition.origin == .inferred }
    if !inferred.isEmpty {
      table.append("Inferred grid", inferred.map { ReportText.grid($0) }.joined(separator: "; "))
    }
    for gap in assumptions.gaps.prefix(5) {
      table.append("Gap", ReportText.gap(gap, report.market))
    }
    if report.counts.gaps > 5 {
      table.append("", "and \(report.counts.gaps - 5) more gaps")
    }
    if assumptions.trust.spanCount > 0 {
      append("Trust", ReportText.trust(assumptions.trust, report.market), to: &table)
    }
    for notice in assumptions.notices {
      table.append("Notice", "\(visible(notice.text)) \(NumberText.grouped(notice.count))")
    }
    return table.lines().map(plain)
  }

  /// A text that may be long, on as many lines as it needs.
  private func append(_ label: String, _ text: String, to table: inout TextTable) {
    let room = TerminalReport.width - 16
    for (index, part) in TextTable.wrap(visible(text), width: room).enumerated() {
      table.append(index == 0 ? label : "", part)
    }
  }

  private var identity: [String] {
    let identity = report.identity
    var table = TextTable(.left, .left)
    table.append("Events", ReportText.counts(report.counts))
    for refusal in report.counts.refusals {
      table.append(
        "Refused", "\(visible(refusal.text)) \(NumberText.grouped(refusal.count))")
    }
    table.append("Source", visible(identity.source))
    table.append("Run", visible(identity.runID))
    table.append("Fingerprint", identity.fingerprintText)
    if !identity.chainHead.isEmpty { table.append("Chain head", visible(identity.chainHead)) }
    table.append("Build", visible(identity.build))
    if let timing {
      let rate = NumberText.fixed(timing.eventsPerSecond, 0)
      table.append("Took", "\(NumberText.duration(seconds: timing.seconds)), \(rate) events/s")
    }
    return table.lines()
  }

  private func cell(_ figure: Figure, _ unit: MetricUnit, _ code: String) -> String {
    guard let value = figure.value else { return "n/a" }
    return NumberText.metric(value, unit) + (unit == .money ? " " + code : "")
  }

  private func plain(_ text: String) -> String {
    TextTable.cut(visible(text), to: TerminalReport.width)
  }

  private func visible(_ text: String) -> String { ReportText.visible(text) }

  /// Metrics whose sign is good or bad news.
  static func isJudged(_ name: String) -> Bool {
    ["return", "netProfit", "cagr", "sharpe", "sortino", "calmar", "expectancy"].contains(name)
  }
}
