/// Orders of Kraken's clients over HTTP: what is placed there is reported on the connection, and what is open can be
/// taken back without one.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

@Suite struct KrakenRestOrderTests {
  private static let bitcoin = InstrumentID(0)

  @Test func `An order placed over HTTP is the one that its reports are about`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let placed = try trader.ask(.place(KrakenTrader.order(1)), over: .http)
    #expect(placed.outcome == .done)
    guard case .accepted(let answer)? = placed.batch.events.first?.body,
      case .accepted(let report)? = try trader.takeReports().first
    else {
      Issue.record("nothing was accepted")
      return
    }
    #expect(answer == report)
    #expect(try trader.ask(.cancel(OrderID(1), Self.bitcoin), over: .http).outcome == .done)
    #expect(try trader.takeReports().map(\.kind) == [.canceled])
    guard
      case .rejected(let why) =
        try trader.ask(.cancel(OrderID(1), Self.bitcoin), over: .http).outcome
    else {
      Issue.record("what has ended was canceled again")
      return
    }
    #expect(why.reason == .unknownOrder)
  }

  @Test func `Without a connection orders are placed, checked and canceled all the same`() throws {
    var trader = try KrakenTrader(DeskFixture())
    #expect(try trader.ask(.test(KrakenTrader.order(1)), over: .http).outcome == .done)
    #expect(try trader.listed().isEmpty, "a check placed an order")
    for id: UInt64 in 1...3 {
      #expect(try trader.ask(.place(KrakenTrader.order(id)), over: .http).outcome == .done)
    }
    #expect(try trader.listed().count == 3)
    #expect(try trader.ask(.cancelAll(Self.bitcoin), over: .http).outcome == .done)
    #expect(try trader.listed().isEmpty)
  }

  @Test func `A list cancels the orders of it that are open, and tells how many`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    for id: UInt64 in 1...4 { _ = try trader.ask(.place(KrakenTrader.order(id)), over: .http) }
    _ = try trader.takeReports()
    let cancels = (1...4).map { VenueAction.cancel(OrderID($0), Self.bitcoin) }
    #expect(try trader.ask(together: Array(cancels[0...1])) == [.done, .done])
    #expect(try trader.takeReports().map(\.kind) == [.canceled, .canceled])
    #expect(try trader.ask(together: Array(cancels[1...2])) == [.unknown, .unknown])
    #expect(try trader.listed().count == 1)
    for outcome in try trader.ask(together: Array(cancels[0...2])) {
      guard case .rejected(let why) = outcome else {
        Issue.record("what has ended was canceled again: \(outcome)")
        return
      }
      #expect(why.reason == .unknownOrder)
    }
    // An order that is named again is none more.
    let named = cancels[3...3] + Array(repeating: cancels[0], count: 60)
    #expect(try trader.ask(together: Array(named))[0] == .unknown)
    #expect(try trader.listed().isEmpty)
  }

  @Test func `A list of more than fifty orders cancels none`() throws {
    var trader = try KrakenTrader(DeskFixture())
    for id: UInt64 in 1...2 { _ = try trader.ask(.place(KrakenTrader.order(id)), over: .http) }
    let cancels = (1...51).map { VenueAction.cancel(OrderID($0), Self.bitcoin) }
    guard case .rejected(let why)? = try trader.ask(together: cancels).first else {
      Issue.record("a list was taken that is too long")
      return
    }
    #expect(why.reason == .malformed)
    #expect(try trader.listed().count == 2)
    #expect(try trader.ask(together: Array(cancels.prefix(50)))[0] == .unknown)
    #expect(try trader.listed().isEmpty)
  }

  @Test func `The dead man's switch is set over HTTP, and taken back`() throws {
    var trader = try KrakenTrader(DeskFixture())
    let span = Interval(nanoseconds: 2_000_000_000)
    for id: UInt64 in 1...2 {
      _ = try trader.ask(.place(KrakenTrader.order(id)), over: .http)
      #expect(try trader.ask(.cancelAllAfter(span), over: .http).outcome == .done)
      if id == 1 { #expect(try trader.ask(.cancelAllAfter(nil), over: .http).outcome == .done) }
      trader.fixture.pass(milliseconds: 3_000)
      #expect(try trader.listed().count == (id == 1 ? 1 : 0))
    }
  }

  @Test func `An order that cannot be placed is refused as it is on a connection`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    var dear = KrakenTrader.order(1, lots: 1_000_000_000)
    for transport in [VenueTransport.http, .webSocket] {
      for action in [VenueAction.place(dear), .test(dear)] {
        guard case .rejected(let why) = try trader.ask(action, over: transport).outcome else {
          Issue.record("\(transport): more was bought than there is money for")
          return
        }
        #expect(why.reason == .insufficientBalance)
      }
    }
    dear.terms.quantity = Quantity(lots: 10_000)
    let late = try trader.ask(
      .place(dear), late: Interval(nanoseconds: 6_000_000_000), over: .http)
    #expect(late.outcome == .clockSkew && late.batch.events.map(\.body.kind) == [.sendFailed])
  }

  @Test func `An account's worth and what was planted in it are told`() throws {
    var trader = try KrakenTrader(DeskFixture())
    let before = try #require(try trader.ask(.margin).batch.listing.funds)
    #expect(before.used == .zero && before.free == before.equity)
    // Ten coins at the best bid, and the money beside them.
    #expect(before.equity.text(decimals: 0) == "699990")
    #expect(try trader.ask(.positions).batch.listing.positions.isEmpty)
    let body =
      #"{"pair":"XXBTZUSD","type":"buy","vol":"0.5","cost":"30000","margin":"6000.5"}"#
    #expect(trader.fixture.control("POST", "positions", body).status == 200)
    let after = try #require(try trader.ask(.margin).batch.listing.funds)
    #expect(after.used.text(decimals: 1) == "6000.5" && after.equity == before.equity)
    #expect(after.free == after.equity - after.used)
    let position = try #require(try trader.ask(.positions).batch.listing.positions.first)
    #expect(position.words == "long 0.5 XXBTZUSD")
    #expect(position.time == trader.fixture.now)
    for wrong in [#""vol":"0""#, #""type":"long""#, #""cost":"dear""#] {
      let bad = trader.fixture.control("POST", "positions", "{\(wrong)}")
      #expect(bad.status == 400)
    }
  }

  @Test func `A key does over HTTP what it has a right to, and no more`() throws {
    for (rights, reads, trades) in [("read", true, false), ("trade", false, true)] {
      var exchange = try DeskFixture()
      exchange.control(
        "POST", "keys",
        #"{"apiKey":"narrow","secret":"\#(DeskFixture.secret)","rights":"\#(rights)"}"#)
      var trader = try KrakenTrader(exchange, key: "narrow")
      for action in [VenueAction.account, .margin, .positions, .openOrders(nil)] {
        #expect((try trader.ask(action).outcome == .done) == reads, "\(action)")
      }
      let order = KrakenTrader.order(1)
      for action in [VenueAction.test(order), .place(order), .cancel(OrderID(1), Self.bitcoin)] {
        #expect((try trader.ask(action, over: .http).outcome == .done) == trades, "\(action)")
      }
    }
    var exchange = try DeskFixture()
    let bad = exchange.control(
      "POST", "keys", #"{"apiKey":"odd","secret":"x","rights":"read,fly"}"#)
    #expect(bad.status == 400)
  }

  @Test(arguments: ["lost_ack", "error"])
  func `What nobody answered may have been done`(fault: String) throws {
    var trader = try KrakenTrader(DeskFixture())
    trader.fixture.control("POST", "faults", #"{"fault":"\#(fault)","every":1}"#)
    let (outcome, batch) = try trader.ask(.place(KrakenTrader.order(1)), over: .http)
    #expect(outcome == .unknown && batch.events.map(\.body.kind) == [.unknown])
    #expect(try trader.hasOpen(1))
  }
}
