/// What is asked of Coinbase's WebSocket, and what answers it.

import Dialects
import Testing
import TradingCore

@Suite("Subscriptions at Coinbase")
struct CoinbaseSubscriptionTests {
  @Test("one frame for each channel, and always one for heartbeats")
  func frames() throws {
    var dialect = try coinbaseDialect()
    let frames = try dialect.subscriptions(to: allStreams, firstID: 1)
    let names = ["market_trades", "ticker", "level2", "candles"]
    #expect(
      frames.map(\.text)
        == names.map { name in
          #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"\#(name)"}"#
        } + [#"{"type":"subscribe","channel":"heartbeats"}"#])
    #expect(frames.map(\.id) == [1, 2, 3, 4, 5])
  }

  @Test(
    "a stream that Coinbase has not is refused in words",
    arguments: [
      (MarketStream.Kind.aggregateTrades, "every trade"), (.depth(isFast: false), "whole book"),
      (.topLevels(10), "whole book"), (.candles(seconds: 60), "300 seconds"),
    ])
  func strangers(kind: MarketStream.Kind, words: String) throws {
    var dialect = try coinbaseDialect()
    do throws(DialectError) {
      _ = try dialect.subscriptions(to: [MarketStream(kind, of: bitcoin)], firstID: 1)
      Issue.record("\(kind) was taken")
    } catch {
      #expect("\(error)".contains(words))
    }
  }

  @Test("a request is answered when all it asked for is carried, one a frame")
  func answers() throws {
    var dialect = try subscribedDialect()
    func meaning(_ number: Int, _ channels: String) throws -> FrameMeaning {
      try dialect.read(coinbaseCarried(number, channels)).meaning
    }
    let both = #"["BTC-USD","ETH-USD"]"#
    #expect(try meaning(0, #""market_trades":["BTC-USD"]"#) == .counted)
    let trades = #""market_trades":\#(both)"#
    #expect(try meaning(1, trades) == .subscription(id: 1, isAccepted: true))
    #expect(try meaning(2, trades) == .counted)
    // Two answers in one frame: the second is told with the next frame that is no event.
    let rest = #"\#(trades),"ticker":["ETH-USD","BTC-USD"],"level2":\#(both)"#
    #expect(try meaning(3, rest) == .subscription(id: 2, isAccepted: true))
    let beat = coinbaseFrame("heartbeats", 4, #"{"heartbeat_counter":1}"#)
    #expect(try dialect.read(beat).meaning == .subscription(id: 3, isAccepted: true))
    // A refusal is about the oldest that waits.
    let error = #"{"type":"error","message":"channel candles is not available"}"#
    #expect(try dialect.read(error).meaning == .subscription(id: 4, isAccepted: false))
    #expect(
      try meaning(5, #"\#(rest),"heartbeats":["heartbeats"]"#)
        == .subscription(id: 5, isAccepted: true))
    #expect(try dialect.read(error).meaning == .counted)
    // Another link is asked for everything anew.
    let again = try dialect.read(coinbaseCarried(0, trades), on: 2).meaning
    #expect(again == .subscription(id: 1, isAccepted: true))
  }

  @Test("a book asked for anew is carried once it was left, or refused")
  func renewals() throws {
    var dialect = try coinbaseDialect()
    let stream = MarketStream(.depth(isFast: true), of: bitcoin)
    _ = try dialect.subscriptions(to: [stream], firstID: 1)
    let both = #""level2":["BTC-USD"],"heartbeats":["heartbeats"]"#
    func meaning(_ number: Int, _ channels: String) throws -> FrameMeaning {
      try dialect.read(coinbaseCarried(number, channels)).meaning
    }
    #expect(try meaning(0, both) == .subscription(id: 1, isAccepted: true))
    #expect(try meaning(1, both) == .subscription(id: 2, isAccepted: true))
    #expect(try dialect.resubscription(to: stream, firstID: 7).map(\.id) == [7, 8])
    #expect(try meaning(2, both) == .counted)
    #expect(try meaning(3, #""heartbeats":["heartbeats"]"#) == .counted)
    #expect(try meaning(4, both) == .subscription(id: 8, isAccepted: true))
    _ = try dialect.resubscription(to: stream, firstID: 9)
    let error = #"{"type":"error","message":"rate limit exceeded"}"#
    #expect(try dialect.read(error).meaning == .subscription(id: 10, isAccepted: false))
    #expect(try dialect.read(error).meaning == .counted)
  }

  @Test("what trades against USDC is followed in the book against USD, under its own instrument")
  func aliases() throws {
    var dialect = try coinbaseDialect()
    var definition = coinbaseDefinition(0)
    definition.instrument = InstrumentID(2)
    try dialect.directory.add(definition, symbol: "LTC-USDC")
    let product = CoinbaseProductText(id: "LTC-USDC", alias: "LTC-USD").text
    _ = try dialect.hear(product, to: .exchangeInformation(symbols: ["LTC-USDC"]))
    let stream = MarketStream(.depth(isFast: true), of: InstrumentID(2))
    let frame = try #require(try dialect.subscriptions(to: [stream], firstID: 1).first)
    #expect(frame.text.contains(#"["LTC-USD"]"#))
    let (_, batch) = try dialect.read(
      coinbaseFrame("l2_data", 0, coinbaseBook("snapshot", of: "LTC-USD", ["bid 100.00 1"])))
    guard case .bookSnapshot(let level)? = batch.bodies.first else {
      Issue.record("no book")
      return
    }
    #expect(level.instrument == InstrumentID(2))
  }

  @Test("two products of one book are not followed together")
  func sameBook() throws {
    var dialect = try coinbaseDialect()
    var definition = coinbaseDefinition(0)
    definition.instrument = InstrumentID(2)
    try dialect.directory.add(definition, symbol: "BTC-USDC")
    let product = CoinbaseProductText(id: "BTC-USDC", alias: "BTC-USD").text
    _ = try dialect.hear(#"{"products":[\#(product)]}"#, to: .exchangeInformation(symbols: []))
    let streams = [bitcoin, InstrumentID(2)].map { MarketStream(.trades, of: $0) }
    #expect(throws: DialectError.self) { _ = try dialect.subscriptions(to: streams, firstID: 1) }
  }
}

extension VenueRequest {
  /// The text of a frame.
  var text: String {
    if case .frame(let bytes) = payload { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
}
