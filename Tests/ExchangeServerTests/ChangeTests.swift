/// Orders that are changed or replaced, ids that are used again, and grids that change under them.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct ChangeTests {
  private static let sell =
    "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=2&price=70000"

  private func amend(_ fixture: inout DeskFixture, _ terms: String) throws -> HTTPAnswer {
    try fixture.signed("PUT", "order/amend/keepPriority", "symbol=BTCUSDT&orderId=1&" + terms)
  }

  @Test func `A smaller quantity keeps the order and its history`() throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed("POST", "order", Self.sell + "&newClientOrderId=a")
    let answer = try amend(&fixture, "newQty=1.5&newClientOrderId=b").object()
    let amended = try #require(answer["amendedOrder"] as? [String: Any])
    #expect(amended["qty"] as? String == "1.50000000")
    #expect(amended["origClientOrderId"] as? String == "a")
    let rows = try fixture.signed("GET", "order/amendments", "symbol=BTCUSDT&orderId=1")
    #expect(rows.text.contains(#""origQty":"2.00000000","newQty":"1.50000000""#))
    let account = try fixture.signed("GET", "account")
    #expect(account.text.contains(#"{"asset":"BTC","free":"8.50000000","locked":"1.50000000"}"#))
  }

  @Test func `An amended order keeps its place among the account's own`() throws {
    var fixture = try DeskFixture()
    for _ in 0..<2 { _ = try fixture.signed("POST", "order", Self.sell) }
    #expect(try amend(&fixture, "newQty=1").status == 200)
    fixture.pass(milliseconds: 1)
    fixture.feed(DeskFixture.trade(id: 501, ticks: 7_000_100, lots: 100_000))
    let orders = try fixture.signed("GET", "allOrders", "symbol=BTCUSDT")
    let filled = try #require(parsed(orders.body) as? [[String: Any]]).map {
      $0["executedQty"] as? String
    }
    #expect(filled == ["1.00000000", "0.00000000"])
  }

  @Test(
    "A refused amendment is told why",
    arguments: [
      ("newQty=3", -2038, "Order amend (quantity increase) is not supported."),
      ("newQty=2", -2038, "The requested action would change no state; rejecting."),
      ("newQty=0.00005", -1013, "Filter failure: NOTIONAL"),
      ("newQty=0.000001", -1013, "Filter failure: LOT_SIZE"),
      ("newQty=0", -1013, "Invalid quantity."),
    ])
  func refusals(terms: String, code: Int, message: String) throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed("POST", "order", Self.sell)
    let answer = try amend(&fixture, terms)
    #expect(answer.text == #"{"code":\#(code),"msg":"\#(message)"}"#)
    let order = try fixture.signed("GET", "order", "symbol=BTCUSDT&orderId=1").object()
    #expect(order["origQty"] as? String == "2.00000000")
  }

  @Test func `Only so many amendments are made`() throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed("POST", "order", Self.sell)
    for step in 1...10 { #expect(try amend(&fixture, "newQty=1.\(99 - step)").status == 200) }
    #expect(
      try amend(&fixture, "newQty=1").text
        == #"{"code":-1013,"msg":"Filter failure: MAX_NUM_ORDER_AMENDS"}"#)
  }

  @Test func `A rejected order leaves its client id with the order that had it`() throws {
    var fixture = try DeskFixture()
    let terms = "symbol=BTCUSDT&side=BUY&type=MARKET&newClientOrderId=mine&quantity="
    #expect(try fixture.signed("POST", "order", terms + "0.1").status == 200)
    #expect(try fixture.signed("POST", "order", terms + "90").status == 400)
    let found = try fixture.signed("GET", "order", "symbol=BTCUSDT&origClientOrderId=mine").object()
    #expect(found["orderId"] as? Int == 1)
  }

  @Test func `A replacement cannot have an open order's client id`() throws {
    var fixture = try DeskFixture()
    for name in ["a", "b"] {
      _ = try fixture.signed("POST", "order", Self.sell + "&newClientOrderId=" + name)
    }
    let answer = try fixture.signed(
      "POST", "order/cancelReplace",
      Self.sell + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1&newClientOrderId=b")
    #expect(answer.status == 409)
    #expect(
      answer.text.contains(
        #""newOrderResponse":{"code":-2010,"msg":"Duplicate order sent."}"#))
    let open = try fixture.signed("GET", "openOrders", "symbol=BTCUSDT")
    #expect(try (parsed(open.body) as? [Any])?.count == 1)
  }

  @Test func `A new grid is published and enforced, and old orders keep their numbers`() throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed("POST", "order", Self.sell)
    var definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 1), lot: Decimal64(mantissa: 1, scale: 3),
      minQuantity: Quantity(lots: 1), minNotional: 500_000_000)
    fixture.feed(.instrument(definition))
    #expect(fixture.get("exchangeInfo").text.contains(#""tickSize":"0.10000000""#))
    #expect(fixture.get("trades", "symbol=BTCUSDT").text == "[]")
    let old = try fixture.signed("GET", "order", "symbol=BTCUSDT&orderId=1").object()
    #expect(old["price"] as? String == "70000.00000000")
    #expect(old["status"] as? String == "CANCELED")
    let finer = Self.sell.replacing("quantity=2", with: "quantity=0.0001")
    #expect(try fixture.signed("POST", "order", finer).text.contains("LOT_SIZE"))
    // The same grid, but orders must be larger.
    definition.minQuantity = Quantity(lots: 500)
    fixture.feed(.instrument(definition))
    #expect(fixture.get("exchangeInfo").text.contains(#""minQty":"0.50000000""#))
    let smaller = Self.sell.replacing("quantity=2", with: "quantity=0.4")
    #expect(try fixture.signed("POST", "order", smaller).text.contains("LOT_SIZE"))
  }
}
