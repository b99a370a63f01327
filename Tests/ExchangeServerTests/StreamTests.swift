/// Market streams: who is sent what, and that books and counts agree.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct StreamTests {
  @Test(
    "A stream is had by its path, combined or by asking",
    arguments: [
      ("/ws/btcusdt@trade", "", ""),
      ("/stream", "streams=btcusdt@trade", ""),
      ("/ws", "", #"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":"a1"}"#),
      ("/ws/", "", #"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":null}"#),
    ])
  func paths(path: String, query: String, request: String) throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect(path, query)
    if !request.isEmpty {
      fixture.send(request, on: connection)
      let id = request.contains("a1") ? #""a1""# : "null"
      #expect(fixture.texts(on: connection) == [#"{"result":null,"id":\#(id)}"#])
    }
    fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_100))
    let data =
      #"{"e":"trade","E":1767225610000,"s":"BTCUSDT","t":501,"p":"60001.00000000","#
      + #""q":"0.01000000","T":1767225610000,"m":false,"M":true}"#
    let expected = path == "/stream" ? #"{"stream":"btcusdt@trade","data":\#(data)}"# : data
    #expect(fixture.texts(on: connection) == [expected])
  }

  @Test func `Subscriptions are listed, dropped, and counted`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/stream")
    fixture.send(
      #"{"method":"SUBSCRIBE","params":["btcusdt@trade","nosuch@trade"],"id":1}"#, on: connection)
    fixture.send(#"{"method":"LIST_SUBSCRIPTIONS","id":2}"#, on: connection)
    fixture.send(#"{"method":"GET_PROPERTY","params":["combined"],"id":3}"#, on: connection)
    fixture.send(#"{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":4}"#, on: connection)
    #expect(
      fixture.texts(on: connection) == [
        #"{"result":null,"id":1}"#, #"{"result":["btcusdt@trade","nosuch@trade"],"id":2}"#,
        #"{"result":true,"id":3}"#, #"{"result":null,"id":4}"#,
      ])
    fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_100))
    #expect(fixture.texts(on: connection) == [])
  }

  @Test func `More than five messages in a second end a connection`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws")
    for _ in 0..<6 { fixture.send(#"{"method":"LIST_SUBSCRIPTIONS","id":2}"#, on: connection) }
    #expect(fixture.desk.takeDeliveries().last?.action == .close(1008))
  }

  @Test("A book kept by the documented rule is the exchange's own", arguments: [0, 1, 2, 3])
  func localBook(seed: UInt64) throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws/btcusdt@depth@100ms")
    var random = RandomSource(seed: seed, label: "local book")
    var book = LocalBook(try fixture.get("depth", "symbol=BTCUSDT&limit=5000").object())
    var updateID: Int64 = 1_000
    var isGone = false
    for step in 0..<200 {
      if step == 120 {
        // A hole in the recording, and what it shows afterwards, under lower ids.
        fixture.feed(
          .gap(Gap(instrument: InstrumentID(0), stream: .depth, count: 0, reason: .disconnected)))
        updateID = 400
        for level in DeskFixture.book(at: updateID) { fixture.feed(level) }
      }
      updateID += 1
      fixture.feed(.depth(Self.level(&random, updateID)))
      fixture.pass(milliseconds: Int64(random.below(80)))
      for message in try fixture.messages(on: connection) {
        isGone = book.apply(message) || isGone
      }
    }
    fixture.pass(milliseconds: 200)
    for message in try fixture.messages(on: connection) { isGone = book.apply(message) || isGone }
    let whole = LocalBook(try fixture.get("depth", "symbol=BTCUSDT&limit=5000").object())
    #expect(book.jumps == 0)
    #expect(book == whole)
    #expect(isGone, "no level was removed")
  }

  private static func level(_ random: inout RandomSource, _ updateID: Int64) -> Depth {
    let isBid = random.chance(0.5)
    let ticks = (isBid ? 5_998_900 : 6_000_100) + 100 * Int64(random.below(11))
    return Depth(
      instrument: InstrumentID(0), side: isBid ? .buy : .sell, price: Price(ticks: ticks),
      quantity: Quantity(lots: Int64(random.below(4)) * 1_000), lastUpdateID: updateID,
      updateSpan: 0, flags: [.first, .last])
  }

  @Test func `Klines are told every second, and once more when they close`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws/btcusdt@kline_1s")
    for second in 0..<3 {
      fixture.feed(DeskFixture.trade(id: 501 + Int64(second), ticks: 6_000_000 + Int64(second)))
      fixture.pass(milliseconds: 1_000)
    }
    let bars = try fixture.messages(on: connection).compactMap { $0["k"] as? [String: Any] }
    let closed = bars.filter { $0["x"] as? Bool == true }
    #expect(closed.compactMap { $0["t"] as? Int64 } == [1_767_225_611_000, 1_767_225_612_000])
    #expect(closed.compactMap { $0["c"] as? String } == ["60000.01000000", "60000.02000000"])
    let open = bars.filter { $0["x"] as? Bool == false }
    #expect(
      open.compactMap { $0["t"] as? Int64 } == [
        1_767_225_611_000, 1_767_225_612_000, 1_767_225_613_000,
      ])
  }

  @Test func `All markets come in one message, and days begin in a zone`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect(
      "/stream", "streams=!miniTicker@arr/!ticker_1h@arr/btcusdt@kline_1d@+08:00")
    fixture.pass(milliseconds: 2_000)
    let messages = try fixture.messages(on: connection)
    let byName = Dictionary(
      messages.map { ($0["stream"] as? String ?? "", $0["data"]) }, uniquingKeysWith: { $1 })
    for (name, event) in [("!miniTicker@arr", "24hrMiniTicker"), ("!ticker_1h@arr", "1hTicker")] {
      let rows = try #require(byName[name] as? [[String: Any]])
      #expect(rows.map { $0["e"] as? String } == [event])
    }
    let day = try #require(byName["btcusdt@kline_1d@+08:00"] as? [String: Any])
    #expect((day["k"] as? [String: Any])?["t"] as? Int == 1_767_196_800_000)
  }

  @Test func `Whoever comes back to klines is not told of the bar it left`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws/btcusdt@kline_1s")
    fixture.pass(milliseconds: 1_000)
    fixture.send(
      #"{"method":"UNSUBSCRIBE","params":["btcusdt@kline_1s"],"id":1}"#, on: connection)
    fixture.pass(milliseconds: 60_000)
    fixture.send(#"{"method":"SUBSCRIBE","params":["btcusdt@kline_1s"],"id":2}"#, on: connection)
    _ = fixture.texts(on: connection)
    fixture.pass(milliseconds: 1_000)
    let bars = try fixture.messages(on: connection).compactMap { $0["k"] as? [String: Any] }
    #expect(bars.compactMap { $0["x"] as? Bool } == [false])
  }
}

/// A client's book by the rule of web-socket-streams.md, "How to manage a local order book correctly".
private struct LocalBook: Equatable {
  private var levels: [String: String] = [:]
  private var updateID: Int64
  var jumps = 0

  init(_ snapshot: [String: Any]) {
    updateID = snapshot["lastUpdateId"] as? Int64 ?? 0
    for side in ["bids", "asks"] {
      for level in snapshot[side] as? [[String]] ?? [] { levels[side + level[0]] = level[1] }
    }
  }

  /// - Returns: whether a level was removed.
  mutating func apply(_ message: [String: Any]) -> Bool {
    guard let first = message["U"] as? Int64, let last = message["u"] as? Int64 else {
      return false
    }
    if last <= updateID { return false }
    if first > updateID + 1 { jumps += 1 }
    updateID = last
    var isRemoval = false
    for (key, side) in [("b", "bids"), ("a", "asks")] {
      for level in message[key] as? [[String]] ?? [] {
        isRemoval = isRemoval || level[1] == "0.00000000"
        levels[side + level[0]] = level[1] == "0.00000000" ? nil : level[1]
      }
    }
    return isRemoval
  }
}
