/// Faults strike when they should, and what is said of them and of what was sent is true.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct FaultTests {
  /// The rows of `GET /control/sent`.
  private func sent(_ fixture: inout DeskFixture) throws -> [[String: Any]] {
    try #require(fixture.control("GET", "sent").object()["streams"] as? [[String: Any]])
  }

  @Test func `What was left out on purpose is counted, and nothing else`() throws {
    var fixture = try DeskFixture()
    fixture.control(
      "POST", "faults", #"{"fault":"gap","every":3,"times":2,"stream":"btcusdt@trade"}"#)
    let connection = try fixture.connect("/ws/btcusdt@trade")
    for id in 501...510 { fixture.feed(DeskFixture.trade(id: Int64(id), ticks: 6_000_000)) }
    let ids = try fixture.messages(on: connection).compactMap { $0["t"] as? Int }
    #expect(ids == [501, 502, 504, 505, 507, 508, 509, 510])
    let row = try sent(&fixture)[0]
    #expect(row["stream"] as? String == "btcusdt@trade")
    #expect(row["count"] as? Int == 8)
    #expect(row["omitted"] as? Int == 2)
  }

  @Test(
    "A connection ends instead of a message, and is sent nothing more",
    arguments: [("disconnect", UInt16(1001)), ("slow", 1008)])
  func endings(fault: String, code: UInt16) throws {
    var fixture = try DeskFixture()
    fixture.control("POST", "faults", #"{"fault":"\#(fault)","every":3}"#)
    let connection = try fixture.connect("/stream", "streams=btcusdt@trade/btcusdt@aggTrade")
    for id in 501...505 { fixture.feed(DeskFixture.trade(id: Int64(id), ticks: 6_000_000)) }
    let deliveries = fixture.desk.takeDeliveries()
    #expect(deliveries.count == 3)
    #expect(deliveries.last?.action == .close(code))
    // Of the two that were made only the first has left.
    fixture.desk.left(try #require(deliveries[0].mark))
    let rows = try sent(&fixture)
    #expect(rows.map { $0["count"] as? Int } == [1, 0])
    #expect(rows.map { $0["waiting"] as? Int } == [0, 1])
    #expect(rows.map { $0["open"] as? Bool } == [false, false])
    let text = try #require(deliveries[0].payload)
    let wrapper = #"{"stream":"btcusdt@trade","data":"#.utf8.count
    let digest = XXH64.hash(Array(text.dropFirst(wrapper).dropLast()), seed: 0)
    #expect(rows[0]["digest"] as? String == hexadecimal(digest))
    fixture.send(#"{"method":"LIST_SUBSCRIPTIONS","id":2}"#, on: connection)
    #expect(fixture.texts(on: connection) == [])
  }

  @Test func `Who asks next is banned, on either road`() throws {
    var fixture = try DeskFixture()
    fixture.control("POST", "faults", #"{"fault":"ban","times":1}"#)
    let answer = fixture.get("time")
    #expect(answer.status == 418)
    #expect(answer.headers.contains { $0.name == "Retry-After" && $0.value == "120" })
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(#"{"id":1,"method":"time"}"#, on: connection)
    #expect(fixture.texts(on: connection)[0].contains(#""status":418"#))
    fixture.pass(milliseconds: 120_000)
    #expect(fixture.get("time").status == 200)
  }

  @Test func `Several faults begin at once, or none`() throws {
    var fixture = try DeskFixture()
    let bad = fixture.control("POST", "faults", #"{"faults":[{"fault":"gap"},{"fault":"gasp"}]}"#)
    #expect(bad.status == 400)
    #expect(fixture.control("GET", "faults").text == "[]")
    let both = fixture.control(
      "POST", "faults",
      #"{"seed":7,"faults":[{"fault":"late_ack","probability":0.25,"milliseconds":70},"#
        + #"{"fault":"gap","every":2,"stream":"btcusdt@trade"}]}"#)
    #expect(
      both.text == #"[{"fault":"late-ack","probability":0.250000,"seed":7,"milliseconds":70,"#
        + #""occasions":0,"strikes":0},{"fault":"gap","every":2,"milliseconds":1000,"#
        + #""stream":"btcusdt@trade","occasions":0,"strikes":0}]"#)
  }

  @Test(
    "A fault that is none is refused",
    arguments: [
      #"{"fault":"late-ack","milliseconds":-9223372036854775808}"#,
      #"{"fault":"late-ack","probability":1.5}"#, #"{"fault":"gap","often":1}"#, #"{"every":1}"#,
      #"{"faults":{}}"#, #"{"fault":"gap""#,
    ])
  func refused(body: String) throws {
    var fixture = try DeskFixture()
    #expect(fixture.control("POST", "faults", body).status == 400)
  }

  @Test func `Probable faults strike about as often, and the same for the same seed`() throws {
    func strikes(_ seed: Int) -> [Bool] {
      var plan = FaultPlan(Fault("error,probability=0.2,seed=\(seed)").map { [$0] } ?? [])
      return (0..<2_000).map { _ in plan.onAnswer().isTimeout }
    }
    #expect(strikes(1) == strikes(1))
    #expect(strikes(1) != strikes(2))
    // Four standard deviations of 2,000 draws.
    #expect((328...472).contains(strikes(1).count { $0 }))
  }

  @Test func `A report that waits goes to its own stream whatever else ends`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connectUser()
    let other = try fixture.frame(
      "userDataStream.subscribe.signature", key: DeskFixture.otherKey)
    fixture.send(other, on: connection)
    _ = fixture.texts(on: connection)
    fixture.control("POST", "faults", #"{"fault":"reorder","every":2,"times":1}"#)
    fixture.control(
      "POST", "balance", #"{"apiKey":"\#(DeskFixture.otherKey)","asset":"BTC","delta":"1"}"#)
    fixture.send(
      #"{"id":1,"method":"userDataStream.unsubscribe","params":{"subscriptionId":0}}"#,
      on: connection)
    fixture.pass(milliseconds: 200)
    let events = try fixture.messages(on: connection).compactMap { message -> String? in
      let event = (message["event"] as? [String: Any])?["e"] as? String
      return event.map { "\(message["subscriptionId"] ?? "") \($0)" }
    }
    #expect(
      events == ["1 balanceUpdate", "0 eventStreamTerminated", "1 outboundAccountPosition"])
  }

  @Test func `The ledger has every order, trade and balance`() throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed(
      "POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=one")
    _ = try fixture.signed(
      "POST", "order",
      "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=2&price=70000"
        + "&newClientOrderId=two")
    _ = try fixture.signed("DELETE", "order", "symbol=BTCUSDT&orderId=2&newClientOrderId=gone")
    _ = try fixture.signed("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=90")
    let accounts = try #require(
      fixture.control("GET", "ledger").object()["accounts"] as? [[String: Any]])
    #expect(accounts.map { $0["apiKey"] as? String } == [DeskFixture.key, DeskFixture.otherKey])
    let orders = try #require(accounts[0]["orders"] as? [[String: Any]])
    #expect(orders.map { $0["placedAs"] as? String } == ["one", "two"])
    #expect(orders.map { $0["status"] as? String } == ["FILLED", "CANCELED"])
    #expect(orders.map { $0["executedQty"] as? String } == ["1.00000000", "0.00000000"])
    let trades = try #require(accounts[0]["trades"] as? [[String: Any]])
    #expect(trades.map { $0["placedAs"] as? String } == ["one"])
    let balances = try #require(accounts[0]["balances"] as? [[String: String]])
    #expect(
      balances == [
        ["asset": "BTC", "free": "10.99900000", "locked": "0.00000000"],
        ["asset": "USDT", "free": "39999.00000000", "locked": "0.00000000"],
      ])
    #expect((accounts[1]["orders"] as? [Any])?.count == 0)
  }
}

extension Delivery {
  fileprivate var payload: [UInt8]? {
    if case .text(let bytes) = action { bytes } else { nil }
  }
}
