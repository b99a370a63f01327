/// What stands around every plot: title, legend, grid and labels. Places are shares of the box, so
/// that a chart over time and one over anything else share one frame.

struct ChartFrame {
  /// A line of the grid: 0…1 from the left or from the top, with safe HTML beside it; none where empty.
  struct Tick {
    var share: Double
    var label: String

    init(_ share: Double, _ label: String) { (self.share, self.label) = (share, label) }
  }

  let id: String
  /// Safe HTML.
  let title: String
  let unit: String
  /// In pixels.
  let height: Int
  /// The classes of a key's line, and its text.
  var legend: [(String, String)] = []
  let rows: [Tick]
  let columns: [Tick]

  /// The whole chart; `overlay` is drawn in an unstretched SVG above. Both are SVG.
  func figure(_ content: String, overlay: String = "") -> String {
    let lines =
      rows.map { "M0 \(HTMLText.coordinate($0.share * Plot.height))H1200" }
      + columns.map { "M\(HTMLText.coordinate($0.share * Plot.width)) 0V400" }
    let keys = legend.map {
      "<span class=\"key\"><i class=\"\($0.0)\"></i>\(HTMLText.escape($0.1))</span>"
    }
    let above = overlay.isEmpty ? "" : "<svg class=\"over\" aria-hidden=\"true\">\(overlay)</svg>"
    return """
      <figure class="panel" id="chart-\(id)"><figcaption><h2>\(title) <small>\(HTMLText.escape(unit))</small></h2>\
      <span class="grow"></span>\(keys.joined())</figcaption>
      <div class="plot" style="height:\(height)px"><div class="y">\(labels(rows, "top"))</div>
      <svg viewBox="0 0 1200 400" preserveAspectRatio="none" role="img" aria-label="\(title)">\
      <path class="grid" d="\(lines.joined())"/>\(content)</svg>\(above)
      <div class="x">\(labels(columns, "left"))</div><div class="cursor"></div></div></figure>
      """
  }

  private func labels(_ ticks: [Tick], _ edge: String) -> String {
    ticks.filter { !$0.label.isEmpty }.map {
      "<span style=\"\(edge):\(HTMLText.percent($0.share))\">\($0.label)</span>"
    }.joined()
  }

  /// The corners of a line, in shares of the box.
  static func path(_ corners: [(x: Double, y: Double)]) -> String {
    corners.map { corner in
      HTMLText.coordinate(corner.x * Plot.width) + " "
        + HTMLText.coordinate(corner.y * Plot.height)
    }.joined(separator: "L")
  }

  /// Dots of the width of the class's stroke, round however the box is stretched.
  static func dots(_ places: [(x: Double, y: Double)], _ name: String) -> String {
    guard !places.isEmpty else { return "" }
    return "<path class=\"\(name)\" d=\"\(places.map { "M\(path([$0]))h0" }.joined())\"/>"
  }
}
