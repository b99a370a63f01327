/// One chart over time: a stretched SVG, its grid and its labels.

import TradingCore

struct Plot {
  struct Point: Equatable {
    var time: Timestamp
    var value: Double
  }

  /// The coordinates of a plot; the browser stretches them to the box.
  static let width = 1_200.0
  static let height = 400.0

  let scale: NiceScale
  let first: Timestamp
  let last: Timestamp

  /// 0 at the first moment, 1 at the last.
  static func share(of time: Timestamp, _ first: Timestamp, _ last: Timestamp) -> Double {
    let span = last.nanoseconds.doubleSpan(from: first.nanoseconds)
    return span > 0 ? time.nanoseconds.doubleSpan(from: first.nanoseconds) / span : 0
  }

  func x(_ time: Timestamp) -> Double { Plot.share(of: time, first, last) }

  /// 0 at the top of the scale, 1 at its bottom.
  func y(_ value: Double) -> Double {
    let span = scale.high - scale.low
    return span > 0 ? (scale.high - value) / span : 0.5
  }

  /// A line through the points.
  func line(_ points: [Point], _ name: String) -> String {
    points.isEmpty ? "" : "<path class=\"\(name)\" d=\"M\(path(points))\"/>"
  }

  /// The area between the points and `base`, by default the bottom.
  func area(_ points: [Point], _ name: String, to base: Double? = nil) -> String {
    guard let start = points.first, let end = points.last else { return "" }
    let floor = HTMLText.coordinate(y(base ?? scale.low) * Plot.height)
    let left = HTMLText.coordinate(x(start.time) * Plot.width)
    let right = HTMLText.coordinate(x(end.time) * Plot.width)
    return "<path class=\"\(name)\" d=\"M\(left) \(floor)L\(path(points))L\(right) \(floor)Z\"/>"
  }

  private func path(_ points: [Point]) -> String {
    ChartFrame.path(points.map { (x($0.time), y($0.value)) })
  }

  /// The chart with title, legend, grid and labels. `overlay` is drawn in an unstretched SVG above.
  func figure(
    id: String, title: String, unit: String, height: Int, legend: [(String, String)],
    content: String, overlay: String = ""
  ) -> String {
    let columns = TimeScale.ticks(from: first, to: last).map { tick in
      ChartFrame.Tick(x(tick.time), x(tick.time) < 0.97 ? tick.label : "")
    }
    let rows = scale.ticks.map { ChartFrame.Tick(y($0), HTMLText.number(scale.text($0))) }
    return ChartFrame(
      id: id, title: title, unit: unit, height: height, legend: legend, rows: rows,
      columns: columns
    ).figure(content, overlay: overlay)
  }
}
