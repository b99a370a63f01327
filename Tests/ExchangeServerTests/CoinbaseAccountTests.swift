/// Accounts in Coinbase's language: the dialect that trades at Coinbase against the exchange, which speaks
/// as Coinbase does.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

private let bitcoin = InstrumentID(0)

@Suite("Accounts in Coinbase's language")
struct CoinbaseAccountTests {
  @Test(
    "An order's whole life is understood, by its answers and by the account's reports",
    arguments: CoinbaseTestKey.allCases)
  func life(key: CoinbaseTestKey) throws {
    var client = try CoinbaseAccountClient(key)
    #expect(try client.follow() == .done)
    #expect(try client.ask(.place(order(1, lots: 50_000, ticks: 5_000_000))).outcome == .done)
    #expect(client.takeReports() == [.working])
    let query = try client.ask(.query(OrderID(1), bitcoin))
    let standing = try #require(query.batch.standings.first)
    #expect((standing.price.ticks, standing.quantity.lots) == (5_000_000, 50_000))
    #expect(try client.ask(.allOrders(bitcoin, from: 0)).batch.standings == [standing])
    let open = try client.ask(.openOrders(bitcoin)).batch.listing.orders
    #expect(open.map(\.kind) == ["limit"])
    #expect(open.map { $0.price?.text(decimals: 2) } == ["50000.00"])
    let shrunk = try client.ask(.shrink(OrderID(1), bitcoin, to: Quantity(lots: 30_000)))
    #expect(shrunk.batch.events.map(\.body.kind) == [.amended])
    #expect(try client.ask(.query(OrderID(1), bitcoin)).batch.standings[0].quantity.lots == 30_000)

    #expect(try client.ask(.cancel(OrderID(1), bitcoin)).outcome == .done)
    #expect(client.takeReports().last == .canceled)
    guard case .rejected(let late) = try client.ask(.cancel(OrderID(1), bitcoin)).outcome else {
      Issue.record("a second cancel is taken")
      return
    }
    #expect(late.reason == .unknownOrder)
    #expect(try client.ask(.query(OrderID(3), bitcoin)).outcome == .noSuchOrder)

    _ = try client.ask(.place(order(4, .market, lots: 150_000)))
    #expect(client.takeReports().last == .filled)
    let fills = try client.ask(.fillsOf(OrderID(4), bitcoin, venueOrder: 0)).batch
    let found = fills.events.compactMap { if case .fill(let fill) = $0.body { fill } else { nil } }
    #expect(Set(found.map(\.quantity.lots)) == [100_000, 50_000])
    #expect(found.allSatisfy { $0.feeAsset == AssetID(1) && $0.fee > 0 && $0.order == OrderID(4) })
    #expect(fills.trades.count == 2)
    #expect(try client.ask(.fills(bitcoin, from: 0)).batch.trades.count == 2)
    let account = try client.ask(.account).batch.statements
    for (index, code) in ["BTC", "USDT"].enumerated() {
      #expect(account[index].total == client.fixture.desk.witnessedBalance(of: 0, code))
    }
  }

  @Test func `An order that never came is looked for on every page of the list, to its end`() throws
  {
    var client = try CoinbaseAccountClient()
    for number in 1...5 as ClosedRange<UInt64> {
      let placed = order(number, lots: 1_000, ticks: 5_000_000)
      #expect(try client.ask(.place(placed)).outcome == .done)
    }
    var (page, pages) = (String?.none, 1)
    while case .halfway(let next) = try client.ask(
      .query(OrderID(99), bitcoin, page: page), listed: 2
    ).outcome, pages < 9 {
      (page, pages) = (next, pages + 1)
    }
    #expect(pages == 3)
    let last = try client.ask(.query(OrderID(99), bitcoin, page: page), listed: 2)
    #expect(last.outcome == .noSuchOrder)
  }

  @Test func `Every kind of order arrives as it was meant`() throws {
    var client = try CoinbaseAccountClient()
    var cases: [OrderTerms] = []
    for life in [TimeInForce.goodTillCanceled, .goodTillDate, .immediateOrCancel, .fillOrKill] {
      var terms = order(0, lots: 10_000, ticks: 5_000_000).terms
      terms.timeInForce = life
      if life == .goodTillDate { terms.expirySeconds = 1_767_229_200 }
      cases.append(terms)
    }
    var maker = cases[0]
    maker.flags.insert(.postOnly)
    var amount = order(0, .market, lots: 1_000_000_000_000).terms
    amount.flags.insert(.inQuote)
    cases += [maker, amount, order(0, .market, side: .sell, lots: 10_000).terms]
    let triggers: [(OrderType, Side, Int64)] = [
      (.stopLimit, .buy, 6_100_000), (.stopLimit, .sell, 5_900_000),
      (.takeProfitLimit, .buy, 5_900_000), (.takeProfitLimit, .sell, 6_100_000),
    ]
    for (type, side, trigger) in triggers {
      var terms = order(0, type, side: side, lots: 10_000, ticks: trigger).terms
      terms.trigger = Price(ticks: trigger)
      cases.append(terms)
    }
    for (number, terms) in cases.enumerated() {
      let placed = PlacedOrder(OrderID(UInt64(number + 1)), terms)
      #expect(try client.ask(.test(placed)).outcome == .done, "\(terms)")
      #expect(try client.ask(.place(placed)).outcome == .done, "\(terms)")
      let taken = try #require(client.fixture.desk.traders[0].orders.all.last?.terms)
      #expect(taken == terms, "\(terms)")
      let query = try client.ask(.query(placed.id, bitcoin)).batch.standings
      #expect(query.map(\.order) == [placed.id] && query.map(\.price) == [terms.price])
    }
  }

  @Test func `What is not taken says why, in a check as in an order`() throws {
    var client = try CoinbaseAccountClient()
    var maker = order(1, lots: 1_000, ticks: 6_000_100)
    maker.terms.flags.insert(.postOnly)
    var late = order(4, .stopLimit, lots: 1_000, ticks: 5_000_000)
    late.terms.trigger = Price(ticks: 5_000_000)
    let cases: [(PlacedOrder, RejectReason)] = [
      (maker, .wouldMatch), (order(2, lots: 100_000_000, ticks: 5_000_000), .insufficientBalance),
      (order(3, lots: 1, ticks: 5_000_000), .notional), (late, .wouldTrigger),
    ]
    for (placed, reason) in cases {
      for action in [VenueAction.place(placed), .test(placed)] {
        guard case .rejected(let rejection) = try client.ask(action).outcome else {
          Issue.record("\(action) is taken")
          continue
        }
        #expect(rejection.reason == reason)
      }
    }
    #expect(client.fixture.desk.witnessedOrders(of: 0).isEmpty)
  }

  @Test func `A name that was used before places nothing, and its order is answered`() throws {
    var client = try CoinbaseAccountClient()
    let placed = VenueAction.place(order(1, lots: 10_000, ticks: 5_000_000))
    let reports = try [client.ask(placed), client.ask(placed)].map { $0.batch.events.map(\.body) }
    #expect(reports[0] == reports[1])
    #expect(client.fixture.desk.witnessedOrders(of: 0).count == 1)
  }

  @Test func `An answer that was lost is found by its name, and a link begins with what is open`()
    throws
  {
    var client = try CoinbaseAccountClient()
    client.fixture.control("POST", "faults", #"{"fault":"lost-ack","times":1}"#)
    let placed = order(7, lots: 10_000, ticks: 5_000_000)
    #expect(try client.ask(.place(placed)).outcome == .unknown)
    // Its name at Coinbase is not known, so it is looked for.
    #expect(try client.ask(.query(placed.id, bitcoin)).outcome == .done)
    #expect(try client.ask(.cancel(placed.id, bitcoin)).outcome == .done)
    client.fixture.control("POST", "faults", #"{"fault":"error","times":1}"#)
    #expect(
      try client.ask(.place(order(8, lots: 10_000, ticks: 5_000_000))).outcome == .unknown)
    #expect(try client.follow() == .done)
    #expect(client.takeReports() == [.working])
    #expect(try client.ask(.cancel(OrderID(8), bitcoin)).outcome == .done)
    #expect(client.takeReports() == [.canceled])
  }

  @Test func `A link begins with every open order, however many there are`() throws {
    var client = try CoinbaseAccountClient()
    for number in 1...120 {
      _ = try client.ask(.place(order(UInt64(number), lots: 1_000, ticks: 5_000_000)))
    }
    #expect(try client.follow() == .done)
    #expect(client.reports.standings.count == 120)
    #expect(Set(client.reports.standings.map(\.order)).count == 120)
  }

  @Test func `A report that was left out ends the account's reports`() throws {
    var client = try CoinbaseAccountClient()
    #expect(try client.follow() == .done)
    client.fixture.control("POST", "faults", #"{"fault":"gap","times":1,"stream":"user"}"#)
    _ = try client.ask(.place(order(1, lots: 10_000, ticks: 5_000_000)))
    let isMissed = client.hasEnded
    #expect(!isMissed && client.takeReports().isEmpty)
    _ = try client.ask(.place(order(2, lots: 10_000, ticks: 5_000_000)))
    let isNoticed = client.hasEnded
    #expect(isNoticed)
  }

  @Test func `Reports end with the key that asked for them, and so do requests`() throws {
    var client = try CoinbaseAccountClient()
    #expect(try client.follow() == .done)
    let query = Array("apiKey=edwards".utf8)
    _ = client.fixture.desk.answer(
      HTTPCall(method: "DELETE", path: "/control/keys", query: query), at: client.fixture.now)
    let closes = client.fixture.desk.takeDeliveries().map(\.action)
    #expect(closes == [.close(1008)])
    guard case .unauthorised = try client.ask(.account).outcome,
      case .unauthorised? = try client.follow()
    else {
      Issue.record("an ended key is taken")
      return
    }
    #expect(client.fixture.desk.traders[0].keys.last?.late == 2)
  }
}
