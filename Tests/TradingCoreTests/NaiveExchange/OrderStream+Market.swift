/// The random market of an order stream: books by snapshot and message, trades, quotes, candles, gaps.
@testable import TradingCore

extension OrderStream {
  mutating func addFacts(_ index: Int, _ choice: Double) {
    let instrument = InstrumentID(UInt16(index))
    if random.chance(0.2) {
      let step = random.integer(in: -2...2)
      markets[index].middle = min(106, max(94, markets[index].middle + step))
    }
    if random.chance(0.02) { return addLoss(instrument) }
    if random.chance(0.002) { return addFunding(instrument) }
    if rule.isBook, markets[index].isLost, random.chance(0.3) { return addSnapshot(instrument) }
    switch choice {
    case ..<0.4: rule.isBook ? addDepth(instrument) : addQuote(instrument)
    case ..<0.75: rule == .candle ? addCandle(instrument) : addTrade(instrument)
    case ..<0.85: addQuote(instrument)
    case ..<0.92: addCandle(instrument)
    case ..<0.94: addSnapshot(instrument)
    default: addTrade(instrument)
    }
  }

  private mutating func near(_ index: Int, _ distance: Int64) -> Int64 {
    markets[index].middle + random.integer(in: -distance...distance)
  }

  // MARK: Trades, quotes, candles

  private mutating func addTrade(_ instrument: InstrumentID) {
    let price = near(instrument.index, 4)
    add(
      .trade(
        Trade(
          instrument: instrument, price: Price(ticks: price),
          quantity: Quantity(lots: random.integer(in: 1...9)),
          aggressor: random.chance(0.5) ? .buy : .sell, id: 0)))
  }

  private mutating func addQuote(_ instrument: InstrumentID) {
    let middle = markets[instrument.index].middle
    let isCrossed = random.chance(0.03)
    let bid = middle - random.integer(in: isCrossed ? -3...0 : 0...2)
    let ask = max(bid + 1, middle + random.integer(in: 0...2))
    let lots = (0..<2).map { _ in max(0, random.integer(in: -1...8)) }
    add(
      .quote(
        Quote(
          instrument: instrument, bidPrice: Price(ticks: bid), bidQuantity: Quantity(lots: lots[0]),
          askPrice: Price(ticks: isCrossed ? bid - 1 : ask), askQuantity: Quantity(lots: lots[1]),
          updateID: random.chance(0.5)
            ? 0 : max(0, markets[instrument.index].update + random.integer(in: -1...2)))))
  }

  private mutating func addCandle(_ instrument: InstrumentID) {
    let since = now - markets[instrument.index].closed
    let longest = min(6, since.nanoseconds / Interval.second.nanoseconds)
    guard longest > 0 else { return addQuote(instrument) }
    markets[instrument.index].closed = now
    let open = markets[instrument.index].close + random.integer(in: -2...2)
    let close = near(instrument.index, 3)
    let high = max(open, close) + random.integer(in: 0...4)
    let low = min(open, close) - random.integer(in: 0...4)
    markets[instrument.index].close = close
    add(
      .candle(
        Candle(
          instrument: instrument, intervalSeconds: UInt32(random.integer(in: 1...longest)),
          open: Price(ticks: open), high: Price(ticks: high), low: Price(ticks: low),
          close: Price(ticks: close), volume: Quantity(lots: random.integer(in: 0...40)))))
  }

  private mutating func addFunding(_ instrument: InstrumentID) {
    add(.funding(Funding(instrument: instrument, rate: 1, nextTime: now)))
  }

  private mutating func addLoss(_ instrument: InstrumentID) {
    let stream: StreamKind = random.chance(0.5) ? .depth : random.chance(0.5) ? .quote : .any
    if random.chance(0.2) {
      for index in markets.indices { markets[index].isLost = true }
      return add(.disconnected(ConnectionReport(venue: 0, stream: stream)))
    }
    if stream != .quote { markets[instrument.index].isLost = true }
    add(.gap(Gap(instrument: instrument, stream: stream, count: 1, reason: .sequence)))
  }

  // MARK: Books

  /// A snapshot; one in twenty of those that nobody needs is older than the book.
  private mutating func addSnapshot(_ instrument: InstrumentID) {
    let index = instrument.index
    let isOld = !markets[index].isLost && random.chance(0.05)
    if !isOld { markets[index].update += 1 }
    markets[index].isLost = false
    let update = markets[index].update - (isOld ? 1 : 0)
    markets[index].levels = []
    var places: [(side: Side, price: Int64, lots: Int64)] = []
    for distance in 1...6 as ClosedRange<Int64> where random.chance(0.7) {
      let lots = random.integer(in: 1...9)
      let side: Side = random.chance(0.5) ? .buy : .sell
      places.append((side, markets[index].middle - side.sign * distance, lots))
    }
    for (place, flags) in flagged(places) {
      markets[index].levels.append((place.side, place.price))
      add(
        .bookSnapshot(
          BookSnapshot(
            instrument: instrument, side: place.side, price: Price(ticks: place.price),
            quantity: Quantity(lots: place.lots), updateID: update, flags: flags)))
    }
  }

  private mutating func addDepth(_ instrument: InstrumentID) {
    let index = instrument.index
    let middle = markets[index].middle
    // What the market has moved through goes, in most messages.
    var places: [(side: Side, price: Int64, lots: Int64)] = []
    if !random.chance(0.05) {
      places = markets[index].levels.filter {
        $0.side == .buy ? $0.price >= middle : $0.price <= middle
      }.map { ($0.side, $0.price, 0) }
    }
    for _ in 0..<random.integer(in: 0...3) {
      let side: Side = random.chance(0.5) ? .buy : .sell
      let distance = random.integer(in: random.chance(0.02) ? -2...1 : 1...5)
      places.append((side, middle - side.sign * distance, max(0, random.integer(in: -3...9))))
    }
    let update = updateIDs(index)
    for (place, flags) in flagged(places) {
      markets[index].levels.removeAll { $0.side == place.side && $0.price == place.price }
      if place.lots > 0 { markets[index].levels.append((place.side, place.price)) }
      add(
        .depth(
          Depth(
            instrument: instrument, side: place.side, price: Price(ticks: place.price),
            quantity: Quantity(lots: place.lots), lastUpdateID: update, updateSpan: 0, flags: flags)
        ))
    }
  }

  /// The id of the next message: rarely an old one, rarely one that shows that others are missing.
  private mutating func updateIDs(_ index: Int) -> Int64 {
    if random.chance(0.01) { return max(1, markets[index].update - 1) }
    markets[index].update += 1
    if random.chance(0.01) {
      markets[index].update += 1
      markets[index].isLost = true
    }
    return markets[index].update
  }

  /// The levels of a message with their places in it; a message without any is one empty event.
  private func flagged(
    _ places: [(side: Side, price: Int64, lots: Int64)]
  ) -> [((side: Side, price: Int64, lots: Int64), RunFlags)] {
    guard !places.isEmpty else { return [((.buy, 0, 0), [.first, .last, .empty])] }
    return places.enumerated().map { index, place in
      var flags: RunFlags = index == 0 ? .first : []
      if index == places.count - 1 { flags.insert(.last) }
      return (place, flags)
    }
  }
}
