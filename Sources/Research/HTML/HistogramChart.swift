/// Daily returns as bars, losses and gains apart, with the mean marked.

import TradingCore

struct HistogramChart {
  private let histogram: Histogram
  private let days: Int

  init(_ histogram: Histogram, days: Int) {
    self.histogram = histogram
    self.days = days
  }

  private var end: Double { histogram.start + histogram.width * Double(histogram.counts.count) }

  private func share(_ value: Double) -> Double {
    (value - histogram.start) / (end - histogram.start)
  }

  var section: String {
    let most = Double(histogram.counts.max() ?? 1)
    let bar = Plot.width / Double(histogram.counts.count)
    let bars = histogram.counts.enumerated().filter { $0.element > 0 }.map { index, count in
      let left = histogram.start + histogram.width * Double(index)
      let height = Double(count) / most * Plot.height
      let range = "\(percent(left)) to \(percent(left + histogram.width)): \(count) days"
      return "<rect class=\"\(left + histogram.width / 2 < 0 ? "neg" : "pos")\" "
        + "x=\"\(HTMLText.coordinate(bar * Double(index) + bar * 0.06))\" "
        + "y=\"\(HTMLText.coordinate(Plot.height - height))\" "
        + "width=\"\(HTMLText.coordinate(bar * 0.88))\" height=\"\(HTMLText.coordinate(height))\">"
        + "<title>\(HTMLText.number(range))</title></rect>"
    }
    let scale = NiceScale(low: histogram.start * 100, high: end * 100, count: 6)
    let labels = scale.ticks.filter { (0...1).contains(share($0 / 100)) }.map { tick in
      "<span style=\"left:\(HTMLText.percent(share(tick / 100)))\">"
        + "\(HTMLText.number(scale.text(tick)))%</span>"
    }
    let rows = NiceScale(low: 0, high: most, count: 4)
    let counts = rows.ticks.filter { $0 <= most && rows.decimals == 0 }.map { tick in
      "<span style=\"top:\(HTMLText.percent(1 - tick / most))\">\(rows.text(tick))</span>"
    }
    let mean = HTMLText.coordinate(share(histogram.mean) * Plot.width)
    return """
      <figure class="panel"><figcaption><h2>Daily returns <small>\(NumberText.grouped(days)) \
      days</small></h2><span class="grow"></span><span class="key"><i class="line b"></i>mean \
      \(HTMLText.number(percent(histogram.mean)))</span></figcaption>
      <div class="plot still" style="height:220px"><div class="y">\(counts.joined())</div>
      <svg viewBox="0 0 1200 400" preserveAspectRatio="none" role="img" aria-label="Daily returns">\
      \(bars.joined())<path class="line b" d="M\(mean) 0V400"/></svg>
      <div class="x">\(labels.joined())</div></div></figure>
      """
  }

  private func percent(_ fraction: Double) -> String {
    fraction.magnitude < 0.001 && fraction != 0
      ? NumberText.fixed(fraction * 100, 4) + " %" : NumberText.percent(fraction)
  }
}
