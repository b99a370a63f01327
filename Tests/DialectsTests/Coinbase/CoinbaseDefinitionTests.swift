/// Coinbase's products, times and books as HTTP tells them, and how they are asked for.

import Dialects
import Testing
import TradingCore

/// A product as Coinbase describes it, as far as it matters.
struct CoinbaseProductText {
  var id: String
  var alias = ""
  var tick = "0.01"
  var lot = "0.00000001"

  var text: String {
    let parts = id.split(separator: "-")
    return #"{"product_id":"\#(id)","base_increment":"\#(lot)","quote_increment":"0.01","#
      + #""price_increment":"\#(tick)","quote_min_size":"1","quote_max_size":"150000000","#
      + #""base_min_size":"\#(lot)","base_max_size":"3400","base_currency_id":"\#(parts[0])","#
      + #""quote_currency_id":"\#(parts[1])","alias":"\#(alias)","alias_to":[]}"#
  }
}

@Suite("Definitions of Coinbase")
struct CoinbaseDefinitionTests {
  private func fixture(_ name: String) throws -> String {
    String(
      decoding: try Shared.bytes("exchange-payload-fixtures/coinbase/\(name).json"), as: UTF8.self)
  }

  @Test("a product's grid, bounds and limits are read", .disabled(if: Shared.isMissing))
  func products() throws {
    var dialect = try coinbaseDialect()
    let (outcome, batch) = try dialect.hear(
      try fixture("http_products"), to: .exchangeInformation(symbols: []))
    #expect(outcome == .done)
    #expect(batch.instruments.map(\.symbol) == ["BTC-USD", "BTC-USDC"])
    let spec = try #require(batch.instruments.first)
    #expect((spec.base, spec.quote) == ("BTC", "USD"))
    #expect(spec.tick == Decimal64(mantissa: 1, scale: 2))
    #expect(spec.lot == Decimal64(mantissa: 1, scale: 8))
    let definition = try #require(
      spec.definition(bitcoin, base: AssetID(0), quote: AssetID(1), lotDecimals: 8))
    let filters = spec.filters.map { $0.filter(definition) }
    #expect(filters.map(\.kind) == [.price, .lot, .notional])
    #expect(filters.map(\.low) == [0, 1, 100_000_000])
    #expect(filters.map(\.high) == [0, 340_000_000_000, 15_000_000_000_000_000])
    #expect(filters.map(\.step) == [1, 1, 3])
    #expect(batch.limits == [RateLimit(.requests, per: .second, most: 10)])
  }

  @Test("a book by itself is read, with its own time", .disabled(if: Shared.isMissing))
  func book() throws {
    var dialect = try coinbaseDialect()
    let (outcome, batch) = try dialect.hear(
      try fixture("http_product_book"), to: .snapshot(bitcoin, levels: 5))
    #expect(outcome == .done)
    let levels = batch.bodies.compactMap { body -> BookSnapshot? in
      if case .bookSnapshot(let level) = body { level } else { nil }
    }
    #expect(levels.count == 10)
    #expect(levels.first?.price == Price(ticks: 6_892_366))
    #expect(levels.last?.quantity == Quantity(lots: 5_800_000))
    #expect(levels.allSatisfy { $0.updateID == 1_775_521_739_662_782 })
  }

  @Test("the venue's clock is read in milliseconds")
  func time() throws {
    var dialect = try coinbaseDialect()
    let text =
      #"{"iso":"2026-04-07T14:30:00Z","epochSeconds":"1775572200","epochMillis":"1775572200123"}"#
    let (outcome, batch) = try dialect.hear(text, to: .time)
    #expect(outcome == .done)
    #expect(batch.venueTime == milliseconds(1_775_572_200_123))
  }

  @Test(
    "what everybody may ask is asked without a key",
    arguments: [
      (VenueAction.time, "GET /time"),
      (
        .exchangeInformation(symbols: ["btc-usd", "ETH-USD"]),
        "GET /market/products?product_ids=BTC-USD&product_ids=ETH-USD"
      ),
      (.exchangeInformation(symbols: []), "GET /market/products?product_type=SPOT"),
      (.exchangeInformation(symbols: ["btc-usd"]), "GET /market/products/BTC-USD"),
      (.exchangeInformation(symbols: ["../a?b"]), "GET /market/products/..%2FA%3FB"),
      (.quote(ether), "GET /market/products/ETH-USD/ticker?limit=1"),
      (.snapshot(ether, levels: 50), "GET /market/product_book?product_id=ETH-USD&limit=50"),
    ])
  func openRequests(action: VenueAction, line: String) throws {
    var dialect = try coinbaseDialect()
    let request = try dialect.request(action, id: 9, over: .http, at: arrival)
    guard case .http(let method, let target, let headers, let body) = request.payload else {
      Issue.record("no HTTP")
      return
    }
    #expect("\(method.rawValue) \(target)" == line)
    #expect(body.isEmpty)
    // What looks at a market now is not answered by a cache.
    let isNow = line.contains("ticker") || line.contains("product_book")
    #expect(headers == (isNow ? [HTTPHeader("Cache-Control", "no-cache")] : []))
    #expect(throws: DialectError.self) {
      _ = try dialect.request(action, id: 9, over: .webSocket, at: arrival)
    }
  }

  @Test("how much of a limit is used is read from headers, and a refusal says how long to wait")
  func limits() throws {
    var dialect = try coinbaseDialect()
    let headers = [
      HTTPHeader("X-RateLimit-Limit", "10"), HTTPHeader("x-ratelimit-remaining", "3"),
    ]
    let (_, batch) = try dialect.hear(#"{"epochMillis":"1"}"#, to: .ping, headers: headers)
    #expect(batch.uses == [RateUse(.requests, per: .second, used: 7)])
    let (limited, _) = try dialect.hear(
      "too many", to: .time, status: 429, headers: [HTTPHeader("retry-after", "7")])
    #expect(
      limited
        == .limited(isBan: false, wait: Interval(nanoseconds: 7_000_000_000), until: nil))
    #expect(
      try dialect.hear("", to: .time, status: 429).outcome
        == .limited(isBan: false, wait: .second, until: nil))
  }

  @Test("an error is told in the venue's words, and one of its own leaves all open")
  func errors() throws {
    var dialect = try coinbaseDialect()
    let text =
      #"{"error":"INVALID_ARGUMENT","error_details":"x","message":"valid product_id is required"}"#
    let (refused, _) = try dialect.hear(text, to: .exchangeInformation(symbols: ["X"]), status: 400)
    guard case .rejected(let rejection) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect((rejection.code, rejection.text) == (400, "valid product_id is required"))
    #expect(try dialect.hear("gone", to: .time, status: 502).outcome == .unknown)
    guard
      case .unauthorised(let wall) = try dialect.hear("Unauthorized\n", to: .time, status: 401)
        .outcome
    else {
      Issue.record("a 401 was taken")
      return
    }
    #expect(wall.code == 401)
  }
}
