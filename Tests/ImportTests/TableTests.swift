/// CSV formats: the exchange's dumps and candle files of any make.

import Import
import Testing
import TradingCore

@Suite("Dumps")
struct DumpTests {
  @Test("trades in milliseconds and microseconds, with and without a header")
  func trades() throws {
    let header = "id,price,qty,quote_qty,time,is_buyer_maker,is_best_match\n"
    let cases = [
      (
        "3735683259,61837.63000000,0.02000000,1236.75,1723161255342,True,True\n",
        1_723_161_255_342_000_000
      ),
      (
        header + "3735683259,61837.63,0.02,1236.75,1723161255342001,true,true\n",
        1_723_161_255_342_001_000
      ),
      ("3735683259,61837.63,0.02,1236.75,1723161255342,1\n", 1_723_161_255_342_000_000),
    ]
    for (text, time) in cases {
      let all = try events(.binanceTrades, "BTCUSDT-trades-2024-08-08.csv", text)
      let event = try #require(all.market.first)
      #expect(event.receiveTime.nanoseconds == time && event.venueTime == event.receiveTime)
      #expect(all.trades.map(\.aggressor) == [.sell] && all.trades.map(\.id) == [3_735_683_259])
      #expect(
        all.trades.map(\.price.ticks) == [6_183_763] && all.trades.map(\.quantity.lots) == [2])
    }
  }

  @Test("aggregates keep id, first id and count")
  func aggregates() throws {
    let text =
      "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
      + "7,10.5,2,100,104,1700000000000,False\n"
    let trade = try #require(
      try events(.binanceAggTrades, "BTCUSDT-aggTrades-x.csv", text).trades.first)
    #expect(trade.id == 7 && trade.firstID == 100 && trade.count == 5)
    #expect(trade.isAggregate && trade.aggressor == .buy)
  }

  @Test("klines are received at their close, which the file writes as the last instant before")
  func klines() throws {
    let header = "open_time,open,high,low,close,volume,close_time,quote_volume,count\n"
    let rows = [
      "1499040000000,0.01634790,0.8000,0.01575800,0.01577100,148976.11427815,1499644799999,1,1\n",
      header
        + "1499040000000000,0.0163479,0.8,0.015758,0.015771,148976.11427815,1499644799999999,1,1\n",
    ]
    for text in rows {
      let all = try events(.binanceKlines, "ETHBTC-1w-2017.csv", text)
      let event = try #require(all.market.first)
      #expect(event.venueTime.nanoseconds == 1_499_040_000_000_000_000)
      #expect(event.receiveTime.nanoseconds == 1_499_644_800_000_000_000)
      #expect(all.candles.map(\.intervalSeconds) == [604_800])
      #expect(all.candles.map(\.high.ticks) == [8_000_000])
    }
  }

  @Test("another dump's header, a changed unit and missing columns are named")
  func faults() throws {
    let cases = [
      ("agg_trade_id,price\n1,2\n", 1, "agg_trade_id"),
      ("1,2,1,2,1700000000000,True\n2,2,1,2,1700000000000000,True\n", 2, "another unit"),
      ("1,2,1,2,1700000000000\n", 1, "is_buyer_maker is missing"),
      ("1,2,1,2,1700000000000,maybe\n", 1, "neither true nor false"), ("1,2,1\n", 1, "missing"),
      ("1,,1,2,1700000000000,True\n", 1, "price is \"\""),
    ]
    for (text, line, rule) in cases {
      let found = try #require(try fault(.binanceTrades, "BTCUSDT.csv", text))
      #expect(found.line == line && found.rule.contains(rule), "\(found)")
    }
  }
}

@Suite("Candle files")
struct CandleTests {
  private func read(
    _ text: String, name: String = "BTCUSD.csv", _ change: (inout CandleOptions) -> Void = { _ in }
  ) throws -> [Event] {
    try events(.ohlcvCSV, name, text) { change(&$0.candles) }
  }

  @Test(
    "columns by header in any order and dress",
    arguments: [
      "time,open,high,low,close,volume\n1700000000,1,4,1,2,9\n1700000060,2,4,1,3,9\n",
      "Date;Volume;Close;Low;High;Open;Extra\n2023-11-14 22:13:20;9;2;1;4;1;x\n"
        + "2023-11-14T22:14:20Z;9;3;1;4;2;x\n",
      "\"open_time\",\"o\",\"h\",\"l\",\"c\",\"v\"\n"
        + "\"1700000000000\",\"1\",\"4\",\"1\",\"2\",\"9\"\n1700000060000,2,4,1,3,9\n",
      "1700000000000000,1,4,1,2,9\n1700000060000000,2,4,1,3,9\n",
      "1700000000000000000,1,4,1,2,9\n1700000060000000000,2,4,1,3,9\n",
    ])
  func headers(text: String) throws {
    let all = try read(text)
    #expect(all.candles.map(\.open.ticks) == [1, 2] && all.candles.map(\.close.ticks) == [2, 3])
    #expect(all.candles.map(\.volume.lots) == [9, 9])
    #expect(all.candles.map(\.intervalSeconds) == [60, 60])
    #expect(
      all.market.map(\.venueTime.nanoseconds) == [
        1_700_000_000_000_000_000, 1_700_000_060_000_000_000,
      ])
    #expect(
      all.market.map(\.receiveTime.nanoseconds) == [
        1_700_000_060_000_000_000, 1_700_000_120_000_000_000,
      ])
  }

  @Test("a close stamp means the bar ended there")
  func closeStamp() throws {
    let all = try read("1700000000,1,4,1,2,9\n1700000060,2,4,1,3,9\n") { $0.stamp = .close }
    #expect(
      all.market.map(\.receiveTime.nanoseconds) == [
        1_700_000_000_000_000_000, 1_700_000_060_000_000_000,
      ])
    #expect(all.market.first?.venueTime.nanoseconds == 1_699_999_940_000_000_000)
  }

  @Test("times of day count from the day given or named by the file")
  func midnight() throws {
    let rows = "0,1,1,1,1,1\n60000,1,1,1,1,1\n"
    let named = try read(rows, name: "btcusd_minute_20180404_trade.csv")
    #expect(named.market.first?.venueTime.nanoseconds == 1_522_800_000_000_000_000)
    #expect(try read(rows) { $0.date = "2018-04-04" }.market == named.market)
    #expect(try fault(.ohlcvCSV, "BTCUSD.csv", rows)?.rule.contains("--date") == true)
  }

  @Test("quote bars become the quote at their close")
  func quoteBars() throws {
    let columns =
      "time,bidopen,bidhigh,bidlow,bidclose,bidsize,askopen,askhigh,asklow,askclose,asksize"
    let rows = "0,9,9,8,8.5,2,10,10,9,9.5,3\n60000,9,9,9,9,1,10,10,10,10,1\n"
    let all = try read(rows, name: "btcusd_20180404.csv") {
      $0.columns = columns.split(separator: ",").map(String.init)
    }
    let quote = try #require(all.quotes.first)
    #expect(quote.bidPrice.ticks == 85 && quote.askPrice.ticks == 95)
    #expect(quote.bidQuantity.lots == 2 && quote.askQuantity.lots == 3)
    #expect(all.market.first?.receiveTime.nanoseconds == 1_522_800_060_000_000_000)
  }

  @Test("a volume in the quote asset is divided by the close, half to even")
  func quoteVolume() throws {
    let all = try read("1700000000,3,3,3,3,1\n1700000060,2,4,1,4,10\n") { $0.volume = .quote }
    #expect(all.candles.map(\.volume.lots) == [33_333_333, 250_000_000])
  }

  @Test("the bar's length is the most frequent step, given, or asked for")
  func intervals() throws {
    func rows(_ times: [Int]) -> String {
      times.map { "\(1_700_000_000 + $0),1,1,1,1,1\n" }.joined()
    }
    #expect(try read(rows([0, 60, 120, 600, 660])).candles.allSatisfy { $0.intervalSeconds == 60 })
    let sparse = rows([0, 30, 60, 61, 75, 140])
    #expect { try read(sparse) } throws: { "\($0)".contains("--interval") }
    #expect { try read(rows([0])) } throws: { "\($0)".contains("--interval") }
    // A candle says its length in 32 bits of seconds.
    for length in ["60000d", "1500ms"] {
      #expect { try read(sparse) { $0.interval = Interval(length) } } throws: {
        "\($0)".contains("--interval")
      }
    }
    let given = try read(sparse) { $0.interval = CandleOptions.interval("1s") }
    #expect(given.candles.allSatisfy { $0.intervalSeconds == 1 })
  }

  @Test(
    "interval texts",
    arguments: [
      ("1s", 1), ("5m", 300), ("1.5h", 5_400), ("4h", 14_400), ("1d", 86_400), ("1w", 604_800),
    ])
  func intervalTexts(text: String, seconds: Int64) {
    #expect(CandleOptions.interval(text)?.nanoseconds == seconds * 1_000_000_000)
  }

  @Test("interval texts that mean nothing", arguments: ["", "m", "0m", "-1m", "1.5s", "1y", "60"])
  func badIntervals(text: String) { #expect(CandleOptions.interval(text) == nil) }

  @Test("rows that contradict themselves or cannot be read are malformed")
  func faults() throws {
    let good = "1700000000,1,4,1,2,9\n"
    let cases = [
      (good + "1700000060,5,4,1,2,9\n", 2, "high"), (good + "1700000060,1,4,2,3,9\n", 2, "low"),
      (good + "1700000060,0,4,0,3,9\n", 2, "zero"),
      (good + "1700000060,1,4,1,2,-9\n", 2, "negative"),
      (good + "1700000060,1,4,1\n", 2, "missing"), (good + "1700000060,1,4,1,nan,9\n", 2, "close"),
      (good + "1700000060000,1,4,1,2,9\n", 2, "another unit"),
      ("time,open,high,low\n" + good, 1, "--columns"), ("1,2,3\n", 1, "--columns"),
      ("20180501 00:00,1,4,1,2,9\n", 1, "--time-format"),
    ]
    for (text, line, rule) in cases {
      let found = try #require(
        try fault(.ohlcvCSV, "BTCUSD.csv", text) { $0.candles.interval = .minute })
      #expect(found.line == line && found.rule.contains(rule), "\(found)")
    }
  }

  @Test("a candle without volume is kept and counted")
  func zeroVolume() throws {
    let all = try read("time,open,high,low,close\n1700000000,1,4,1,2\n1700000060,1,4,1,2\n")
    #expect(all.candles.count == 2 && all.notice(.zeroQuantity) == 2)
  }
}
