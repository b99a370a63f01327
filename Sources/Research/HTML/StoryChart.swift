/// The market around a decision: quotes and trades, the moment it was decided, the order's limit, fills.

import TradingCore

struct StoryChart {
  /// Events drawn before the decision and after it.
  static let most = (before: 240, after: 240)

  private let story: DecisionStory
  private let sections: StorySections
  private let drawn: [NumberedEvent]
  private let grid: InstrumentDefinition?

  init(_ story: DecisionStory, _ sections: StorySections) {
    self.story = story
    self.sections = sections
    let id = sections.instrument
    grid = story.names.definition(id)
    let isDrawn = { (one: NumberedEvent) in
      switch one.event.body {
      case .trade, .quote, .candle: one.event.body.instrument == id
      default: false
      }
    }
    drawn =
      story.before.filter(isDrawn).suffix(Self.most.before)
      + story.after.filter(isDrawn).prefix(Self.most.after)
  }

  /// The figure; a sentence where there is too little to draw.
  var figure: String {
    let times = drawn.map(\.event.receiveTime) + [story.fact.event.receiveTime]
    guard let grid, let first = times.min(), let last = times.max(), first < last,
      let scale = scale(grid)
    else {
      return "<section class=\"panel\"><h2>Timeline</h2><p class=\"none\">n/a: no quotes or trades "
        + "around the event to draw.</p></section>"
    }
    let plot = Plot(scale: scale, first: first, last: last)
    return "<section class=\"charts\">"
      + plot.figure(
        id: "timeline", title: "Timeline", unit: sections.words.symbol(sections.instrument),
        height: 320, legend: legend,
        content: plot.line(steps(asks(grid), plot), "line b")
          + plot.line(steps(bids(grid), plot), "line a") + candles(plot, grid) + limit(plot, grid),
        overlay: dots(plot, grid) + moment(plot) + fills(plot, grid)) + "</section>"
  }

  private var legend: [(String, String)] {
    var legend = [("when", "decided")]
    if drawn.contains(where: { $0.event.kind == .quote }) {
      legend += [("line a", "bid"), ("b", "ask")]
    }
    if drawn.contains(where: { $0.event.kind == .trade }) { legend.append(("dot", "trades")) }
    if drawn.contains(where: { $0.event.kind == .candle }) { legend.append(("price", "closes")) }
    if terms?.type.hasLimit == true { legend.append(("limit", "limit")) }
    if fillPoints.contains(where: { $0.side == .buy }) { legend.append(("mark buy", "buy")) }
    if fillPoints.contains(where: { $0.side == .sell }) { legend.append(("mark sell", "sell")) }
    return legend
  }

  private var terms: OrderTerms? {
    guard case .place(let terms)? = story.verdict?.request else { return nil }
    return terms
  }

  private var fillPoints: [(time: Timestamp, side: Side, price: Price)] {
    (story.fate?.reports ?? []).compactMap { report in
      guard case .fill(let fill) = report.event.body else { return nil }
      return (report.event.receiveTime, fill.side, fill.price)
    }
  }

  private func bids(_ grid: InstrumentDefinition) -> [Plot.Point] {
    drawn.compactMap { one in
      guard case .quote(let quote) = one.event.body, quote.bidPrice.ticks > 0 else { return nil }
      return Plot.Point(time: one.event.receiveTime, value: grid.approximate(quote.bidPrice))
    }
  }

  private func asks(_ grid: InstrumentDefinition) -> [Plot.Point] {
    drawn.compactMap { one in
      guard case .quote(let quote) = one.event.body, quote.askPrice.ticks > 0 else { return nil }
      return Plot.Point(time: one.event.receiveTime, value: grid.approximate(quote.askPrice))
    }
  }

  /// A quote stands until the next one.
  private func steps(_ points: [Plot.Point], _ plot: Plot) -> [Plot.Point] {
    guard let end = points.last else { return [] }
    let corners = zip(points, points.dropFirst()).flatMap { one, next in
      [one, Plot.Point(time: next.time, value: one.value)]
    }
    return corners + [end, Plot.Point(time: plot.last, value: end.value)]
  }

  private func trades(_ grid: InstrumentDefinition) -> [Plot.Point] {
    drawn.compactMap { one in
      guard case .trade(let trade) = one.event.body else { return nil }
      return Plot.Point(time: one.event.receiveTime, value: grid.approximate(trade.price))
    }
  }

  private func closes(_ grid: InstrumentDefinition) -> [Plot.Point] {
    drawn.compactMap { one in
      guard case .candle(let candle) = one.event.body else { return nil }
      return Plot.Point(time: one.event.receiveTime, value: grid.approximate(candle.close))
    }
  }

  private func candles(_ plot: Plot, _ grid: InstrumentDefinition) -> String {
    plot.line(closes(grid), "line price")
  }

  private func dots(_ plot: Plot, _ grid: InstrumentDefinition) -> String {
    trades(grid).map { point in
      let (x, y) = (HTMLText.percent(plot.x(point.time)), HTMLText.percent(plot.y(point.value)))
      return "<circle class=\"dot\" cx=\"\(x)\" cy=\"\(y)\" r=\"2.2\"/>"
    }.joined()
  }

  private func scale(_ grid: InstrumentDefinition) -> NiceScale? {
    var values = (bids(grid) + asks(grid) + trades(grid) + closes(grid)).map(\.value)
    guard !values.isEmpty else { return nil }
    if let terms, terms.type.hasLimit { values.append(grid.approximate(terms.price)) }
    values += fillPoints.map { grid.approximate($0.price) }
    guard let low = values.min(), let high = values.max() else { return nil }
    return NiceScale(low: low, high: high)
  }

  /// The order's limit from the decision until it was over, or to the edge.
  private func limit(_ plot: Plot, _ grid: InstrumentDefinition) -> String {
    guard let terms, terms.type.hasLimit else { return "" }
    let isOver = story.fate.map { $0.ending != .open } ?? false
    let end = isOver ? story.fate?.reports.last?.event.receiveTime : nil
    let value = grid.approximate(terms.price)
    let until = min(plot.last, max(story.fact.event.receiveTime, end ?? plot.last))
    return plot.line(
      [
        Plot.Point(time: story.fact.event.receiveTime, value: value),
        Plot.Point(time: until, value: value),
      ], "line limit")
  }

  private func moment(_ plot: Plot) -> String {
    let x = HTMLText.percent(plot.x(story.fact.event.receiveTime))
    let text = HTMLText.escape("decided at \(StoryWords.number(story.fact.sequence))")
    return
      "<line class=\"when\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"100%\"><title>\(text)</title></line>"
  }

  private func fills(_ plot: Plot, _ grid: InstrumentDefinition) -> String {
    let shapes =
      "<defs><path id=\"buy\" d=\"M0 1L5 10H-5Z\"/><path id=\"sell\" d=\"M0 -1L5 -10H-5Z\"/></defs>"
    let inside = fillPoints.filter { $0.time <= plot.last }
    guard !inside.isEmpty else { return "" }
    return shapes
      + inside.map { fill in
        let name = fill.side == .buy ? "buy" : "sell"
        let x = HTMLText.percent(min(1, max(0, plot.x(fill.time))))
        let y = HTMLText.percent(plot.y(grid.approximate(fill.price)))
        return "<use href=\"#\(name)\" class=\"\(name)\" x=\"\(x)\" y=\"\(y)\"/>"
      }.joined()
  }
}
