/// The exchange in Coinbase's language, heard by the dialect that reads Coinbase: its book after hundreds of
/// changes, its counters, its candles, its refusals, and what its faults look like from outside.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

private typealias CoinbaseClient = MarketClient<CoinbaseDialect>

struct CoinbaseStreamTests {
  @Test func `A book kept by its messages is the exchange's own`() throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    try client.subscribe([.depth(isFast: true)])
    var random = RandomSource(seed: 1, label: "coinbase book")
    for step in 1...400 {
      client.change(&random, 1_000 + Int64(step))
      client.fixture.pass(milliseconds: 100)
      try client.hear()
      try #require(client.book.isValid && client.reduced == client.published(.max), "step \(step)")
    }
    #expect(client.gaps.isEmpty)
    #expect(client.published(.max).count > 20)
  }

  @Test(
    "A number that was left out is a gap of every stream until the book is had anew",
    arguments: ["BTC-USDT@level2", "BTC-USDT@market_trades", "heartbeats"])
  func gap(stream: String) throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    try client.subscribe([.depth(isFast: true), .trades])
    client.fixture.control(
      "POST", "faults", #"{"fault":"gap","every":7,"times":1,"stream":"\#(stream)"}"#)
    var random = RandomSource(seed: 3, label: "coinbase gap")
    for step in 1...60 {
      client.change(&random, 1_000 + Int64(step))
      client.fixture.feed(DeskFixture.trade(id: 500 + Int64(step), ticks: 6_000_000))
      client.fixture.pass(milliseconds: 250)
      try client.hear()
      guard !client.wanted.isEmpty else { continue }
      #expect(!client.book.isValid)
      client.wanted.removeAll()
      try client.subscribeAnew(.depth(isFast: true))
      #expect(client.book.isValid && client.reduced == client.published(.max))
    }
    let found = client.gaps.filter { $0.count == 0 }.map(\.stream)
    #expect(found.sorted { $0.rawValue < $1.rawValue } == [.trade, .depth])
    // Of trades the next one tells how many are missing.
    #expect(client.gaps.map(\.count).max() == (stream.hasSuffix("trades") ? 1 : 0))
    #expect(client.reduced == client.published(.max))
  }

  @Test func `Trades, quotes and closed candles come as they happened`() throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    try client.subscribe([.trades, .quotes, .candles(seconds: 300)])
    for bar in 0..<3 {
      for trade in 0..<2 {
        client.fixture.feed(
          DeskFixture.trade(
            id: 501 + Int64(2 * bar + trade), ticks: 6_000_000 + Int64(10 * bar + trade)))
        client.fixture.pass(milliseconds: 1_000)
        try client.hear()
      }
      for _ in 0..<6 {
        client.fixture.pass(milliseconds: 49_800)
        client.fixture.desk.receivePong(on: client.connection, at: client.fixture.now)
        try client.hear()
      }
    }
    #expect(client.trades.map(\.id) == [501, 502, 503, 504, 505, 506])
    #expect(client.trades.allSatisfy { $0.aggressor == .buy })
    #expect(client.candles.map(\.open.ticks) == [6_000_000, 6_000_010])
    #expect(client.candles.map(\.close.ticks) == [6_000_001, 6_000_011])
    #expect(client.kinds.filter { $0 == .quote }.count == 7)
    #expect(client.batch.counts["heartbeats"] > 0)
    #expect(client.batch.counts["old trades"] == 1)
    #expect(client.gaps.isEmpty)
  }

  @Test(
    "What cannot be had is refused",
    arguments: [
      #""channel":"level2","product_ids":["BTC-EUR"]"#, #""channel":"level2","product_ids":[]"#,
      #""channel":"level9","product_ids":["BTC-USDT"]"#, #""channel":7"#,
    ])
  func refusals(params: String) throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    _ = try client.dialect.subscriptions(
      to: [MarketStream(.trades, of: CoinbaseClient.bitcoin)], firstID: 3)
    client.fixture.send(#"{"type":"subscribe",\#(params)}"#, on: client.connection)
    let answer = try #require(client.fixture.texts(on: client.connection).first)
    let bytes = Array(answer.utf8)
    let meaning = try client.dialect.decode(
      bytes.span, on: 1, at: client.fixture.now, into: &client.batch)
    #expect(meaning == .subscription(id: 3, isAccepted: false))
  }

  @Test func `Products, clock and book are told over HTTP in Coinbase's words`() throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    let time = try client.ask(.time).batch.venueTime
    #expect(time == Timestamp(nanoseconds: 1_767_225_610_000_000_000))
    let products = try client.ask(.exchangeInformation(symbols: ["BTC-USDT"])).batch.instruments
    #expect(products.map(\.symbol) == ["BTC-USDT"])
    #expect(products.first?.tick == Decimal64(mantissa: 1, scale: 2))
    #expect(products.first?.lot == Decimal64(mantissa: 1, scale: 5))
    #expect(products.first?.minNotional == Decimal64(mantissa: 5, scale: 0))
    let several = VenueAction.exchangeInformation(symbols: ["BTC-USDT", "BTC-EUR"])
    #expect(try client.ask(several).batch.instruments == products)
    guard
      case .rejected(let why) = try client.ask(.exchangeInformation(symbols: ["BTC-EUR"])).outcome
    else {
      Issue.record("a stranger was described")
      return
    }
    #expect((why.code, why.text) == (404, "there is no such product or request"))
    let (outcome, batch) = try client.ask(.snapshot(CoinbaseClient.bitcoin, levels: 3))
    #expect(outcome == .done)
    #expect(batch.events.count == 6)
  }

  @Test func `Past trades and candles are told over HTTP, the newest first`() throws {
    var client = try CoinbaseClient("/", symbol: "BTC-USDT")
    client.fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_100))
    client.fixture.pass(milliseconds: 300_000)
    client.fixture.feed(DeskFixture.trade(id: 502, ticks: 6_000_200))
    func object(_ path: String, _ query: String = "") throws -> [String: Any] {
      let call = HTTPCall(
        method: "GET", path: "/api/v3/brokerage/market/products/" + path, query: Array(query.utf8))
      return try client.fixture.desk.answer(call, at: client.fixture.now).object()
    }
    let trades = try #require(try object("BTC-USDT/ticker")["trades"] as? [[String: Any]])
    #expect(trades.map { $0["trade_id"] as? String } == ["502", "501", "500"])
    #expect(trades.map { $0["side"] as? String } == ["SELL", "SELL", "SELL"])
    let query = "granularity=FIVE_MINUTE"
    let candles = try #require(
      try object("BTC-USDT/candles", query)["candles"] as? [[String: Any]])
    #expect(candles.map { $0["close"] as? String } == ["60002.00", "60001.00"])
    #expect(try object("BTC-EUR")["error"] as? String == "NOT_FOUND")
    #expect(try object("BTC-USDT")["product_id"] as? String == "BTC-USDT")
  }
}
