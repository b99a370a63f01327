/// A line chart in braille characters: two columns and four rows of dots in each cell.

import TradingCore

enum BrailleChart {
  /// Dot bits by column and row from the top (Unicode chapter 21.1, braille patterns).
  private static let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  /// `rows` lines of `columns` cells drawing the values over time: each dot column holds the range
  /// its points cover and joins the column before. Empty with fewer than two moments or a value
  /// that is not finite.
  static func lines(
    times: [Timestamp], values: [Double], columns: Int, rows: Int
  ) -> [String] {
    guard let low = values.min(), let high = values.max(), let first = times.first,
      let last = times.last, first < last, values.allSatisfy(\.isFinite), (high - low).isFinite
    else { return [] }
    let height = rows * 4
    func level(_ value: Double) -> Int {
      high == low ? height / 2 : Int(((value - low) / (high - low) * Double(height - 1)).rounded())
    }
    var cells = [[UInt32]](repeating: [UInt32](repeating: 0, count: columns), count: rows)
    var previous: (column: Int, level: Int)?
    for (time, value) in zip(times, values) {
      let here = level(value)
      let column = Thinning.position(of: time, from: first, to: last, columns: columns * 2)
      let start = previous ?? (column, here)
      for between in start.column...column {
        let joined = between == column ? here : start.level
        for dot in min(start.level, joined)...max(start.level, joined) {
          cells[(height - 1 - dot) / 4][between / 2] |= bits[between % 2][(height - 1 - dot) % 4]
        }
      }
      previous = (column, here)
    }
    return cells.map { line in
      String(String.UnicodeScalarView(line.compactMap { Unicode.Scalar(0x2800 + $0) }))
    }
  }
}
