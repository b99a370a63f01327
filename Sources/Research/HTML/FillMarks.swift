/// Fills on the price chart: one triangle per side and column, however many fills it stands for.

import TradingCore

struct FillMarks {
  private struct Mark {
    var time: Timestamp
    var side: Side
    /// Σ price and count of the fills it stands for; it is drawn at their mean.
    var sum: Double
    var count: Int
    var column: Int
  }

  private var marks: [Mark] = []
  private(set) var buys = 0
  private(set) var sells = 0

  /// Gathers the fills of the chart instrument in at most 2 × `columns` marks. O(fills).
  init(_ report: RunReport, first: Timestamp, last: Timestamp, columns: Int) {
    let chart = report.market.chartInstrument
    guard let definition = report.market[chart]?.definition else { return }
    var latest: [Int?] = [nil, nil]
    for row in report.fills where row.fill.instrument == chart {
      if row.fill.side == .buy { buys += 1 } else { sells += 1 }
      let price = definition.approximate(row.fill.price)
      let column = Thinning.position(of: row.time, from: first, to: last, columns: columns)
      let slot = Int(row.fill.side.rawValue)
      if let index = latest[slot], marks[index].column == column {
        marks[index].sum += price
        marks[index].count += 1
      } else {
        latest[slot] = marks.count
        marks.append(
          Mark(time: row.time, side: row.fill.side, sum: price, count: 1, column: column))
      }
    }
  }

  /// The lowest and the highest price drawn; empty without fills.
  var prices: [Double] {
    let means = marks.map { $0.sum / Double($0.count) }
    guard let low = means.min(), let high = means.max() else { return [] }
    return [low, high]
  }

  /// The triangles, buys pointing up from below and sells down from above, at true proportions.
  func shapes(on plot: Plot) -> String {
    let size = marks.count > 400 ? "0.6" : marks.count > 120 ? "0.8" : "1"
    let defined =
      "<defs><path id=\"buy\" transform=\"scale(\(size))\" d=\"M0 1L5 10H-5Z\"/>"
      + "<path id=\"sell\" transform=\"scale(\(size))\" d=\"M0 -1L5 -10H-5Z\"/></defs>"
    return defined
      + marks.map { mark in
        let name = mark.side == .buy ? "buy" : "sell"
        let x = HTMLText.percent(min(1, max(0, plot.x(mark.time))))
        let y = HTMLText.percent(plot.y(mark.sum / Double(mark.count)))
        return "<use href=\"#\(name)\" class=\"\(name)\" x=\"\(x)\" y=\"\(y)\"/>"
      }.joined()
  }
}
