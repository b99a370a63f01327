/// How parent orders went, as one table for terminal, JSON and HTML.

import TradingCore

enum ExecutionTable {
  /// The columns behind the algorithm.
  static let titles = [
    "parents", "orders", "filled", "expired", "canceled", "halted", "failed", "open", "shortfall",
    "bp",
  ]

  /// What stands in them.
  static func cells(_ row: ExecutionRecord, _ market: ReportMarket) -> [String] {
    let ends = ParentOutcome.allCases.map { NumberText.grouped(row.ended($0)) }
    return [NumberText.grouped(row.count), NumberText.grouped(row.children)] + ends + [
      NumberText.grouped(row.open),
      NumberText.amount(row.shortfall.approximate, signed: true) + " "
        + ReportText.visible(market.code(row.quote)),
      row.basisPoints.map { NumberText.fixed($0, 2) } ?? "n/a",
    ]
  }

  /// The table for a terminal; empty where there were no parents.
  static func lines(_ report: RunReport) -> [String] {
    guard !report.executions.isEmpty else { return [] }
    var table = TextTable(
      .left, .right, .right, .right, .right, .right, .right, .right, .right, .right, .right)
    table.append(row: ["Execution"] + titles)
    for row in report.executions {
      table.append(row: [row.algorithm.word] + cells(row, report.market))
    }
    return table.lines()
  }

  /// How targets were reached, in words; empty where each was one order.
  static func words(_ state: borrowing State) -> [AssumptionLine] {
    guard let rule = state.settings.execution else { return [] }
    var text = rule.algorithm.word
    if rule.durationSeconds > 0 {
      text += " over \(NumberText.duration(seconds: Double(rule.durationSeconds)))"
    }
    if rule.slices > 0 { text += ", \(rule.slices) slices" }
    if rule.participation > 0 {
      text += ", \(NumberText.percent(Double(rule.participation) / 10_000)) of what trades"
    }
    if rule.algorithm == .volumeWeighted, state.volumeProfile.isEmpty {
      text += "; no profile of the day's volume was given, so slices go by time"
    }
    return [AssumptionLine(key: "execution", label: "Execution", text: text)]
  }

  /// The row with stable keys.
  static func json(_ row: ExecutionRecord, _ market: ReportMarket) -> JSONValue {
    let ends = ParentOutcome.allCases.map { ("\($0)", JSONValue.count(row.ended($0))) }
    return .object(
      [
        ("algorithm", .string(row.algorithm.word)), ("parents", .count(row.count)),
        ("orders", .count(row.children)),
      ] + ends + [
        ("open", .count(row.open)), ("asset", .string(market.code(row.quote))),
        ("shortfall", .string(row.shortfall.exactText)),
        ("arrivalValue", .string(row.arrivalValue.exactText)),
        ("shortfallBasisPoints", .optional(row.basisPoints)),
      ])
  }
}
