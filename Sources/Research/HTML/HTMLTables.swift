/// The HTML report's tables: months as a heat map, round trips, holdings.

import TradingCore

extension HTMLPage {
  /// The heat map beside the histogram of daily returns.
  var months: String {
    let months = ReturnTables.monthly(report.equity, capital: report.capital)
    guard !months.isEmpty else { return "" }
    let held = report.equity.map { point in
      EquityPoint(time: point.time, equity: point.benchmark ?? report.capital)
    }
    let benchmark = MonthTable(ReturnTables.monthly(held, capital: report.capital))
    let table = MonthTable(months)
    let strongest = months.map(\.fraction.magnitude).filter(\.isFinite).max() ?? 0
    let head = MonthTable.names.map { "<th>\($0)</th>" }.joined()
    let rows = zip(table.years, benchmark.years).map { year, held in
      let cells = year.months.map { HTMLPage.heat($0, strongest) }.joined()
      return
        "<tr><th>\(year.year)</th>\(cells)<td class=\"total\">\(HTMLPage.share(year.total))</td>"
        + "<td class=\"held\">\(HTMLPage.share(held.total))</td></tr>"
    }
    return """
      <div class="pair">
      <section class="panel"><h2>Monthly returns <small>%</small></h2><div class="scroll">
      <table class="heat"><thead><tr><th></th>\(head)<th>Year</th><th>B&amp;H</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></section>
      \(HTMLCharts(report).histogram)
      </div>
      """
  }

  private static func heat(_ fraction: Double?, _ strongest: Double) -> String {
    guard let fraction, fraction.isFinite else { return "<td></td>" }
    let strength = strongest > 0 ? (fraction.magnitude / strongest).squareRoot() : 0
    let tone = fraction < 0 ? "neg" : "pos"
    return "<td class=\"\(tone)\" style=\"--i:\(HTMLText.percent(strength * 0.75))\">"
      + "\(share(fraction))</td>"
  }

  private static func share(_ fraction: Double) -> String {
    let percent = fraction * 100
    return HTMLText.number(NumberText.fixed(percent, percent.magnitude < 100 ? 1 : 0))
  }

  /// The latest round trips, sortable by a click on a column.
  var trades: String {
    guard !report.roundTrips.isEmpty else { return "" }
    let all = report.roundTrips.count
    let shown = report.roundTrips.suffix(HTMLReport.mostTrades)
    let note =
      shown.count == all
      ? "\(NumberText.grouped(all))"
      : "the last \(NumberText.grouped(shown.count)) of \(NumberText.grouped(all)); all "
        + "of them are in trades.csv"
    let titles = [
      "Instrument", "Side", "Entry UTC", "Exit UTC", "Held", "Quantity", "Entry price",
      "Exit price",
      "Fees", "Profit", "Return",
    ]
    let head = titles.enumerated().map { index, title in
      "<th scope=\"col\"\(index < 4 ? " class=\"text\"" : "")><button type=\"button\">\(title)</button></th>"
    }
    return """
      <section class="panel"><h2>Round trips <small>\(note)</small></h2>
      <div class="scroll tall"><table class="sortable"><thead><tr>\(head.joined())</tr></thead><tbody>
      \(shown.map(tradeRow).joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  private func tradeRow(_ trip: RoundTrip) -> String {
    let held = Double(trip.exitTime.nanoseconds.doubleSpan(from: trip.entryTime.nanoseconds)) / 1e9
    let tone = trip.profit < .zero ? "bad" : "good"
    let entry = market.averagePrice(trip.entryValue, trip.quantity, of: trip.instrument)
    let exit = market.averagePrice(trip.exitValue, trip.quantity, of: trip.instrument)
    let share = trip.returnFraction.map { NumberText.percent($0, signed: true) } ?? ""
    return "<tr><td class=\"text\">\(HTMLText.escape(market.symbol(trip.instrument)))</td>"
      + "<td class=\"text\">\(trip.side == .buy ? "long" : "short")</td>"
      + "<td class=\"text\">\(NumberText.time(trip.entryTime))</td>"
      + "<td class=\"text\">\(NumberText.time(trip.exitTime))</td>"
      + "<td data-v=\"\(HTMLText.short(held))\">\(NumberText.duration(seconds: held))</td>"
      + "<td>\(trip.quantity.exactText)</td>"
      + "<td>\(entry)</td><td>\(exit)</td>"
      + "<td>\(HTMLText.number(NumberText.amount(trip.fees.approximate)))</td>"
      + "<td class=\"\(tone)\">\(HTMLText.number(NumberText.amount(trip.profit.approximate, signed: true)))</td>"
      + "<td class=\"\(tone)\">\(HTMLText.number(share))</td></tr>"
  }

  /// What is left at the end.
  var holdings: String {
    let positions = report.positions.map { row in
      "<tr><td class=\"text\">\(HTMLText.escape(market.symbol(row.instrument)))</td>"
        + "<td>\(HTMLText.number(row.amount.exactText))</td>"
        + "<td>\(market.averagePrice(row.cost, row.amount, of: row.instrument))</td>"
        + "<td>\(market.text(row.mark, of: row.instrument))</td>"
        + "<td>\(HTMLText.number(NumberText.amount(row.realised.approximate, signed: true)))</td>"
        + "<td>\(HTMLText.number(ReportText.gain(row.unrealised)))</td></tr>"
    }
    let balances = report.balances.map { row in
      "<tr><td class=\"text\">\(HTMLText.escape(market.code(row.asset)))</td>"
        + "<td>\(HTMLText.number(row.amount.exactText))</td></tr>"
    }
    var tables = ""
    if !positions.isEmpty {
      tables += """
        <section class="panel"><h2>Open at the end</h2><div class="scroll"><table><thead><tr>\
        <th class="text">Position</th><th>Amount</th><th>Average cost</th><th>Mark</th>\
        <th>Realised</th><th>Unrealised</th></tr></thead><tbody>\(positions.joined())</tbody></table></div></section>
        """
    }
    if !balances.isEmpty {
      tables += """
        <section class="panel"><h2>Balances at the end</h2><div class="scroll"><table><tbody>\
        \(balances.joined())</tbody></table></div></section>
        """
    }
    return tables.isEmpty ? "" : "<div class=\"pair\">\(tables)</div>"
  }
}
