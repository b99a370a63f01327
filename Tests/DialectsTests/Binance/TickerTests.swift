/// Binance's ticker of a day, read for its last moment, and what its symbols are open for.

import Dialects
import Testing
import TradingCore

@Suite("Binance's ticker over HTTP")
struct TickerTests {
  /// BNBBTC of the fixtures: a tick and a lot of 10⁻⁸.
  private let market = InstrumentID(4)

  @Test("the best prices and the last trade are read together", .disabled(if: Shared.isMissing))
  func ticker() throws {
    var dialect = try fixtureDialect()
    let bytes = try Shared.bytes("exchange-payload-fixtures/binance_spot/ticker_24hr_response.json")
    let (outcome, batch) = try dialect.hear(
      String(decoding: bytes, as: UTF8.self), to: .quote(market))
    #expect(outcome == .done)
    let quote = Quote(
      instrument: market, bidPrice: Price(ticks: 400_000_000),
      bidQuantity: Quantity(lots: 10_000_000_000), askPrice: Price(ticks: 400_000_200),
      askQuantity: Quantity(lots: 10_000_000_000), updateID: 0)
    #expect(batch.events.map(\.body) == [.quote(quote)])
    let last = LastTrade(
      price: Price(ticks: 400_000_200), quantity: Quantity(lots: 20_000_000_000))
    #expect(batch.newestTrade == last)
  }

  @Test("it is asked for by symbol, at the price of a best bid and ask")
  func request() throws {
    var dialect = try fixtureDialect()
    let request = try dialect.request(.quote(market), id: 1, over: .http, at: arrival)
    guard case .http(.get, let target, let headers, _) = request.payload else {
      Issue.record("no GET")
      return
    }
    #expect(target == "/v3/ticker/24hr?symbol=BNBBTC")
    #expect(headers.isEmpty && request.weight == 2)
  }

  @Test(
    "a ticker of another symbol, or half of one, is refused, and nothing of it stays",
    arguments: [
      #"{"symbol":"LTCBTC","lastPrice":"1","lastQty":"1","bidPrice":"1","bidQty":"1","askPrice":"2","askQty":"1"}"#,
      #"{"symbol":"BNBBTC","lastPrice":"1","lastQty":"1","bidPrice":"1","bidQty":"1","askPrice":"2"}"#,
      #"{"symbol":"BNBBTC","lastPrice":"1","lastQty":"1","bidPrice":"-1","bidQty":"1","askPrice":"2","askQty":"1"}"#,
      #"{"symbol":"BNBBTC","bidPrice":"1","bidQty":"1","askPrice":"2","askQty":"1"}"#,
    ])
  func wrong(text: String) throws {
    var dialect = try fixtureDialect()
    try expectRefused(text, as: .quote(market), by: &dialect)
  }

  @Test(
    "a symbol's status says what it is open for, in our words and the venue's",
    arguments: [
      ("TRADING", MarketOpening?.some(.all)), ("CANCEL_ONLY", .cancelOnly), ("HALT", .closed),
      ("BREAK", .closed), ("SOMETHING_NEW", nil),
    ])
  func statuses(word: String, opening: MarketOpening?) throws {
    var dialect = try fixtureDialect()
    let text =
      #"{"symbols":[{"symbol":"AB","status":"\#(word)","baseAsset":"A","quoteAsset":"B","filters":[]}]}"#
    let batch = try dialect.hear(text, to: .exchangeInformation(symbols: ["AB"])).batch
    let status = try #require(batch.instruments.first?.status)
    #expect((status.opening, status.words) == (opening, word))
  }
}
