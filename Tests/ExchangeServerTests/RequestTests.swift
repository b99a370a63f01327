/// Requests and answers, word by word as the documents have them.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct RequestTests {
  @Test(
    "Market data reads as the exchange writes it",
    arguments: [
      ("ping", "", "{}"),
      ("time", "", #"{"serverTime":1767225610000}"#),
      (
        "depth", "symbol=BTCUSDT&limit=1",
        #"{"lastUpdateId":1000,"bids":[["59999.00000000","1.00000000"]],"#
          + #""asks":[["60001.00000000","1.00000000"]]}"#
      ),
      (
        "trades", "symbol=BTCUSDT",
        #"[{"id":500,"price":"60000.00000000","qty":"0.01000000","quoteQty":"600.00000000","#
          + #""time":1767225610000,"isBuyerMaker":false,"isBestMatch":true}]"#
      ),
      (
        "aggTrades", "symbol=BTCUSDT",
        #"[{"a":1,"p":"60000.00000000","q":"0.01000000","f":500,"l":500,"T":1767225610000,"#
          + #""m":false,"M":true}]"#
      ),
      (
        "klines", "symbol=BTCUSDT&interval=1m&startTime=0",
        #"[[1767225600000,"60000.00000000","60000.00000000","60000.00000000","60000.00000000","#
          + #""0.01000000",1767225659999,"600.00000000",1,"0.01000000","600.00000000","0"]]"#
      ),
      (
        "avgPrice", "symbol=BTCUSDT",
        #"{"mins":5,"price":"60000.00000000","closeTime":1767225610000}"#
      ),
      (
        "ticker/price", "symbol=BTCUSDT", #"{"symbol":"BTCUSDT","price":"60000.00000000"}"#
      ),
      (
        "ticker/bookTicker", "symbols=%5B%22BTCUSDT%22%5D",
        #"[{"symbol":"BTCUSDT","bidPrice":"59999.00000000","bidQty":"1.00000000","#
          + #""askPrice":"60001.00000000","askQty":"1.00000000"}]"#
      ),
    ])
  func marketData(path: String, query: String, expected: String) throws {
    var fixture = try DeskFixture()
    let answer = fixture.get(path, query)
    #expect(answer.status == 200)
    #expect(answer.text == expected)
  }

  @Test(
    "Bars begin by the clock of a zone",
    arguments: [
      ("0", 1_767_225_600_000), ("8", 1_767_196_800_000), ("-1:00", 1_767_142_800_000),
      ("05:45", 1_767_204_900_000), ("%2B14", 1_767_175_200_000),
    ])
  func zones(zone: String, start: Int64) throws {
    var fixture = try DeskFixture()
    for (path, query) in [("klines", "&interval=1d"), ("ticker/tradingDay", "")] {
      let answer = fixture.get(path, "symbol=BTCUSDT&timeZone=\(zone)" + query)
      #expect(answer.text.contains(String(start)), "\(answer.text)")
    }
  }

  @Test("A zone that is none is refused", arguments: ["14:01", "-13", "8:60", "x", "1:2:3", "--1"])
  func noZone(zone: String) throws {
    var fixture = try DeskFixture()
    let answer = fixture.get("klines", "symbol=BTCUSDT&interval=1d&timeZone=" + zone)
    #expect(
      answer.text == #"{"code":-1130,"msg":"Data sent for parameter 'timeZone' is not valid."}"#)
  }

  @Test(
    "Wrong requests get the documented codes and texts",
    arguments: [
      (
        "depth", "", 400, -1102,
        "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
      ),
      ("depth", "symbol=NOSUCH", 400, -1121, "Invalid symbol."),
      ("klines", "symbol=BTCUSDT&interval=7m", 400, -1120, "Invalid interval."),
      (
        "depth", "symbol=BTCUSDT&limit=many", 400, -1100,
        "Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'."
      ),
      (
        "depth", "symbol=BTCUSDT&x=1", 400, -1101,
        "Too many parameters; expected '1' and received '2'."
      ),
      ("depth", "symbol=A&symbol=B", 400, -1101, "Duplicate values for a parameter detected."),
      ("trades", "symbol=BTCUSDT&limit=", 400, -1105, "Parameter 'limit' was empty."),
      ("ticker/24hr", "symbol=BTCUSDT&type=HUGE", 400, -1139, "Invalid ticker type."),
      (
        "exchangeInfo", "symbols=%5B%22BTCUSDT%22,%22BTCUSDT%22%5D", 400, -1151,
        "Symbol is present multiple times in the list."
      ),
      ("account", "", 401, -2014, "API-key format invalid."),
      (
        "referencePrice", "symbol=BTCUSDT", 400, -2043,
        "This symbol doesn't have a reference price."
      ),
    ])
  func wrongRequests(
    path: String, query: String, status: Int, code: Int, message: String
  ) throws {
    var fixture = try DeskFixture()
    let answer = fixture.get(path, query)
    #expect(answer.status == status)
    #expect(answer.text == #"{"code":\#(code),"msg":"\#(message)"}"#)
  }

  @Test func `A signature covers query and body as they were sent`() throws {
    var fixture = try DeskFixture()
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
    let body = "quantity=1&price=50000&timestamp=\(fixture.now.milliseconds)"
    let signature = try DeskFixture.signature(query + body)
    let call = HTTPCall(
      method: "POST", path: "/api/v3/order", query: Array(query.utf8),
      body: Array((body + "&signature=" + signature).utf8),
      headers: ["x-mbx-apikey": DeskFixture.key])
    #expect(fixture.desk.answer(call, at: fixture.now).status == 200)
    var changed = call
    changed.body = Array(
      (body.replacing("quantity=1", with: "quantity=2")
        + "&signature=" + signature).utf8)
    let refused = fixture.desk.answer(changed, at: fixture.now)
    #expect(refused.text == #"{"code":-1022,"msg":"Signature for this request is not valid."}"#)
  }

  @Test(
    "A request may be early by less than a second and late by its window",
    arguments: [
      (-5_000, "", true), (-5_001, "", false), (999, "", true), (1_000, "", false),
      (-60_000, "&recvWindow=60000", true), (-60_001, "&recvWindow=60000", false),
      (-1, "&recvWindow=0.5", false), (0, "&recvWindow=60001", false),
    ])
  func timing(offset: Int64, window: String, isTaken: Bool) throws {
    var fixture = try DeskFixture()
    let text = "timestamp=\(fixture.now.milliseconds + offset)\(window)"
    let signature = try DeskFixture.signature(text)
    let answer = fixture.desk.answer(
      HTTPCall(
        method: "GET", path: "/api/v3/account", query: Array("\(text)&signature=\(signature)".utf8),
        headers: ["x-mbx-apikey": DeskFixture.key]), at: fixture.now)
    #expect((answer.status == 200) == isTaken, "\(answer.text)")
  }

  @Test func `Weights add up, then the address is told to stop, then it is banned`() throws {
    var limits = LimitSettings()
    limits.weight = 10
    var fixture = try DeskFixture(limits: limits)
    var statuses: [Int] = []
    for _ in 0..<32 { statuses.append(fixture.get("ping").status) }
    #expect(
      statuses == Array(repeating: 200, count: 10) + Array(repeating: 429, count: 20) + [418, 418])
    let last = fixture.get("ping")
    #expect(last.headers.contains { $0.name == "Retry-After" && $0.value == "120" })
    fixture.pass(milliseconds: 120_000)
    let freed = fixture.get("ping")
    #expect(freed.status == 200)
    #expect(freed.headers.contains { $0.name == "X-MBX-USED-WEIGHT-1M" && $0.value == "1" })
  }
}
