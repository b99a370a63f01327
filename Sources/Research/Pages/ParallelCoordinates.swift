/// A line for each trial across an axis for each parameter, shaded by the trial's rank.

internal import TradingCore

struct ParallelCoordinates {
  /// The most lines drawn: the best, and the rest evenly by rank.
  static let mostLines = 400
  private static let shades = 10

  let axes: [SearchAxis]
  /// Trials with a score, best first.
  let scored: [TrialRecord]

  /// The chart; nothing with fewer than two axes or trials.
  var section: String {
    let shown = ParallelCoordinates.drawn(scored)
    guard axes.count > 1, shown.count > 1, let best = shown.first?.score,
      let worst = shown.last?.score
    else { return "" }
    let scale = NiceScale(low: worst, high: best)
    let lines = paths(shown, scale).reversed().joined()
    let note =
      shown.count == scored.count
      ? "\(NumberText.grouped(shown.count)) trials"
      : "\(NumberText.grouped(shown.count)) of \(NumberText.grouped(scored.count)) trials, "
        + "the best and every so many of the rest"
    return """
      <section class="panel"><h2>Parameters of every trial <small>\(note); the stronger the colour, the better \
      the rank</small></h2><div class="scroll"><div class="parallel" style="min-width:\(width)px">
      <div class="plot" style="height:260px"><svg viewBox="0 0 1200 400" preserveAspectRatio="none" \
      role="img" aria-label="Parameters of every trial">\(lines)\(rulers)</svg>\(labels(scale))</div></div></div></section>
      """
  }

  private var width: Int { 110 * (axes.count + 1) }

  /// All trials where they are few, else the better half of the room for the best, the rest evenly.
  static func drawn(_ scored: [TrialRecord]) -> [TrialRecord] {
    guard scored.count > mostLines else { return scored }
    let half = mostLines / 2
    let rest = scored.count - half
    return Array(scored.prefix(half))
      + (1...half).map { scored[half + rest * $0 / half - 1] }
  }

  /// A path for each tenth of the ranks, best first.
  private func paths(_ shown: [TrialRecord], _ scale: NiceScale) -> [String] {
    (0..<ParallelCoordinates.shades).map { shade in
      let from = shown.count * shade / ParallelCoordinates.shades
      let to = shown.count * (shade + 1) / ParallelCoordinates.shades
      let lines = shown[from..<to].map { "M\(ChartFrame.path(corners($0, scale)))" }
      let share = 1 - Double(shade) / Double(ParallelCoordinates.shades - 1)
      return lines.isEmpty
        ? ""
        : "<path class=\"line shaded\" style=\"--i:\(HeatMap.strength(share))\" "
          + "d=\"\(lines.joined())\"/>"
    }
  }

  private func corners(_ trial: TrialRecord, _ scale: NiceScale) -> [(x: Double, y: Double)] {
    let places = axes.map { 1 - $0.share(of: trial.values[$0.place]) }
    let score = (scale.high - (trial.score ?? scale.low)) / (scale.high - scale.low)
    return (places + [score]).enumerated().map {
      (Double($0.offset) / Double(axes.count), $0.element)
    }
  }

  private var rulers: String {
    let lines = (0...axes.count).map { index in
      "M\(HTMLText.coordinate(Double(index) / Double(axes.count) * Plot.width)) 0V400"
    }
    return "<path class=\"ruler\" d=\"\(lines.joined())\"/>"
  }

  private func labels(_ scale: NiceScale) -> String {
    let ends = axes.map { ($0.dimension.name, $0.last, $0.first) }
    let score = ("score", scale.text(scale.high), scale.text(scale.low))
    return (ends + [score]).enumerated().map { index, label in
      let left = HTMLText.percent(Double(index) / Double(axes.count))
      return "<div class=\"end\" style=\"left:\(left)\"><b>\(HTMLText.escape(label.0))</b>"
        + "\(HTMLText.number(label.1))</div><div class=\"end low\" style=\"left:\(left)\">"
        + "\(HTMLText.number(label.2))</div>"
    }.joined()
  }
}
