/// The HTML report's table of parent orders.

import TradingCore

extension HTMLPage {
  /// A row for each algorithm; empty where there were no parents.
  var executions: String {
    guard !report.executions.isEmpty else { return "" }
    let head = ExecutionTable.titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let body = report.executions.map { row in
      let cells = ExecutionTable.cells(row, market).map {
        "<td>\(HTMLText.number($0))</td>"
      }
      return "<tr><td class=\"text\">\(row.algorithm.word)</td>\(cells.joined())</tr>"
    }
    return """
      <section class="panel"><h2>Execution <small>shortfall against the price when a parent order \
      began, fees included</small></h2><div class="scroll"><table><thead><tr>\
      <th class="text">Algorithm</th>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))\
      </tbody></table></div></section>
      """
  }
}
