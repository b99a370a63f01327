/// Kraken's market channels: what a fact of the market says on each, and what a subscription begins with.

internal import TradingCore

extension ExchangeDesk {
  func topic(_ id: InstrumentID, _ topic: KrakenTopic) -> StreamKey {
    StreamKey(market: id, topic: .kraken(topic))
  }

  mutating func sendKraken(_ trade: Trade, at time: Timestamp) {
    send(topic(trade.instrument, .trade)) { market in
      KrakenMessage.text("trade") { market.writeKraken(trade, at: time, into: &$0) }
    }
    sendKrakenCandles(trade.instrument, at: time)
  }

  mutating func sendKraken(_ top: Quote, of id: InstrumentID, at now: Timestamp) {
    send(topic(id, .ticker)) { market in
      KrakenMessage.text("ticker") { market.writeKraken(top, at: now, into: &$0) }
    }
  }

  /// The candles that a moment lies in, as they stand. That one has closed is never said.
  mutating func sendKrakenCandles(_ id: InstrumentID, at time: Timestamp) {
    for (minutes, interval) in KrakenTopic.minutes.sorted(by: { $0.key < $1.key }) {
      send(topic(id, .candles(minutes: minutes))) { market in
        let frame = KlineFrame(interval: interval)
        let bar = market.kline(frame, from: frame.start(of: time))
        return KrakenMessage.text("ohlc") {
          market.writeKraken(bar, minutes: minutes, into: &$0)
        }
      }
    }
  }

  /// What changed in a market's books since the last message about each.
  mutating func sendKrakenBooks(_ id: InstrumentID, at now: Timestamp) {
    for depth in KrakenTopic.depths {
      let key = topic(id, .book(depth: depth))
      guard subscriptions.has(key), state.markets[id.index].book.isValid,
        let old = krakenBooks[key]
      else { continue }
      let book = state.markets[id.index].book
      let new = KrakenLevels(book, depth: depth)
      guard new != old, let market = markets[id] else { continue }
      krakenBooks[key] = new
      let changed = new.changes(from: old, book)
      var checksum = new.checksum(market.grid.definition)
      if faults.strikes(.checksum, krakenStream(key)) != nil { checksum ^= 1 }
      send(
        key,
        market.krakenBook(
          changed.bids, changed.asks, checksum: checksum, isSnapshot: false, at: now))
    }
  }

  /// A stream's name as faults know it.
  func krakenStream(_ key: StreamKey) -> String {
    guard case .kraken(let topic) = key.topic, let market = markets[key.market] else { return "" }
    return market.krakenName + "@" + topic.name
  }

  // MARK: Snapshots

  /// What a subscription begins with; empty where there is nothing yet.
  mutating func krakenSnapshot(_ key: StreamKey, at now: Timestamp) -> [UInt8] {
    guard case .kraken(let topic) = key.topic, let market = markets[key.market] else { return [] }
    switch topic {
    case .trade:
      return KrakenMessage.text("trade", isSnapshot: true, market.trades.latest(50)) {
        market.writeKraken($1.trade, at: $1.time, into: &$0)
      }
    case .ticker:
      let top = top(key.market)
      guard top.bidPrice > .zero else { return [] }
      return KrakenMessage.text("ticker", isSnapshot: true) {
        market.writeKraken(top, at: now, into: &$0)
      }
    case .book(let depth): return bookSnapshot(key, market, depth: depth, at: now)
    case .candles(let minutes):
      guard let interval = KrakenTopic.minutes[minutes] else { return [] }
      let frame = KlineFrame(interval: interval)
      let bars = market.klines(frame, from: nil, to: nil, limit: 720, now: now)
      return KrakenMessage.text("ohlc", isSnapshot: true, bars) {
        market.writeKraken($1, minutes: minutes, into: &$0)
      }
    }
  }

  /// The book as it was last published to others, or as it is, so that what follows fits it. Before there
  /// is a book it is empty.
  private mutating func bookSnapshot(
    _ key: StreamKey, _ market: PublicMarket, depth: Int, at now: Timestamp
  ) -> [UInt8] {
    var book = OrderBook()
    if key.market.index < state.markets.count { book = state.markets[key.market.index].book }
    let levels = krakenBooks[key] ?? KrakenLevels(book, depth: depth)
    krakenBooks[key] = levels
    return market.krakenBook(
      levels.bids, levels.asks, checksum: levels.checksum(market.grid.definition),
      isSnapshot: true, at: now)
  }
}
