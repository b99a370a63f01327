/// Bars of every kind against bars made by looking at whole arrays, and the text they are asked for by.
import Testing

@testable import TradingCore

@Suite("Bars of every kind")
struct BarMakerTests {
  /// Trades of a wandering price whose sides come in streaks.
  static func trades(_ count: Int, seed: UInt64) -> [NaiveTrade] {
    var random = RandomSource(seed: seed, label: "trades")
    var (time, price, lean) = (Int64(-3_000), Int64(10_000), 0.5)
    return (0..<count).map { _ in
      time += random.integer(in: 0...30)
      if random.uniform() < 0.02 { lean = random.uniform() }
      let isBuy = random.uniform() < lean
      price += random.integer(in: 0...2) * (isBuy ? 1 : -1)
      return NaiveTrade(
        time: time, price: price, lots: random.integer(in: 1...2_000), isBuy: isBuy,
        count: UInt32(random.integer(in: 1...3)))
    }
  }

  static func bars(_ maker: inout BarMaker, _ trades: some Sequence<NaiveTrade>) -> [MarketBar] {
    trades.compactMap { maker.add($0.trade, at: Timestamp(nanoseconds: $0.time)) }
  }

  static func maker(_ spec: String) throws -> BarMaker {
    try BarMaker(try BarSpec(spec), of: NaiveBars.instrument)
  }

  /// What each bars' text means, by whole arrays. A lot is 0.001, a tick 0.01.
  static let kinds: [(String, @Sendable ([NaiveTrade]) -> [MarketBar])] = [
    ("250ns", { NaiveBars.time($0, width: 250) }),
    ("1us", { NaiveBars.time($0, width: 1_000) }),
    ("ticks:1", { NaiveBars.amount($0, most: 1) { _ in 1 } }),
    ("ticks:37", { NaiveBars.amount($0, most: 37) { _ in 1 } }),
    ("volume:12.5", { NaiveBars.amount($0, most: 12_500, \.lots) }),
    ("volume:0.0005", { NaiveBars.amount($0, most: 1, \.lots) }),
    ("dollar:900", { NaiveBars.amount($0, most: 90_000_000) { $0.price * $0.lots } }),
    (
      "tick-imbalance:30",
      { trades in
        NaiveBars.imbalance(trades, length: 30, span: 20, signs: sides(trades)) { _ in 1 }
      }
    ),
    (
      "volume-imbalance:25,span=7",
      { trades in
        NaiveBars.imbalance(trades, length: 25, span: 7, signs: sides(trades), \.lots)
      }
    ),
    (
      "dollar-imbalance:40,span=3,signs=tick-rule",
      { trades in
        let signs = NaiveBars.tickRule(trades)
        return NaiveBars.imbalance(trades, length: 40, span: 3, signs: signs) { $0.price * $0.lots }
      }
    ),
  ]

  static func sides(_ trades: [NaiveTrade]) -> [Int64] { trades.map { $0.isBuy ? 1 : -1 } }

  @Test("equal bars made by looking at whole arrays", arguments: 1...4)
  func definition(seed: UInt64) throws {
    let trades = Self.trades(1_500, seed: seed)
    for (spec, definition) in Self.kinds {
      var maker = try Self.maker(spec)
      let bars = Self.bars(&maker, trades)
      #expect(bars == definition(trades), "\(spec), seed \(seed)")
      #expect(bars.count > 3, "\(spec), seed \(seed)")
      #expect(maker.lateCount == 0)
    }
  }

  @Test("lose nothing: bars and the open one hold every trade once", arguments: 1...4)
  func conservation(seed: UInt64) throws {
    let trades = Self.trades(2_000, seed: seed)
    for (spec, _) in Self.kinds {
      var maker = try Self.maker(spec)
      let bars = Self.bars(&maker, trades) + [maker.open].compactMap(\.self)
      let all = NaiveBars.bar(trades[...])
      #expect(bars.map(\.volume).reduce(0, +) == all.volume, "\(spec), seed \(seed)")
      #expect(bars.compactMap(\.flow?.turnover).reduce(0, +) == all.flow?.turnover)
      #expect(bars.compactMap(\.flow?.buyVolume).reduce(0, +) == all.flow?.buyVolume)
      #expect(bars.compactMap(\.flow?.tradeCount).reduce(0, +) == all.flow?.tradeCount)
      #expect(bars.map(\.high).max() == all.high)
      #expect(bars.map(\.low).min() == all.low)
    }
  }

  @Test("a copy made anywhere goes on alike, and every trade shows in the bytes", arguments: 1...2)
  func copies(seed: UInt64) throws {
    let trades = Self.trades(400, seed: seed)
    for (spec, _) in Self.kinds {
      var whole = try Self.maker(spec)
      var copy = whole
      for (place, trade) in trades.enumerated() {
        let before = whole.fingerprint
        if place % 41 == 0 { copy = whole }
        let bars = (Self.bars(&whole, [trade]), Self.bars(&copy, [trade]))
        #expect(bars.0 == bars.1, "\(spec), seed \(seed), trade \(place)")
        #expect(whole == copy)
        #expect(whole.fingerprint == copy.fingerprint)
        #expect(whole.fingerprint != before || spec == "ticks:1" || spec == "volume:0.0005")
      }
    }
  }

  @Test("of time equal the state's own", arguments: 1...3)
  func state(seed: UInt64) throws {
    let width: Int64 = 700
    var maker = try Self.maker("\(width)ns")
    var builder = BarBuilder(interval: Interval(nanoseconds: width))
    for trade in Self.trades(1_500, seed: seed) {
      let time = Timestamp(nanoseconds: trade.time)
      let ours = maker.add(trade.trade, at: time)
      let states = builder.close(at: time)
      builder.add(Bar(single: trade.trade.price, trade.trade.quantity, at: time))
      #expect(ours?.openTime == states?.start, "seed \(seed)")
      #expect(ours?.close == states?.close)
      #expect(ours.map { Int64($0.volume) } == states?.volume.lots)
    }
  }

  @Test("of minutes make those of hours, by any way there", arguments: 1...3)
  func regrouped(seed: UInt64) throws {
    let minute = Interval.minute.nanoseconds
    let trades = Self.trades(3_000, seed: seed).map { trade in
      var later = trade
      later.time = trade.time * 500_000_000 + 3_000 * minute
      return later
    }
    var direct = try Self.maker("1h")
    let expected = Self.bars(&direct, trades).map(withoutFlow)
    #expect(expected.count > 5)
    for path in [["1m", "1h"], ["1m", "5m", "15m", "1h"], ["1m", "30m", "1h"]] {
      var first = try Self.maker(path[0])
      var bars = Self.bars(&first, trades)
      for spec in path.dropFirst() {
        var maker = try Self.maker(spec)
        bars = try bars.flatMap { bar in try maker.add(candle(bar), from: bar.openTime).all }
      }
      // The last hour is open by candles until its last minute has come.
      #expect(
        bars.map(withoutFlow).prefix(expected.count) == expected[...], "\(path), seed \(seed)")
      #expect(bars.allSatisfy { $0.flow == nil })
    }
  }

  private func withoutFlow(_ bar: MarketBar) -> MarketBar {
    var plain = bar
    plain.flow = nil
    return plain
  }

  private func candle(_ bar: MarketBar) -> Candle {
    Candle(
      instrument: InstrumentID(0),
      intervalSeconds: UInt32((bar.closeTime - bar.openTime).nanoseconds / 1_000_000_000),
      open: bar.open, high: bar.high, low: bar.low, close: bar.close,
      volume: Quantity(lots: Int64(bar.volume)))
  }

  @Test("end at their end, are not invented where nothing traded, and count what comes late")
  func edges() throws {
    var maker = try Self.maker("10ns")
    func add(_ time: Int64, _ price: Int64) -> MarketBar? {
      Self.bars(&maker, [NaiveTrade(time: time, price: price, lots: 1, isBuy: true)]).first
    }
    #expect(add(1, 5) == nil)
    #expect(add(9, 7) == nil)
    #expect(add(95, 9)?.close == Price(ticks: 7), "nothing between 10 and 90")
    #expect(add(89, 2) == nil)
    #expect(maker.lateCount == 1)
    #expect(maker.close(at: Timestamp(nanoseconds: 99)) == nil)
    let bar = maker.close(at: Timestamp(nanoseconds: 100))
    #expect(bar?.openTime == Timestamp(nanoseconds: 90) && bar?.low == Price(ticks: 2))
    #expect(maker.open == nil)
    #expect(maker.close(at: Timestamp(nanoseconds: 200)) == nil)
  }

  @Test("of weeks begin on Mondays")
  func weeks() throws {
    let time = try #require(Timestamp(utc: "2024-08-08T12:00"))
    var maker = try Self.maker("1w")
    _ = maker.add(
      NaiveTrade(time: 0, price: 1, lots: 1, isBuy: true).trade, at: time)
    #expect(maker.open?.openTime == Timestamp(utc: "2024-08-05"))
    #expect(maker.open?.closeTime == Timestamp(utc: "2024-08-12"))
  }

  @Test("a candle may end the bar before it and fill its own")
  func twoAtOnce() throws {
    var maker = try Self.maker("2m")
    let piece = Candle(
      instrument: InstrumentID(0), intervalSeconds: 60, open: Price(ticks: 1),
      high: Price(ticks: 3), low: Price(ticks: 1), close: Price(ticks: 2),
      volume: Quantity(lots: 5))
    #expect(try maker.add(piece, from: Timestamp(nanoseconds: 0)).all.isEmpty)
    let minute = Interval.minute.nanoseconds
    let bars = try maker.add(piece, from: Timestamp(nanoseconds: 3 * minute)).all
    #expect(bars.map(\.openTime.nanoseconds) == [0, 2 * minute])
    #expect(bars.map(\.volume) == [5, 5])
  }

  @Test(
    "say what is wrong with candles that cannot make them",
    arguments: [
      ("ticks:5", "ticks:5 bars are made of trades, and these are candles"),
      ("dollar-imbalance:5", "dollar-imbalance:5 bars are made of trades, and these are candles"),
      ("90s", "candles of 1m do not fill bars of 90s; choose a multiple of 1m"),
      ("30s", "candles of 1m do not fill bars of 30s; choose a multiple of 1m"),
    ])
  func candlesRefused(spec: String, sentence: String) throws {
    var maker = try Self.maker(spec)
    let candle = Candle(
      instrument: InstrumentID(0), intervalSeconds: 60, open: .zero, high: .zero, low: .zero,
      close: .zero, volume: .zero)
    #expect {
      try maker.add(candle, from: Timestamp(nanoseconds: 0))
    } throws: {
      "\($0)" == sentence
    }
  }

  @Test(
    "read back the text they write",
    arguments: [
      "1m", "15m", "4h", "1d", "90s", "250ms", "10us", "7ns", "ticks:500", "volume:10",
      "volume:0.25", "dollar:1000000", "tick-imbalance:500", "volume-imbalance:2",
      "dollar-imbalance:9,span=50", "tick-imbalance:9,span=5,signs=tick-rule",
    ])
  func text(text: String) throws {
    #expect(try BarSpec(text).description == text)
  }

  @Test("take other ways to write the same")
  func otherWays() throws {
    #expect(try BarSpec("60s") == BarSpec("1m"))
    #expect(try BarSpec("1.5h") == BarSpec("90m"))
    #expect(try BarSpec("1w") == BarSpec("7d"))
    #expect(try BarSpec("dollar:1_000_000.0") == BarSpec("dollar:1000000"))
    #expect(try BarSpec("tick-imbalance:5,signs=aggressor,span=20") == BarSpec("tick-imbalance:5"))
  }

  @Test(
    "name what is wrong with a text",
    arguments: [
      ("tick:500", "did you mean `ticks`?"), ("dolar:1", "did you mean `dollar`?"),
      ("tick-inbalance:5", "did you mean `tick-imbalance`?"), ("15 minutes", "names no bars"),
      ("", "a span such as 15m"), ("0", "a span above 0"), ("0m", "a span above 0"),
      ("-1m", "names no bars"), ("ticks:", "an amount above 0"), ("ticks:0", "above 0"),
      ("ticks:0.5", "whole numbers"), ("volume:-3", "above 0"), ("dollar:many", "above 0"),
      ("ticks", "did you mean `ticks:…`?"), ("tick-imbalance:1", "2…1000000"),
      ("tick-imbalance:1000001", "2…1000000"), ("tick-imbalance:50,span=0", "1…10000 bars"),
      ("tick-imbalance:50,signs=rule", "aggressor or tick-rule"),
      ("tick-imbalance:50,spam=3", "`spam=3` is neither"), ("tick-imbalance:", "2…1000000"),
      ("tick-imbalance:50,", "`` is neither"), ("tick-imbalance:50,span", "1…10000 bars"),
    ])
  func refusals(text: String, part: String) {
    #expect {
      try BarSpec(text)
    } throws: {
      "\($0)".contains(part)
    }
  }
}
