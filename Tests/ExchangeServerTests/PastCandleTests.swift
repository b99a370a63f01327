/// Candles of the past in the exchange's three languages: one truth, each language's own rules about what it
/// tells of it.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

struct PastCandleTests {
  /// Minutes of a market in which something was traded, counted from the first that is asked for.
  private static let traded: Set<Int64> = [0, 1, 4, 5, 9]

  /// A client behind ten minutes of market and a half.
  private static func client<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _: Dialect.Type, _ symbol: String
  ) throws -> MarketClient<Dialect> {
    var client = try MarketClient<Dialect>("/", symbol: symbol)
    let rest = client.fixture.now - client.fixture.now.floored(to: .minute)
    client.fixture.pass(milliseconds: 60_000 - rest.nanoseconds / 1_000_000)
    for minute in Int64(0)..<10 {
      if traded.contains(minute) {
        client.fixture.feed(DeskFixture.trade(id: 600 + minute, ticks: 6_000_000 + minute))
      }
      client.fixture.pass(milliseconds: 60_000)
    }
    client.fixture.feed(DeskFixture.trade(id: 700, ticks: 6_000_900))
    client.fixture.pass(milliseconds: 30_000)
    return client
  }

  /// Beginning in minutes, close and volume of what a language tells of those minutes and some around them.
  private static func told<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _: Dialect.Type, _ symbol: String, seconds: UInt32 = 60
  ) throws -> [[Int64]] {
    var client = try client(Dialect.self, symbol)
    let now = client.fixture.now.floored(to: .minute)
    let from = now - Interval(nanoseconds: 10 * Interval.minute.nanoseconds)
    let width = Interval(nanoseconds: Int64(seconds) * Interval.second.nanoseconds)
    let action = VenueAction.candles(
      InstrumentID(0), seconds: seconds, from: from.floored(to: width), to: now)
    let (outcome, batch) = try client.ask(action)
    #expect(outcome == .done)
    return batch.events.compactMap { event in
      guard case .candle(let bar) = event.body else { return nil }
      let minute = (event.venueTime - from).nanoseconds / Interval.minute.nanoseconds
      return [minute, bar.close.ticks - 6_000_000, bar.volume.lots > 0 ? 1 : 0]
    }
  }

  @Test
  func
    `Binance and Kraken tell quiet minutes flat, Coinbase leaves them out, none tells the open one`()
    throws
  {
    let closes: [Int64] = [0, 1, 1, 1, 4, 5, 5, 5, 5, 9]
    let all = (0..<10).map { [Int64($0), closes[$0], Self.traded.contains(Int64($0)) ? 1 : 0] }
    #expect(try Self.told(BinanceDialect.self, "BTCUSDT") == all)
    #expect(try Self.told(KrakenDialect.self, "BTC/USDT") == all)
    #expect(try Self.told(CoinbaseDialect.self, "BTC-USDT") == all.filter { $0[2] == 1 })
  }

  /// Minutes of candles that close while somebody listens, and what is told of them afterwards; Binance alone
  /// tells the quiet ones in its stream, Kraken only here.
  private static func compare<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _: Dialect.Type, _ path: String, _ symbol: String, minutes: Int64
  ) throws {
    var client = try MarketClient<Dialect>(path, symbol: symbol)
    let seconds = UInt32(minutes * 60)
    let width = Interval(nanoseconds: minutes * Interval.minute.nanoseconds)
    let begin = client.fixture.now.floored(to: width)
    try client.subscribe([.candles(seconds: seconds)])
    for number in Int64(0)..<6 {
      for trade in 0...number % 3 {
        client.fixture.feed(
          DeskFixture.trade(
            id: 600 + number * 10 + trade, ticks: 6_000_000 + number * 7 - trade * 11))
      }
      for _ in 0..<minutes * 60 {
        client.fixture.pass(milliseconds: 1_000)
        client.fixture.desk.receivePong(on: client.connection, at: client.fixture.now)
      }
      try client.hear()
    }
    let end = client.fixture.now.floored(to: width)
    let told = try client.ask(
      .candles(InstrumentID(0), seconds: seconds, from: begin, to: end)
    ).batch.events.compactMap { event in
      if case .candle(let bar) = event.body { bar } else { nil }
    }
    let heard = client.candles
    #expect(heard.count >= 4, "\(Dialect.name)")
    let first = try #require(told.firstIndex { $0 == heard.first }, "\(Dialect.name)")
    #expect(Array(told[first...].prefix(heard.count)) == heard, "\(Dialect.name)")
  }

  @Test func `What was heard of a candle when it closed is what is told of it later`() throws {
    try Self.compare(BinanceDialect.self, "/stream", "BTCUSDT", minutes: 1)
    try Self.compare(KrakenDialect.self, "/v2", "BTC/USDT", minutes: 1)
    try Self.compare(CoinbaseDialect.self, "/", "BTC-USDT", minutes: 5)
  }

  @Test(
    "A length that only another language has is refused in this one's words",
    arguments: ["interval=3", "interval=soon", "pair=BTC/EUR&interval=1"])
  func refusals(query: String) throws {
    var client = try Self.client(KrakenDialect.self, "BTC/USDT")
    let whole = query.hasPrefix("pair") ? query : "pair=BTC/USDT&" + query
    let answer = client.fixture.desk.answer(
      HTTPCall(method: "GET", path: "/0/public/OHLC", query: Array(whole.utf8)),
      at: client.fixture.now)
    #expect(answer.text.hasPrefix(#"{"error":["E"#), "\(answer.text)")
  }

  @Test func `Kraken keeps 720 candles, and names the newest that has closed`() throws {
    var client = try Self.client(KrakenDialect.self, "BTC/USDT")
    client.fixture.pass(milliseconds: 800 * 60_000)
    let answer = client.fixture.desk.answer(
      HTTPCall(method: "GET", path: "/0/public/OHLC", query: Array("pair=XBTUSDT".utf8)),
      at: client.fixture.now)
    let result = try #require(answer.object()["result"] as? [String: Any])
    let rows = try #require(result["BTCUSDT"] as? [[Any]])
    #expect(rows.count == 721)
    #expect(rows.allSatisfy { $0.count == 8 })
    let open = client.fixture.now.floored(to: .minute).nanoseconds / 1_000_000_000
    #expect((rows.last?[0] as? Int) == Int(open))
    #expect((result["last"] as? Int) == Int(open) - 60)
  }
}
