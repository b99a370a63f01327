/// Coinbase's market channels: what a fact of the market says on each, and what a subscription begins with.

internal import TradingCore

extension ExchangeDesk {
  private static let candleFrame = KlineFrame(interval: .minutes5)
  /// Trades and candles that a subscription begins with.
  private static let (oldTrades, oldCandles) = (100, 72)

  private func coinbaseKey(_ id: InstrumentID, _ topic: CoinbaseTopic) -> StreamKey {
    StreamKey(market: id, topic: .coinbase(topic))
  }

  /// A trade, and the ticker that comes with every trade.
  mutating func sendCoinbase(_ trade: Trade, at time: Timestamp, now: Timestamp) {
    send(coinbaseKey(trade.instrument, .trades)) { market in
      CoinbaseMessage.text(.trades, "trades", [trade], isSnapshot: false, at: now) {
        market.writeCoinbase($1, at: time, into: &$0)
      }
    }
    let top = top(trade.instrument)
    send(coinbaseKey(trade.instrument, .ticker)) { market in
      CoinbaseMessage.text(.ticker, "tickers", [top], isSnapshot: false, at: now) {
        market.writeCoinbase($1, into: &$0)
      }
    }
  }

  /// What changed in a market's book since the last message about it.
  mutating func sendCoinbaseBook(
    _ id: InstrumentID, _ levels: [DepthChanges.Level], at now: Timestamp
  ) {
    let book = state.markets[id.index].book
    send(coinbaseKey(id, .book)) { market in
      market.coinbaseBook(
        levels.map { level in
          let price = Price(ticks: level.ticks)
          let side: Side = level.isAsk ? .sell : .buy
          return (side, price, (level.isAsk ? book.asks : book.bids).quantity(at: price))
        }, isSnapshot: false, at: now)
    }
  }

  /// Every second the candle that is open, and once more the one that was before it: that it has closed is
  /// never said. There is none for five minutes without a trade.
  mutating func sendCoinbaseCandles(_ key: StreamKey, at now: Timestamp) {
    guard let market = markets[key.market] else { return }
    let current = Self.candleFrame.start(of: now)
    let tracked = beats.bars[key] ?? current
    beats.bars[key] = current
    let bars = (tracked < current ? [current, tracked] : [current])
      .map { market.kline(Self.candleFrame, from: $0) }.filter { $0.count > 0 }
    guard !bars.isEmpty else { return }
    send(key, coinbaseCandles(bars, of: market, isSnapshot: false, at: now))
  }

  private func coinbaseCandles(
    _ bars: [TradeBar], of market: PublicMarket, isSnapshot: Bool, at now: Timestamp
  ) -> [UInt8] {
    CoinbaseMessage.text(.candles, "candles", bars, isSnapshot: isSnapshot, at: now) { json, bar in
      market.writeCoinbase(bar, into: &json)
      json.set("product_id", market.coinbaseName)
    }
  }

  // MARK: Snapshots

  /// What a subscription begins with.
  func coinbaseSnapshot(
    _ topic: CoinbaseTopic, _ market: PublicMarket, at now: Timestamp
  ) -> [UInt8] {
    switch topic {
    case .trades:
      let latest = market.trades.latest(Self.oldTrades).reversed()
      return CoinbaseMessage.text(.trades, "trades", latest, isSnapshot: true, at: now) {
        market.writeCoinbase($1.trade, at: $1.time, into: &$0)
      }
    case .ticker:
      let top = top(market.id)
      return CoinbaseMessage.text(.ticker, "tickers", [top], isSnapshot: true, at: now) {
        market.writeCoinbase($1, into: &$0)
      }
    case .book:
      let isKnown = market.id.index < state.markets.count
      let levels = isKnown ? state.markets[market.id.index].book.allLevels : []
      return market.coinbaseBook(levels, isSnapshot: true, at: now)
    case .candles:
      let bars = coinbaseCandles(
        Self.candleFrame, of: market, from: nil, to: nil, limit: Self.oldCandles, now: now)
      return coinbaseCandles(bars, of: market, isSnapshot: true, at: now)
    }
  }

  /// Candles of five minutes in which something was traded, the newest first.
  func coinbaseCandles(
    _ frame: KlineFrame, of market: PublicMarket, from: Timestamp?, to: Timestamp?, limit: Int,
    now: Timestamp
  ) -> [TradeBar] {
    market.klines(frame, from: from, to: to, limit: limit, now: now)
      .filter { $0.volume > .zero }.reversed()
  }
}
