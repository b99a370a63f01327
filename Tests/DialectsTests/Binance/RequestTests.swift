/// What leaves for Binance: every action in both spellings, and signatures over exactly what is sent.

import Foundation
import Testing
import TradingCore

@testable import Dialects

@Suite("Requests to Binance")
struct RequestTests {
  private let time = milliseconds(1_645_423_376_532)
  private static let eth = InstrumentID(1)
  private static let name7 = fixtureOrders.text(OrderID(7))
  private static let name8 = fixtureOrders.text(OrderID(8))

  private static func terms(
    _ type: OrderType, side: Side = .sell, price: Int64 = 0, trigger: Int64 = 0,
    lots: Int64 = 15_000
  ) -> OrderTerms {
    var terms = OrderTerms(
      instrument: eth, side: side, type: type, quantity: Quantity(lots: lots),
      price: Price(ticks: price))
    terms.trigger = Price(ticks: trigger)
    return terms
  }

  private static func order(
    _ terms: OrderTerms, id: UInt64 = 7, _ change: (inout OrderTerms) -> Void = { _ in }
  ) -> PlacedOrder {
    var terms = terms
    change(&terms)
    return PlacedOrder(OrderID(id), terms)
  }

  /// Orders and the parameters they are, `newOrderRespType` apart. Source: rest-api.md, "New order".
  private static let orders: [(PlacedOrder, String)] = [
    (
      order(terms(.limit, price: 250_001)),
      "symbol=ETHUSDT&side=SELL&type=LIMIT&newClientOrderId=\(name7)&price=2500.01"
        + "&timeInForce=GTC&quantity=1.5000"
    ),
    (
      order(terms(.limit, side: .buy, price: 1)) { $0.timeInForce = .fillOrKill },
      "symbol=ETHUSDT&side=BUY&type=LIMIT&newClientOrderId=\(name7)&price=0.01"
        + "&timeInForce=FOK&quantity=1.5000"
    ),
    (
      order(terms(.limit, price: 250_001)) { $0.flags.insert(.postOnly) },
      "symbol=ETHUSDT&side=SELL&type=LIMIT_MAKER&newClientOrderId=\(name7)&price=2500.01"
        + "&quantity=1.5000"
    ),
    (
      order(terms(.market)) { $0.flags.selfTrade = .expireBoth },
      "symbol=ETHUSDT&side=SELL&type=MARKET&newClientOrderId=\(name7)&quantity=1.5000"
        + "&selfTradePreventionMode=EXPIRE_BOTH"
    ),
    (
      order(terms(.market, side: .buy, lots: 10_050_000_000)) { $0.flags.insert(.inQuote) },
      "symbol=ETHUSDT&side=BUY&type=MARKET&quoteOrderQty=100.50000000&newClientOrderId=\(name7)"
    ),
    (
      order(terms(.stop, trigger: 240_000)),
      "symbol=ETHUSDT&side=SELL&type=STOP_LOSS&newClientOrderId=\(name7)&stopPrice=2400.00"
        + "&quantity=1.5000"
    ),
    (
      order(terms(.takeProfitLimit, price: 260_000, trigger: 261_000)) { $0.trailing = 150 },
      ""
    ),
    (
      order(terms(.stopLimit, price: 239_000, trigger: 240_000)) { $0.trailing = 150 },
      "symbol=ETHUSDT&side=SELL&type=STOP_LOSS_LIMIT&newClientOrderId=\(name7)&price=2390.00"
        + "&stopPrice=2400.00&trailingDelta=150&timeInForce=GTC&quantity=1.5000"
    ),
    (
      order(terms(.limit, price: 250_001)) { $0.parts = 4 },
      "symbol=ETHUSDT&side=SELL&type=LIMIT&newClientOrderId=\(name7)&price=2500.01"
        + "&timeInForce=GTC&quantity=1.5000&icebergQty=0.3750"
    ),
    (
      order(terms(.limit, price: 1)) {
        ($0.timeInForce, $0.expirySeconds) = (.goodTillDate, 1_700_000_000)
      }, ""
    ),
  ]

  @Test("orders are the parameters they are, or are refused where Binance has no words")
  func placing() throws {
    for (order, expected) in Self.orders {
      var dialect = try fixtureDialect()
      guard !expected.isEmpty else {
        #expect(throws: DialectError.self) {
          try dialect.request(.place(order), id: 1, over: .http, at: time)
        }
        continue
      }
      let request = try dialect.request(.place(order), id: 1, over: .http, at: time)
      let sent = try signedText(request, method: .post, path: "/v3/order")
      #expect(
        sent == expected + "&newOrderRespType=RESULT&recvWindow=5000&timestamp=1645423376532")
      #expect(request.orders == 1)
    }
  }

  /// The text a REST request signs, after its signature over exactly that text was checked.
  private func signedText(
    _ request: VenueRequest, method: HTTPMethod, path: String
  ) throws -> String {
    guard case .http(let found, let target, let headers, let body) = request.payload else {
      Issue.record("no HTTP request")
      return ""
    }
    #expect(found == method)
    #expect(headers.first == HTTPHeader("X-MBX-APIKEY", fixtureKey))
    let isForm = method == .post || method == .put
    #expect(isForm == !body.isEmpty)
    let parts = target.split(separator: "?", maxSplits: 1)
    #expect(String(parts[0]) == path)
    let text = isForm ? String(decoding: body, as: UTF8.self) : String(parts.last ?? "")
    let halves = text.components(separatedBy: "&signature=")
    try #require(halves.count == 2)
    let verifier = SignatureVerifier(secret: fixtureSecret.secret)
    let isSigned = verifier.accepts(halves[1], over: Array(halves[0].utf8))
    #expect(isSigned)
    #expect(!"\(request)".contains(halves[1]))
    #expect(!"\(request)".contains(fixtureKey))
    return halves[0]
  }

  /// Actions: verb, path, WebSocket name, weight, parameters before the window.
  private static let actions: [(VenueAction, HTTPMethod, String, String, Int64, String)] = [
    (
      .cancel(OrderID(7), eth), .delete, "order", "order.cancel", 1,
      "symbol=ETHUSDT&origClientOrderId=\(name7)"
    ),
    (.cancelAll(eth), .delete, "openOrders", "openOrders.cancelAll", 1, "symbol=ETHUSDT"),
    (
      .shrink(OrderID(7), eth, to: Quantity(lots: 5_000)), .put, "order/amend/keepPriority",
      "order.amend.keepPriority", 4,
      "symbol=ETHUSDT&origClientOrderId=\(name7)&newClientOrderId=\(name7)&newQty=0.5000"
    ),
    (
      .query(OrderID(7), eth), .get, "order", "order.status", 4,
      "symbol=ETHUSDT&origClientOrderId=\(name7)"
    ),
    (.openOrders(nil), .get, "openOrders", "openOrders.status", 80, ""),
    (.openOrders(eth), .get, "openOrders", "openOrders.status", 6, "symbol=ETHUSDT"),
    (
      .allOrders(eth, from: 5), .get, "allOrders", "allOrders", 20,
      "symbol=ETHUSDT&orderId=5&limit=1000"
    ),
    (
      .fills(eth, from: 5), .get, "myTrades", "myTrades", 20, "symbol=ETHUSDT&fromId=5&limit=1000"
    ),
    (
      .fillsOf(OrderID(7), eth, venueOrder: 12), .get, "myTrades", "myTrades", 5,
      "symbol=ETHUSDT&orderId=12&limit=1000"
    ),
    (.account, .get, "account", "account.status", 20, "omitZeroBalances=true"),
    (.orderCounts, .get, "rateLimit/order", "account.rateLimits.orders", 40, ""),
    (
      .test(order(terms(.market))), .post, "order/test", "order.test", 1,
      "symbol=ETHUSDT&side=SELL&type=MARKET&newClientOrderId=\(name7)&quantity=1.5000"
    ),
    (
      .replace(OrderID(7), by: order(terms(.limit, price: 1), id: 8)), .post,
      "order/cancelReplace", "order.cancelReplace", 1,
      "symbol=ETHUSDT&side=SELL&type=LIMIT&newClientOrderId=\(name8)&price=0.01&timeInForce=GTC"
        + "&quantity=1.5000&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=\(name7)"
        + "&newOrderRespType=RESULT"
    ),
  ]

  @Test("every signed action has its endpoint, its weight and its signature, in both spellings")
  func actions() throws {
    for (action, method, path, call, weight, parameters) in Self.actions {
      var dialect = try fixtureDialect()
      let rest = try dialect.request(action, id: 3, over: .http, at: time)
      let expected =
        (parameters.isEmpty ? "" : parameters + "&") + "recvWindow=5000&timestamp=1645423376532"
      #expect(try signedText(rest, method: method, path: "/v3/" + path) == expected)
      #expect(rest.weight == weight)
      let socket = try dialect.request(action, id: 3, over: .webSocket, at: time)
      try checkFrame(socket, call: call, expected: expected)
    }
  }

  /// A frame carries the same parameters, and signs them sorted with the key's id among them.
  private func checkFrame(_ request: VenueRequest, call: String, expected: String) throws {
    guard case .frame(let bytes) = request.payload else {
      Issue.record("no frame")
      return
    }
    let json = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect(json?["id"] as? Int == 3)
    #expect(json?["method"] as? String == call)
    var parameters = try #require(json?["params"] as? [String: Any])
    let signature = try #require(parameters.removeValue(forKey: "signature") as? String)
    let lines = parameters.map { name, value in
      let isFlag = value is Bool && !(value is String) && name == "omitZeroBalances"
      return isFlag ? "\(name)=true" : "\(name)=\(value)"
    }
    let wanted = expected.split(separator: "&").map(String.init) + ["apiKey=" + fixtureKey]
    #expect(lines.sorted() == wanted.sorted())
    let payload = lines.sorted { $0.split(separator: "=")[0] < $1.split(separator: "=")[0] }
    let verifier = SignatureVerifier(secret: fixtureSecret.secret)
    let isSigned = verifier.accepts(signature, over: Array(payload.joined(separator: "&").utf8))
    #expect(isSigned)
  }

  @Test(
    "the documents' WebSocket examples sign to the documents' signatures",
    arguments: [
      (
        "BTCUSDT", "SELL", "52000.00", "0.01000000", 100,
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"
      ),
      (
        "１２３４５６", "BUY", "0.10000000", "1.00000000", 5_000,
        "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd"
      ),
    ] as [(String, String, String, String, Int64, String)])
  func documented(
    symbol: String, side: String, price: String, quantity: String, window: Int64, signature: String
  ) throws {
    var parameters = RequestParameters()
    for (name, value) in [
      ("symbol", symbol), ("side", side), ("type", "LIMIT"), ("timeInForce", "GTC"),
      ("quantity", quantity), ("price", price),
    ] {
      parameters.add(name, value)
    }
    parameters.add("recvWindow", window)
    parameters.add("timestamp", 1_645_423_376_532)
    parameters.add("apiKey", fixtureKey)
    let signer = try RequestSigner(fixtureSecret.secret)
    let found = try signer.signature(over: Array(parameters.sortedPayload.utf8))
    #expect(found == signature)
  }

  @Test("open actions need no key and carry none")
  func open() throws {
    let open: [(VenueAction, String, String)] = [
      (.ping, "/v3/ping", #"{"id":4,"method":"ping"}"#),
      (.time, "/v3/time", #"{"id":4,"method":"time"}"#),
      (
        .snapshot(Self.eth, levels: 5_000), "/v3/depth?symbol=ETHUSDT&limit=5000",
        #"{"id":4,"method":"depth","params":{"symbol":"ETHUSDT","limit":5000}}"#
      ),
      (
        .exchangeInformation(symbols: ["btcusdt", "１２３"]),
        "/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%22%EF%BC%91%EF%BC%92%EF%BC%93%22%5D",
        #"{"id":4,"method":"exchangeInfo","params":{"symbols":["BTCUSDT","１２３"]}}"#
      ),
    ]
    var dialect = BinanceDialect(orders: fixtureOrders)
    dialect.directory = try fixtureDirectory()
    for (action, target, frame) in open {
      let rest = try dialect.request(action, id: 4, over: .http, at: time)
      #expect(rest.payload == .http(.get, target: target, headers: [], body: []))
      let socket = try dialect.request(action, id: 4, over: .webSocket, at: time)
      #expect(socket.payload == .frame(frame.bytes))
    }
    #expect(throws: DialectError.self) {
      try dialect.request(.account, id: 1, over: .http, at: time)
    }
  }

  @Test("signing in and following the account are asked over a WebSocket only")
  func session() throws {
    for (action, call) in [
      (VenueAction.logOn, "session.logon"), (.followAccount, "userDataStream.subscribe.signature"),
    ] {
      var dialect = try fixtureDialect()
      let socket = try dialect.request(action, id: 3, over: .webSocket, at: time)
      try checkFrame(socket, call: call, expected: "timestamp=1645423376532")
      #expect(throws: DialectError.self) {
        try dialect.request(action, id: 3, over: .http, at: time)
      }
    }
  }

  @Test("lists are placed as the exchange shapes them")
  func lists() throws {
    func leg(_ terms: OrderTerms, _ role: ListRole, _ offset: Int, of count: Int) -> PlacedOrder {
      Self.order(terms, id: UInt64(7 + offset)) {
        $0.list = ListPlace(role, offset: offset, isLast: offset == count - 1)
      }
    }
    let above = Self.terms(.limit, price: 260_000)
    let below = Self.terms(.stopLimit, price: 239_000, trigger: 240_000)
    let entry = Self.terms(.limit, side: .buy, price: 250_000)
    let name9 = fixtureOrders.text(OrderID(9))
    let cases: [([PlacedOrder], String, String)] = [
      (
        [leg(below, .alternative, 0, of: 2), leg(above, .alternative, 1, of: 2)], "oco",
        "symbol=ETHUSDT&side=SELL&quantity=1.5000"
          + "&aboveType=LIMIT_MAKER&aboveClientOrderId=\(Self.name8)&abovePrice=2600.00"
          + "&belowType=STOP_LOSS_LIMIT&belowClientOrderId=\(Self.name7)&belowPrice=2390.00"
          + "&belowStopPrice=2400.00&belowTimeInForce=GTC"
      ),
      (
        [leg(entry, .entry, 0, of: 2), leg(above, .exit, 1, of: 2)], "oto",
        "symbol=ETHUSDT&workingSide=BUY&workingType=LIMIT&workingClientOrderId=\(Self.name7)"
          + "&workingPrice=2500.00&workingTimeInForce=GTC&workingQuantity=1.5000&pendingSide=SELL"
          + "&pendingType=LIMIT&pendingClientOrderId=\(Self.name8)&pendingPrice=2600.00"
          + "&pendingTimeInForce=GTC&pendingQuantity=1.5000"
      ),
      (
        [
          leg(entry, .entry, 0, of: 3), leg(above, .exit, 1, of: 3), leg(below, .exit, 2, of: 3),
        ], "otoco",
        "symbol=ETHUSDT&workingSide=BUY&workingType=LIMIT&workingClientOrderId=\(Self.name7)"
          + "&workingPrice=2500.00&workingTimeInForce=GTC&workingQuantity=1.5000&pendingSide=SELL"
          + "&pendingQuantity=1.5000&pendingAboveType=LIMIT_MAKER"
          + "&pendingAboveClientOrderId=\(Self.name8)&pendingAbovePrice=2600.00"
          + "&pendingBelowType=STOP_LOSS_LIMIT&pendingBelowClientOrderId=\(name9)"
          + "&pendingBelowPrice=2390.00&pendingBelowStopPrice=2400.00&pendingBelowTimeInForce=GTC"
      ),
    ]
    for (orders, kind, expected) in cases {
      var dialect = try fixtureDialect()
      let request = try dialect.request(.placeList(orders), id: 3, over: .http, at: time)
      let sent = try signedText(request, method: .post, path: "/v3/orderList/" + kind)
      #expect(
        sent == expected + "&newOrderRespType=RESULT&recvWindow=5000&timestamp=1645423376532")
      #expect(request.orders == Int64(orders.count))
    }
    var dialect = try fixtureDialect()
    #expect(throws: DialectError.self) {
      try dialect.request(.placeList([Self.order(above)]), id: 3, over: .http, at: time)
    }
  }

  @Test("subscriptions name their streams, a hundred to a frame")
  func subscriptions() throws {
    var dialect = try fixtureDialect()
    let kinds: [MarketStream.Kind] = [
      .trades, .aggregateTrades, .quotes, .depth(isFast: true), .depth(isFast: false),
      .candles(seconds: 1), .candles(seconds: 900), .candles(seconds: 86_400),
    ]
    let streams = kinds.map { MarketStream($0, of: InstrumentID(0)) }
    let frames = try dialect.subscriptions(to: streams, firstID: 5)
    let expected = """
      {"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@aggTrade","btcusdt@bookTicker",\
      "btcusdt@depth@100ms","btcusdt@depth","btcusdt@kline_1s","btcusdt@kline_15m",\
      "btcusdt@kline_1d"],"id":5}
      """
    #expect(frames.map(\.payload) == [.frame(expected.bytes)])
    let top = MarketStream(.topLevels(10), of: InstrumentID(0))
    let text = #"{"method":"SUBSCRIBE","params":["btcusdt@depth10@100ms"],"id":1}"#
    #expect(
      try dialect.subscriptions(to: [top], firstID: 1).map(\.payload) == [.frame(text.bytes)])
    let many = [MarketStream](repeating: streams[0], count: 1_024)
    #expect(try dialect.subscriptions(to: many, firstID: 1).map(\.id) == Array(1...11))
    for wrong in [
      many + [streams[0]], streams + [top], [MarketStream(.topLevels(7), of: InstrumentID(0))],
      [MarketStream(.candles(seconds: 61), of: InstrumentID(0))],
      [MarketStream(.trades, of: InstrumentID(99))],
    ] {
      #expect(throws: DialectError.self) { try dialect.subscriptions(to: wrong, firstID: 1) }
    }
  }

  @Test("addresses are those of the network asked for")
  func addresses() {
    let own = VenueHosts(
      rest: "http://127.0.0.1:8080/api/", market: "ws://127.0.0.1:8080/",
      account: "ws://127.0.0.1:8080/ws-api/v3")
    let dialect = BinanceDialect(hosts: own, orders: fixtureOrders)
    let found = VenueChannel.allCases.map { dialect.address(of: $0) }
    #expect(
      found == [
        "http://127.0.0.1:8080/api", "ws://127.0.0.1:8080/stream", "ws://127.0.0.1:8080/ws-api/v3",
      ])
  }

  @Test("an order's name leads back to its order, and no other name does")
  func names() {
    for order in [1, 7, UInt64.max] {
      let name = fixtureOrders.text(OrderID(order))
      #expect(name.utf8.count == 32)
      #expect(name.wholeMatch(of: /[a-zA-Z0-9\-_]{1,36}/) != nil)
      #expect(fixtureOrders.order(name) == OrderID(order))
      #expect(ClientOrderIDs(journal: 2).order(name) == .none)
      for cut in 0..<32 { #expect(fixtureOrders.order(String(name.prefix(cut))) == .none) }
    }
  }
}
