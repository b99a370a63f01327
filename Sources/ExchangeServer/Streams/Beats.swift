/// Streams that have a beat of their own: books every 100 ms or second, klines and tickers every
/// second or two, and the upkeep of connections.

public import TradingCore

/// When each beat was last served.
struct Beats {
  var fast = Timestamp.distantPast
  var second = Timestamp.distantPast
  /// The bar that is open on each kline stream.
  var bars: [StreamKey: Timestamp] = [:]
  /// The best levels last sent of markets without quotes of their own.
  var tops: [InstrumentID: Quote] = [:]

  static let fastWidth = Interval(nanoseconds: 100_000_000)
}

extension ExchangeDesk {
  /// Serves whatever is due by now. To be called every few milliseconds.
  public mutating func tick(at now: Timestamp) {
    cancelOverdue(at: now)
    // A clock that was set back beats at once, too.
    if now.floored(to: Beats.fastWidth) != beats.fast {
      beats.fast = now.floored(to: Beats.fastWidth)
      for id in markets.indices { sendBook(id, isFast: true, at: now) }
      releaseHeldReports()
      endStreamsOfKeys(at: now)
    }
    guard now.floored(to: .second) != beats.second else { return }
    beats.second = now.floored(to: .second)
    for id in markets.indices { sendBook(id, isFast: false, at: now) }
    for key in subscriptions.keys where subscriptions.has(key) { sendBeat(key, at: now) }
    sendKrakenHeartbeats()
    sendCoinbaseHeartbeats(at: now)
    keepConnections(at: now)
  }

  /// The levels that changed since the last message, whose ids continue that one's.
  private mutating func sendBook(_ id: InstrumentID, isFast: Bool, at now: Timestamp) {
    guard id.index < state.markets.count, state.markets[id.index].book.isValid else { return }
    let changed = markets.change(id) { market in
      isFast
        ? market.fast.take(upTo: market.updateID) : market.slow.take(upTo: market.updateID)
    }
    guard let changed = changed ?? nil, !changed.levels.isEmpty else { return }
    if isFast { sendCoinbaseBook(id, changed.levels, at: now) }
    let book = state.markets[id.index].book
    send(StreamKey(market: id, topic: .depth(isFast: isFast))) { market in
      market.depthMessage(changed.levels, book, from: changed.firstID, now: now)
    }
    for levels in [5, 10, 20] {
      send(StreamKey(market: id, topic: .partial(levels: levels, isFast: isFast))) { market in
        market.depth(book, limit: levels)
      }
    }
  }

  private mutating func sendBeat(_ key: StreamKey, at now: Timestamp) {
    switch key.topic {
    case .kline(let frame): sendKline(key, frame, at: now)
    case .ticker:
      sendStatistics(key, hours: 24, at: now) { $0.message(top: $1, now: now) }
    case .miniTicker where key.market == .none:
      sendAllStatistics(key, hours: 24, at: now) { stats, _ in stats.miniMessage(now: now) }
    case .window(let name) where key.market == .none:
      sendAllStatistics(key, hours: StreamKey.windows[name] ?? 24, at: now) {
        $0.message(window: name, top: $1, now: now)
      }
    case .miniTicker:
      sendStatistics(key, hours: 24, at: now) { stats, _ in
        stats.miniMessage(now: now)
      }
    case .window(let name):
      sendStatistics(key, hours: StreamKey.windows[name] ?? 24, at: now) {
        $0.message(window: name, top: $1, now: now)
      }
    case .averagePrice:
      send(key) { $0.averagePriceMessage($0.averagePrice(at: now), now: now) }
    case .coinbase(.candles): sendCoinbaseCandles(key, at: now)
    case .trade, .aggregateTrade, .bookTicker, .depth, .partial, .kraken, .coinbase: break
    }
  }

  private mutating func sendStatistics(
    _ key: StreamKey, hours: Int64, at now: Timestamp, _ text: (MarketStatistics, Quote) -> [UInt8]
  ) {
    let from = now - Interval(nanoseconds: hours * Interval.hour.nanoseconds)
    let top = top(key.market)
    send(key) { text(MarketStatistics($0, from: from, to: now), top) }
  }

  /// One message with all markets.
  private mutating func sendAllStatistics(
    _ key: StreamKey, hours: Int64, at now: Timestamp, _ text: (MarketStatistics, Quote) -> [UInt8]
  ) {
    let from = now - Interval(nanoseconds: hours * Interval.hour.nanoseconds)
    let all = markets.indices.compactMap { markets[$0] }
    let message = JSONText.array(all) { json, market in
      json.add(raw: text(MarketStatistics(market, from: from, to: now), top(market.id)))
    }
    send(key, message)
  }

  /// The bar that closed, if one did, and every second one for the bar that is open.
  private mutating func sendKline(_ key: StreamKey, _ frame: KlineFrame, at now: Timestamp) {
    guard let market = markets[key.market], market.lastPrice != nil else { return }
    let current = frame.start(of: now)
    let tracked = beats.bars[key] ?? current
    beats.bars[key] = current
    if tracked < current {
      let closed = market.kline(frame, from: tracked)
      send(key, market.klineMessage(closed, frame, isClosed: true, now: now))
    }
    let isBeat = frame.interval == .second || beats.second.nanoseconds / 1_000_000_000 % 2 == 0
    guard isBeat else { return }
    let open = market.kline(frame, from: current)
    send(key, market.klineMessage(open, frame, isClosed: false, now: now))
  }
}

extension PublicMarket {
  /// The average price of the last five minutes, weighted by volume; the last price without trades.
  func averagePrice(at now: Timestamp) -> String {
    MarketStatistics(
      self, from: now - Interval(nanoseconds: 5 * Interval.minute.nanoseconds), to: now
    ).averagePrice
  }
}
