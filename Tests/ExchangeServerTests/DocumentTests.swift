/// Every answer and message has exactly the members that the exchange's documents show, in the example
/// payloads taken from them. Where there is no outside data, nothing is compared.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

private let shared = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"]

@Suite(.enabled(if: shared != nil, "CRYPTOBOT_SHARED is not set"))
struct DocumentTests {
  /// Examples by document and heading, in order.
  private let examples: [String: [Any]]

  init() throws {
    let path = "\(shared ?? "")/data/binance-spot-api-facts/example_payloads.jsonl.gz"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var found: [String: [Any]] = [:]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let row = try #require(parsed(Array(line)) as? [String: String])
      guard let doc = row["doc"], let heading = row["heading"], let body = row["body"] else {
        continue
      }
      guard let value = try? parsed(Array(Self.plain(body).utf8)) else { continue }
      found["\(doc) \(heading)", default: []].append(value)
    }
    examples = found
  }

  /// A body without the comments that the documents put into it.
  private static func plain(_ body: String) -> String {
    body.split(separator: "\n").map { line -> Substring in
      var isText = false
      var position = line.startIndex
      while position < line.endIndex {
        if line[position] == "\"" { isText.toggle() }
        if !isText, line[position...].hasPrefix("//") { return line[..<position] }
        position = line.index(after: position)
      }
      return line
    }.joined(separator: "\n")
  }

  /// The names of all members, those of nested objects with a path; lists count by their first item.
  private static func members(_ value: Any, _ path: String = "") -> Set<String> {
    if let object = value as? [String: Any] {
      return object.reduce(into: []) { names, member in
        names.insert(path + member.key)
        names.formUnion(members(member.value, path + member.key + "."))
      }
    }
    if let list = value as? [Any], let first = list.first { return members(first, path + "[].") }
    return []
  }

  private func compare(
    _ ours: Any, _ key: String, _ number: Int = 0, without: Set<String> = [],
    besides: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let all = try #require(examples[key], "no example of \(key)", sourceLocation: sourceLocation)
    let theirs = Self.members(all[number]).subtracting(without)
    let mine = Self.members(ours).subtracting(besides)
    #expect(mine.subtracting(theirs) == [], "\(key): not theirs", sourceLocation: sourceLocation)
    #expect(theirs.subtracting(mine) == [], "\(key): not ours", sourceLocation: sourceLocation)
  }

  @Test func `Market data has the documented members`() throws {
    var fixture = try DeskFixture()
    let table: [(String, String, String, Int)] = [
      ("time", "", "Check server time", 0), ("depth", "symbol=BTCUSDT", "Order book", 0),
      ("trades", "symbol=BTCUSDT", "Recent trades list", 0),
      ("historicalTrades", "symbol=BTCUSDT&fromId=0", "Old trade lookup", 0),
      ("aggTrades", "symbol=BTCUSDT", "Compressed/Aggregate trades list", 0),
      ("klines", "symbol=BTCUSDT&interval=1m", "Kline/Candlestick data", 0),
      ("avgPrice", "symbol=BTCUSDT", "Current average price", 0),
      ("ticker/24hr", "symbol=BTCUSDT", "24hr ticker price change statistics", 0),
      ("ticker/24hr", "symbol=BTCUSDT&type=MINI", "24hr ticker price change statistics", 2),
      ("ticker/tradingDay", "symbol=BTCUSDT", "Trading Day Ticker", 0),
      ("ticker", "symbol=BTCUSDT", "Rolling window price change statistics", 0),
      ("ticker/price", "", "Symbol price ticker", 1),
      ("ticker/bookTicker", "", "Symbol order book ticker", 1),
    ]
    for row in table {
      let answer = fixture.get(row.0, row.1)
      #expect(answer.status == 200, "\(row.0)")
      try compare(try parsed(answer.body), "rest-api.md " + row.2, row.3)
    }
  }

  @Test func `Orders have the documented members`() throws {
    var fixture = try DeskFixture()
    let rest = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50000"
    for (number, detail) in ["ACK", "RESULT"].enumerated() {
      let placed = try fixture.signed("POST", "order", rest + "&newOrderRespType=" + detail)
      try compare(try placed.object(), "rest-api.md New order (TRADE)", number)
    }
    let filled = try fixture.signed(
      "POST", "order", "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1")
    try compare(try filled.object(), "rest-api.md New order (TRADE)", 2)
    let table: [(String, String, String, String)] = [
      ("GET", "order", "symbol=BTCUSDT&orderId=1", "Query order (USER_DATA)"),
      ("GET", "openOrders", "symbol=BTCUSDT", "Current open orders (USER_DATA)"),
      ("GET", "allOrders", "symbol=BTCUSDT", "All orders (USER_DATA)"),
      ("GET", "myTrades", "symbol=BTCUSDT", "Account trade list (USER_DATA)"),
      ("GET", "account", "", "Account information (USER_DATA)"),
      ("GET", "account/commission", "symbol=BTCUSDT", "Query Commission Rates (USER_DATA)"),
      ("GET", "rateLimit/order", "", "Query Unfilled Order Count (USER_DATA)"),
      (
        "PUT", "order/amend/keepPriority", "symbol=BTCUSDT&orderId=1&newQty=0.5",
        "Order Amend Keep Priority (TRADE)"
      ),
      ("GET", "order/amendments", "symbol=BTCUSDT&orderId=1", "Query Order Amendments (USER_DATA)"),
      ("DELETE", "order", "symbol=BTCUSDT&orderId=2", "Cancel order (TRADE)"),
      ("POST", "order/test", rest + "&computeCommissionRates=true", "Test new order (TRADE)"),
    ]
    for row in table {
      let answer = try fixture.signed(row.0, row.1, row.2)
      #expect(answer.status == 200, "\(row.1): \(answer.text)")
      let number = row.1 == "order/test" ? 1 : 0
      try compare(try parsed(answer.body), "rest-api.md " + row.3, number)
    }
  }

  @Test func `Lists have the documented members`() throws {
    var fixture = try DeskFixture()
    let oco =
      "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=70000"
      + "&belowType=STOP_LOSS_LIMIT&belowStopPrice=50000&belowPrice=49000&belowTimeInForce=GTC"
    let placed = try fixture.signed("POST", "orderList/oco", oco)
    try compare(
      try placed.object(), "rest-api.md New Order list - OCO (TRADE)",
      without: ["orderReports.[].icebergQty"])
    let list = try fixture.signed("GET", "orderList", "orderListId=0")
    try compare(try list.object(), "rest-api.md Query Order list (USER_DATA)")
    let open = try fixture.signed("GET", "openOrderList")
    try compare(try parsed(open.body), "rest-api.md Query Open Order lists (USER_DATA)")
    let canceled = try fixture.signed("DELETE", "orderList", "symbol=BTCUSDT&orderListId=0")
    try compare(try canceled.object(), "rest-api.md Cancel Order list (TRADE)")
  }

  @Test(
    "Streams have the documented members",
    arguments: [
      ("trade", "Trade Streams"), ("aggTrade", "Aggregate Trade Streams"),
      ("bookTicker", "Individual Symbol Book Ticker Streams"),
      ("depth@100ms", "Diff. Depth Stream"),
      ("depth5@100ms", "Partial Book Depth Streams"),
      ("kline_1s", "Kline/Candlestick Streams for UTC"),
      ("miniTicker", "Individual Symbol Mini Ticker Stream"),
      ("ticker", "Individual Symbol Ticker Streams"),
      ("ticker_1h", "Individual Symbol Rolling Window Statistics Streams"),
      ("avgPrice", "Average Price"),
    ])
  func streams(name: String, heading: String) throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connect("/ws/btcusdt@" + name)
    fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_000))
    for (number, side) in [Side.buy, .sell].enumerated() {
      fixture.feed(
        .depth(
          Depth(
            instrument: InstrumentID(0), side: side,
            price: Price(ticks: side == .buy ? 5_999_900 : 6_000_100), quantity: Quantity(lots: 5),
            lastUpdateID: 1_001 + Int64(number), updateSpan: 0, flags: [.first, .last])))
    }
    fixture.pass(milliseconds: 1_000)
    let message = try #require(try fixture.messages(on: connection).first)
    try compare(message, "web-socket-streams.md " + heading)
  }
}
