/// Imports of the shared candle and trade files against their own statements: row counts, sums, and
/// candles that follow from other files of the same market.

import Foundation
import Import
import Testing
import TradingCore

@Suite("Shared candles", .enabled(if: sharedFolder != nil, "CRYPTOBOT_SHARED is not set"))
struct SharedCandleTests {
  private let folder = (sharedFolder ?? "") + "/data/"

  private func read(
    _ file: String, _ change: (inout ImportRequest) -> Void = { _ in }
  ) throws -> [Event] {
    var request = ImportRequest(format: .ohlcvCSV, files: [folder + file])
    change(&request)
    return try events(of: request)
  }

  @Test(
    "freqtrade's files give every row, float noise rounded onto 8 decimals",
    arguments: [
      ("ETH_BTC-5m", 5_760, 300), ("LTC_BTC-5m", 5_760, 300), ("ETC_BTC-5m", 5_759, 300),
      ("UNITTEST_BTC-1m", 13_681, 60), ("UNITTEST_BTC-30m", 1_920, 1_800),
    ])
  func freqtrade(name: String, rows: Int, seconds: UInt32) throws {
    let all = try read("freqtrade-klines/\(name).csv.gz")
    #expect(all.candles.count == rows)
    #expect(all.candles.allSatisfy { $0.intervalSeconds == seconds })
    #expect(all.instruments.map(\.tickScale) == [8])
    #expect(all.notice(.digitsRounded) > 0)
    #expect(all.texts(.instrument) == [String(name.prefix { $0 != "-" }.filter { $0 != "_" })])
  }

  @Test("the perpetual's bars have no gap, and its volume is value divided by close")
  func perpetual() throws {
    let file = "btc-perp-1m-202201/btc-perp-20211231-20220201_1m.csv.gz"
    let all = try read(file) { $0.symbol = "BTC/USD" }
    #expect(all.candles.count == 45_031)
    let times = all.market.map(\.venueTime.nanoseconds)
    #expect(times.first == 1_640_991_660_000_000_000 && times.last == 1_643_693_460_000_000_000)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 60_000_000_000 })
    let base = try read(file) {
      $0.symbol = "BTC/USD"
      $0.candles.volume = .quote
    }
    // 2300413.7295 ÷ 46377 = 49.602469 53…
    #expect(base.candles.first?.volume.lots == 4_960_246_953)
  }

  @Test("LEAN's seconds make LEAN's minutes")
  func resampled() throws {
    let seconds = try read("lean-klines/coinbase_btcusd_second_20161007_trade.csv.gz") {
      $0.candles.interval = .second
    }
    let minutes = try read("lean-klines/coinbase_btcusd_minute_20161007_trade.csv.gz")
    try #require(seconds.instruments.map(\.lotScale) == minutes.instruments.map(\.lotScale))
    let made = resample(seconds.market, to: .minute)
    #expect(made.count == 1_419)
    #expect(made == minutes.market.map(Bar.init))
  }

  @Test(
    "LEAN's files give every row",
    arguments: [
      ("coinbase_btcusd_daily_trade", 1_318, 86_400, true),
      ("bitfinex_btcusd_hour_201310_trade", 733, 3_600, true),
      ("binance_btcusdt_hour_20180501-05_trade", 120, 3_600, true),
      ("coinbase_btcusd_minute_20180404_trade", 1_007, 60, false),
      ("coinbase_btcusd_minute_20180405_trade", 1_440, 60, false),
    ])
  func lean(name: String, rows: Int, seconds: UInt32, isDated: Bool) throws {
    let all = try read("lean-klines/\(name).csv.gz") {
      if isDated { $0.candles.timeFormat = "%Y%m%d %H:%M" }
    }
    #expect(all.candles.count == rows && all.candles.allSatisfy { $0.intervalSeconds == seconds })
  }

  @Test("LEAN's quote bars give a quote each")
  func quoteBars() throws {
    let columns =
      "time,bidopen,bidhigh,bidlow,bidclose,bidsize,askopen,askhigh,asklow,askclose,asksize"
    let all = try read("lean-klines/coinbase_btcusd_daily_quote.csv.gz") {
      $0.candles.columns = columns.split(separator: ",").map(String.init)
      $0.candles.timeFormat = "%Y%m%d %H:%M"
    }
    #expect(all.quotes.count == 1_332 && all.notice(.crossed) == 1)
  }

  @Test("aggregate trades make the candles that another program made of them")
  func aggregates() throws {
    let source = folder + "binance-xrpeth-aggtrades-201910/"
    let scratch = try Scratch()
    try scratch.run("zcat '\(source)XRP_ETH-aggtrades-ccxt.json.gz' >trades.json")
    let data = try Data(contentsOf: URL(filePath: scratch.path + "/trades.json"))
    let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    let table = rows.compactMap { $0["info"] as? [String: Any] }.map { row in
      ["a", "p", "q", "f", "l", "T", "m"].map { "\(row[$0] ?? "")" }.joined(separator: ",") + "\n"
    }.joined()
    let trades = try events(.binanceAggTrades, "XRPETH-aggTrades.csv", table)
    #expect(trades.trades.count == 12_477)
    let pairs = zip(trades.trades, trades.trades.dropFirst())
    #expect(pairs.allSatisfy { $1.firstID == $0.firstID + Int64($0.count) && $1.id == $0.id + 1 })
    for (file, interval, count) in [
      ("1m", Interval.minute, 2_469), ("5m", Interval(nanoseconds: 300_000_000_000), nil),
    ]
      as [(String, Interval, Int?)]
    {
      let candles = try read("binance-xrpeth-aggtrades-201910/XRP_ETH-\(file).csv.gz") {
        $0.candles.interval = interval
      }
      #expect(count == nil || candles.candles.count == count)
      let scale = candles.instruments[0].lotScale
      try #require(scale == trades.instruments[0].lotScale)
      #expect(resample(trades.market, to: interval) == candles.market.map(Bar.init))
    }
  }
}

/// A bar as plain numbers.
private struct Bar: Equatable {
  var start: Int64
  var prices: [Int64]
  var volume: Int64

  init(_ event: Event) {
    (start, prices, volume) = (event.venueTime.nanoseconds, [], 0)
    switch event.body {
    case .candle(let candle):
      prices = [candle.open, candle.high, candle.low, candle.close].map(\.ticks)
      volume = candle.volume.lots
    case .trade(let trade):
      prices = [Int64](repeating: trade.price.ticks, count: 4)
      volume = trade.quantity.lots
    default: break
    }
  }
}

/// Bars of `interval` out of trades or finer bars.
private func resample(_ events: [Event], to interval: Interval) -> [Bar] {
  var bars: [Bar] = []
  for event in events {
    var next = Bar(event)
    next.start = event.venueTime.floored(to: interval).nanoseconds
    if var last = bars.last, last.start == next.start {
      last.prices[1] = max(last.prices[1], next.prices[1])
      last.prices[2] = min(last.prices[2], next.prices[2])
      last.prices[3] = next.prices[3]
      last.volume += next.volume
      bars[bars.count - 1] = last
    } else {
      bars.append(next)
    }
  }
  return bars
}
