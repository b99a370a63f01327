/// What venues list of an account for a person: orders of markets nobody knows here, margin, positions, and what
/// a key may do.

import Foundation
import Testing
import TradingCore

@testable import Dialects

private func money(_ text: String) -> Money {
  guard let number = Decimal64(text)?.rescaled(to: 8) else {
    preconditionFailure("\(text) is no decimal")
  }
  return Money(units: Int128(number.mantissa) * 10_000_000_000)
}

@Suite("An account listed for a person", .disabled(if: Shared.isMissing))
struct AccountListingTests {
  private static func fixture(_ path: String) throws -> String {
    String(decoding: try Shared.bytes("exchange-payload-fixtures/" + path), as: UTF8.self)
  }

  /// A dialect that knows no instrument.
  private static func kraken() throws -> KrakenDialect {
    KrakenDialect(
      orders: fixtureOrders,
      credentials: try Credentials(
        apiKey: "public-id", signer: try RequestSigner("b3Igd2hvZXZlciBsaXN0cw==".secret)))
  }

  @Test("Kraken's open orders are listed though no instrument is defined")
  func krakenOrders() throws {
    var dialect = try Self.kraken()
    let (outcome, batch) = try dialect.hear(
      try Self.fixture("kraken/http_open_orders.json"), to: .openOrders(nil))
    #expect(outcome == .done)
    #expect(batch.standings.isEmpty)
    #expect(
      batch.listing.orders == [
        ListedOrder(
          name: "", venueName: "O26VBY-ISGAE-JP5TLU", symbol: "XBTUSDT", side: .buy, kind: "limit",
          price: money("29500"), trigger: nil, quantity: money("0.5"), filled: .zero,
          time: Timestamp(nanoseconds: 1_688_583_840_864_800_000)),
        ListedOrder(
          name: "", venueName: "OYEQF4-FDE4C-NMUYUI", symbol: "ETHUSDT", side: .sell,
          kind: "stop-loss", price: nil, trigger: money("1800"), quantity: money("1"),
          filled: .zero, time: Timestamp(nanoseconds: 1_688_584_240_123_400_000)),
      ])
  }

  @Test("a distance from the market is no price, and a sum of money is said to be one")
  func krakenOddOrders() throws {
    var dialect = try Self.kraken()
    func order(_ terms: String, _ flags: String) throws -> ListedOrder {
      let text =
        #"{"error":[],"result":{"open":{"OAAAAA-BBBBB-CCCCCC":{"cl_ord_id":"mine","opentm":1.5,"#
        + #""oflags":"\#(flags)","descr":{"pair":"XBTUSD","type":"buy",\#(terms)},"#
        + #""stopprice":"0.00000","vol":"20","vol_exec":"5"}}}}"#
      return try #require(
        try dialect.hear(text, to: .openOrders(nil)).batch.listing.orders.first)
    }
    let trailing = try order(
      #""ordertype":"trailing-stop","price":"+1.5%","price2":"0""#, "fciq")
    #expect(trailing.name == "mine" && trailing.filled == money("5"))
    #expect(trailing.price == nil && trailing.trigger == nil && !trailing.isInQuote)
    let both = try order(
      #""ordertype":"stop-loss-limit","price":"31000","price2":"31100.5""#, "fciq,viqc")
    #expect(both.trigger == money("31000") && both.price == money("31100.5"))
    #expect(both.isInQuote)
  }

  @Test("equity, margin and positions by value")
  func krakenMargin() throws {
    var dialect = try Self.kraken()
    let funds = try dialect.hear(
      try Self.fixture("kraken/http_spot_trade_balance.json"), to: .margin)
    #expect(funds.outcome == .done)
    #expect(
      funds.batch.listing.funds
        == MarginFunds(
          equity: money("198499.67"), used: money("12500"), free: money("185999.67")))
    let text = try Self.fixture("kraken/http_spot_open_positions.json")
    let positions = try dialect.hear(
      text.replacing(#""vol_closed": "0.00000000""#, with: #""vol_closed": "0.20000000""#),
      to: .positions)
    #expect(
      positions.batch.listing.positions == [
        MarginPosition(
          symbol: "XXBTZUSD", side: .buy, quantity: money("0.3"), cost: money("50000"),
          margin: money("10000"), time: Timestamp(nanoseconds: 1_714_500_000_123_000_000))
      ])
    #expect(
      try dialect.hear(#"{"error":[],"result":{}}"#, to: .positions).batch.listing.positions
        .isEmpty)
    #expect(throws: DialectError.self) {
      try dialect.hear(#"{"error":[],"result":{"tb":"1"}}"#, to: .margin)
    }
    let refused = #"{"error":["EGeneral:Permission denied"]}"#
    guard case .unauthorised = try dialect.hear(refused, to: .positions).outcome else {
      Issue.record("a key that may not ask was not said to be refused")
      return
    }
  }

  @Test("Kraken is asked by signed forms")
  func krakenRequests() throws {
    var dialect = try Self.kraken()
    for (action, path) in [
      (VenueAction.margin, "TradeBalance"), (.positions, "OpenPositions"),
      (.openOrders(nil), "OpenOrders"),
    ] {
      #expect(try dialect.write(action).hasPrefix("POST /0/private/\(path) nonce="))
    }
    #expect(throws: DialectError.self) { try dialect.write(.permissions) }
  }

  @Test("Coinbase's orders are listed, and more of them are said to be there")
  func coinbaseOrders() throws {
    var dialect = CoinbaseDialect(orders: fixtureOrders)
    let text = try Self.fixture("coinbase/http_orders_list.json")
    let listing = try dialect.hear(text, to: .openOrders(nil)).batch.listing
    #expect(!listing.hasMoreOrders)
    #expect(listing.orders.map(\.symbol) == ["BTC-USD", "ETH-USD"])
    #expect(listing.orders.map(\.kind) == ["limit", "market"])
    #expect(listing.orders.map(\.price) == [money("45000"), nil])
    #expect(listing.orders.map(\.quantity) == [money("0.01"), money("100")])
    #expect(listing.orders.map(\.isInQuote) == [false, true])
    #expect(listing.orders.map(\.filled) == [.zero, money("0.0325")])
    #expect(listing.orders[0].time == Timestamp(nanoseconds: 1_705_312_800_000_000_000))
    let more = text.replacing(#""has_next": false"#, with: #""has_next": true"#)
    #expect(try dialect.hear(more, to: .openOrders(nil)).batch.listing.hasMoreOrders)
  }

  @Test("what a key may do at Coinbase is what it says")
  func coinbasePermissions() throws {
    var dialect = CoinbaseDialect(orders: fixtureOrders)
    let text =
      #"{"can_view":true,"can_trade":false,"can_transfer":true,"portfolio_uuid":"","#
      + #""portfolio_type":"DEFAULT"}"#
    #expect(
      try dialect.hear(text, to: .permissions).batch.listing.permissions
        == KeyPermissions(mayRead: true, mayTrade: false, mayWithdraw: true))
    #expect(throws: DialectError.self) { try dialect.hear("{}", to: .permissions) }
  }

  @Test("Binance's order is listed, and it has no words for margin")
  func binance() throws {
    var dialect = BinanceDialect(orders: fixtureOrders)
    let text =
      #"[{"symbol":"LTCBTC","orderId":1,"clientOrderId":"myOrder1","price":"0.1","origQty":"1.0","#
      + #""executedQty":"0.25","status":"PARTIALLY_FILLED","type":"STOP_LOSS_LIMIT","side":"SELL","#
      + #""stopPrice":"0.2","time":1499827319559,"updateTime":1499827319560}]"#
    #expect(
      try dialect.hear(text, to: .openOrders(nil)).batch.listing.orders == [
        ListedOrder(
          name: "myOrder1", venueName: "1", symbol: "LTCBTC", side: .sell,
          kind: "stop_loss_limit", price: money("0.1"), trigger: money("0.2"),
          quantity: money("1"), filled: money("0.25"),
          time: Timestamp(nanoseconds: 1_499_827_319_559_000_000))
      ])
    for action in [VenueAction.margin, .positions, .permissions] {
      #expect(throws: DialectError.self) {
        try dialect.request(action, id: 1, over: .http, at: arrival)
      }
    }
  }
}
