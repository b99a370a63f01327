/// Bars of real trades and candles against those of exchanges and of other people's programs.
import Foundation
import Testing

@testable import TradingCore

@Suite("Bars of real markets", .enabled(if: SharedData.isAvailable, "\(SharedData.reason)"))
struct BarReferenceTests {
  /// Whole number of 10^−`decimals`, exactly.
  static func units(_ text: some StringProtocol, _ decimals: Int) throws -> Int64 {
    // Converted from binary floating point, some of these files' prices have noise behind the grid.
    let number = try #require(Decimal(string: String(text)))
    var (scaled, rounded) = (number * pow(10, decimals), Decimal())
    NSDecimalRound(&rounded, &scaled, 0, .plain)
    return try #require(Int64("\(rounded)"))
  }

  static func instrument(_ decimals: Int, _ lotDecimals: Int) -> InstrumentDefinition {
    InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: decimals),
      lot: Decimal64(mantissa: 1, scale: lotDecimals))
  }

  /// `start in ms: open high low close volume` in ticks and lots.
  static func line(_ bar: MarketBar) -> String {
    let prices = [bar.open, bar.high, bar.low, bar.close].map(\.ticks)
    return "\(bar.openTime.nanoseconds / 1_000_000): \(prices) \(bar.volume)"
  }

  static func line(_ row: [String], _ decimals: Int, _ lotDecimals: Int) throws -> String {
    let prices = try row[1...4].map { try units($0, decimals) }
    return "\(row[0]): \(prices) \(try units(row[5], lotDecimals))"
  }

  @Test("Kraken's trades make Kraken's own minutes, with their counts")
  func kraken() throws {
    struct Answer: Decodable { var result: [String: Fallible] }
    struct Fallible: Decodable {
      var rows: [[Field]] = []
      init(from decoder: any Decoder) throws {
        rows = (try? decoder.singleValueContainer().decode([[Field]].self)) ?? []
      }
    }
    struct Field: Decodable {
      var text: String
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          self.text = text
        } else {
          text = "\(try value.decode(Decimal.self))"
        }
      }
    }
    func rows(_ name: String) throws -> [[String]] {
      let text = try SharedData.text("kraken-rest-20251110/\(name).json.gz")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
      return try #require(answer.result["XBTUSDT"]).rows.map { $0.map(\.text) }
    }
    var maker = try BarMaker(try BarSpec("1m"), of: Self.instrument(1, 8))
    let bars = try rows("http_trades").compactMap { row in
      let trade = Trade(
        instrument: InstrumentID(0), price: Price(ticks: try Self.units(row[0], 1)),
        quantity: Quantity(lots: try Self.units(row[1], 8)),
        aggressor: row[3] == "b" ? .buy : .sell, id: 0)
      return maker.add(trade, at: Timestamp(nanoseconds: try Self.units(row[2], 9)))
    }
    let theirs = try rows("http_ohlc").filter { $0[7] != "0" }.map { row in
      let prices = try row[1...4].map { try Self.units($0, 1) }
      return "\(row[0])000: \(prices) \(try Self.units(row[6], 8)) \(row[7])"
    }
    let ours = bars.map { "\(Self.line($0)) \($0.flow?.tradeCount ?? 0)" }
    // Both begin and end in the middle of something.
    let first = try #require(theirs.firstIndex(of: ours[1]))
    #expect(ours.count > 150)
    #expect(ours.dropFirst() == theirs[first...].prefix(ours.count - 1))
  }

  @Test("Binance's trades make the minutes that another program made", arguments: ["1m", "5m"])
  func binance(spec: String) throws {
    struct Row: Decodable {
      struct Raw: Decodable {
        var price: String
        var quantity: String
        var time: Int64
        var isBuyerMaker: Bool
        var firstID: Int64
        var lastID: Int64
        enum CodingKeys: String, CodingKey {
          case price = "p"
          case quantity = "q"
          case time = "T"
          case isBuyerMaker = "m"
          case firstID = "f"
          case lastID = "l"
        }
        var count: Int64 { lastID - firstID + 1 }
      }
      var info: Raw
    }
    let folder = "binance-xrpeth-aggtrades-201910/"
    let text = try SharedData.text(folder + "XRP_ETH-aggtrades-ccxt.json.gz")
    let trades = try JSONDecoder().decode([Row].self, from: Data(text.utf8)).map(\.info)
    var maker = try BarMaker(try BarSpec(spec), of: Self.instrument(8, 8))
    var bars: [MarketBar] = []
    for row in trades {
      let trade = Trade(
        instrument: InstrumentID(0), price: Price(ticks: try Self.units(row.price, 8)),
        quantity: Quantity(lots: try Self.units(row.quantity, 8)),
        aggressor: row.isBuyerMaker ? .sell : .buy, id: 1, firstID: row.firstID,
        count: UInt32(row.count), isAggregate: true)
      let time = Timestamp(nanoseconds: row.time * 1_000_000)
      if let bar = maker.add(trade, at: time) { bars.append(bar) }
    }
    bars.append(contentsOf: [maker.open].compactMap(\.self))
    let theirs = try SharedData.rows(folder + "XRP_ETH-\(spec).csv.gz").map {
      try Self.line($0, 8, 8)
    }
    #expect(bars.map(Self.line) == theirs)
    let count = bars.compactMap(\.flow?.tradeCount).reduce(0, +)
    #expect(count == trades.map { UInt64($0.count) }.reduce(0, +))
  }

  @Test("minutes of trades make the five minutes that another program made")
  func minutes() throws {
    let folder = "binance-xrpeth-aggtrades-201910/"
    var maker = try BarMaker(try BarSpec("5m"), of: Self.instrument(8, 8))
    var bars: [MarketBar] = []
    for row in try SharedData.rows(folder + "XRP_ETH-1m.csv.gz") {
      let prices = try row[1...4].map { Price(ticks: try Self.units($0, 8)) }
      let candle = Candle(
        instrument: InstrumentID(0), intervalSeconds: 60, open: prices[0], high: prices[1],
        low: prices[2], close: prices[3], volume: Quantity(lots: try Self.units(row[5], 8)))
      let start = Timestamp(nanoseconds: try Self.units(row[0], 6))
      bars += try maker.add(candle, from: start).all
    }
    bars.append(contentsOf: [maker.open].compactMap(\.self))
    let theirs = try SharedData.rows(folder + "XRP_ETH-5m.csv.gz").map { try Self.line($0, 8, 8) }
    #expect(bars.map(Self.line) == theirs)
  }

  @Test("Coinbase's seconds make Coinbase's minutes")
  func coinbase() throws {
    let name = "lean-klines/coinbase_btcusd_"
    let seconds = try SharedData.text(name + "second_20161007_trade.csv.gz")
    let minutes = try SharedData.text(name + "minute_20161007_trade.csv.gz")
    func rows(_ text: String) -> [[String]] {
      text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    }
    var maker = try BarMaker(try BarSpec("1m"), of: Self.instrument(2, 8))
    var bars: [MarketBar] = []
    for row in rows(seconds) {
      let prices = try row[1...4].map { Price(ticks: try Self.units($0, 2)) }
      let candle = Candle(
        instrument: InstrumentID(0), intervalSeconds: 1, open: prices[0], high: prices[1],
        low: prices[2], close: prices[3], volume: Quantity(lots: try Self.units(row[5], 8)))
      let start = Timestamp(nanoseconds: try Self.units(row[0], 6))
      bars += try maker.add(candle, from: start).all
    }
    bars.append(contentsOf: [maker.open].compactMap(\.self))
    #expect(try bars.map(Self.line) == rows(minutes).map { try Self.line($0, 2, 8) })
    #expect(bars.count > 500)
  }
}
