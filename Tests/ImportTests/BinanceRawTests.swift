/// `binance-raw`: every message kind and every rule, on inline lines.

import Import
import Testing
import TradingCore

@Suite("binance-raw")
struct BinanceRawTests {
  private let t = "1723161254087891268"
  private let trade =
    #"{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","#
    + #""q":"0.02000000","T":1723161255342,"m":true,"M":true}"#
  private let ticker =
    #"{"u":50093239212,"s":"BTCUSDT","b":"61837.63","B":"3.78826","a":"61837.64","A":"1.54698"}"#
  private let depth =
    #"{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":203,"u":207,"#
    + #""b":[["5.5","0.5"],["5.25","0"]],"a":[["6.00","1.25"]]}"#

  private func read(_ lines: [String], _ change: (inout ImportRequest) -> Void = { _ in }) throws
    -> [Event]
  {
    try events(.binanceRaw, "x.raw", lines.map { "\($0)\n" }.joined(), change)
  }

  @Test("a trade keeps price, quantity, id, side and both clocks")
  func trades() throws {
    let all = try read(["\(t) {\"stream\":\"btcusdt@trade\",\"data\":\(trade)}", "\(t) \(trade)"])
    let expected = Trade(
      instrument: InstrumentID(0), price: Price(ticks: 6_183_763), quantity: Quantity(lots: 2),
      aggressor: .sell, id: 3_735_683_259)
    #expect(all.trades == [expected, expected])
    let event = try #require(all.market.first)
    #expect(event.receiveTime.nanoseconds == 1_723_161_254_087_891_268)
    #expect(event.venueTime.nanoseconds == 1_723_161_255_342_000_000)
    #expect(all.instruments.map(\.tickScale) == [2] && all.instruments.map(\.lotScale) == [2])
  }

  @Test("an aggregate keeps its ids and its count")
  func aggregates() throws {
    let line =
      #"{"e":"aggTrade","E":1,"s":"BTCUSDT","a":26129,"p":"0.01633102","q":"4.70443515","#
      + #""f":27781,"l":27783,"T":1498793709153,"m":false,"M":true}"#
    let trade = try #require(try read(["\(t) \(line)"]).trades.first)
    #expect(trade.isAggregate && trade.id == 26_129 && trade.firstID == 27_781 && trade.count == 3)
    #expect(trade.aggressor == .buy)
    #expect(
      try fault(.binanceRaw, "x", "\(t) \(line.replacing("27783", with: "27780"))\n")?.line == 1)
  }

  @Test("a bookTicker is a quote without a venue time")
  func quotes() throws {
    let all = try read(["\(t) \(ticker)"])
    #expect(all.market.first?.venueTime == Timestamp.none)
    #expect(all.quotes.first?.updateID == 50_093_239_212)
    #expect(all.quotes.first?.askPrice.ticks == 6_183_764)
    #expect(all.quotes.first?.bidQuantity.lots == 378_826)
  }

  @Test("depth is a run: bids in order, then asks, with the message's ids")
  func depthRuns() throws {
    let all = try read(["\(t) \(depth)"]).depths
    #expect(all.map(\.price.ticks) == [550, 525, 600])
    #expect(all.map(\.quantity.lots) == [50, 0, 125])
    #expect(all.map(\.side) == [.buy, .buy, .sell])
    #expect(all.map(\.flags) == [.first, [], .last])
    #expect(all.allSatisfy { $0.firstUpdateID == 203 && $0.lastUpdateID == 207 })
  }

  @Test("the order of a message's keys does not matter")
  func keyOrder() throws {
    let turned =
      #"{"a":[["6.00","1.25"]],"b":[["5.5","0.5"],["5.25","0"]],"u":207,"#
      + #""U":203,"s":"BTCUSDT","E":1723161255308,"e":"depthUpdate"}"#
    #expect(try read(["\(t) \(turned)"]).market == read(["\(t) \(depth)"]).market)
  }

  @Test("a depth message without levels is one event that says so")
  func emptyDepth() throws {
    let line = #"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":1,"b":[],"a":[]}"#
    let all = try read(["\(t) \(line)", "\(t) \(ticker)"]).depths
    #expect(all.map(\.flags) == [[.first, .last, .empty]])
  }

  @Test("the REST answer is a snapshot of the file's one symbol")
  func snapshot() throws {
    let rest = #"{"lastUpdateId":9,"bids":[["2","1",[]],["1","1"]],"asks":[["3","1"]]}"#
    let all = try read(["\(t) \(rest)", "\(t) \(ticker)"])
    let levels = all.compactMap { event -> BookSnapshot? in
      if case .bookSnapshot(let level) = event.body { level } else { nil }
    }
    #expect(
      levels.map(\.side) == [.buy, .buy, .sell] && levels.map(\.flags) == [.first, [], .last])
    #expect(levels.allSatisfy { $0.updateID == 9 && $0.instrument == InstrumentID(0) })
    #expect(all.texts(.instrument) == ["BTCUSDT"])
  }

  @Test("a snapshot of nobody knows whom is refused unless --symbol names it")
  func unnamedSnapshot() throws {
    let rest = #"{"lastUpdateId":9,"bids":[["2","1"]],"asks":[]}"#
    let text = "\(t) \(ticker)\n\(t) \(ticker.replacing("BTC", with: "ETH"))\n\(t) \(rest)\n"
    let refused = try #require(try fault(.binanceRaw, "x", text))
    #expect(refused.line == 3 && refused.rule.contains("--symbol"))
    let named = try events(.binanceRaw, "x", text) { $0.symbol = "ETH/USDT" }
    #expect(named.count(.bookSnapshot) == 1)
  }

  @Test("open candles are counted and closed ones are events")
  func klines() throws {
    func line(_ closed: Bool) -> String {
      #"\#(t) {"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1633998480000,"T":1633998539999,"#
        + #""s":"BTCUSDT","i":"1m","f":1,"L":2,"o":"2.5","c":"2.75","h":"3","l":"2","#
        + #""v":"10.5","n":2,"x":\#(closed),"q":"1","V":"1","Q":"1","B":"0"}}"#
    }
    let all = try read([line(false), line(true), line(false)])
    let candle = try #require(all.candles.first)
    #expect(all.candles.count == 1 && all.notice(.unclosedCandles) == 2)
    #expect(candle.intervalSeconds == 60 && candle.close.ticks == 275 && candle.volume.lots == 105)
    let event = try #require(all.market.first)
    #expect(event.venueTime.nanoseconds == 1_633_998_480_000_000_000)
    #expect(event.receiveTime.nanoseconds == 1_723_161_254_087_891_268)
  }

  @Test("unknown kinds are counted, not errors")
  func unknown() throws {
    let others = [
      #"{"e":"24hrTicker","E":1,"s":"BTCUSDT","p":"1"}"#, #"{"result":null,"id":1}"#,
      #"{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker"}]}"#,
    ]
    let all = try read(others.map { "\(t) \($0)" } + ["\(t) \(ticker)"])
    #expect(all.notice(.ignoredMessages) == 3 && all.market.count == 1)
  }

  @Test("malformed lines name their line and rule")
  func malformed() throws {
    let cases: [(String, String)] = [
      (ticker, "expected a whole number"), ("\(t)\(ticker)", "expected a space"),
      ("1723161254087 \(ticker)", "not in nanoseconds"), ("\(t) {", "JSON"),
      ("\(t) \(ticker) x", "more text"),
      ("\(t) \(trade.replacing("\"61837.63000000\"", with: "\"-1\""))", "negative"),
      ("\(t) \(trade.replacing("\"61837.63000000\"", with: "\"0\""))", "zero"),
      ("\(t) \(trade.replacing("\"61837.63000000\"", with: "\"6x\""))", "something else"),
      ("\(t) \(trade.replacing("\"p\"", with: "\"P\""))", "\"p\" is missing"),
      ("\(t) \(depth.replacing("203", with: "208"))", "no range"),
    ]
    for (line, rule) in cases {
      let found = try fault(.binanceRaw, "x.raw", "\(t) \(ticker)\n\(line)\n")
      #expect(found?.line == 2)
      #expect(found?.rule.contains(rule) == true, "\(found?.rule ?? "no fault"), not \(rule)")
    }
  }
}
