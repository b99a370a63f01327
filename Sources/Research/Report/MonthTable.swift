/// Monthly returns as years × months, with each year's compound.

import TradingCore

/// A grid of twelve months per year; months outside the run are empty.
struct MonthTable {
  struct Year {
    var year: Int
    /// Twelve entries, January first.
    var months: [Double?]
    var total: Double
  }

  static let names = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  let years: [Year]

  /// `months` in order of time, as `ReturnTables.monthly` gives them.
  init(_ months: [PeriodReturn]) {
    var years: [Year] = []
    for month in months {
      if years.last?.year != month.date.year {
        years.append(
          Year(year: month.date.year, months: Array(repeating: nil, count: 12), total: 0))
      }
      let last = years.count - 1
      years[last].months[month.date.month - 1] = month.fraction
      years[last].total = (1 + years[last].total) * (1 + month.fraction) - 1
    }
    self.years = years
  }

  /// Lines of per cents for a terminal, 98 columns wide.
  func lines(_ paint: Paint) -> [String] {
    let head = ["Year"] + MonthTable.names + ["Year"]
    let rows = years.map { year in
      [String(year.year)] + (year.months + [year.total]).map { MonthTable.cell($0) }
    }
    return [paint.dim(MonthTable.line(head) + "  %")] + rows.map(MonthTable.line)
  }

  private static func line(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      index == 0 ? TextTable.pad(cell, to: 4, .left) : TextTable.pad(cell, to: 6, .right)
    }.joined(separator: " ")
  }

  private static func cell(_ fraction: Double?) -> String {
    guard let fraction else { return "" }
    let percent = fraction * 100
    return NumberText.fixed(percent, percent.magnitude < 100 ? 1 : 0)
  }
}
