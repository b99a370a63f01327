/// What Kraken tells everybody over HTTP: its clock, its assets and pairs, a book. Tickers stand beside. Source: docs.kraken.com,
/// REST, "Market Data".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// Answers what is asked below `/0/public/`.
  mutating func answerKraken(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    guard let parameters = try? RequestParameters(query: call.query, body: []) else {
      return Self.krakenError("EGeneral:Invalid arguments")
    }
    switch call.path.dropFirst("/0/public/".count) {
    case "SystemStatus":
      return Self.krakenResult { json in
        json.set("status", "online")
        json.set("timestamp", now.instantText)
      }
    case "Time":
      return Self.krakenResult { $0.set("unixtime", now.nanoseconds / 1_000_000_000) }
    case "Assets": return Self.krakenResult { writeAssets(into: &$0) }
    case "AssetPairs": return krakenPairs(parameters)
    case "Depth": return krakenDepth(parameters, at: now)
    case "Ticker": return krakenTickers(parameters, at: now)
    case "OHLC": return krakenCandles(parameters, at: now)
    default: return Self.krakenError("EGeneral:Unknown method")
    }
  }

  static func krakenResult(_ body: (inout JSONText) -> Void) -> HTTPAnswer {
    HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("error", strings: [])
        json.set("result", object: body)
      })
  }

  /// Errors come with 200, as Kraken's do.
  static func krakenError(_ text: String) -> HTTPAnswer {
    HTTPAnswer(200, JSONText.object { $0.set("error", strings: [text]) })
  }

  private func writeAssets(into json: inout JSONText) {
    let open = markets.indices.compactMap { markets[$0] }
    var told: [String] = []
    for code in open.flatMap({ [$0.base, $0.quote] }) where !told.contains(code) {
      told.append(code)
      json.set(code) { json in
        json.set("aclass", "currency")
        json.set("altname", code)
        json.set("decimals", MarketGrid.decimals)
        json.set("status", "enabled")
      }
    }
  }

  /// The markets that `pair` names, with a slash or without, in today's codes or those of REST's first years;
  /// `nil` for a stranger among them.
  func krakenMarkets(_ parameters: RequestParameters) -> [PublicMarket]? {
    let open = markets.indices.compactMap { markets[$0] }
    guard let names = parameters["pair"], !names.isEmpty else { return open }
    let wanted = names.split(separator: ",").map { $0.filter { $0 != "/" } }
    let found = wanted.compactMap { name in
      open.first { KrakenNames.spellings(of: ($0.base, $0.quote)).contains(name) }
    }
    return found.count == wanted.count ? found : nil
  }

  private func krakenPairs(_ parameters: RequestParameters) -> HTTPAnswer {
    guard let found = krakenMarkets(parameters) else {
      return Self.krakenError("EQuery:Unknown asset pair")
    }
    return Self.krakenResult { json in
      for market in found {
        json.set(market.base + market.quote) { market.writeKrakenPair(into: &$0) }
      }
    }
  }

  private func krakenDepth(_ parameters: RequestParameters, at now: Timestamp) -> HTTPAnswer {
    guard parameters.has("pair"), let market = krakenMarkets(parameters)?.first else {
      return Self.krakenError("EQuery:Unknown asset pair")
    }
    let count = parameters["count"].flatMap { Int($0) } ?? 100
    guard (1...500).contains(count), market.id.index < state.markets.count else {
      return Self.krakenError("EGeneral:Invalid arguments:count")
    }
    let levels = KrakenLevels(state.markets[market.id.index].book, depth: count)
    return Self.krakenResult { json in
      json.set(market.base + market.quote) { json in
        for (side, levels) in [("asks", levels.asks), ("bids", levels.bids)] {
          json.set(side, array: levels) { json, level in
            json.array([level]) { json, level in
              json.add(market.grid.definition.text(level.price))
              json.add(market.grid.definition.text(level.quantity))
              json.add(now.nanoseconds / 1_000_000_000)
            }
          }
        }
      }
    }
  }
}

extension PublicMarket {
  /// A pair as AssetPairs describes it.
  fileprivate func writeKrakenPair(into json: inout JSONText) {
    let definition = grid.definition
    json.set("altname", base + quote)
    json.set("wsname", krakenName)
    json.set("aclass_base", "currency")
    json.set("base", base)
    json.set("aclass_quote", "currency")
    json.set("quote", quote)
    json.set("pair_decimals", Int(definition.tickScale))
    json.set("lot_decimals", Int(definition.lotScale))
    json.set("lot_multiplier", 1)
    json.set("tick_size", definition.text(Price(ticks: 1)))
    json.set("ordermin", definition.text(max(definition.minQuantity, Quantity(lots: 1))))
    if definition.minNotional > 0 {
      json.set("costmin", MarketGrid.text(Int128(definition.minNotional), scale: 8))
    }
    json.set("status", "online")
  }
}
