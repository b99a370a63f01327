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
    points.map { point in
      HTMLText.coordinate(x(point.time) * Plot.width) + " "
        + HTMLText.coordinate(y(point.value) * Plot.height)
    }.joined(separator: "L")
  }

  /// The chart with title, legend, grid and labels. `overlay` is drawn in an unstretched SVG above.
  func figure(
    id: String, title: String, unit: String, height: Int, legend: [(String, String)],
    content: String, overlay: String = ""
  ) -> String {
    let ticks = TimeScale.ticks(from: first, to: last)
    let horizontal = scale.ticks.map { "M0 \(HTMLText.coordinate(y($0) * Plot.height))H1200" }
    let vertical = ticks.map { "M\(HTMLText.coordinate(x($0.time) * Plot.width)) 0V400" }
    let rows = scale.ticks.map { tick in
      "<span style=\"top:\(HTMLText.percent(y(tick)))\">\(HTMLText.number(scale.text(tick)))</span>"
    }
    let columns = ticks.filter { x($0.time) < 0.97 }.map { tick in
      "<span style=\"left:\(HTMLText.percent(x(tick.time)))\">\(tick.label)</span>"
    }
    let keys = legend.map {
      "<span class=\"key\"><i class=\"\($0.0)\"></i>\(HTMLText.escape($0.1))</span>"
    }
    let above = overlay.isEmpty ? "" : "<svg class=\"over\" aria-hidden=\"true\">\(overlay)</svg>"
    return """
      <figure class="panel" id="chart-\(id)"><figcaption><h2>\(title) <small>\(HTMLText.escape(unit))</small></h2>\
      <span class="grow"></span>\(keys.joined())</figcaption>
      <div class="plot" style="height:\(height)px"><div class="y">\(rows.joined())</div>
      <svg viewBox="0 0 1200 400" preserveAspectRatio="none" role="img" aria-label="\(title)">\
      <path class="grid" d="\((horizontal + vertical).joined())"/>\(content)</svg>\(above)
      <div class="x">\(columns.joined())</div><div class="cursor"></div></div></figure>
      """
  }
}
