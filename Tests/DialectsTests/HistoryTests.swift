/// Candles of the past over HTTP: what is asked of each venue, and what its own answers say.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Candles of the past")
struct HistoryTests {
  private static func candles(
    _ market: Int, _ seconds: UInt32, _ range: ClosedRange<Int64>
  ) -> VenueAction {
    .candles(
      InstrumentID(UInt16(market)), seconds: seconds, from: second(range.lowerBound),
      to: second(range.upperBound))
  }

  private static func second(_ value: Int64) -> Timestamp { milliseconds(value * 1_000) }

  /// `open high low close volume` in units of the grids, behind the beginning's second; a closed candle is
  /// received when it ends.
  private static func rows(_ batch: FrameBatch) throws -> [[Int64]] {
    try batch.events.map { event in
      guard case .candle(let bar) = event.body else {
        throw DialectError.undefined(name: "\(event.body.kind)")
      }
      let width = Interval(nanoseconds: Int64(bar.intervalSeconds) * 1_000_000_000)
      #expect(event.receiveTime == event.venueTime + width)
      return [
        event.venueTime.nanoseconds / 1_000_000_000, bar.open.ticks, bar.high.ticks, bar.low.ticks,
        bar.close.ticks, bar.volume.lots,
      ]
    }
  }

  private static func target(_ request: VenueRequest) -> String {
    if case .http(.get, let target, _, _) = request.payload { target } else { "no GET" }
  }

  @Test("each venue is asked in its own words, and without a key")
  func requests() throws {
    let hour = Self.candles(0, 60, 1_700_000_040...1_700_003_640)
    var binance = BinanceDialect(orders: fixtureOrders)
    binance.directory = try fixtureDirectory()
    let asked = try binance.request(hour, id: 1, over: .http, at: arrival)
    #expect(
      Self.target(asked)
        == "/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1700000040000&endTime=1700003639999"
        + "&limit=1000")
    #expect(asked.weight == 2)
    var kraken = try krakenDialect()
    #expect(
      Self.target(try kraken.request(hour, id: 1, over: .http, at: arrival))
        == "/0/public/OHLC?pair=XBTUSD&interval=1&since=1700000039")
    var coinbase = try coinbaseDialect()
    #expect(
      Self.target(try coinbase.request(hour, id: 1, over: .http, at: arrival))
        == "/market/products/BTC-USD/candles?start=1700000040&end=1700003640"
        + "&granularity=ONE_MINUTE&limit=350")
  }

  private static func refusesUnlisted<Dialect: VenueDialect & ~Copyable>(
    _ dialect: inout Dialect
  ) {
    let profile = Dialect.profile
    for seconds: UInt32 in [1, 7, 60, 180, 604_800] {
      let action = Self.candles(0, seconds, 0...604_800)
      let isListed = profile.history.lengths.contains(seconds)
      let request = try? dialect.request(action, id: 1, over: .http, at: arrival)
      #expect((request != nil) == isListed, "\(profile.name): \(seconds) s")
    }
  }

  @Test("a length is asked for where the profile lists it, and nowhere else")
  func lengths() throws {
    var binance = BinanceDialect(orders: fixtureOrders)
    binance.directory = try fixtureDirectory()
    Self.refusesUnlisted(&binance)
    var kraken = try krakenDialect()
    Self.refusesUnlisted(&kraken)
    var coinbase = try coinbaseDialect()
    Self.refusesUnlisted(&coinbase)
    for profile in [BinanceDialect.profile, KrakenDialect.profile, CoinbaseDialect.profile] {
      #expect(profile.history.lengths.allSatisfy { 86_400 % $0 == 0 }, "\(profile.name)")
      #expect(profile.history.names.contains("1m") && profile.history.names.contains("1d"))
      for (name, seconds) in zip(profile.history.names, profile.history.lengths) {
        #expect(Interval(name)?.nanoseconds == Int64(seconds) * 1_000_000_000)
      }
    }
  }

  @Test("Binance's rows are candles by their beginnings", .disabled(if: Shared.isMissing))
  func binance() throws {
    var dialect = try fixtureDialect()
    let text = String(
      decoding: try Shared.bytes(
        "exchange-payload-fixtures/binance_spot/http_spot_market_klines.json"),
      as: UTF8.self)
    let all = try dialect.hear(text, to: Self.candles(0, 60, 1_634_943_780...1_700_000_040))
    #expect(all.outcome == .done)
    let rows = try Self.rows(all.batch)
    #expect(rows.count > 2)
    #expect(rows[0] == [1_634_943_780, 6_068_522, 6_072_984, 6_067_090, 6_071_927, 2_163_272])
    let one = try dialect.hear(text, to: Self.candles(0, 60, 1_634_943_840...1_634_943_900))
    #expect(try Self.rows(one.batch) == [rows[1]], "nothing outside of what was asked for")
    #expect(throws: DialectError.self, "a candle of another length") {
      try dialect.hear(text, to: Self.candles(0, 300, 1_634_943_600...1_700_000_100))
    }
  }

  @Test(
    "Coinbase's candles come newest first and are told in order", .disabled(if: Shared.isMissing))
  func coinbase() throws {
    var dialect = try coinbaseDialect()
    let text = String(
      decoding: try Shared.bytes("exchange-payload-fixtures/coinbase/http_candles.json"),
      as: UTF8.self)
    let (_, batch) = try dialect.hear(
      text, to: Self.candles(0, 3_600, 1_712_188_800...1_712_196_000))
    #expect(
      try Self.rows(batch) == [
        [1_712_188_800, 6_598_418, 6_638_777, 6_585_735, 6_631_459, 35_874_851_052],
        [1_712_192_400, 6_631_240, 6_633_199, 6_605_514, 6_618_160, 35_582_896_243],
      ])
  }

  /// Minutes from one that begins at 1,700,000,040 s; the volume is the minute's number.
  private static let klines = (1...5).map { minute in
    let start = 1_699_999_980_000 + minute * 60_000
    return #"[\#(start),"2.0","3.0","1.0","2.5","\#(minute)",\#(start + 59_999),"0",1,"0","0","0"]"#
  }

  private static func klines(_ minutes: [Int]) -> String {
    "[" + minutes.map { klines[$0 - 1] }.joined(separator: ",") + "]"
  }

  @Test(
    "rows out of order or told twice are told in order and once",
    arguments: [[1, 2, 3], [3, 1, 2], [2, 2, 1, 3, 3], [3, 2, 1, 5, 4]])
  func order(minutes: [Int]) throws {
    var dialect = try fixtureDialect()
    let (_, batch) = try dialect.hear(
      Self.klines(minutes), to: Self.candles(0, 60, 1_700_000_040...1_700_000_220))
    #expect(try Self.rows(batch).map { $0[0] - 1_700_000_000 } == [40, 100, 160])
    #expect(try Self.rows(batch).map { $0[5] } == [100_000, 200_000, 300_000])
  }

  @Test("a candle told twice and not the same, or at a moment where none begins, is no answer")
  func contradictions() throws {
    var dialect = try fixtureDialect()
    let good = Self.klines[1]
    let other = good.replacing("2.5", with: "2.6")
    let late = good.replacing("1700000100000", with: "1700000100001")
      .replacing("1700000159999", with: "1700000160000")
    let action = Self.candles(0, 60, 1_700_000_040...1_700_000_340)
    for (text, words) in [
      ("[\(good),\(other)]", "differ"), ("[\(late)]", "begins at"),
      (#"[[1700000100000,"2.0","3.0","1.0"]]"#, "too short"),
      ("[\(good.replacing("3.0", with: "1.5"))]", "the high is below"),
      ("[\(good.replacing("2.5", with: "2.505"))]", "tick"),
      (#"{"candles":[]}"#, "expected"),
    ] {
      let error = #expect(throws: DialectError.self) { try dialect.hear(text, to: action) }
      #expect("\(error as Any)".contains(words), "\(error as Any)")
    }
    #expect(try dialect.hear("[]", to: action).batch.events.isEmpty)
  }
}

/// Kraken's own answer about twelve hours, and the trades of the last of them.
@Suite("Kraken's candles of the past", .disabled(if: Shared.isMissing))
struct KrakenHistoryTests {
  private static let folder = "kraken-rest-20251110/"
  private static let market = InstrumentID(2)

  private static func events(from: Int64, to: Int64) throws -> ContiguousArray<Event> {
    var dialect = try krakenDialect()
    let text = String(
      decoding: try Shared.bytes(folder + "http_ohlc.json.gz"), as: UTF8.self)
    let action = VenueAction.candles(
      market, seconds: 60, from: milliseconds(from * 1_000), to: milliseconds(to * 1_000))
    return try dialect.hear(text, to: action).batch.events
  }

  @Test("of 721 rows the last is open and left out, and the others are told as they stand")
  func rows() throws {
    let events = try Self.events(from: 0, to: 1_800_000_000)
    let answer = try #require(Shared.json(Self.folder + "http_ohlc.json.gz") as? [String: Any])
    let result = try #require(answer["result"] as? [String: Any])
    let rows = try #require(result["XBTUSDT"] as? [[Any]])
    #expect(rows.count == 721)
    #expect(events.count == 720)
    let grid = try krakenDirectory().instrument("BTC/USDT")
    let definition = try #require(grid)
    for (event, row) in zip(events, rows) {
      guard case .candle(let bar) = event.body else {
        Issue.record("\(event.body.kind) is no candle")
        continue
      }
      #expect(event.venueTime.nanoseconds / 1_000_000_000 == row[0] as? Int64)
      let told = [bar.open, bar.high, bar.low, bar.close].map { definition.text($0) }
      #expect(told == row[1...4].map { $0 as? String ?? "" })
      #expect(definition.text(bar.volume) == row[6] as? String)
    }
  }

  @Test("what was not asked for is left out, the answer being always the newest there are")
  func span() throws {
    let events = try Self.events(from: 1_762_800_000, to: 1_762_800_600)
    #expect(
      events.map { $0.venueTime.nanoseconds / 60_000_000_000 } == Array(29_380_000..<29_380_010))
  }

  /// What the trades of one minute make, as decimals.
  private struct Bar: Equatable {
    var prices: [Decimal]
    var volume: Decimal
  }

  @Test("candles made of the venue's own trades are its candles")
  func trades() throws {
    let answer = try #require(Shared.json(Self.folder + "http_trades.json.gz") as? [String: Any])
    let result = try #require(answer["result"] as? [String: Any])
    let trades = try #require(result["XBTUSDT"] as? [[Any]])
    var bars: [Int64: Bar] = [:]
    for trade in trades {
      let price = try #require(Decimal(string: trade[0] as? String ?? ""))
      let volume = try #require(Decimal(string: trade[1] as? String ?? ""))
      let minute = Int64(try #require(trade[2] as? Double) / 60)
      var bar = bars[minute] ?? Bar(prices: [price, price, price, price], volume: 0)
      bar.prices = [bar.prices[0], max(bar.prices[1], price), min(bar.prices[2], price), price]
      bar.volume += volume
      bars[minute] = bar
    }
    let first = try #require(bars.keys.min())
    let last = try #require(bars.keys.max())
    // The first and the last minute of the trades are not whole.
    let events = try Self.events(from: (first + 1) * 60, to: last * 60)
    let definition = try #require(krakenDirectory().instrument("BTC/USDT"))
    var compared = 0
    for event in events {
      guard case .candle(let candle) = event.body,
        let bar = bars[event.venueTime.nanoseconds / 60_000_000_000]
      else { continue }
      let told = [candle.open, candle.high, candle.low, candle.close].map {
        Decimal(string: definition.text($0))
      }
      #expect(told == bar.prices)
      #expect(Decimal(string: definition.text(candle.volume)) == bar.volume)
      compared += 1
    }
    #expect(compared == bars.count - 2, "every whole minute with a trade has its candle")
    #expect(compared > 200)
  }
}
