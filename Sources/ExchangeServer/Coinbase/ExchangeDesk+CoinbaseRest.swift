/// What Coinbase tells everybody over HTTP: its clock, its products, books, trades and candles. What is an
/// account's own business stands beside. Source: docs.cdp.coinbase.com, "Advanced Trade API reference", public
/// endpoints.

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// Where Coinbase's requests begin.
  static let coinbasePath = "/api/v3/brokerage/"

  /// Answers what is asked below it.
  mutating func answerCoinbase(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    let parts = call.path.dropFirst(Self.coinbasePath.count).split(separator: "/").map(String.init)
    guard call.method == "GET", parts.first == "time" || parts.first == "market" else {
      return answerCoinbaseAccount(call, parts, at: now)
    }
    guard let parameters = try? RequestParameters(repeating: call.query) else {
      return Self.coinbaseError(400, "INVALID_ARGUMENT", "the request cannot be read")
    }
    switch (parts.first, parts.count) {
    case ("time", 1): return coinbaseTime(now)
    case ("market", 2) where parts[1] == "products": return coinbaseProducts(parameters)
    case ("market", 2) where parts[1] == "product_book": return coinbaseBook(parameters, at: now)
    case ("market", 3...4) where parts[1] == "products":
      guard let market = markets.coinbaseNamed(parts[2]) else { break }
      return coinbaseProduct(market, parts.count == 4 ? parts[3] : nil, parameters, at: now)
    default: break
    }
    return Self.coinbaseError(404, "NOT_FOUND", "there is no such product or request")
  }

  static func coinbaseError(_ status: Int, _ code: String, _ words: String) -> HTTPAnswer {
    HTTPAnswer(
      status,
      JSONText.object { json in
        json.set("error", code)
        json.set("error_details", words)
        json.set("message", words)
      })
  }

  private func coinbaseTime(_ now: Timestamp) -> HTTPAnswer {
    HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("iso", now.instantText)
        json.set("epochSeconds", String(now.nanoseconds / 1_000_000_000))
        json.set("epochMillis", String(now.milliseconds))
      })
  }

  /// All products, or those that are named, each by a parameter of its own.
  private func coinbaseProducts(_ parameters: RequestParameters) -> HTTPAnswer {
    let wanted = parameters.all("product_ids")
    let open = markets.indices.compactMap { markets[$0] }
    let found = wanted.isEmpty ? open : open.filter { wanted.contains($0.coinbaseName) }
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("products", array: found) { json, market in
          json.object { market.writeCoinbaseProduct(into: &$0) }
        }
        json.set("num_products", found.count)
      })
  }

  private func coinbaseBook(_ parameters: RequestParameters, at now: Timestamp) -> HTTPAnswer {
    guard let market = markets.coinbaseNamed(parameters["product_id"] ?? "") else {
      return Self.coinbaseError(400, "INVALID_ARGUMENT", "valid product_id is required")
    }
    let limit = parameters["limit"].flatMap { Int($0) } ?? .max
    let isKnown = market.id.index < state.markets.count
    let levels = isKnown ? state.markets[market.id.index].book.allLevels : []
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("pricebook") { json in
          json.set("product_id", market.coinbaseName)
          for (name, side) in [("bids", Side.buy), ("asks", .sell)] {
            let shown = levels.filter { $0.side == side }.prefix(max(0, limit))
            json.set(name, array: shown) { json, level in
              json.object { json in
                json.set("price", market.grid.definition.text(level.price))
                json.set("size", market.grid.definition.text(level.quantity))
              }
            }
          }
          json.set("time", now.instantText)
        }
      })
  }

  /// One product, its last trades or its candles.
  private func coinbaseProduct(
    _ market: PublicMarket, _ what: String?, _ parameters: RequestParameters, at now: Timestamp
  ) -> HTTPAnswer {
    switch what {
    case nil: return HTTPAnswer(200, JSONText.object { market.writeCoinbaseProduct(into: &$0) })
    case "ticker":
      let limit = parameters["limit"].flatMap { Int($0) } ?? 100
      return coinbaseTrades(market, limit: min(1_000, max(1, limit)))
    case "candles":
      guard let interval = Self.granularities[parameters["granularity"] ?? ""] else {
        return Self.coinbaseError(400, "INVALID_ARGUMENT", "granularity is invalid")
      }
      let bars = coinbaseCandles(
        KlineFrame(interval: interval), of: market, from: Self.moment(parameters["start"]),
        to: Self.moment(parameters["end"]),
        limit: 350, now: now)
      return HTTPAnswer(
        200,
        JSONText.object { json in
          json.set("candles", array: bars) { json, bar in
            json.object { market.writeCoinbase(bar, into: &$0) }
          }
        })
    default: return Self.coinbaseError(404, "NOT_FOUND", "there is no such request")
    }
  }

  /// Lengths of candles in Coinbase's words.
  private static let granularities: [String: KlineInterval] = [
    "ONE_MINUTE": .minute, "FIVE_MINUTE": .minutes5, "FIFTEEN_MINUTE": .minutes15,
    "THIRTY_MINUTE": .minutes30, "ONE_HOUR": .hour, "TWO_HOUR": .hours2, "SIX_HOUR": .hours6,
    "ONE_DAY": .day,
  ]

  private static func moment(_ seconds: String?) -> Timestamp? {
    seconds.flatMap { Int64($0) }.map { Timestamp(nanoseconds: $0 &* 1_000_000_000) }
  }

  private func coinbaseTrades(_ market: PublicMarket, limit: Int) -> HTTPAnswer {
    let top = top(market.id)
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("trades", array: market.trades.latest(limit).reversed()) { json, entry in
          json.object { market.writeCoinbase(entry.trade, at: entry.time, into: &$0) }
        }
        json.set("best_bid", market.grid.definition.text(top.bidPrice))
        json.set("best_ask", market.grid.definition.text(top.askPrice))
      })
  }
}

extension PublicMarket {
  /// A product as Coinbase describes it.
  fileprivate func writeCoinbaseProduct(into json: inout JSONText) {
    let definition = grid.definition
    json.set("product_id", coinbaseName)
    json.set("price", definition.text(lastPrice ?? .zero))
    json.set("base_increment", definition.text(Quantity(lots: 1)))
    json.set("quote_increment", definition.text(Price(ticks: 1)))
    json.set("price_increment", definition.text(Price(ticks: 1)))
    json.set("base_min_size", definition.text(max(definition.minQuantity, Quantity(lots: 1))))
    json.set("base_max_size", "")
    json.set("quote_min_size", MarketGrid.text(Int128(definition.minNotional), scale: 8))
    json.set("quote_max_size", "")
    json.set("base_currency_id", base)
    json.set("quote_currency_id", quote)
    json.set("status", "online")
    for flag in ["is_disabled", "cancel_only", "limit_only", "post_only", "trading_disabled"] {
      json.set(flag, false)
    }
    json.set("product_type", "SPOT")
    json.set("alias", "")
    json.set("alias_to", strings: [])
  }
}
