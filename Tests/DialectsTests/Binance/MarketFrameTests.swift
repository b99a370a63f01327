/// The documents' market frames against events worked out by hand, and the frames that are no events.

import Dialects
import Testing
import TradingCore

@Suite("Binance's market frames")
struct MarketFrameTests {
  private func only(_ text: String) throws -> Event {
    var dialect = try fixtureDialect()
    let (meaning, batch) = try dialect.read(text)
    try #require(meaning == .events)
    try #require(batch.events.count == 1)
    return batch.events[0]
  }

  private let btc = InstrumentID(0)

  @Test("a trade, raw and combined, in milliseconds and microseconds")
  func trade() throws {
    let payload = """
      {"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"61837.63000000","q":"0.10000",\
      "T":1672515782136,"m":true,"M":true}
      """
    let expected = Event(
      receiveTime: arrival, venueTime: milliseconds(1_672_515_782_136),
      .trade(
        Trade(
          instrument: btc, price: Price(ticks: 6_183_763), quantity: Quantity(lots: 10_000),
          aggressor: .sell, id: 12_345)))
    #expect(try only(payload) == expected)
    #expect(try only("{\"stream\":\"btcusdt@trade\",\"data\":\(payload)}") == expected)
    let micro = payload.replacing("1672515782136", with: "1672515782136000")
    #expect(try only(micro) == expected)
  }

  @Test("an aggregate trade counts the trades inside")
  func aggregate() throws {
    let event = try only(
      """
      {"e":"aggTrade","E":1672515782136,"s":"BTCUSDT","a":12345,"p":"0.01","q":"100","f":100,"l":105,\
      "T":1672515782130,"m":false,"M":true}
      """)
    let trade = Trade(
      instrument: btc, price: Price(ticks: 1), quantity: Quantity(lots: 10_000_000),
      aggressor: .buy, id: 12_345, firstID: 100, count: 6, isAggregate: true)
    #expect(
      event
        == Event(receiveTime: arrival, venueTime: milliseconds(1_672_515_782_130), .trade(trade)))
  }

  @Test("a quote has no time of the venue's")
  func quote() throws {
    let event = try only(
      #"{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}"#)
    let quote = Quote(
      instrument: btc, bidPrice: Price(ticks: 2_535), bidQuantity: Quantity(lots: 3_121_000),
      askPrice: Price(ticks: 2_536), askQuantity: Quantity(lots: 4_066_000), updateID: 400_900_217)
    #expect(event == Event(receiveTime: arrival, venueTime: .none, .quote(quote)))
  }

  @Test("an update of the book is a run, bids first, and an empty one is one event")
  func depth() throws {
    var dialect = try fixtureDialect()
    let (_, batch) = try dialect.read(
      """
      {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1672515782136,"s":"BTCUSDT",\
      "U":157,"u":160,"b":[["0.24","10.00000000"]],"a":[["0.26","0.00000000"]]}}
      """)
    let levels = batch.events.compactMap { event -> Depth? in
      guard case .depth(let depth) = event.body else { return nil }
      return depth
    }
    #expect(
      levels == [
        Depth(
          instrument: btc, side: .buy, price: Price(ticks: 24),
          quantity: Quantity(lots: 1_000_000), lastUpdateID: 160, updateSpan: 3, flags: .first),
        Depth(
          instrument: btc, side: .sell, price: Price(ticks: 26), quantity: .zero,
          lastUpdateID: 160, updateSpan: 3, flags: .last),
      ])
    let empty = try only(
      #"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":1,"b":[],"a":[]}"#)
    guard case .depth(let depth) = empty.body else {
      Issue.record("\(empty)")
      return
    }
    #expect(depth.flags == [.first, .last, .empty])
  }

  @Test("the best levels take their symbol from the stream")
  func topLevels() throws {
    var dialect = try fixtureDialect()
    let levels = #"{"lastUpdateId":160,"bids":[["0.24","10"]],"asks":[["0.26","100"]]}"#
    let (meaning, batch) = try dialect.read(
      "{\"stream\":\"btcusdt@depth5@100ms\",\"data\":\(levels)}")
    #expect(meaning == .events)
    #expect(batch.events.count == 2)
    #expect(throws: DialectError.self) { try dialect.read(levels) }
  }

  @Test("only a closed kline is a candle")
  func kline() throws {
    let open = """
      {"e":"kline","E":1672515782136,"s":"BTCUSDT","k":{"t":1672515780000,"T":1672515839999,\
      "s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"10","c":"20","h":"25","l":"15","v":"1000",\
      "n":100,"x":false,"q":"1.0","V":"500","Q":"0.5","B":"123456"}}
      """
    var dialect = try fixtureDialect()
    let (meaning, batch) = try dialect.read(open)
    #expect(meaning == .counted)
    #expect(batch.counts["unclosed kline"] == 1)
    let closed = open.replacing("\"x\":false", with: "\"x\":true")
      .replacing("\"l\":\"15\"", with: "\"l\":\"5\"")
    let candle = Candle(
      instrument: btc, intervalSeconds: 60, open: Price(ticks: 1_000), high: Price(ticks: 2_500),
      low: Price(ticks: 500), close: Price(ticks: 2_000), volume: Quantity(lots: 100_000_000))
    #expect(
      try only(closed)
        == Event(receiveTime: arrival, venueTime: milliseconds(1_672_515_780_000), .candle(candle)))
    // The documents' example has its low above its open: no bar.
    let impossible = open.replacing("\"x\":false", with: "\"x\":true")
    #expect(throws: DialectError.self) { try dialect.read(impossible) }
  }

  @Test(
    "frames that are no events say what they are",
    arguments: [
      (#"{"result":null,"id":1}"#, FrameMeaning.subscription(id: 1, isAccepted: true)),
      (#"{"id":7,"result":null}"#, .subscription(id: 7, isAccepted: true)),
      (
        #"{"error":{"code":2,"msg":"Invalid request"},"id":3}"#,
        .subscription(id: 3, isAccepted: false)
      ),
      (#"{"code":3,"msg":"Invalid JSON: x"}"#, .subscription(id: 0, isAccepted: false)),
      (#"{"id":9,"status":200,"result":{}}"#, .reply(id: 9)),
      (#"{"id":9,"status":400,"error":{"code":-1,"msg":"x"}}"#, .reply(id: 9)),
      (#"{"e":"serverShutdown","E":1770123456789}"#, .shutdown),
      (
        #"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#, .shutdown
      ),
      (#"{"event":{"e":"serverShutdown","E":1770123456789}}"#, .shutdown),
      (#"{"e":"24hrTicker","s":"BTCUSDT","p":"1"}"#, .counted),
      (#"{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker","s":"XYZ"}]}"#, .counted),
      (#"[{"e":"24hrMiniTicker","s":"XYZ"}]"#, .counted),
      ("{}", .counted), (#"{"e":"somethingNew","s":"BTCUSDT"}"#, .counted),
    ])
  func meanings(text: String, expected: FrameMeaning) throws {
    var dialect = try fixtureDialect()
    let (meaning, batch) = try dialect.read(text)
    #expect(meaning == expected)
    #expect(batch.events.isEmpty)
    #expect(batch.counts.numbers.reduce(0, +) == (expected == .counted ? 1 : 0))
  }

  @Test("what is not an event is counted under its own name")
  func names() throws {
    var dialect = try fixtureDialect()
    var batch = FrameBatch()
    for text in [
      #"{"e":"24hrTicker","s":"BTCUSDT"}"#, #"{"e":"24hrTicker","s":"ETHUSDT"}"#,
      #"{"stream":"!miniTicker@arr","data":[]}"#, #"{"e":"avgPrice","s":"BTCUSDT"}"#,
    ] {
      let bytes = text.bytes
      _ = try dialect.decode(bytes.span, on: 1, at: arrival, into: &batch)
    }
    #expect(batch.counts["24hrTicker"] == 2)
    #expect(batch.counts["@arr"] == 1)
    #expect(batch.counts["avgPrice"] == 1)
  }

  @Test("more names than there is room for are counted together")
  func manyNames() throws {
    var dialect = try fixtureDialect()
    var batch = FrameBatch()
    for number in 0..<200 {
      let bytes = "{\"e\":\"kind\(number)\",\"s\":\"BTCUSDT\"}".bytes
      _ = try dialect.decode(bytes.span, on: 1, at: arrival, into: &batch)
    }
    #expect(batch.counts.numbers.reduce(0, +) == 200)
    #expect(batch.counts["others"] == UInt64(200 - FrameCounts.capacity))
  }

  @Test(
    "a broken frame is an error that says where, and leaves no event",
    arguments: [
      (#"{"e":"trade","s":"BTCUSDT","t":1,"p":"1.001","q":"1","T":1,"m":true}"#, "the tick 0.01"),
      (#"{"e":"trade","s":"BTCUSDT","t":1,"p":"x","q":"1","T":1,"m":true}"#, "expected a number"),
      (#"{"e":"trade","s":"BTCUSDT","t":1,"q":"1","T":1,"m":true}"#, "\"p\" is missing"),
      (#"{"e":"trade","s":"BTCUSDT","t":1,"p":"-1","q":"1","T":1,"m":true}"#, "negative"),
      (#"{"e":"trade""#, "byte 13"), ("", "byte"), ("nonsense", "byte"),
      (#"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":5,"u":4,"b":[],"a":[]}"#, "no range"),
      (
        #"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":4,"u":4,"b":[["1","1"],["1.001","1"]],"a":[]}"#,
        "the tick 0.01"
      ),
    ])
  func broken(text: String, words: String) throws {
    var dialect = try fixtureDialect()
    var batch = FrameBatch()
    let bytes = text.bytes
    do {
      _ = try dialect.decode(bytes.span, on: 1, at: arrival, into: &batch)
      Issue.record("it was understood")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
    #expect(batch.events.isEmpty)
  }

  @Test("a symbol nobody defined is named, and its frame is understood once it is defined")
  func stranger() throws {
    var dialect = try fixtureDialect()
    let text = #"{"e":"trade","s":"DOGEUSDT","t":1,"p":"0.1","q":"1","T":1,"m":true}"#
    #expect(throws: DialectError.undefined(name: "DOGEUSDT")) { try dialect.read(text) }
    let definition = InstrumentDefinition(
      instrument: InstrumentID(20), base: AssetID(20), quote: try asset("USDT"),
      tick: Decimal64(mantissa: 1, scale: 5), lot: Decimal64(mantissa: 1, scale: 0))
    try dialect.directory.add(definition, symbol: "DOGEUSDT")
    #expect(try dialect.read(text).batch.events.count == 1)
    #expect(throws: DialectError.self) {
      try dialect.directory.add(definition, symbol: "dogeusdt")
    }
  }
}
