/// The HTML report's table of what each strategy's book and the account earned.

import TradingCore

extension HTMLPage {
  /// A row for each book, the account's last; empty where nothing was traded.
  var books: String {
    let rows = BookTable.rows(report)
    guard rows.contains(where: { $0.fillCount > 0 }) else { return "" }
    let head = BookTable.titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let body = rows.map { row in
      let cells = BookTable.cells(row).map { "<td>\(HTMLText.number($0))</td>" }.joined()
      return "<tr><td class=\"text\">\(HTMLText.escape(row.name))</td>\(cells)</tr>"
    }
    return """
      <section class="panel"><h2>Profit by book \
      <small>\(HTMLText.escape(market.reportingCode)); realised by average cost and first in, first \
      out</small></h2><div class="scroll"><table><thead><tr><th class="text">Book</th>\(head)</tr>\
      </thead><tbody>\(body.joined(separator: "\n"))</tbody></table></div></section>
      """
  }
}
