/// The end of the chain: the market that the strategies saw, and what stood in the way of trading.

internal import TradingCore

extension StorySections {
  /// The instrument that the story is about: of the order, else of the fact.
  var instrument: InstrumentID {
    if case .place(let terms)? = story.verdict?.request { return terms.instrument }
    if let refused = story.verdict?.refused { return refused.instrument }
    return story.fact.event.body.instrument
  }

  /// What holds trading back whatever a strategy wants; `nil` where nothing does.
  var condition: StorySection? {
    var lines: [String] = []
    if let halt = words.halt { lines.append(halt) }
    if let book { lines.append(book) }
    return lines.isEmpty
      ? nil : StorySection(title: "condition", headline: lines[0], lines: Array(lines.dropFirst()))
  }

  /// That the book cannot be believed, and since when; `nil` where it can, or there never was one.
  private var book: String? {
    guard instrument.index < story.state.markets.count else { return nil }
    let market = story.state.markets[instrument.index]
    guard !market.book.isValid, market.book.updateID != 0 || market.book.gapCount > 0 else {
      return nil
    }
    let loss = story.before.last { loses($0.event.body) }
    let since = loss.map { " since \(words.line($0)) at \(StoryWords.number($0.sequence))" } ?? ""
    return "the book of \(words.symbol(instrument)) is \(market.book.status)\(since)"
  }

  private func loses(_ body: EventBody) -> Bool {
    switch body {
    case .gap(let gap): gap.instrument == .none || gap.instrument == instrument
    case .disconnected(let report): report.endsAll
    default: false
    }
  }

  /// The bar or the quotes that were decided on, and the last events before.
  var market: StorySection? {
    guard instrument.index < story.state.markets.count,
      let grid = story.state.instruments[instrument.index]
    else {
      return StorySection(
        title: "market", headline: "the fact: \(words.line(story.fact))",
        table: events(of: { _ in true }))
    }
    let market = story.state.markets[instrument.index]
    var lines: [String] = []
    if market.hasTop {
      let (bid, ask) = (market.top.bidPrice, market.top.askPrice)
      lines.append(
        "quotes \(grid.text(bid)) × \(grid.text(market.top.bidQuantity)) / \(grid.text(ask)) × "
          + grid.text(market.top.askQuantity) + spread(bid, ask))
    }
    if let mark = market.mark { lines.append("mark \(grid.text(mark))") }
    if let position = held(grid) { lines.append(position) }
    return StorySection(
      title: "market", headline: bar(market, grid) ?? "the fact: \(words.line(story.fact))",
      lines: lines, table: events(of: { $0.body.instrument == instrument && $0.kind.isMarket }))
  }

  private func spread(_ bid: Price, _ ask: Price) -> String {
    guard bid.ticks > 0, ask > bid else { return "" }
    let middle = (Double(bid.ticks) + Double(ask.ticks)) / 2
    let points = Double(ask.ticks - bid.ticks) / middle * 10_000
    return ", spread \(NumberText.fixed(points, 3)) bp"
  }

  private func held(_ grid: InstrumentDefinition) -> String? {
    guard instrument.index < story.state.account.positions.count else { return nil }
    let lots = story.state.account.positions[instrument.index].lots.lots
    let live = story.state.orders.live.count
    return
      "held \(words.quantity(lots, instrument)), \(live) live \(live == 1 ? "order" : "orders")"
  }

  /// The bar that the fact closed.
  private func bar(_ market: MarketState, _ grid: InstrumentDefinition) -> String? {
    guard let bar = market.lastBar, market.lastBarSequence == story.fact.sequence else {
      return nil
    }
    return "the bar from \(bar.start.iso8601) closed: open \(grid.text(bar.open)), high "
      + "\(grid.text(bar.high)), low \(grid.text(bar.low)), close \(grid.text(bar.close)), volume "
      + grid.text(bar.volume)
  }

  /// The last events that fit, the fact last.
  private func events(of isTold: (Event) -> Bool) -> [[String]] {
    let told = story.before.filter { isTold($0.event) && !$0.event.body.isInsideRun }.suffix(8)
    let rows = told.map { words.row($0, until: story.fact.event.receiveTime) }
    return rows.isEmpty ? [] : [["event", "time", "before", "event"]] + rows
  }
}
