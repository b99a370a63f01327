/// What Kraken tells of the past over HTTP: the newest candles of a length and the one that is open. Source:
/// docs.kraken.com, REST, "Get OHLC Data".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// Candles that are kept, without the one that is open.
  private static let keptCandles = 720

  /// `GET /0/public/OHLC`: those behind `since`, oldest first, flat ones where nothing was traded.
  func krakenCandles(_ parameters: RequestParameters, at now: Timestamp) -> HTTPAnswer {
    guard parameters.has("pair"), let market = krakenMarkets(parameters)?.first else {
      return Self.krakenError("EQuery:Unknown asset pair")
    }
    guard let minutes = Int64(parameters["interval"] ?? "1"),
      let interval = KrakenTopic.minutes[minutes],
      let since = Int64(parameters["since"] ?? "0")
    else { return Self.krakenError("EGeneral:Invalid arguments") }
    let frame = KlineFrame(interval: interval)
    let bars = market.klines(frame, from: nil, to: nil, limit: Self.keptCandles + 1, now: now)
    let closed = bars.last { frame.end(from: $0.start) <= now }
    return Self.krakenResult { json in
      json.set(
        market.base + market.quote, array: bars.filter { $0.start.seconds > since }
      ) { json, bar in market.writeKraken(row: bar, into: &json) }
      json.set("last", closed?.start.seconds ?? since)
    }
  }
}

extension Timestamp {
  /// Whole seconds since 1970.
  fileprivate var seconds: Int64 { floored(to: .second).nanoseconds / 1_000_000_000 }
}

extension PublicMarket {
  /// Beginning, four prices, their average by volume, volume, trades.
  fileprivate func writeKraken(row bar: TradeBar, into json: inout JSONText) {
    let definition = grid.definition
    json.array([bar]) { json, bar in
      json.add(bar.start.seconds)
      for price in [bar.open, bar.high, bar.low, bar.close] { json.add(definition.text(price)) }
      json.add(bar.volume > .zero ? grid.averagePrice(of: bar) : "0.0")
      json.add(definition.text(bar.volume))
      json.add(bar.count)
    }
  }
}
