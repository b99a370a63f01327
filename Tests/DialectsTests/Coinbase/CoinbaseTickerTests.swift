/// One product of Coinbase's over HTTP: its rules and status, its best prices and last trades, and every cut of
/// both answers.

import Dialects
import Testing
import TradingCore

@Suite("One product of Coinbase's over HTTP")
struct CoinbaseTickerTests {
  private func fixture(_ name: String) throws -> String {
    let bytes = try Shared.bytes("exchange-payload-fixtures/coinbase/\(name).json")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("one product is told by itself as in a list", .disabled(if: Shared.isMissing))
  func product() throws {
    var dialect = try coinbaseDialect()
    let (outcome, batch) = try dialect.hear(
      try fixture("http_product"), to: .exchangeInformation(symbols: ["BTC-USD"]))
    #expect(outcome == .done)
    let spec = try #require(batch.instruments.first)
    let listed = try dialect.hear(
      try fixture("http_products"), to: .exchangeInformation(symbols: ["BTC-USD", "BTC-USDC"]))
    #expect(batch.instruments == Array(listed.batch.instruments.prefix(1)))
    #expect((spec.symbol, spec.base, spec.quote) == ("BTC-USD", "BTC", "USD"))
    #expect(spec.tick == Decimal64(mantissa: 1, scale: 2))
    #expect(spec.minNotional == Decimal64(mantissa: 1, scale: 0))
    let status = try #require(spec.status)
    #expect((status.opening, status.words) == (.all, "online"))
  }

  @Test(
    "flags narrow what a product is open for",
    arguments: [
      (
        #""status":"online","limit_only":true"#, MarketOpening?.some(.limitOnly),
        "online, limit_only"
      ),
      (
        #""status":"online","post_only":true,"limit_only":true"#, .postOnly,
        "online, limit_only, post_only"
      ),
      (
        #""status":"online","cancel_only":true,"post_only":false"#, .cancelOnly,
        "online, cancel_only"
      ),
      (
        #""status":"online","trading_disabled":true,"cancel_only":true"#, .closed,
        "online, cancel_only, trading_disabled"
      ),
      (#""status":"delisted""#, nil, "delisted"),
    ])
  func statuses(members: String, opening: MarketOpening?, words: String) throws {
    var dialect = try coinbaseDialect()
    let product = CoinbaseProductText(id: "BTC-USD").text.dropLast() + "," + members + "}"
    let batch = try dialect.hear(
      String(product), to: .exchangeInformation(symbols: ["BTC-USD"])
    ).batch
    let status = try #require(batch.instruments.first?.status)
    #expect((status.opening, status.words) == (opening, words))
  }

  @Test(
    "the last trades come in the order they happened, then the best prices",
    .disabled(if: Shared.isMissing))
  func ticker() throws {
    var dialect = try coinbaseDialect()
    let (outcome, batch) = try dialect.hear(try fixture("http_ticker"), to: .quote(bitcoin))
    #expect(outcome == .done)
    #expect(batch.tradeIDs == [995_098_661, 995_098_662, 995_098_663])
    #expect(batch.events.map(\.body.kind) == [.trade, .trade, .trade, .quote])
    #expect(
      batch.events.prefix(3).map(\.venueTime.nanoseconds) == [
        1_775_521_737_296_283_000, 1_775_521_738_250_358_000, 1_775_521_738_544_778_000,
      ])
    let quote = Quote(
      instrument: bitcoin, bidPrice: Price(ticks: 6_892_366), bidQuantity: .zero,
      askPrice: Price(ticks: 6_892_367), askQuantity: .zero, updateID: 0)
    #expect(batch.bodies.last == .quote(quote))
    #expect(batch.events.last?.venueTime == Timestamp.none)
    // The maker sold, so the taker bought, at the best ask.
    let last = LastTrade(
      price: Price(ticks: 6_892_367), quantity: Quantity(lots: 64_000),
      time: Timestamp(nanoseconds: 1_775_521_738_544_778_000), aggressor: .buy)
    #expect(batch.newestTrade == last)
  }

  @Test("trades are told under the name of the book, whatever product was asked for")
  func alias() throws {
    var dialect = try coinbaseDialect()
    var definition = coinbaseDefinition(0)
    definition.instrument = InstrumentID(2)
    try dialect.directory.add(definition, symbol: "LTC-USDC")
    let answer =
      #"{"trades":[{"trade_id":"7","product_id":"LTC-USD","price":"99.5","size":"2","side":"BUY","#
      + #""time":"2026-04-07T00:28:58Z"}],"best_bid":"99.4","best_ask":"99.6"}"#
    #expect(throws: DialectError.undefined(name: "LTC-USD")) {
      try dialect.hear(answer, to: .quote(InstrumentID(2)))
    }
    _ = try dialect.hear(
      CoinbaseProductText(id: "LTC-USDC", alias: "LTC-USD").text,
      to: .exchangeInformation(symbols: ["LTC-USDC"]))
    let batch = try dialect.hear(answer, to: .quote(InstrumentID(2))).batch
    #expect(batch.newestTrade?.price == Price(ticks: 9_950))
    #expect(batch.newestTrade?.aggressor == .sell)
  }

  @Test("a market nobody is in has neither trades nor best prices")
  func empty() throws {
    var dialect = try coinbaseDialect()
    let (outcome, batch) = try dialect.hear(
      #"{"trades":[],"best_bid":"","best_ask":""}"#, to: .quote(bitcoin))
    #expect(outcome == .done && batch.newestTrade == nil)
    guard case .quote(let quote)? = batch.bodies.first else {
      Issue.record("no quote")
      return
    }
    #expect((quote.bidPrice, quote.askPrice) == (.zero, .zero))
  }

  @Test("a product that is not there is refused, and only in words of Coinbase's")
  func unknown() throws {
    var dialect = try coinbaseDialect()
    let text = #"{"error":"NOT_FOUND","error_details":"x","message":"product not found"}"#
    let about: [VenueAction] = [
      .exchangeInformation(symbols: ["X"]), .quote(bitcoin), .snapshot(bitcoin, levels: 5),
    ]
    for action in about {
      let outcome = try dialect.hear(text, to: action, status: 404).outcome
      #expect(
        outcome
          == .rejected(VenueRejection(code: 404, reason: .other, text: "product not found")))
      // Whoever answers in no words of Coinbase's has said nothing of the product.
      for wall in ["<html>", "{}", ""] {
        #expect(try dialect.hear(wall, to: action, status: 400).outcome == .unknown)
      }
    }
  }

  @Test(
    "what is no ticker of the product is refused, and nothing of it stays",
    arguments: [
      #"{"trades":[],"best_bid":"1"}"#, #"{"best_bid":"1","best_ask":"2"}"#,
      #"{"trades":[],"best_bid":"1.001","best_ask":"2"}"#,
      #"{"trades":[],"best_bid":"-1","best_ask":"2"}"#,
      #"{"trades":[{"trade_id":"1","product_id":"ETH-USD","price":"1","size":"1","#
        + #""time":"2026-04-07T00:28:58Z","side":"SELL"}],"best_bid":"1","best_ask":"2"}"#,
      #"{"trades":[{"trade_id":"1","product_id":"BTC-USD","price":"1","size":"1","#
        + #""time":"2026-04-07T00:28:58Z","side":"?"}],"best_bid":"1","best_ask":"2"}"#,
    ])
  func wrong(text: String) throws {
    var dialect = try coinbaseDialect()
    try expectRefused(text, as: .quote(bitcoin), by: &dialect)
  }

  @Test("every cut of both is refused, and nothing of it stays", .disabled(if: Shared.isMissing))
  func cuts() throws {
    let actions = [
      ("http_ticker", VenueAction.quote(bitcoin)),
      ("http_product", .exchangeInformation(symbols: ["BTC-USD"])),
      ("http_product_book", .snapshot(bitcoin, levels: 5)),
    ]
    for (name, action) in actions {
      var dialect = try coinbaseDialect()
      let text = try fixture(name).trimmed
      for length in 0..<text.utf8.count {
        try expectRefused(String(text.utf8.prefix(length))!, as: action, by: &dialect)
      }
    }
  }
}
