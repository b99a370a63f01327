/// What becomes of requests: the documents' answers, every documented error, and no answer at all.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Binance's answers")
struct AnswerTests {
  private static let eth = InstrumentID(1)
  private static let terms = OrderTerms(
    instrument: eth, side: .sell, type: .limit, quantity: Quantity(lots: 10_000),
    price: Price(ticks: 250_000))
  private static let place = VenueAction.place(PlacedOrder(OrderID(7), terms))

  /// An order in an answer.
  private func object(_ status: String, filled: String = "0", _ more: String = "") -> String {
    """
    {"symbol":"ETHUSDT","orderId":28,"orderListId":-1,"clientOrderId":"x1",\
    "origClientOrderId":"\(fixtureOrders.text(OrderID(7)))","transactTime":1507725176595,\
    "price":"2500.00","origQty":"1.0000","executedQty":"\(filled)","status":"\(status)",\
    "timeInForce":"GTC","type":"LIMIT","side":"SELL"\(more)}
    """
  }

  private func report(_ reason: RejectReason = .other, id: Int64 = 28) -> OrderReport {
    OrderReport(order: OrderID(7), venueOrderID: id, instrument: Self.eth, reason: reason)
  }

  private func standing(_ status: VenueOrderStatus, filled: Int64 = 0) -> OrderStanding {
    OrderStanding(
      order: OrderID(7), venueOrderID: 28, price: Price(ticks: 250_000),
      quantity: Quantity(lots: 10_000), filled: Quantity(lots: filled),
      time: milliseconds(1_507_725_176_595), instrument: Self.eth, side: .sell, status: status)
  }

  @Test("a placed order is accepted, in each of the three forms of answer")
  func placed() throws {
    var dialect = try fixtureDialect()
    let ack = """
      {"symbol":"ETHUSDT","orderId":28,"orderListId":-1,\
      "clientOrderId":"\(fixtureOrders.text(OrderID(7)))","transactTime":1507725176595}
      """
    let first = try dialect.hear(ack, to: Self.place)
    #expect(first.outcome == .done)
    #expect(first.batch.events.map(\.body) == [.accepted(report())])
    #expect(first.batch.events.first?.venueTime == milliseconds(1_507_725_176_595))
    let second = try dialect.hear(object("FILLED", filled: "1"), to: Self.place)
    #expect(second.batch.events.map(\.body) == [.accepted(report())])
    #expect(Array(second.batch.standings) == [standing(.filled, filled: 10_000)])
    let fills = """
      ,"fills":[{"price":"2500.01","qty":"0.4","commission":"1.00","commissionAsset":"USDT",\
      "tradeId":56}]
      """
    let third = try dialect.hear(object("EXPIRED", filled: "0.4", fills), to: Self.place)
    let fill = Fill(
      order: OrderID(7), instrument: Self.eth, side: .sell, price: Price(ticks: 250_001),
      quantity: Quantity(lots: 4_000), fee: 100_000_000, feeAsset: try asset("USDT"), tradeID: 56,
      liquidity: .taker)
    #expect(
      third.batch.events.map(\.body) == [.accepted(report()), .fill(fill), .expired(report())])
  }

  @Test("the same answer in a WebSocket's envelope says the same, and how much is used")
  func envelope() throws {
    var dialect = try fixtureDialect()
    let text = """
      {"id":"1","status":200,"result":\(object("NEW")),"rateLimits":[{"rateLimitType":"ORDERS",\
      "interval":"SECOND","intervalNum":10,"limit":50,"count":12},{"rateLimitType":"SOMETHING",\
      "interval":"SECOND","intervalNum":10,"limit":50,"count":12}]}
      """
    let heard = try dialect.hear(text, to: Self.place, status: 0)
    #expect(heard.outcome == .done)
    #expect(heard.batch.events.map(\.body) == [.accepted(report())])
    #expect(
      heard.batch.uses == [
        RateUse(.orders, per: Interval(nanoseconds: 10_000_000_000), used: 12)
      ])
    #expect(
      try dialect.hear(#"{"id":1,"status":200,"result":null}"#, to: .ping, status: 0).outcome
        == .done)
  }

  @Test("headers tell how much is used, whatever their case")
  func headers() throws {
    var dialect = try fixtureDialect()
    let headers = [
      HTTPHeader("x-mbx-used-weight-1m", "17"), HTTPHeader("X-MBX-ORDER-COUNT-10S", "3"),
      HTTPHeader("X-MBX-ORDER-COUNT-1D", "4"), HTTPHeader("X-MBX-USED-WEIGHT", "99"),
      HTTPHeader("X-MBX-USED-WEIGHT-1X", "99"), HTTPHeader("Date", "x"),
    ]
    let heard = try dialect.hear("{}", to: .ping, headers: headers)
    #expect(
      heard.batch.uses == [
        RateUse(.weight, per: .minute, used: 17),
        RateUse(.orders, per: Interval(nanoseconds: 10_000_000_000), used: 3),
        RateUse(.orders, per: .day, used: 4),
      ])
  }

  @Test("cancels, amendments and questions say how the order stands")
  func others() throws {
    var dialect = try fixtureDialect()
    let cancel = try dialect.hear(object("CANCELED"), to: .cancel(OrderID(7), Self.eth))
    #expect(cancel.batch.events.map(\.body) == [.canceled(report())])
    let all = try dialect.hear(
      "[\(object("CANCELED")),{\"orderListId\":1,\"orderReports\":[\(object("CANCELED"))]}]",
      to: .cancelAll(Self.eth))
    #expect(all.batch.events.map(\.body) == [.canceled(report()), .canceled(report())])
    let query = try dialect.hear(
      object("PARTIALLY_FILLED", filled: "0.25"), to: .query(OrderID(7), Self.eth))
    #expect(query.batch.events.isEmpty)
    #expect(Array(query.batch.standings) == [standing(.partlyFilled, filled: 2_500)])
    let amended = object("NEW", filled: "0.2").replacing("origQty", with: "qty")
    let shrunk = try dialect.hear(
      "{\"transactTime\":1741926410255,\"executionId\":75,\"amendedOrder\":\(amended)}",
      to: .shrink(OrderID(7), Self.eth, to: Quantity(lots: 10_000)))
    let change = Amended(
      order: OrderID(7), price: Price(ticks: 250_000), quantity: Quantity(lots: 10_000),
      instrument: Self.eth)
    #expect(shrunk.batch.events.map(\.body) == [.amended(change)])
  }

  @Test("of a cancel-replace each half says for itself")
  func replace() throws {
    var dialect = try fixtureDialect()
    let order = PlacedOrder(OrderID(8), Self.terms)
    let action = VenueAction.replace(OrderID(7), by: order)
    let new = object("NEW").replacing(
      fixtureOrders.text(OrderID(7)), with: fixtureOrders.text(OrderID(8)))
    let accepted = OrderReport(order: OrderID(8), venueOrderID: 28, instrument: Self.eth)
    let both = try dialect.hear(
      """
      {"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":\(object("CANCELED")),\
      "newOrderResponse":\(new)}
      """, to: action)
    #expect(both.batch.events.map(\.body) == [.canceled(report()), .accepted(accepted)])
    let wouldMatch = OrderReport(order: OrderID(8), instrument: Self.eth, reason: .wouldMatch)
    let half = try dialect.hear(
      """
      {"code":-2021,"msg":"Order cancel-replace partially failed.","data":{"cancelResult":"SUCCESS",\
      "newOrderResult":"FAILURE","cancelResponse":\(object("CANCELED")),"newOrderResponse":\
      {"code":-2010,"msg":"Order would immediately match and take."}}}
      """, to: action, status: 409)
    #expect(half.batch.events.map(\.body) == [.canceled(report()), .rejected(wouldMatch)])
    let untried = OrderReport(order: OrderID(8), instrument: Self.eth, reason: .unknownOrder)
    let none = try dialect.hear(
      """
      {"code":-2022,"msg":"Order cancel-replace failed.","data":{"cancelResult":"FAILURE",\
      "newOrderResult":"NOT_ATTEMPTED","cancelResponse":{"code":-2011,"msg":"Unknown order sent."},\
      "newOrderResponse":null}}
      """, to: action, status: 400)
    #expect(none.batch.events.map(\.body) == [.rejected(untried)])
  }

  @Test("what an answer says of another journal's order is how it stands, never an event")
  func foreignAnswers() throws {
    var dialect = try fixtureDialect()
    let order = PlacedOrder(OrderID(8), Self.terms)
    func foreign(_ status: String) -> String {
      object(status).replacing(fixtureOrders.text(OrderID(7)), with: "web_1")
    }
    let half = try dialect.hear(
      """
      {"code":-2021,"msg":"x","data":{"cancelResult":"SUCCESS","newOrderResult":"FAILURE",\
      "cancelResponse":\(foreign("CANCELED")),"newOrderResponse":{"code":-2010,"msg":"y"}}}
      """, to: .replace(OrderID(7), by: order), status: 409)
    let refused = OrderReport(order: OrderID(8), instrument: Self.eth)
    #expect(half.batch.events.map(\.body) == [.rejected(refused)])
    #expect(half.batch.standings.map(\.order) == [.none])
    let all = try dialect.hear("[\(foreign("CANCELED"))]", to: .cancelAll(Self.eth))
    #expect(all.batch.events.isEmpty && all.batch.standings.count == 1)
    let amended = foreign("NEW").replacing("origQty", with: "qty")
    let shrunk = try dialect.hear(
      "{\"transactTime\":1741926410255,\"executionId\":75,\"amendedOrder\":\(amended)}",
      to: .shrink(OrderID(7), Self.eth, to: Quantity(lots: 10_000)))
    #expect(shrunk.batch.events.isEmpty && shrunk.batch.standings.count == 1)
    // An answer about another order than the one placed leaves that one's fate open.
    #expect(throws: DialectError.self) { try dialect.hear(foreign("NEW"), to: Self.place) }
  }

  @Test(
    "errors are refusals, limits, clocks, keys or unknown outcomes",
    arguments: [
      (400, -2010, "Account has insufficient balance for requested action.", "insufficientBalance"),
      (400, -2010, "Order would immediately match and take.", "wouldMatch"),
      (400, -2010, "Order would trigger immediately.", "wouldTrigger"),
      (400, -2010, "Market is closed.", "marketClosed"),
      (
        400, -2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.",
        "noLiquidity"
      ),
      (400, -2010, "Price * QTY is zero or less.", "malformed"),
      (400, -1013, "Filter failure: PRICE_FILTER", "priceFilter"),
      (400, -1013, "Filter failure: LOT_SIZE", "lotSize"),
      (400, -1013, "Filter failure: MARKET_LOT_SIZE", "marketLotSize"),
      (400, -1013, "Filter failure: NOTIONAL", "notional"),
      (400, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "percentPrice"),
      (400, -2010, "Filter failure: MAX_NUM_ALGO_ORDERS", "maxAlgoOrders"),
      (400, -2010, "Filter failure: EXCHANGE_MAX_NUM_ORDERS", "maxOrders"),
      (400, -1013, "Filter failure: SOMETHING_NEW", "filter"),
      (
        429, -1015, "Too many new orders; current limit is 10 orders per 10 SECOND.", "limited"
      ),
      (400, -1015, "Too many new orders.", "rateLimit"),
      (400, -1121, "Invalid symbol.", "malformed"),
      (400, -2010, "Duplicate order sent.", "unknown"), (400, -1006, "x", "unknown"),
      (400, -1007, "Timeout waiting for response from backend server.", "unknown"),
      (503, -1008, "Server is currently overloaded.", "unknown"), (500, 0, "", "unknown"),
      (504, -1007, "x", "unknown"), (400, -1000, "x", "unknown"), (400, -1001, "x", "unknown"),
      (400, -1021, "Timestamp for this request is outside of the recvWindow.", "clockSkew"),
      (400, -1022, "Signature for this request is not valid.", "unauthorised"),
      (401, -2015, "Invalid API-key, IP, or permissions for action.", "unauthorised"),
      (400, -2014, "API-key format invalid.", "unauthorised"),
      (429, -1003, "Too many requests queued.", "limited"), (418, -1003, "x", "ban"),
      (403, 0, "<html>", "limited"), (400, -9999, "Something new.", "other"),
    ])
  func errors(status: Int, code: Int, text: String, expected: String) throws {
    var dialect = try fixtureDialect()
    let body = text == "<html>" ? text : "{\"code\":\(code),\"msg\":\"\(text)\"}"
    let heard = try dialect.hear(body, to: Self.place, status: status)
    #expect(word(heard.outcome) == expected)
    #expect(heard.batch.events.count == 1)
    guard let event = heard.batch.events.first?.body else { return }
    switch expected {
    case "unknown": #expect(event == .unknown(report(id: 0)))
    case "limited", "ban": #expect(event == .sendFailed(report(.rateLimit, id: 0)))
    case "clockSkew": #expect(event == .sendFailed(report(id: 0)))
    default: #expect(event.kind == .rejected)
    }
    if body != "<html>" { try sameOverWebSocket(status, body, expected) }
  }

  /// An outcome in a word; a refusal by its reason.
  private func word(_ outcome: VenueOutcome) -> String {
    switch outcome {
    case .done: "done"
    case .rejected(let rejection): "\(rejection.reason)"
    case .noSuchOrder: "noSuchOrder"
    case .halfway: "halfway"
    case .limited(let isBan, _, _): isBan ? "ban" : "limited"
    case .clockSkew: "clockSkew"
    case .unauthorised: "unauthorised"
    case .unknown: "unknown"
    }
  }

  private func sameOverWebSocket(_ status: Int, _ error: String, _ expected: String) throws {
    var dialect = try fixtureDialect()
    let frame = "{\"id\":1,\"status\":\(status),\"error\":\(error)}"
    #expect(word(try dialect.hear(frame, to: Self.place, status: 0).outcome) == expected)
  }

  @Test("every documented error is classed, and none but a lost one leaves an order open")
  func documented() throws {
    guard !Shared.isMissing else { return }
    let root = try #require(
      try Shared.json("binance-spot-api-facts/error_codes.json") as? [String: Any])
    let errors = try #require(root["errors"] as? [[String: Any]])
    #expect(errors.count == 102)
    var unknown: Set<Int> = []
    for error in errors {
      let code = try #require(error["code"] as? Int)
      for text in try #require(error["messages"] as? [String]) {
        var dialect = try fixtureDialect()
        let fields: [String: Any] = ["code": code, "msg": text]
        let body = try JSONSerialization.data(withJSONObject: fields)
        let heard = try dialect.hear(
          String(decoding: body, as: UTF8.self), to: Self.place, status: 400)
        if heard.outcome == .unknown { unknown.insert(code) }
        #expect(heard.outcome != .done)
        #expect(heard.batch.events.count == 1)
      }
    }
    #expect(unknown == [-1000, -1001, -1006, -1007])
  }

  @Test("a limit says how long, by header and by text")
  func limits() throws {
    var dialect = try fixtureDialect()
    let heard = try dialect.hear(
      """
      {"code":-1003,"msg":"Way too much request weight used; IP banned until 1573200697110. Please \
      use WebSocket Streams for live updates to avoid bans."}
      """, to: .account, status: 418, headers: [HTTPHeader("retry-after", "120")])
    let wait = Interval(nanoseconds: 120_000_000_000)
    let until = milliseconds(1_573_200_697_110)
    #expect(heard.outcome == .limited(isBan: true, wait: wait, until: until))
    #expect(heard.batch.events.isEmpty)
  }

  @Test("over a WebSocket a limit says its end in its data, for a cancel-replace like any other")
  func socketLimits() throws {
    let until = milliseconds(1_659_146_400_000)
    let order = PlacedOrder(OrderID(8), Self.terms)
    let failed = OrderReport(order: OrderID(8), instrument: Self.eth, reason: .rateLimit)
    for (status, isBan) in [(418, true), (429, false)] {
      let text = """
        {"id":"fc93a61a","status":\(status),"error":{"code":-1003,"msg":"Too much request weight \
        used.","data":{"serverTime":1659142907531,"retryAfter":1659146400000}}}
        """
      var dialect = try fixtureDialect()
      let heard = try dialect.hear(
        text, to: .replace(OrderID(7), by: order), status: 0)
      #expect(heard.outcome == .limited(isBan: isBan, wait: nil, until: until))
      #expect(heard.batch.events.map(\.body) == [.sendFailed(failed)])
    }
  }

  @Test("a half of a cancel-replace that the venue lost sight of is open, and only that half")
  func lostHalf() throws {
    var dialect = try fixtureDialect()
    let order = PlacedOrder(OrderID(8), Self.terms)
    let heard = try dialect.hear(
      """
      {"code":-2022,"msg":"Order cancel-replace failed.","data":{"cancelResult":"FAILURE",\
      "newOrderResult":"NOT_ATTEMPTED","cancelResponse":{"code":-1007,"msg":"Timeout."},\
      "newOrderResponse":null}}
      """, to: .replace(OrderID(7), by: order), status: 400)
    let untried = OrderReport(order: OrderID(8), instrument: Self.eth, reason: .unknownOrder)
    #expect(heard.batch.events.map(\.body) == [.unknown(report(id: 0)), .rejected(untried)])
  }

  @Test("no answer leaves orders and cancels unknown, and questions unasked")
  func silence() throws {
    var dialect = try fixtureDialect()
    let order = PlacedOrder(OrderID(8), Self.terms)
    let cases: [(VenueAction, [UInt64])] = [
      (Self.place, [7]), (.cancel(OrderID(7), Self.eth), [7]),
      (.shrink(OrderID(7), Self.eth, to: Quantity(lots: 1)), [7]),
      (.replace(OrderID(7), by: order), [7, 8]),
      (.placeList([PlacedOrder(OrderID(7), Self.terms), order]), [7, 8]),
      (.query(OrderID(7), Self.eth), []), (.account, []), (.cancelAll(Self.eth), []),
    ]
    for (action, expected) in cases {
      var batch = FrameBatch()
      #expect(try dialect.answer(nil, to: action, at: arrival, into: &batch) == .unknown)
      #expect(
        batch.events.map(\.body)
          == expected.map { .unknown(OrderReport(order: OrderID($0), instrument: Self.eth)) })
    }
  }

  @Test("an order that the venue does not know is told from a refusal")
  func noSuchOrder() throws {
    var dialect = try fixtureDialect()
    let heard = try dialect.hear(
      #"{"code":-2013,"msg":"Order does not exist."}"#, to: .query(OrderID(7), Self.eth),
      status: 400)
    #expect(heard.outcome == .noSuchOrder)
  }

  @Test("the payloads that lie ready are understood as answers", .disabled(if: Shared.isMissing))
  func fixtures() throws {
    let btc = InstrumentID(0)
    let actions: [(String, VenueAction, (FrameBatch) -> Bool)] = [
      ("ping_response", .ping, { $0.events.isEmpty }),
      ("server_time_response", .time, { $0.venueTime == milliseconds(1_499_827_319_559) }),
      ("http_spot_market_time", .time, { !$0.venueTime.isNone }),
      ("depth_response", .snapshot(btc, levels: 5), { _ in false }),
      ("http_spot_market_depth", .snapshot(btc, levels: 10), { $0.events.count == 20 }),
      ("exchange_info_response", .exchangeInformation(symbols: []), { !$0.instruments.isEmpty }),
      (
        "http_spot_market_exchange_info", .exchangeInformation(symbols: []),
        { !$0.instruments.isEmpty && !$0.limits.isEmpty }
      ),
      ("account_response", .account, { $0.statements.count == 2 }),
      ("order_response", .query(OrderID(7), btc), { $0.standings.count == 1 }),
      ("open_orders_response", .openOrders(nil), { $0.listing.orders.count == 1 }),
      ("all_orders_response", .allOrders(btc, from: 0), { $0.standings.count == 1 }),
      ("account_trades_response", .fills(btc, from: 0), { $0.trades.count == 1 }),
      ("cancel_order_response", .cancel(OrderID(7), btc), { $0.standings.count == 1 }),
      ("cancel_open_orders_response", .cancelAll(btc), { $0.standings.count == 4 }),
    ]
    for (name, action, isRight) in actions {
      var dialect = try fixtureDialect()
      let text = String(
        decoding: try Shared.bytes("exchange-payload-fixtures/binance_spot/\(name).json"),
        as: UTF8.self)
      do {
        let heard = try dialect.hear(text, to: action)
        #expect(heard.outcome == .done && isRight(heard.batch), "\(name)")
      } catch {
        // Its prices are those of another market.
        #expect(name == "depth_response" || name.hasPrefix("cancel_open"), "\(name): \(error)")
      }
    }
  }
}
