/// Order lists: what becomes of their orders, and what their account is told.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct ListTests {
  @Test func `Of two alternatives one ends when the other trades`() throws {
    var fixture = try DeskFixture()
    let placed = try fixture.signed(
      "POST", "orderList/oco",
      "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=60002"
        + "&belowType=STOP_LOSS&belowStopPrice=59000"
    ).object()
    #expect(placed["contingencyType"] as? String == "OCO")
    #expect((placed["orderReports"] as? [Any])?.count == 2)
    let account = try fixture.signed("GET", "account")
    #expect(account.text.contains(#"{"asset":"BTC","free":"9.00000000","locked":"1.00000000"}"#))
    fixture.pass(milliseconds: 1)
    fixture.feed(DeskFixture.trade(id: 501, ticks: 6_000_300, lots: 500_000))
    let orders = try fixture.signed("GET", "allOrders", "symbol=BTCUSDT")
    let statuses = try #require(parsed(orders.body) as? [[String: Any]]).map {
      $0["status"] as? String
    }
    #expect(statuses == ["EXPIRED", "FILLED"])
    let list = try fixture.signed("GET", "orderList", "orderListId=0").object()
    #expect(list["listStatusType"] as? String == "ALL_DONE")
  }

  @Test func `An exit waits for its entry`() throws {
    var fixture = try DeskFixture()
    let placed = try fixture.signed(
      "POST", "orderList/oto",
      "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=59998&workingQuantity=0.1"
        + "&workingTimeInForce=GTC&pendingType=LIMIT_MAKER&pendingSide=SELL&pendingPrice=65000"
        + "&pendingQuantity=0.09")
    #expect(placed.status == 200, "\(placed.text)")
    let before = try fixture.signed("GET", "order", "symbol=BTCUSDT&orderId=2").object()
    #expect(before["status"] as? String == "PENDING_NEW")
    fixture.pass(milliseconds: 1)
    fixture.feed(DeskFixture.trade(id: 501, ticks: 5_999_000, lots: 500_000))
    let after = try fixture.signed("GET", "order", "symbol=BTCUSDT&orderId=2").object()
    #expect(after["status"] as? String == "NEW")
  }

  private static let oco =
    "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=70000"
    + "&belowType=STOP_LOSS&belowStopPrice=50000"

  /// What a user data stream says of lists and orders, in short.
  private func told(_ fixture: inout DeskFixture, on connection: Int) throws -> [String] {
    try fixture.messages(on: connection).compactMap { message in
      let event = message["event"] as? [String: Any]
      return event?["x"] as? String ?? event?["L"] as? String
    }
  }

  @Test func `A list begins for its account when its orders were taken, and not before`() throws {
    var fixture = try DeskFixture()
    let connection = try fixture.connectUser()
    _ = try fixture.signed("POST", "orderList/oco", Self.oco)
    #expect(try told(&fixture, on: connection) == ["NEW", "NEW", "EXECUTING"])
    let tooMuch = Self.oco.replacing("quantity=1", with: "quantity=100")
    #expect(try fixture.signed("POST", "orderList/oco", tooMuch).status == 400)
    #expect(try told(&fixture, on: connection) == [])
    _ = try fixture.signed("DELETE", "orderList", "symbol=BTCUSDT&orderListId=0")
    #expect(try told(&fixture, on: connection) == ["CANCELED", "CANCELED", "ALL_DONE"])
  }

  @Test func `Orders of a list cannot share a client id, nor open lists`() throws {
    var fixture = try DeskFixture()
    let duplicate = #"{"code":-2010,"msg":"Duplicate order sent."}"#
    let twins = Self.oco + "&aboveClientOrderId=a&belowClientOrderId=a"
    #expect(try fixture.signed("POST", "orderList/oco", twins).text == duplicate)
    #expect(try fixture.signed("GET", "openOrders").text == "[]")
    let named = Self.oco + "&listClientOrderId=mine"
    #expect(try fixture.signed("POST", "orderList/oco", named).status == 200)
    #expect(try fixture.signed("POST", "orderList/oco", named).text == duplicate)
    _ = try fixture.signed("DELETE", "orderList", "symbol=BTCUSDT&listClientOrderId=mine")
    #expect(try fixture.signed("POST", "orderList/oco", named).status == 200)
  }

  @Test func `Neither of two alternatives is amended alone`() throws {
    var fixture = try DeskFixture()
    _ = try fixture.signed("POST", "orderList/oco", Self.oco)
    let answer = try fixture.signed(
      "PUT", "order/amend/keepPriority", "symbol=BTCUSDT&orderId=2&newQty=0.5")
    #expect(
      answer.text
        == #"{"code":-2038,"msg":"Order amend is not supported for this symbol."}"#)
  }
}
