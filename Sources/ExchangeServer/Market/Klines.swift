/// Klines made of a market's bars: any interval, gaps filled with the last price, as the exchange does.

internal import TradingCore

extension PublicMarket {
  /// The bar of an interval that begins at a moment; flat where nothing was traded.
  func kline(_ frame: KlineFrame, from start: Timestamp) -> TradeBar {
    let series = frame.interval.usesSeconds ? seconds : minutes
    if var bar = series.sum(from: start, to: frame.end(from: start)) {
      bar.start = start
      return bar
    }
    let place = series.place(of: start)
    let price = place > 0 ? series.bars[place - 1].close : series.bars.first?.open ?? .zero
    return TradeBar(from: start, at: price)
  }

  /// Bars that begin from one moment to another, both inclusive, oldest first.
  /// - Parameters:
  ///   - from: `nil` for the latest ones.
  ///   - now: bars that begin later do not exist yet.
  func klines(
    _ frame: KlineFrame, from: Timestamp?, to: Timestamp?, limit: Int, now: Timestamp
  ) -> [TradeBar] {
    let series = frame.interval.usesSeconds ? seconds : minutes
    guard let first = series.bars.first?.start else { return [] }
    let oldest = frame.start(of: first)
    let end = min(to ?? now, now)
    guard end >= oldest else { return [] }
    var starts: [Timestamp] = []
    if let from {
      var start = frame.start(of: max(from, oldest))
      if start < from { start = frame.end(from: start) }
      while start <= end, starts.count < limit {
        starts.append(start)
        start = frame.end(from: start)
      }
    } else {
      var start = frame.start(of: end)
      while start >= oldest, starts.count < limit {
        starts.append(start)
        start = frame.start(of: start - Interval(nanoseconds: 1))
      }
      starts.reverse()
    }
    return starts.map { kline(frame, from: $0) }
  }

  /// A kline as REST and the WebSocket API list it.
  func write(_ bar: TradeBar, _ frame: KlineFrame, into json: inout JSONText) {
    let texts = [
      grid.text(bar.open), grid.text(bar.high), grid.text(bar.low), grid.text(bar.close),
      grid.text(bar.volume),
    ]
    json.array([bar]) { json, bar in
      json.add(bar.start.milliseconds)
      for text in texts { json.add(text) }
      json.add(frame.end(from: bar.start).milliseconds - 1)
      json.add(grid.text(bar.quoteVolume))
      json.add(bar.count)
      json.add(grid.text(bar.takerVolume))
      json.add(grid.text(bar.takerQuoteVolume))
      json.add("0")
    }
  }
}
