/// Kraken's market frames: what each channel says, what is left out, what a new link remembers.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Kraken's market frames")
struct KrakenMarketTests {
  private static let bitcoin = InstrumentID(0)

  @Test("a trade's side is the taker's, and its time the venue's")
  func trades() throws {
    var dialect = try krakenDialect()
    let (meaning, batch) = try dialect.read(
      #"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","#
        + #""price":105910.50,"qty":0.00012460,"ord_type":"market","trade_id":10218209,"#
        + #""timestamp":"2023-10-06T17:35:56.123456Z"},{"symbol":"ETH/USD","side":"buy","#
        + #""price":1630.01,"qty":2,"ord_type":"limit","trade_id":7,"#
        + #""timestamp":"2023-10-06T17:35:57Z"}]}"#)
    #expect(meaning == .events)
    let first = Trade(
      instrument: Self.bitcoin, price: Price(ticks: 10_591_050), quantity: Quantity(lots: 12_460),
      aggressor: .sell, id: 10_218_209, firstID: 10_218_209, count: 1, isAggregate: false)
    let time = Timestamp(nanoseconds: 1_696_613_756_123_456_000)
    #expect(batch.events.first == Event(receiveTime: arrival, venueTime: time, .trade(first)))
    guard case .trade(let second)? = batch.events.last?.body else {
      Issue.record("no second trade")
      return
    }
    #expect(second.instrument == InstrumentID(1))
    #expect(second.aggressor == .buy)
    #expect(second.quantity == Quantity(lots: 200_000_000))
  }

  @Test("a ticker is a quote, whose id is its time")
  func quotes() throws {
    var dialect = try krakenDialect()
    let ticker =
      #"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.20,"#
      + #""bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":1,"volume":1,"vwap":1,"low":1,"#
      + #""high":1,"change":-3,"change_pct":0,"timestamp":"2022-12-25T09:30:59.123456Z"}]}"#
    var ids: [Int64] = []
    for _ in 1...2 {
      let batch = try dialect.read(ticker).batch
      guard case .quote(let quote)? = batch.events.first?.body else { continue }
      #expect(quote.bidPrice == Price(ticks: 10_594_420))
      #expect(quote.askQuantity == Quantity(lots: 320_000_000))
      ids.append(quote.updateID)
    }
    #expect(ids == [1_671_960_659_123_456, 1_671_960_659_123_457])
    let old = ticker.replacing(#","timestamp":"2022-12-25T09:30:59.123456Z""#, with: "")
    guard case .quote(let timeless)? = try dialect.read(old).batch.events.first?.body else {
      Issue.record("no quote without a time")
      return
    }
    #expect(timeless.updateID == 0)
  }

  /// A candle's frame; `minute` is when it begins.
  private func candle(_ minutes: [Int], _ close: Int, isSnapshot: Bool = false) -> String {
    let data = minutes.map { minute in
      let begin = "2023-10-04T16:\(minute < 10 ? "0" : "")\(minute):00.000000000Z"
      return #"{"symbol":"BTC/USD","interval":1,"interval_begin":"\#(begin)","open":100.0,"#
        + #""high":200.0,"low":50.0,"close":\#(close).5,"volume":1.25,"vwap":1,"trades":2}"#
    }
    return #"{"channel":"ohlc","type":"\#(isSnapshot ? "snapshot" : "update")","data":["#
      + data.joined(separator: ",") + "]}"
  }

  private func closed(_ batch: FrameBatch) -> [(minute: Int64, close: Int64)] {
    batch.events.compactMap { event in
      guard case .candle(let candle) = event.body else { return nil }
      return (event.venueTime.nanoseconds / 60_000_000_000 % 60, candle.close.ticks / 100)
    }
  }

  @Test("a candle is told when the next one begins, as it last stood")
  func candles() throws {
    var dialect = try krakenDialect()
    #expect(try dialect.read(candle([1, 2, 3], 90, isSnapshot: true)).meaning == .counted)
    #expect(try dialect.read(candle([3], 91)).meaning == .counted)
    #expect(try dialect.read(candle([2], 70)).meaning == .counted)
    let (meaning, batch) = try dialect.read(candle([4], 92))
    #expect(meaning == .events)
    #expect(closed(batch).map(\.minute) == [3])
    #expect(closed(batch).map(\.close) == [91])
    #expect(try dialect.read(candle([4], 93)).batch.counts["unclosed candle"] == 1)
  }

  @Test("candles that closed between two links are told by the second, older ones are history")
  func candlesBetweenLinks() throws {
    var dialect = try krakenDialect()
    _ = try dialect.read(candle([3], 91))
    let batch = try dialect.read(candle([1, 2, 3, 4, 5, 6], 95, isSnapshot: true), on: 2).batch
    #expect(closed(batch).map(\.minute) == [3, 4, 5])
    #expect(closed(batch).map(\.close) == [95, 95, 95])
  }

  @Test("a book of the fixtures' shape: a snapshot waits for nobody, its checksum does")
  func wrongChecksum() throws {
    var dialect = try krakenDialect([MarketStream(.topLevels(10), of: Self.bitcoin)])
    let text =
      #"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":1.00,"#
      + #""qty":2.0}],"asks":[],"checksum":7,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#
    let batch = try dialect.read(text).batch
    let gap = Gap(instrument: Self.bitcoin, stream: .depth, count: 0, reason: .checksum)
    #expect(batch.events.map(\.body) == [.gap(gap)])
    let update = text.replacing("snapshot", with: "update")
    #expect(try dialect.read(update).meaning == .counted)
    #expect(try dialect.read(update).batch.counts["book out of step"] == 1)
  }

  @Test("books are kept by link, and a book's ids rise from link to link")
  func links() throws {
    var dialect = try krakenDialect([MarketStream(.topLevels(10), of: Self.bitcoin)])
    func book(_ type: String, second: Int, checksum: UInt32) -> String {
      #"{"channel":"book","type":"\#(type)","data":[{"symbol":"BTC/USD","bids":[{"price":1.00,"#
        + #""qty":2.0}],"asks":[],"checksum":\#(checksum),"#
        + #""timestamp":"2023-10-06T17:35:0\#(second).000001Z"}]}"#
    }
    // CRC-32 of "10020", the digits of the only level.
    let sum: UInt32 = 0x458a_1fc7
    var ids: [Int64] = []
    func note(_ batch: FrameBatch) {
      switch batch.events.first?.body {
      case .bookSnapshot(let level): ids.append(level.updateID)
      case .depth(let level): ids += [level.firstUpdateID, level.lastUpdateID]
      default: ids.append(0)
      }
    }
    note(try dialect.read(book("snapshot", second: 1, checksum: sum)).batch)
    #expect(try dialect.read(book("update", second: 2, checksum: sum), on: 2).meaning == .counted)
    note(try dialect.read(book("snapshot", second: 3, checksum: sum), on: 2).batch)
    note(try dialect.read(book("update", second: 4, checksum: sum), on: 1).batch)
    note(try dialect.read(book("update", second: 4, checksum: sum), on: 2).batch)
    let second: Int64 = 1_000_000
    let first: Int64 = 1_696_613_701_000_001
    #expect(
      ids == [
        first, first + 2 * second, first + 1, first + 3 * second, first + 1, first + 3 * second,
      ])
  }
}

@Suite("Kraken's other frames")
struct KrakenControlTests {
  @Test(
    "answers are known by their method and our number",
    arguments: [
      (
        #"{"method":"subscribe","success":true,"req_id":7}"#,
        FrameMeaning.subscription(id: 7, isAccepted: true)
      ),
      (
        #"{"method":"subscribe","success":false,"error":"x","req_id":7}"#,
        .subscription(id: 7, isAccepted: false)
      ),
      (#"{"error":"Malformed request","success":false}"#, .subscription(id: 0, isAccepted: false)),
      (#"{"method":"unsubscribe","success":true,"req_id":8}"#, .counted),
      (#"{"method":"pong","req_id":42}"#, .counted),
      (#"{"method":"add_order","success":true,"req_id":9}"#, .reply(id: 9)),
      (#"{"channel":"heartbeat"}"#, .counted),
      (#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#, .counted),
    ])
  func control(text: String, meaning: FrameMeaning) throws {
    var dialect = try krakenDialect()
    #expect(try dialect.read(text).meaning == meaning)
  }

  @Test("a frame that breaks the rules leaves nothing behind and costs its link the books")
  func malformed() throws {
    var dialect = try krakenDialect()
    var batch = FrameBatch()
    let good =
      #"{"symbol":"BTC/USD","side":"sell","price":1.50,"qty":1,"trade_id":1,"timestamp":"2023-10-06T17:35:56Z"}"#
    for bad in [
      good.replacing("sell", with: "hold"), good.replacing("1.50", with: "1.505"),
      good.replacing("1.50", with: "-1"), good.replacing(#""qty":1,"#, with: ""),
      good.replacing("17:35", with: "17;35"),
    ] {
      let text = #"{"channel":"trade","type":"update","data":[\#(good),\#(bad)]}"#
      let bytes = Array(text.utf8)
      #expect(throws: DialectError.self, "\(bad)") {
        try dialect.decode(bytes.span, on: 1, at: arrival, into: &batch)
      }
      #expect(batch.events.isEmpty)
    }
    let stranger = Array(
      #"{"channel":"trade","type":"update","data":[\#(good.replacing("BTC", with: "XYZ"))]}"#.utf8)
    #expect(throws: DialectError.undefined(name: "XYZ/USD")) {
      try dialect.decode(stranger.span, on: 1, at: arrival, into: &batch)
    }
  }

  @Test("each stream is asked for by itself, in Kraken's words")
  func subscriptions() throws {
    var dialect = try krakenDialect()
    let bitcoin = InstrumentID(0)
    let kinds: [MarketStream.Kind] = [
      .trades, .quotes, .depth(isFast: true), .candles(seconds: 300),
    ]
    let requests = try dialect.subscriptions(
      to: kinds.map { MarketStream($0, of: bitcoin) }, firstID: 5)
    #expect(requests.map(\.id) == [5, 6, 7, 8])
    let texts = requests.map { request in
      guard case .frame(let bytes) = request.payload else { return "" }
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(
      texts[2]
        == #"{"method":"subscribe","params":{"depth":1000,"channel":"book","symbol":["BTC/USD"]},"req_id":7}"#
    )
    #expect(texts[1].contains(#""event_trigger":"bbo","channel":"ticker""#))
    #expect(texts[3].contains(#""interval":5,"channel":"ohlc""#))
    let again = try dialect.resubscription(
      to: MarketStream(.depth(isFast: true), of: bitcoin), firstID: 20)
    #expect(again.map(\.name) == ["unsubscribe", "subscribe"])
    #expect(again.map(\.id) == [20, 21])
    let refused: [[MarketStream.Kind]] = [
      [.aggregateTrades], [.depth(isFast: false)], [.topLevels(20)], [.candles(seconds: 1)],
      [.topLevels(10), .topLevels(25)],
    ]
    for kinds in refused {
      #expect(throws: DialectError.self, "\(kinds)") {
        try dialect.subscriptions(to: kinds.map { MarketStream($0, of: bitcoin) }, firstID: 1)
      }
    }
  }
}
