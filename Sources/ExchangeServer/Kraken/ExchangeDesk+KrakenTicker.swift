/// Kraken's tickers over HTTP: the best prices, the last trade and the figures of a day. Source: docs.kraken.com,
/// REST, "Get Ticker Information".

internal import TradingCore

extension ExchangeDesk {
  /// Tickers of the pairs that `pair` names, of all where it names none.
  func krakenTickers(_ parameters: RequestParameters, at now: Timestamp) -> HTTPAnswer {
    guard let found = krakenMarkets(parameters) else {
      return Self.krakenError("EQuery:Unknown asset pair")
    }
    return Self.krakenResult { json in
      for market in found {
        json.set(market.base + market.quote) { json in
          market.writeKrakenTicker(top(market.id), at: now, into: &json)
        }
      }
    }
  }
}

extension PublicMarket {
  private func number(_ price: Price) -> String { grid.definition.text(price) }
  private func number(_ quantity: Quantity) -> String { grid.definition.text(quantity) }

  /// A figure of today stands before that of the last 24 hours.
  fileprivate func writeKrakenTicker(_ top: Quote, at now: Timestamp, into json: inout JSONText) {
    let last = trades.last?.trade
    let today = MarketStatistics(self, from: now.floored(to: .day), to: now)
    let windows = [today, MarketStatistics(self, from: now - .day, to: now)]
    json.set("a", strings: best(top.askPrice, top.askQuantity))
    json.set("b", strings: best(top.bidPrice, top.bidQuantity))
    json.set("c", strings: [number(lastPrice ?? .zero), number(last?.quantity ?? .zero)])
    json.set("v", strings: windows.map { number($0.bar.volume) })
    json.set("p", strings: windows.map(\.averagePrice))
    json.set("t", array: windows) { $0.add($1.bar.count) }
    json.set("l", strings: windows.map { number($0.bar.low) })
    json.set("h", strings: windows.map { number($0.bar.high) })
    json.set("o", number(today.bar.open))
  }

  /// A best price with its quantity in whole units of the base, as Kraken's are: rounded up here, for where
  /// the book has 0.002 its ticker says 1.000.
  private func best(_ price: Price, _ quantity: Quantity) -> [String] {
    let unit = Int128(powerOfTen(Int(grid.definition.lotScale)))
    let amount = Int128(quantity.lots) * Int128(grid.definition.lotMantissa)
    let whole = (amount + unit - 1) / unit
    return [number(price), "\(whole)", decimalText(whole * 1_000, scale: 3)]
  }
}
