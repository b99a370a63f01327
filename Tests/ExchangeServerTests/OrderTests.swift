/// Orders from placement to end: answers, rejections, balances, history.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct OrderTests {
  @Test func `A limit order rests, is found, and is canceled`() throws {
    var fixture = try DeskFixture()
    let placed = try fixture.signed(
      "POST", "order",
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000"
        + "&newClientOrderId=mine&newOrderRespType=RESULT")
    #expect(
      placed.text == #"{"symbol":"BTCUSDT","orderId":1,"orderListId":-1,"clientOrderId":"mine","#
        + #""transactTime":1767225610000,"price":"50000.00000000","origQty":"0.50000000","#
        + #""executedQty":"0.00000000","origQuoteOrderQty":"0.00000000","#
        + #""cummulativeQuoteQty":"0.00000000","status":"NEW","timeInForce":"GTC","#
        + #""type":"LIMIT","side":"BUY","workingTime":1767225610000,"#
        + #""selfTradePreventionMode":"NONE"}"#)
    #expect(placed.headers.contains { $0.name == "X-MBX-ORDER-COUNT-10S" && $0.value == "1" })
    let account = try fixture.signed("GET", "account")
    #expect(
      account.text.contains(#"{"asset":"USDT","free":"75000.00000000","locked":"25000.00000000"}"#))
    let found = try fixture.signed("GET", "order", "symbol=BTCUSDT&origClientOrderId=mine").object()
    #expect(found["status"] as? String == "NEW")
    #expect(found["isWorking"] as? Bool == true)
    let canceled = try fixture.signed(
      "DELETE", "order", "symbol=BTCUSDT&orderId=1&newClientOrderId=gone"
    ).object()
    #expect(canceled["status"] as? String == "CANCELED")
    #expect(canceled["origClientOrderId"] as? String == "mine")
    #expect(canceled["clientOrderId"] as? String == "gone")
    let again = try fixture.signed("DELETE", "order", "symbol=BTCUSDT&orderId=1")
    #expect(again.text == #"{"code":-2011,"msg":"Unknown order sent."}"#)
    let history = try fixture.signed("GET", "order", "symbol=BTCUSDT&origClientOrderId=mine")
      .object()
    #expect(history["status"] as? String == "CANCELED")
  }

  @Test func `A market order walks the book and pays in what it bought`() throws {
    var fixture = try DeskFixture()
    let answer = try fixture.signed(
      "POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1.5"
    ).object()
    #expect(answer["status"] as? String == "FILLED")
    #expect(answer["executedQty"] as? String == "1.50000000")
    // 1 at 60,001 and 0.5 at 60,002.
    #expect(answer["cummulativeQuoteQty"] as? String == "90002.00000000")
    let fills = try #require(answer["fills"] as? [[String: Any]])
    #expect(fills.map { $0["price"] as? String } == ["60001.00000000", "60002.00000000"])
    #expect(fills.map { $0["commission"] as? String } == ["0.00100000", "0.00050000"])
    #expect(fills.map { $0["commissionAsset"] as? String } == ["BTC", "BTC"])
    let trades = try fixture.signed("GET", "myTrades", "symbol=BTCUSDT")
    #expect(try (parsed(trades.body) as? [Any])?.count == 2)
    let account = try fixture.signed("GET", "account")
    #expect(account.text.contains(#"{"asset":"BTC","free":"11.49850000","locked":"0.00000000"}"#))
    #expect(
      account.text.contains(#"{"asset":"USDT","free":"9998.00000000","locked":"0.00000000"}"#))
  }

  @Test func `A market order for an amount spends it in whole lots and is filled`() throws {
    var fixture = try DeskFixture()
    let answer = try fixture.signed(
      "POST", "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=6000.1"
    ).object()
    #expect(answer["status"] as? String == "FILLED")
    #expect(answer["executedQty"] as? String == "0.10000000")
    #expect(answer["origQty"] as? String == "0.10000000")
    #expect(answer["origQuoteOrderQty"] as? String == "6000.10000000")
  }

  @Test(
    "Orders that break a rule get its text",
    arguments: [
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1", -1102,
        "Mandatory parameter 'price' was not sent, was empty/null, or malformed."
      ),
      (
        "side=BUY&type=LIMIT&quantity=1&price=1", -1102,
        "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."
      ),
      ("side=UP&type=LIMIT&timeInForce=GTC&quantity=1&price=1", -1117, "Invalid side."),
      ("side=BUY&type=GUESS&quantity=1", -1116, "Invalid orderType."),
      ("side=BUY&type=LIMIT&timeInForce=SOON&quantity=1&price=1", -1115, "Invalid timeInForce."),
      (
        "side=BUY&type=MARKET", -1102,
        "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
      ),
      (
        "side=BUY&type=MARKET&quantity=1&price=1", -1106,
        "Parameter 'price' sent when not required."
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1e3&price=1", -1100,
        #"Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."#
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.000000001&price=1", -1111,
        "Parameter 'quantity' has too much precision."
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.000001&price=1", -1013,
        "Filter failure: LOT_SIZE"
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50000.001", -1013,
        "Filter failure: PRICE_FILTER"
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0001&price=40000", -1013,
        "Filter failure: NOTIONAL"
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=59000", -2010,
        "Account has insufficient balance for requested action."
      ),
      (
        "side=BUY&type=LIMIT_MAKER&quantity=0.1&price=60001", -2010,
        "Order would immediately match and take."
      ),
      (
        "side=BUY&type=STOP_LOSS&quantity=0.1&stopPrice=59000", -2010,
        "Order would trigger immediately."
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1&strategyType=5", -1134,
        "`strategyType` was less than 1000000."
      ),
      (
        "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1&leverage=9", -1104,
        "Not all sent parameters were read; read '8' parameter(s) but was sent '9'."
      ),
    ])
  func rejections(terms: String, code: Int, message: String) throws {
    var fixture = try DeskFixture()
    let answer = try fixture.signed("POST", "order", "symbol=BTCUSDT&" + terms)
    #expect(answer.status == 400)
    #expect(answer.text == #"{"code":\#(code),"msg":"\#(message)"}"#)
    let open = try fixture.signed("GET", "allOrders", "symbol=BTCUSDT")
    #expect(open.text == "[]")
  }

  @Test func `Cancel-replace says which half failed`() throws {
    var fixture = try DeskFixture()
    let terms = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=50000"
    _ = try fixture.signed("POST", "order", terms)
    let both = try fixture.signed(
      "POST", "order/cancelReplace", terms + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1")
    #expect(both.status == 200)
    #expect(try both.object()["newOrderResult"] as? String == "SUCCESS")
    let none = try fixture.signed(
      "POST", "order/cancelReplace", terms + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1")
    #expect(none.status == 400)
    #expect(
      none.text == #"{"code":-2022,"msg":"Order cancel-replace failed.","data":{"#
        + #""cancelResult":"FAILURE","newOrderResult":"NOT_ATTEMPTED","#
        + #""cancelResponse":{"code":-2011,"msg":"Unknown order sent."},"newOrderResponse":null}}"#)
    let half = try fixture.signed(
      "POST", "order/cancelReplace", terms + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=1")
    #expect(half.status == 409)
    #expect(try half.object()["code"] as? Int == -2021)
  }
}
