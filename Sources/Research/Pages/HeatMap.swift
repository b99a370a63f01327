/// Scores over two parameters: a cell for each pair of levels, shaded from the worst to the best.

internal import TradingCore

struct HeatMap {
  /// The most columns whose cells show their score; those of more tell it where the pointer rests.
  static let mostNumbers = 12

  private let across: Dimension
  private let up: Dimension
  private let columns: [Sensitivity.Level]
  private let rows: [Sensitivity.Level]
  /// Trials with a score, and all of them, by rows.
  private let scored: [Sensitivity.Level]
  private let tried: [Sensitivity.Level]

  /// O(trials).
  /// - Parameters:
  ///   - across: place of one dimension in the space.
  ///   - up: place of the other.
  ///   - trials: all of them.
  init(_ space: SearchSpace, across: Int, up: Int, _ trials: [JudgedPoint]) {
    (self.across, self.up) = (space.dimensions[across], space.dimensions[up])
    columns = Sensitivity(space, of: [across], in: []).levels
    rows = Sensitivity(space, of: [up], in: []).levels
    scored = Sensitivity(space, of: [up, across], in: trials).levels
    tried =
      Sensitivity(
        space, of: [up, across],
        in: trials.map { JudgedPoint(number: $0.number, point: $0.point, score: 0) }
      ).levels
  }

  /// The scores, or where cells hold several of them their best and their mean.
  var panels: [String] {
    scored.contains { $0.count > 1 }
      ? [panel("best score", \.best), panel("mean score", \.mean)] : [panel("score", \.best)]
  }

  private func panel(_ what: String, _ value: (Sensitivity.Level) -> Double?) -> String {
    let drawn = scored.compactMap(value)
    let range = (drawn.min() ?? 0)...(drawn.max() ?? 0)
    let body = rows.indices.reversed().map { row in
      let first = row * columns.count
      let cells = (first..<first + columns.count).map { cell($0, value, range) }
      return "<tr><th>\(HeatMap.label(rows[row]))</th>\(cells.joined())</tr>"
    }
    return """
      <section class="panel"><h2>\(HTMLText.escape(up.name)) over \(HTMLText.escape(across.name)) \
      <small>\(what)</small></h2><div class="scroll"><table class="heat map">
      <tbody>\(body.joined(separator: "\n"))</tbody><tfoot><tr><th></th>\(foot)</tr></tfoot></table></div>
      \(legend(drawn.isEmpty ? nil : range))</section>
      """
  }

  /// A label below each column, or below the first of each few where they are many.
  private var foot: String {
    let few = columns.count <= HeatMap.mostNumbers ? 1 : (columns.count + 4) / 5
    return stride(from: 0, to: columns.count, by: few).map { first in
      let width = min(few, columns.count - first)
      return "<th\(few == 1 ? "" : " class=\"part\" colspan=\"\(width)\"")>"
        + "\(HeatMap.label(columns[first]))</th>"
    }.joined()
  }

  /// A value as it is written; of a part of a range its beginning, in three digits.
  private static func label(_ level: Sensitivity.Level) -> String {
    let parts = level.text.split(separator: "…")
    guard parts.count == 2 else { return HTMLText.number(level.text) }
    let digits = parts[0].prefix { $0.isNumber || "-.,".contains($0) }
    guard let value = Double(digits.replacing(",", with: "")) else {
      return HTMLText.number(level.text)
    }
    let decimals = value.magnitude >= 100 ? 0 : value.magnitude >= 10 ? 1 : 2
    return HTMLText.number(NumberText.fixed(value, decimals) + parts[0].dropFirst(digits.count))
  }

  private func cell(
    _ index: Int, _ value: (Sensitivity.Level) -> Double?, _ range: ClosedRange<Double>
  ) -> String {
    guard tried[index].count > 0 else { return "<td class=\"untried\"></td>" }
    let place = "\(up.name), \(across.name): \(tried[index].text)"
    let title = HTMLText.escape("\(place) · \(NumberText.counted(tried[index].count, "trial"))")
    guard let score = value(scored[index]) else { return "<td title=\"\(title)\">×</td>" }
    let span = range.upperBound - range.lowerBound
    let share = span > 0 ? (score - range.lowerBound) / span : 1
    let text = HTMLText.number(SearchReport.score(score))
    return "<td class=\"shade\" style=\"--i:\(HeatMap.strength(share))\" "
      + "title=\"\(title) · \(text)\">\(columns.count <= HeatMap.mostNumbers ? text : "")</td>"
  }

  private func legend(_ range: ClosedRange<Double>?) -> String {
    let marks = "<i class=\"untried\"></i> not tried · × no score"
    guard let range else { return "<p class=\"scale\">\(marks)</p>" }
    let (low, high) = (SearchReport.score(range.lowerBound), SearchReport.score(range.upperBound))
    return "<p class=\"scale\">\(HTMLText.number(low)) <i class=\"shades\"></i> "
      + "\(HTMLText.number(high)) · \(marks)</p>"
  }

  /// How strong the shade of a share is; never so that text on it cannot be read.
  static func strength(_ share: Double) -> String {
    "\(Int((6 + 64 * min(1, max(0, share))).rounded()))%"
  }
}
