/// Orders at the exchange in Kraken's language, as the dialect that trades at Kraken asks for them and hears of
/// them: what is reported is what is listed, and what is listed is what the account holds.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

@Suite struct KrakenOrderTests {
  private static let bitcoin = InstrumentID(0)

  @Test func `A step of an order is reported once, and its fees are in the quote asset`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    #expect(try trader.ask(.place(KrakenTrader.order(1, at: 6_000_200))).outcome == .done)
    let reports = try trader.takeReports()
    #expect(reports.map(\.kind) == [.accepted, .fill])
    guard case .fill(let fill)? = reports.last else { return }
    #expect(fill.order == OrderID(1) && fill.side == .buy && fill.liquidity == .taker)
    #expect(fill.price == Price(ticks: 6_000_100) && fill.quantity == Quantity(lots: 10_000))
    #expect(fill.feeAsset == AssetID(1) && fill.fee == 600_010_000)
    let held = try trader.ask(.account).batch.statements.map { $0.total.text(decimals: 4) }
    #expect(held == ["10.1000", "93993.8999"])
  }

  @Test func `What rests is held, and a cancel gives it back`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    _ = try trader.ask(.place(KrakenTrader.order(1)))
    let locked = try trader.ask(.account).batch.statements.map { $0.locked.text(decimals: 0) }
    #expect(locked == ["0", "5990"])
    #expect(try trader.ask(.cancel(OrderID(1), Self.bitcoin)).outcome == .done)
    #expect(try trader.takeReports().map(\.kind) == [.accepted, .canceled])
    #expect(try trader.ask(.account).batch.statements.allSatisfy { $0.locked == .zero })
    guard case .rejected(let why) = try trader.ask(.cancel(OrderID(1), Self.bitcoin)).outcome
    else {
      Issue.record("what has ended was canceled again")
      return
    }
    #expect(why.reason == .unknownOrder)
  }

  @Test func `All orders of an account are canceled at once, and of no other`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let stranger =
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=50000&quantity=0.1"
    _ = try trader.fixture.signed("POST", "order", stranger, key: DeskFixture.otherKey)
    for id: UInt64 in 1...3 { _ = try trader.ask(.place(KrakenTrader.order(id))) }
    _ = try trader.takeReports()
    #expect(try trader.ask(.cancelAll(Self.bitcoin)).outcome == .done)
    #expect(try trader.takeReports().map(\.kind) == [.canceled, .canceled, .canceled])
    let left = try trader.fixture.signed("GET", "openOrders", key: DeskFixture.otherKey)
    #expect((try parsed(left.body) as? [Any])?.count == 1)
  }

  @Test func `An order shrinks in its place, and below what has traded it ends`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    // The best level is of one coin, the order of more.
    _ = try trader.ask(.place(KrakenTrader.order(1, at: 6_000_100, lots: 160_000)))
    let traded = try trader.takeReports().compactMap { body in
      if case .fill(let fill) = body { fill.quantity.lots } else { nil }
    }.reduce(0, +)
    #expect(traded > 0 && traded < 150_000)
    func shrink(_ trader: inout KrakenTrader, to lots: Int64) throws -> [EventBody] {
      let action = VenueAction.shrink(OrderID(1), Self.bitcoin, to: Quantity(lots: lots))
      #expect(try trader.ask(action).outcome == .done)
      return try trader.takeReports()
    }
    guard case .amended(let change)? = try shrink(&trader, to: 150_000).first else {
      Issue.record("nothing was amended")
      return
    }
    #expect(change.quantity == Quantity(lots: 150_000) && change.price == Price(ticks: 6_000_100))
    #expect(try shrink(&trader, to: traded).map(\.kind) == [.canceled])
  }

  @Test func `An order for a sum of money ends when that is spent`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let order = KrakenTrader.order(1, lots: 600_000_000_000) { order in
      (order.type, order.price) = (.market, .zero)
      order.flags.insert(.inQuote)
    }
    #expect(try trader.ask(.place(order)).outcome == .done)
    let reports = try trader.takeReports()
    #expect(reports.map(\.kind) == [.accepted, .fill, .expired])
    guard case .fill(let fill) = reports[1] else { return }
    #expect(fill.quantity.lots > 9_000 && fill.quantity.lots <= 10_000)
    #expect(try !trader.hasOpen(1))
  }

  @Test func `What is listed of an order and its trades is what was reported`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    _ = try trader.ask(.place(KrakenTrader.order(7, at: 6_000_100, lots: 150_000)))
    let fills = try trader.takeReports().compactMap { body in
      if case .fill(let fill) = body { fill } else { nil }
    }
    let query = VenueAction.query(OrderID(7), Self.bitcoin)
    let open = try #require(try trader.ask(query).batch.standings.first)
    #expect(open.status == .partlyFilled && open.quantity == Quantity(lots: 150_000))
    #expect(open.filled.lots == fills.reduce(0) { $0 + $1.quantity.lots })
    _ = try trader.ask(.cancel(OrderID(7), Self.bitcoin))
    guard case .halfway(let next) = try trader.ask(query).outcome else {
      Issue.record("a canceled order is open")
      return
    }
    let behind = VenueAction.query(OrderID(7), Self.bitcoin, page: next)
    let closed = try #require(try trader.ask(behind).batch.standings.first)
    #expect(closed.status == .canceled && closed.venueOrderID == open.venueOrderID)
    let listed = try trader.ask(
      .fillsOf(OrderID(7), Self.bitcoin, venueOrder: closed.venueOrderID)
    ).batch.events.compactMap { event in
      if case .fill(let fill) = event.body { fill } else { nil }
    }
    #expect(!fills.isEmpty && listed.reversed() == fills)
  }

  @Test(
    "What an order asks for that cannot be is refused in Kraken's words",
    arguments: [
      (#""order_qty":100"#, "EOrder:Insufficient funds"),
      (#""order_qty":0.00001"#, "EOrder:Cost minimum not met"),
      (
        #""order_type":"iceberg","order_qty":92233720368547.75807,"display_qty":92233720368547.75806"#,
        "EOrder:Order minimum not met"
      ),
      (#""order_qty":0"#, "EGeneral:Invalid arguments:order_qty"),
      (#""limit_price":60001.001"#, "EGeneral:Invalid arguments:limit_price"),
      (#""limit_price":60002,"post_only":true"#, "EOrder:Post only order"),
      (#""order_type":"best""#, "EGeneral:Invalid arguments:order_type"),
      (#""symbol":"BTC/EUR""#, "EQuery:Unknown asset pair"),
      (#""fee_preference":"base""#, "EGeneral:Invalid arguments:fee_preference"),
      (#""cl_ord_id":"twice""#, "EGeneral:Invalid arguments:cl_ord_id"),
      (#""deadline":"2025-12-31T00:00:00Z""#, "EService:Deadline elapsed"),
      (#""time_in_force":"gtd""#, "EGeneral:Invalid arguments:expire_time"),
      (#""token":"somebody's""#, "ESession:Invalid session"),
    ])
  func refusals(change: String, error: String) throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let token = try trader.token
    func add(_ name: String, _ change: String) throws -> [String: Any] {
      var members = [
        "order_type": #""limit""#, "side": #""buy""#, "symbol": #""BTC/USDT""#,
        "order_qty": "0.1", "limit_price": "50000", "cl_ord_id": #""\#(name)""#,
        "token": #""\#(token)""#,
      ]
      for part in change.split(separator: ",") {
        let pair = part.split(separator: ":", maxSplits: 1).map(String.init)
        if pair.count == 2 { members[pair[0].filter { $0 != "\"" }] = pair[1] }
      }
      let params = members.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",")
      trader.fixture.send(
        #"{"method":"add_order","params":{\#(params)},"req_id":7}"#, on: trader.connection)
      let messages = try trader.fixture.messages(on: trader.connection)
      return try #require(messages.first { $0["method"] as? String == "add_order" })
    }
    #expect(try add("twice", "")["success"] as? Bool == true)
    let answer = try add("once", change)
    #expect(answer["success"] as? Bool == false && answer["req_id"] as? Int == 7)
    #expect(answer["error"] as? String == error)
  }

  @Test(
    "Every kind of order that the dialect has words for is taken, over a connection and over HTTP",
    arguments: [VenueTransport.webSocket, .http])
  func kinds(transport: VenueTransport) throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let orders = [
      KrakenTrader.order(1) { $0.type = .market },
      KrakenTrader.order(2) { order in
        (order.type, order.quantity) = (.market, Quantity(lots: 10_000_000_000))
        order.flags.insert(.inQuote)
      },
      KrakenTrader.order(3) { $0.flags.insert(.postOnly) },
      KrakenTrader.order(4, at: 6_010_000) { order in
        (order.type, order.trigger) = (.stopLimit, Price(ticks: 6_005_000))
      },
      KrakenTrader.order(5, .sell) { ($0.type, $0.trailing) = (.stop, 150) },
      KrakenTrader.order(6, .sell) { order in
        (order.type, order.trigger) = (.takeProfit, Price(ticks: 6_100_000))
      },
      KrakenTrader.order(7) { $0.parts = 4 },
      KrakenTrader.order(8) { order in
        (order.timeInForce, order.expirySeconds) = (.goodTillDate, 1_767_225_700)
      },
      KrakenTrader.order(9) { $0.timeInForce = .immediateOrCancel },
      KrakenTrader.order(10) { $0.flags.selfTrade = .expireMaker },
    ]
    for order in orders {
      var order = order
      if !order.terms.type.hasLimit { order.terms.price = .zero }
      #expect(try trader.ask(.test(order), over: transport).outcome == .done, "\(order.id)")
      #expect(try trader.ask(.place(order), over: transport).outcome == .done, "\(order.id)")
    }
    let open = try trader.listed()
    #expect(open.map { KrakenTrader.names.order($0.name).raw } == [3, 4, 5, 6, 7, 8, 10])
    let limit = "59900.00"
    #expect(
      open.map { $0.price?.text(decimals: 2) }
        == [limit, "60100.00", nil, nil, limit, limit, limit])
    _ = try trader.takeReports()
    trader.pass(seconds: 90)
    trader.fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_000))
    let ended = try trader.takeReports().compactMap { body in
      if case .expired(let report) = body { report.order.raw } else { nil }
    }
    #expect(ended == [8])
  }

  @Test func `An order that comes too late is not taken`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let late = Interval(nanoseconds: 6_000_000_000)
    let (outcome, batch) = try trader.ask(.place(KrakenTrader.order(1)), late: late)
    #expect(outcome == .clockSkew && batch.events.map(\.body.kind) == [.sendFailed])
    #expect(try !trader.hasOpen(1))
  }
}
