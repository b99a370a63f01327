/// Orders at Coinbase: how they are asked for, what answers say, and what reports tell.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Orders at Coinbase")
struct CoinbaseOrderTests {
  private static let venueID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
  private static let order = OrderID(7)

  private static func terms(_ type: OrderType, _ life: TimeInForce = .goodTillCanceled)
    -> OrderTerms
  {
    var terms = OrderTerms(
      instrument: bitcoin, side: .buy, type: type, quantity: Quantity(lots: 150_000),
      price: type.hasLimit ? Price(ticks: 5_000_025) : .zero, timeInForce: life)
    if type.waitsForTrigger { terms.trigger = Price(ticks: 5_100_000) }
    if life == .goodTillDate { terms.expirySeconds = 1_775_574_000 }
    return terms
  }

  private static func signing() throws -> CoinbaseDialect {
    try CoinbaseKey(.ed25519PEM).dialect()
  }

  /// A dialect that placed an order.
  private static func trading(_ terms: OrderTerms? = nil) throws -> CoinbaseDialect {
    var dialect = try signing()
    let text =
      #"{"success":true,"success_response":{"order_id":"\#(venueID)","product_id":"BTC-USD","#
      + #""side":"BUY","client_order_id":"\#(fixtureOrders.text(order))"}}"#
    let placed = PlacedOrder(order, terms ?? Self.terms(.limit))
    let (outcome, batch) = try dialect.hear(text, to: .place(placed))
    #expect(outcome == .done)
    guard case .accepted(let report)? = batch.bodies.first else {
      Issue.record("not accepted")
      return dialect
    }
    #expect(report.order == order && report.venueOrderID > 0)
    return dialect
  }

  private static func fixture(_ name: String) throws -> String {
    String(
      decoding: try Shared.bytes("exchange-payload-fixtures/coinbase/\(name).json"), as: UTF8.self)
  }

  // MARK: Requests

  @Test("every kind of order is said in its own configuration")
  func configurations() throws {
    var postOnly = Self.terms(.limit)
    postOnly.flags.insert(.postOnly)
    var inQuote = Self.terms(.market)
    inQuote.flags.insert(.inQuote)
    inQuote.quantity = Quantity(lots: 25_050_000_000)
    var selling = Self.terms(.stopLimit)
    selling.side = .sell
    let limit = #""base_size":"0.00150000","limit_price":"50000.25""#
    let end = #""end_time":"2026-04-07T15:00:00.000000Z""#
    let stop = #"\#(limit),"stop_price":"51000.00","stop_direction":"STOP_DIRECTION_STOP_"#
    let cases: [(OrderTerms, String)] = [
      (Self.terms(.market), #""market_market_ioc":{"base_size":"0.00150000"}"#),
      (inQuote, #""market_market_ioc":{"quote_size":"250.50000000"}"#),
      (Self.terms(.limit), #""limit_limit_gtc":{\#(limit),"post_only":false}"#),
      (postOnly, #""limit_limit_gtc":{\#(limit),"post_only":true}"#),
      (
        Self.terms(.limit, .goodTillDate),
        #""limit_limit_gtd":{\#(limit),\#(end),"post_only":false}"#
      ),
      (Self.terms(.limit, .immediateOrCancel), #""sor_limit_ioc":{\#(limit)}"#),
      (Self.terms(.limit, .fillOrKill), #""limit_limit_fok":{\#(limit)}"#),
      (Self.terms(.stopLimit), #""stop_limit_stop_limit_gtc":{\#(stop)UP"}"#),
      (selling, #""stop_limit_stop_limit_gtc":{\#(stop)DOWN"}"#),
      (Self.terms(.takeProfitLimit), #""stop_limit_stop_limit_gtc":{\#(stop)DOWN"}"#),
      (
        Self.terms(.stopLimit, .goodTillDate),
        #""stop_limit_stop_limit_gtd":{\#(stop)UP",\#(end)}"#
      ),
    ]
    var dialect = try Self.signing()
    for (terms, configuration) in cases {
      let placed = PlacedOrder(Self.order, terms)
      let side = terms.side == .buy ? "BUY" : "SELL"
      let shared =
        #""product_id":"BTC-USD","side":"\#(side)","order_configuration":{\#(configuration)}}"#
      let name = fixtureOrders.text(Self.order)
      let request = try dialect.request(.place(placed), id: 1, over: .http, at: arrival)
      #expect(request.line == "POST /orders" && request.orders == 1)
      #expect(request.body == #"{"client_order_id":"\#(name)",\#(shared)"#)
      let check = try dialect.request(.test(placed), id: 1, over: .http, at: arrival)
      #expect(check.line == "POST /orders/preview" && check.orders == 0)
      #expect(check.body == "{" + shared)
    }
  }

  @Test("what Coinbase has no words for is refused before it leaves")
  func inexpressible() throws {
    var trailing = Self.terms(.stop)
    trailing.trailing = 100
    var parts = Self.terms(.limit)
    parts.parts = 3
    var prevented = Self.terms(.limit)
    prevented.flags.selfTrade = .expireMaker
    var dialect = try Self.signing()
    for terms in [Self.terms(.stop), Self.terms(.takeProfit), trailing, parts, prevented] {
      #expect(throws: DialectError.self) {
        let placed = PlacedOrder(Self.order, terms)
        _ = try dialect.request(.place(placed), id: 1, over: .http, at: arrival)
      }
    }
    let placed = PlacedOrder(Self.order, Self.terms(.limit))
    let actions: [VenueAction] = [
      .placeList([placed]), .replace(OrderID(1), by: placed), .cancelAllAfter(nil), .orderCounts,
      .margin, .positions, .logOn, .cancel(Self.order, bitcoin), .cancelAll(bitcoin),
      .fillsOf(Self.order, bitcoin, venueOrder: 1),
      .shrink(Self.order, bitcoin, to: Quantity(lots: 1)),
    ]
    for action in actions {
      #expect(throws: DialectError.self, "\(action)") {
        _ = try dialect.request(action, id: 1, over: .http, at: arrival)
      }
    }
  }

  @Test("an order is canceled, edited and asked for by Coinbase's own name of it")
  func byVenueID() throws {
    var dialect = try Self.trading()
    let id = Self.venueID
    let cases: [(VenueAction, String, String)] = [
      (
        .cancel(Self.order, bitcoin), "POST /orders/batch_cancel", #"{"order_ids":["\#(id)"]}"#
      ),
      (.cancelAll(bitcoin), "POST /orders/batch_cancel", #"{"order_ids":["\#(id)"]}"#),
      (
        .shrink(Self.order, bitcoin, to: Quantity(lots: 100_000)), "POST /orders/edit",
        #"{"order_id":"\#(id)","price":"50000.25","size":"0.00100000"}"#
      ),
      (.query(Self.order, bitcoin), "GET /orders/historical/\(id)", ""),
      (
        .query(OrderID(8), bitcoin),
        "GET /orders/historical/batch?product_ids=BTC-USD&limit=1000", ""
      ),
      (
        .fillsOf(Self.order, bitcoin, venueOrder: 1),
        "GET /orders/historical/fills?order_ids=\(id)&limit=1000", ""
      ),
      (
        .fills(ether, from: 5), "GET /orders/historical/fills?product_ids=ETH-USD&limit=1000", ""
      ),
      (.openOrders(nil), "GET /orders/historical/batch?order_status=OPEN", ""),
      (
        .openOrders(bitcoin),
        "GET /orders/historical/batch?order_status=OPEN&product_ids=BTC-USD&limit=1000", ""
      ),
      (.account, "GET /accounts?limit=250", ""),
    ]
    for (action, line, body) in cases {
      let request = try dialect.request(action, id: 1, over: .http, at: arrival)
      #expect((request.line, request.body) == (line, body))
      #expect(!request.token.isEmpty)
    }
  }

  // MARK: Answers

  @Test(
    "a refused order says why, and a reason that is not known leaves all open",
    arguments: [
      ("INSUFFICIENT_FUND", RejectReason.insufficientBalance),
      ("INVALID_LIMIT_PRICE_POST_ONLY", .wouldMatch), ("INVALID_NO_LIQUIDITY", .noLiquidity),
      ("INVALID_SIZE_PRECISION", .lotSize), ("INVALID_PRICE_PRECISION", .priceFilter),
      ("ORDER_ENTRY_DISABLED", .marketClosed), ("UNSUPPORTED_ORDER_CONFIGURATION", .malformed),
      ("COMMANDER_REJECTED_NEW_ORDER", .other), ("UNKNOWN_FAILURE_REASON", nil),
    ])
  func refusals(name: String, reason: RejectReason?) throws {
    var dialect = try Self.signing()
    let text =
      #"{"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","error_response":{"error":"#
      + #""\#(name)","message":"in words","error_details":"","new_order_failure_reason":"\#(name)"}}"#
    let placed = PlacedOrder(Self.order, Self.terms(.limit))
    let (outcome, batch) = try dialect.hear(text, to: .place(placed))
    guard let reason else {
      #expect(outcome == .unknown)
      #expect(batch.bodies.map(\.kind) == [.unknown])
      return
    }
    let rejection = VenueRejection(code: 0, reason: reason, text: "in words")
    #expect(outcome == .rejected(rejection))
    let report = OrderReport(order: Self.order, instrument: bitcoin, reason: reason)
    #expect(batch.bodies == [.rejected(report)])
  }

  @Test("no answer, and an error of the venue's own, is an unknown order")
  func unknown() throws {
    var dialect = try Self.signing()
    let action = VenueAction.place(PlacedOrder(Self.order, Self.terms(.limit)))
    var batch = FrameBatch()
    #expect(try dialect.answer(nil, to: action, at: arrival, into: &batch) == .unknown)
    #expect(try dialect.hear("", to: action, status: 503).outcome == .unknown)
    #expect(batch.bodies.map(\.kind) == [.unknown])
    let limited = try dialect.hear("", to: action, status: 429)
    #expect(limited.batch.bodies.map(\.kind) == [.sendFailed])
    let wall = try dialect.hear("Unauthorized", to: action, status: 401)
    #expect(wall.batch.bodies.map(\.kind) == [.rejected])
    #expect(throws: DialectError.self) { _ = try dialect.hear("{}", to: action) }
  }

  @Test("a cancel that was taken is under way; one that came too late says so")
  func cancels() throws {
    var dialect = try Self.trading()
    let action = VenueAction.cancel(Self.order, bitcoin)
    func hear(_ success: Bool, _ reason: String) throws -> VenueOutcome {
      let result = #"{"success":\#(success),"failure_reason":"\#(reason)","order_id":"x"}"#
      let (outcome, batch) = try dialect.hear(#"{"results":[\#(result)]}"#, to: action)
      #expect(batch.bodies.isEmpty == (outcome != .unknown))
      return outcome
    }
    #expect(try hear(true, "UNKNOWN_CANCEL_FAILURE_REASON") == .done)
    #expect(try hear(false, "DUPLICATE_CANCEL_REQUEST") == .done)
    #expect(try hear(false, "UNKNOWN_CANCEL_FAILURE_REASON") == .unknown)
    for late in ["UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED"] {
      guard case .rejected(let rejection) = try hear(false, late) else {
        Issue.record("\(late) was taken")
        continue
      }
      #expect(rejection.reason == .unknownOrder)
    }
  }

  @Test("an edit that was taken is told with the price that stands")
  func edits() throws {
    var dialect = try Self.trading()
    let action = VenueAction.shrink(Self.order, bitcoin, to: Quantity(lots: 100_000))
    let (outcome, batch) = try dialect.hear(#"{"success":true,"errors":[]}"#, to: action)
    let change = Amended(
      order: Self.order, price: Price(ticks: 5_000_025), quantity: Quantity(lots: 100_000),
      instrument: bitcoin)
    #expect(outcome == .done && batch.bodies == [.amended(change)])
    let late =
      #"{"success":false,"errors":[{"edit_failure_reason":"CANNOT_EDIT_TO_BELOW_FILLED_SIZE"}]}"#
    guard case .rejected = try dialect.hear(late, to: action).outcome else {
      Issue.record("a late edit was taken")
      return
    }
  }

  @Test("a check tells the first complaint")
  func previews() throws {
    var dialect = try Self.signing()
    let action = VenueAction.test(PlacedOrder(Self.order, Self.terms(.limit)))
    #expect(try dialect.hear(#"{"order_total":"1","errs":[]}"#, to: action).outcome == .done)
    let text = #"{"order_total":"1","errs":["PREVIEW_INSUFFICIENT_FUND"]}"#
    guard case .rejected(let rejection) = try dialect.hear(text, to: action).outcome else {
      Issue.record("a complaint was taken")
      return
    }
    #expect(rejection.reason == .insufficientBalance)
  }

  // MARK: Fixtures

  @Test("one order is where it stands", .disabled(if: Shared.isMissing))
  func oneOrder() throws {
    var dialect = try Self.signing()
    let text = try Self.fixture("http_order")
    // It is of another journal, so it is not the order that was asked for.
    #expect(try dialect.hear(text, to: .query(Self.order, bitcoin)).outcome == .noSuchOrder)
    let own = text.replacing("11111-000000-000000", with: fixtureOrders.text(Self.order))
    let (outcome, batch) = try dialect.hear(own, to: .query(Self.order, bitcoin))
    #expect(outcome == .done)
    let standing = try #require(batch.standings.first)
    #expect((standing.order, standing.side, standing.status) == (Self.order, .buy, .partlyFilled))
    #expect((standing.price.ticks, standing.quantity.lots) == (1_000_000, 100_000))
    #expect(standing.filled == Quantity(lots: 100_000))
    #expect(standing.time == milliseconds(1_622_457_000_000))
    // What was learned cancels it.
    let cancel = try dialect.request(.cancel(Self.order, bitcoin), id: 1, over: .http, at: arrival)
    #expect(cancel.body == #"{"order_ids":["0000-000000-000000"]}"#)
  }

  @Test(
    "a list of orders is read, and one that is not on it may be behind",
    .disabled(if: Shared.isMissing))
  func orderList() throws {
    var dialect = try Self.signing()
    let text = try Self.fixture("http_orders_list")
    let (outcome, batch) = try dialect.hear(text, to: .allOrders(bitcoin, from: 0))
    #expect(outcome == .done)
    #expect(batch.standings.map(\.status) == [.working, .filled])
    #expect(batch.standings.map(\.filled.lots) == [0, 3_250_000])
    #expect(batch.standings.map(\.side) == [.buy, .sell])
    #expect(batch.standings.map(\.instrument) == [bitcoin, ether])
    let own = text.replacing("11111-000000-000002", with: fixtureOrders.text(Self.order))
    #expect(try dialect.hear(own, to: .query(Self.order, ether)).outcome == .done)
    #expect(try dialect.hear(text, to: .query(OrderID(9), ether)).outcome == .noSuchOrder)
    let more = text.replacing(#""has_next": false"#, with: #""has_next": true"#)
    #expect(try dialect.hear(more, to: .query(OrderID(9), ether)).outcome == .unknown)
  }

  @Test("fills are read with their fees and makers", .disabled(if: Shared.isMissing))
  func fills() throws {
    var dialect = try Self.signing()
    let (outcome, batch) = try dialect.hear(
      try Self.fixture("http_fills"), to: .fillsOf(Self.order, bitcoin, venueOrder: 1))
    #expect(outcome == .done)
    let fills = batch.bodies.compactMap { if case .fill(let fill) = $0 { fill } else { nil } }
    #expect(fills.map(\.order) == [Self.order, Self.order])
    #expect(fills.map(\.price.ticks) == [4_512_345, 307_692])
    #expect(fills.map(\.quantity.lots) == [500_000, 3_250_000])
    #expect(fills.map(\.fee) == [114_000_000, 50_000_000])
    #expect(fills.map(\.feeAsset) == [AssetID(1), AssetID(1)])
    #expect(fills.map(\.liquidity) == [.maker, .taker])
    #expect(Set(fills.map(\.tradeID)).count == 2 && fills.allSatisfy { $0.tradeID > 0 })
    #expect(batch.trades.count == 2)
    #expect(batch.events.first?.venueTime == milliseconds(1_705_314_600_000))
    // In the quote asset a size is worth so many lots.
    let text = try Self.fixture("http_fills")
      .replacing(#""size": "0.005""#, with: #""size": "225.61725""#)
      .replacing(#""size_in_quote": false"#, with: #""size_in_quote": true"#)
    let worth = try dialect.hear(text, to: .fills(bitcoin, from: 0)).batch.trades
    #expect(worth.first?.fill.quantity == Quantity(lots: 500_000))
  }

  @Test("accounts are read, and half a list is none", .disabled(if: Shared.isMissing))
  func accounts() throws {
    var dialect = try Self.signing()
    let text = try Self.fixture("http_accounts")
    let (outcome, batch) = try dialect.hear(text, to: .account)
    #expect(outcome == .done)
    #expect(batch.statements.map(\.asset) == [AssetID(0), AssetID(1)])
    let units = batch.statements.map { [$0.free, $0.locked].map { $0.text(decimals: 8) } }
    #expect(units == [["1.23456789", "0.00500000"], ["10000.50000000", "450.00000000"]])
    let more = text.replacing(#""has_next": false"#, with: #""has_next": true"#)
    #expect(try dialect.hear(more, to: .account).outcome == .unknown)
  }

  // MARK: Reports

  @Test(
    "reports say how an order stands in all, and teach its name", .disabled(if: Shared.isMissing))
  func reports() throws {
    var dialect = try Self.signing()
    let follow = try dialect.request(.followAccount, id: 1, over: .webSocket, at: arrival)
    #expect(follow.text.hasPrefix(#"{"type":"subscribe","channel":"user","jwt":""#))
    let text = try Self.fixture("ws_user")
    #expect(try dialect.read(text).batch.foreignReports == 1)
    let own = text.replacing("11111-000000-000001", with: fixtureOrders.text(Self.order))
    let (meaning, batch) = try dialect.read(own, on: 2)
    #expect(meaning == .events)
    let standing = try #require(batch.standings.first)
    #expect((standing.order, standing.status, standing.filled.lots) == (Self.order, .working, 0))
    #expect(standing.quantity == Quantity(lots: 100_000))
    let traded = own.replacing(
      #""cumulative_quantity": "0""#, with: #""cumulative_quantity": "0.0004""#
    )
    .replacing(#""leaves_quantity": "0.001""#, with: #""leaves_quantity": "0.0006""#)
    .replacing(#""sequence_num": 1"#, with: #""sequence_num": 2"#)
    let next = try #require(try dialect.read(traded, on: 2).batch.standings.first)
    #expect((next.status, next.filled.lots, next.quantity.lots) == (.partlyFilled, 40_000, 100_000))
    let cancel = try dialect.request(.cancel(Self.order, bitcoin), id: 1, over: .http, at: arrival)
    #expect(cancel.body == #"{"order_ids":["\#(Self.venueID)"]}"#)
    // A report that is missing may have told of a fill.
    let jumped = own.replacing(#""sequence_num": 1"#, with: #""sequence_num": 9"#)
    #expect(try dialect.read(jumped, on: 2).meaning == .accountEnded)
  }

  @Test("the subscription to reports is answered as a request, on every link")
  func following() throws {
    var dialect = try Self.signing()
    _ = try dialect.request(.followAccount, id: 1, over: .webSocket, at: arrival)
    for link in [LinkID(1), 2] {
      let carried = coinbaseCarried(0, #""user":["8ed3"]"#)
      #expect(try dialect.read(carried, on: link).meaning == .reply(id: 1))
      #expect(try dialect.hear(carried, to: .followAccount, status: 0).outcome == .done)
    }
    let error = #"{"type":"error","message":"authentication failure"}"#
    #expect(try dialect.read(error, on: 3).meaning == .reply(id: 1))
    guard
      case .unauthorised(let why) = try dialect.hear(error, to: .followAccount, status: 0).outcome
    else {
      Issue.record("an error was taken")
      return
    }
    #expect(why.text == "authentication failure")
    let other = #"{"type":"error","message":"rate limit exceeded"}"#
    #expect(try dialect.read(other, on: 4).meaning == .reply(id: 1))
    let refusal = VenueRejection(code: 0, reason: .other, text: "rate limit exceeded")
    #expect(try dialect.hear(other, to: .followAccount, status: 0).outcome == .rejected(refusal))
  }
}

extension VenueRequest {
  /// The body of a request as text.
  fileprivate var body: String {
    if case .http(_, _, _, let body) = payload { String(decoding: body, as: UTF8.self) } else { "" }
  }
}
