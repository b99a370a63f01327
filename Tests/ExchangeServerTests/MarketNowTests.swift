/// What the exchange says over HTTP of how a market looks now, against the books that its WebSockets tell at the
/// same moment, in all three languages.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

struct MarketNowTests {
  /// Follows a book by its messages through changes, and asks for both over HTTP on the way.
  private func follow<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _ given: consuming MarketClient<Dialect>, _ stream: MarketStream.Kind, tellsQuantities: Bool
  ) throws {
    var client = given
    try client.subscribe([stream])
    var random = RandomSource(seed: 11, label: "market now")
    for step in 1...60 {
      client.change(&random, 1_000 + Int64(step))
      client.fixture.pass(milliseconds: 100)
      if step % 7 == 0 {
        client.fixture.feed(
          DeskFixture.trade(id: 500 + Int64(step), ticks: 6_000_000 + Int64(step)))
      }
      try client.hear()
      try expectBook(&client, step)
      try expectQuote(&client, step, tellsQuantities: tellsQuantities)
    }
    let last = try #require(try client.ask(.quote(InstrumentID(0))).batch.newestTrade)
    #expect(last.price == Price(ticks: 6_000_056) && last.quantity == Quantity(lots: 1_000))
  }

  private func expectBook<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _ client: inout MarketClient<Dialect>, _ step: Int
  ) throws {
    let (outcome, batch) = try client.ask(.snapshot(InstrumentID(0), levels: 10))
    try #require(outcome == .done, "step \(step)")
    let asked = batch.events.compactMap { event -> [Int64]? in
      guard case .bookSnapshot(let level) = event.body else { return nil }
      return [level.price.ticks, level.quantity.lots]
    }
    let told = [client.book.bids, client.book.asks].flatMap { side in
      (0..<min(10, side.count)).map { [side[$0].price.ticks, side[$0].quantity.lots] }
    }
    try #require(asked == told && told.count > 10, "step \(step)")
  }

  private func expectQuote<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _ client: inout MarketClient<Dialect>, _ step: Int, tellsQuantities: Bool
  ) throws {
    let (outcome, batch) = try client.ask(.quote(InstrumentID(0)))
    try #require(outcome == .done, "step \(step)")
    guard case .quote(let quote)? = batch.events.last?.body else {
      Issue.record("no quote")
      return
    }
    let (bid, ask) = (client.book.bids[0], client.book.asks[0])
    try #require(quote.bidPrice == bid.price && quote.askPrice == ask.price, "step \(step)")
    let quantities = tellsQuantities ? [bid.quantity, ask.quantity] : [.zero, .zero]
    try #require([quote.bidQuantity, quote.askQuantity] == quantities, "step \(step)")
  }

  @Test func `In Kraken's language book and ticker agree with the WebSocket's book`() throws {
    try follow(
      try MarketClient<KrakenDialect>("/v2", symbol: "BTC/USDT"), .topLevels(25),
      tellsQuantities: false)
  }

  @Test func `In Coinbase's language book and ticker agree with the WebSocket's book`() throws {
    try follow(
      try MarketClient<CoinbaseDialect>("/", symbol: "BTC-USDT"), .depth(isFast: true),
      tellsQuantities: false)
  }

  @Test func `In Binance's language the ticker agrees with the book over HTTP`() throws {
    var client = try MarketClient<BinanceDialect>("/stream", symbol: "BTCUSDT")
    var random = RandomSource(seed: 12, label: "market now")
    for step in 1...60 {
      client.change(&random, 1_000 + Int64(step))
      let book = try client.ask(.snapshot(InstrumentID(0), levels: 1)).batch.events.map(\.body)
      guard
        case .quote(let quote)? = try client.ask(.quote(InstrumentID(0))).batch.events.first?.body,
        case .bookSnapshot(let bid)? = book.first, case .bookSnapshot(let ask)? = book.last
      else {
        Issue.record("no quote, or no book")
        return
      }
      try #require((quote.bidPrice, quote.bidQuantity) == (bid.price, bid.quantity), "step \(step)")
      try #require((quote.askPrice, quote.askQuantity) == (ask.price, ask.quantity), "step \(step)")
    }
  }

  @Test(
    "Kraken's ticker takes a pair in every spelling, tells all where none is named, and refuses strangers",
    arguments: [
      ("pair=XBTUSDT", "BTCUSDT"), ("pair=BTCUSDT", "BTCUSDT"), ("pair=BTC%2FUSDT", "BTCUSDT"),
      ("", "BTCUSDT"), ("pair=XBTEUR", nil), ("pair=XBTUSDT%2CXBTEUR", nil),
    ])
  func krakenPairs(query: String, key: String?) throws {
    var fixture = try DeskFixture()
    for question in ["Ticker", "Depth"] where question == "Ticker" || !query.isEmpty {
      let answer = fixture.desk.answer(
        HTTPCall(method: "GET", path: "/0/public/\(question)", query: Array(query.utf8)),
        at: fixture.now)
      let object = try answer.object()
      guard let key else {
        #expect(object["error"] as? [String] == ["EQuery:Unknown asset pair"])
        continue
      }
      let result = try #require(object["result"] as? [String: Any])
      #expect(Array(result.keys) == [key])
    }
  }

  @Test func `Kraken's ticker has the figures of a day and whole quantities`() throws {
    var fixture = try DeskFixture()
    fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_300, lots: 250_000))
    let answer = fixture.desk.answer(
      HTTPCall(method: "GET", path: "/0/public/Ticker", query: Array("pair=XBTUSDT".utf8)),
      at: fixture.now)
    #expect(
      answer.text
        == #"{"error":[],"result":{"BTCUSDT":{"a":["60001.00","1","1.000"],"#
        + #""b":["59999.00","1","1.000"],"c":["60003.00","2.50000"],"v":["2.51000","2.51000"],"#
        + #""p":["60002.98804781","60002.98804781"],"t":[2,2],"l":["60000.00","60000.00"],"#
        + #""h":["60003.00","60003.00"],"o":"60000.00"}}}"#)
  }
}
