/// The WebSocket API: frames, sessions, user data, and faults in them.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct FrameTests {
  @Test func `A frame is answered under its id, with what was used of the limits`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(#"{"id":"x","method":"time"}"#, on: connection)
    fixture.send(#"{"id":7,"method":"ping","params":{"returnRateLimits":false}}"#, on: connection)
    fixture.send(#"{"id":null,"method":"depth","params":{"symbol":"NO"}}"#, on: connection)
    fixture.send("nonsense", on: connection)
    let texts = fixture.texts(on: connection)
    #expect(
      texts[0] == #"{"id":"x","status":200,"result":{"serverTime":1767225610000},"rateLimits":["#
        + #"{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000,"#
        + #""count":3}]}"#)
    #expect(texts[1] == #"{"id":7,"status":200,"result":{}}"#)
    #expect(
      texts[2].hasPrefix(
        #"{"id":null,"status":400,"error":{"code":-1121,"msg":"Invalid symbol."}"#))
    #expect(texts[3].contains(#""error":{"code":-1135,"msg":"Invalid JSON Request"}"#))
  }

  @Test func `Signatures cover numbers and booleans as they were written`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws-api/v3", "returnRateLimits=false")
    let order = [
      ("symbol", "\"BTCUSDT\""), ("side", "\"BUY\""), ("type", "\"LIMIT\""), ("price", "50000.00"),
      ("timeInForce", "\"GTC\""), ("quantity", "0.5"), ("newOrderRespType", "\"ACK\""),
    ]
    fixture.send(try fixture.frame("order.place", order), on: connection)
    fixture.send(
      try fixture.frame("account.status", [("omitZeroBalances", "true")]), on: connection)
    fixture.send(
      try fixture.frame("order.status", [("symbol", "\"BTCUSDT\""), ("orderId", "1")])
        .replacing("\"orderId\":1", with: "\"orderId\":2"), on: connection)
    let texts = fixture.texts(on: connection)
    #expect(texts[0].contains(#""status":200,"result":{"symbol":"BTCUSDT","orderId":1"#))
    #expect(texts[1].contains(#""accountType":"SPOT""#))
    #expect(texts[2].contains(#""code":-1022"#))
  }

  @Test func `An account hears of its orders and balances, another does not`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(try fixture.frame("userDataStream.subscribe.signature"), on: connection)
    #expect(fixture.texts(on: connection)[0].contains(#""result":{"subscriptionId":0}"#))
    fixture.send(try fixture.frame("userDataStream.subscribe.signature"), on: connection)
    #expect(fixture.texts(on: connection)[0].contains(#""code":-2035"#))
    _ = try fixture.signed(
      "POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1",
      key: DeskFixture.otherKey)
    #expect(fixture.texts(on: connection) == [])
    _ = try fixture.signed("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
    let events = try fixture.messages(on: connection).compactMap { $0["event"] as? [String: Any] }
    #expect(
      events.map { $0["e"] as? String } == [
        "executionReport", "executionReport", "outboundAccountPosition",
      ])
    #expect(events.map { $0["x"] as? String } == ["NEW", "TRADE", nil])
    #expect(events[1]["L"] as? String == "60001.00000000")
    #expect(events[1]["X"] as? String == "FILLED")
    fixture.send(#"{"id":9,"method":"userDataStream.unsubscribe"}"#, on: connection)
    let ends = fixture.texts(on: connection)
    #expect(
      ends[0]
        == #"{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1767225610000}}"#)
    #expect(ends[1].contains(#""status":200,"result":{}"#))
  }

  @Test func `A private key logs on once, and then needs no signature`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      UUID().uuidString
    ).path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try run("openssl", "genpkey", "-algorithm", "ed25519", "-out", folder + "/key")
    try run("openssl", "pkey", "-in", folder + "/key", "-pubout", "-out", folder + "/public")
    let pem = try Data(contentsOf: URL(fileURLWithPath: folder + "/public"))
    let account = AccountSettings(apiKey: "ours", credential: .publicKey(Array(pem)), balances: [])
    var fixture = try DeskFixture(others: [account])
    let connection = try fixture.connect("/ws-api/v3", "returnRateLimits=false")
    let payload = "apiKey=ours&timestamp=\(fixture.now.milliseconds)"
    try Data(payload.utf8).write(to: URL(fileURLWithPath: folder + "/payload"))
    try run(
      "openssl", "pkeyutl", "-sign", "-rawin", "-inkey", folder + "/key", "-in",
      folder + "/payload", "-out", folder + "/signature")
    let signature = try Data(contentsOf: URL(fileURLWithPath: folder + "/signature"))
      .base64EncodedString()
    fixture.send(
      #"{"id":1,"method":"session.logon","params":{"apiKey":"ours","signature":"\#(signature)","#
        + #""timestamp":\#(fixture.now.milliseconds)}}"#, on: connection)
    fixture.send(
      #"{"id":2,"method":"account.status","params":{"timestamp":\#(fixture.now.milliseconds)}}"#,
      on: connection)
    fixture.send(#"{"id":3,"method":"userDataStream.subscribe"}"#, on: connection)
    fixture.send(#"{"id":4,"method":"session.logout"}"#, on: connection)
    fixture.send(
      #"{"id":5,"method":"account.status","params":{"timestamp":\#(fixture.now.milliseconds)}}"#,
      on: connection)
    let texts = fixture.texts(on: connection)
    #expect(
      texts[0].contains(#""status":200,"result":{"apiKey":"ours","authorizedSince":1767225610000"#))
    #expect(texts[1].contains(#""accountType":"SPOT""#))
    #expect(texts[2].contains(#""result":{"subscriptionId":0}"#))
    #expect(texts[3].contains(#""e":"eventStreamTerminated""#))
    #expect(texts[4].contains(#""apiKey":null"#))
    #expect(texts[5].contains(#""code":-2014"#))
  }

  private func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments)")
  }

  @Test func `Only a private key can log on`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(try fixture.frame("session.logon"), on: connection)
    fixture.send(#"{"id":2,"method":"session.status"}"#, on: connection)
    fixture.send(#"{"id":3,"method":"userDataStream.subscribe"}"#, on: connection)
    let texts = fixture.texts(on: connection)
    #expect(texts[0].contains(#""status":401,"error":{"code":-2015"#))
    #expect(texts[1].contains(#""result":{"apiKey":null,"authorizedSince":null,"#))
    #expect(texts[2].contains(#""code":-2015"#))
  }

  @Test(
    "A fault takes the order and spoils the answer", arguments: ["error", "lost-ack", "late-ack"])
  func spoiled(fault: String) throws {
    var fixture = try DeskFixture()
    fixture.desk.faults.add(try #require(Fault("\(fault),times=1,milliseconds=70")))
    let answer = try fixture.signed(
      "POST", "order",
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=50000")
    #expect((answer.status == 504) == (fault == "error"))
    #expect(answer.isLost == (fault == "lost-ack"))
    #expect(answer.delay.nanoseconds == (fault == "late-ack" ? 70_000_000 : 0))
    let open = try fixture.signed("GET", "openOrders", "symbol=BTCUSDT")
    #expect(try (parsed(open.body) as? [Any])?.count == 1)
  }

  @Test func `Reports come twice, or after the next one, where a fault wants it`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(try fixture.frame("userDataStream.subscribe.signature"), on: connection)
    _ = fixture.texts(on: connection)
    fixture.desk.faults.add(try #require(Fault("reorder,times=1")))
    fixture.desk.faults.add(try #require(Fault("duplicate,times=1")))
    _ = try fixture.signed("POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
    let kinds = try fixture.messages(on: connection).compactMap { message -> String? in
      let event = message["event"] as? [String: Any]
      return event?["x"] as? String ?? event?["e"] as? String
    }
    #expect(kinds == ["TRADE", "TRADE", "NEW", "outboundAccountPosition"])
  }
}
