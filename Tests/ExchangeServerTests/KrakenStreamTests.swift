/// The exchange in Kraken's language, heard by the dialect that reads Kraken: its books after hundreds of
/// changes, its candles, its refusals, and what its faults look like from outside.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

private typealias KrakenClient = MarketClient<KrakenDialect>

struct KrakenStreamTests {
  @Test("A book kept by its messages is the exchange's own", arguments: [10, 25])
  func book(depth: Int) throws {
    var client = try KrakenClient("/v2", symbol: "BTC/USDT")
    try client.subscribe([.topLevels(depth)])
    var random = RandomSource(seed: UInt64(depth), label: "kraken book")
    for step in 1...400 {
      client.change(&random, 1_000 + Int64(step))
      try client.hear()
      try #require(client.book.isValid && client.reduced == client.published(depth), "step \(step)")
    }
    #expect(client.gaps.isEmpty)
    #expect(client.published(30).count > 20)
  }

  @Test(
    "A message that was left out, or a wrong checksum, is a gap until the book is had anew",
    arguments: ["gap", "checksum"])
  func fault(kind: String) throws {
    var client = try KrakenClient("/v2", symbol: "BTC/USDT")
    try client.subscribe([.topLevels(10)])
    client.fixture.control(
      "POST", "faults", #"{"fault":"\#(kind)","every":20,"times":1,"stream":"BTC/USDT@book10"}"#)
    var random = RandomSource(seed: 3, label: "kraken fault")
    for step in 1...60 {
      client.change(&random, 1_000 + Int64(step))
      try client.hear()
      guard !client.wanted.isEmpty else { continue }
      #expect(!client.book.isValid)
      client.wanted.removeAll()
      try client.subscribeAnew(.topLevels(10))
      #expect(client.book.isValid && client.reduced == client.published(10))
    }
    let gap = Gap(instrument: InstrumentID(0), stream: .depth, count: 0, reason: .checksum)
    #expect(client.gaps == [gap])
    #expect(client.reduced == client.published(10))
  }

  @Test func `Trades, quotes and closed candles come as they happened`() throws {
    var client = try KrakenClient("/v2", symbol: "BTC/USDT")
    try client.subscribe([.trades, .quotes, .candles(seconds: 60)])
    for minute in 0..<3 {
      client.fixture.feed(
        DeskFixture.trade(id: 501 + Int64(minute), ticks: 6_000_000 + Int64(minute)))
      client.fixture.pass(milliseconds: 60_000)
      client.fixture.desk.receivePong(on: client.connection, at: client.fixture.now)
      try client.hear()
    }
    #expect(client.trades.map(\.id) == [501, 502, 503])
    #expect(client.trades.map(\.price.ticks) == [6_000_000, 6_000_001, 6_000_002])
    #expect(client.candles.map(\.close.ticks) == [6_000_000, 6_000_001])
    #expect(client.candles.map(\.open.ticks) == [6_000_000, 6_000_001])
    #expect(client.kinds.contains(.quote))
    #expect(client.batch.counts["heartbeat"] > 0)
    #expect(client.batch.counts["status"] == 1)
  }

  @Test(
    "What cannot be had is refused with its request's number",
    arguments: [
      #""channel":"book","symbol":["BTC/EUR"],"depth":10"#,
      #""channel":"book","symbol":["BTC/USDT"],"depth":11"#,
      #""channel":"level9","symbol":["BTC/USDT"]"#, #""channel":"trade","symbol":[]"#,
    ])
  func refusals(params: String) throws {
    var client = try KrakenClient("/v2", symbol: "BTC/USDT")
    try client.hear()
    client.fixture.send(
      #"{"method":"subscribe","params":{\#(params)},"req_id":7}"#, on: client.connection)
    let answer = try #require(client.fixture.texts(on: client.connection).first)
    let bytes = Array(answer.utf8)
    let meaning = try client.dialect.decode(
      bytes.span, on: 1, at: client.fixture.now, into: &client.batch)
    #expect(meaning == .subscription(id: 7, isAccepted: false))
  }

  @Test func `Pairs, clock and book are told over HTTP in Kraken's words`() throws {
    var client = try KrakenClient("/v2", symbol: "BTC/USDT")
    #expect(try client.ask(.time).1.venueTime == Timestamp(nanoseconds: 1_767_225_610_000_000_000))
    #expect(try client.ask(.ping).0 == .done)
    let pairs = try client.ask(.exchangeInformation(symbols: ["BTC/USDT"])).1.instruments
    #expect(pairs.map(\.symbol) == ["BTC/USDT"])
    #expect(pairs.first?.tick == Decimal64(mantissa: 1, scale: 2))
    #expect(pairs.first?.lot == Decimal64(mantissa: 1, scale: 5))
    #expect(pairs.first?.minNotional == Decimal64(mantissa: 5, scale: 0))
    guard case .rejected(let why) = try client.ask(.exchangeInformation(symbols: ["BTC/EUR"])).0
    else {
      Issue.record("a stranger was described")
      return
    }
    #expect(why.text == "EQuery:Unknown asset pair")
    let depth = client.fixture.desk.answer(
      HTTPCall(method: "GET", path: "/0/public/Depth", query: Array("pair=BTCUSDT&count=1".utf8)),
      at: client.fixture.now)
    #expect(
      depth.text.hasPrefix(#"{"error":[],"result":{"BTCUSDT":{"asks":[["60001.00","1.00000",17672"#)
    )
  }
}
