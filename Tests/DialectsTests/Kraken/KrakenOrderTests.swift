/// Orders in Kraken's words, what is answered, what is reported, and the search for an order of which nobody
/// knows what became.

import Dialects
import Foundation
import Testing
import TradingCore

/// The key of the example in Kraken's documents.
let documentSecret =
  "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

/// A dialect with a key, and with a session's token if it is told to.
func krakenTrader(hasToken: Bool = true) throws -> KrakenDialect {
  var dialect = KrakenDialect(
    orders: fixtureOrders,
    credentials: try Credentials(
      apiKey: "public-id", signer: try RequestSigner(documentSecret.secret)))
  dialect.directory = try krakenDirectory()
  if hasToken {
    let answer = #"{"error":[],"result":{"token":"TESTTOKEN","expires":900}}"#
    #expect(try dialect.hear(answer, to: .logOn).outcome == .done)
  }
  return dialect
}

extension KrakenDialect {
  /// A request's text: the frame, or verb, target and form.
  mutating func write(_ action: VenueAction, at time: Timestamp = arrival) throws -> String {
    let request = try request(action, id: 42, over: transport(of: action), at: time)
    switch request.payload {
    case .frame(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .http(let method, let target, _, let body):
      return "\(method.rawValue) \(target) " + String(decoding: body, as: UTF8.self)
    }
  }

  /// What an answer over the WebSocket says.
  mutating func hear(frame: String, to action: VenueAction) throws -> (VenueOutcome, FrameBatch) {
    try hear(frame, to: action, status: 0)
  }
}

@Suite("Kraken's signatures and numbers")
struct KrakenSigningTests {
  @Test("the signature of the documents' example")
  func example() throws {
    let signer = try RequestSigner(documentSecret.secret)
    let nonce: UInt64 = 1_616_492_376_594
    let form =
      "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    let signature = try KrakenSignature.text(
      "/0/private/AddOrder", form, nonce: nonce, by: signer)
    #expect(
      signature
        == "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    )
  }

  @Test("a secret that is no base64 signs nothing, and says so without showing it")
  func badSecret() throws {
    var dialect = KrakenDialect(
      orders: fixtureOrders,
      credentials: try Credentials(apiKey: "id", signer: try RequestSigner("not base64!".secret)))
    #expect(throws: DialectError.key("its secret is no base64 text")) {
      try dialect.request(.logOn, id: 1, over: .http, at: arrival)
    }
  }

  @Test("numbers rise whatever our clock does, within a run and from run to run")
  func nonces() throws {
    func number(_ request: String) throws -> UInt64 {
      let digits = try #require(request.firstRange(of: "nonce="))
      return try #require(UInt64(request[digits.upperBound...].prefix { $0.isNumber }))
    }
    var last: UInt64 = 0
    var time = arrival
    // A restart is a new dialect at a later time of the venue's; in between, our clock goes back an hour.
    for _ in 0..<3 {
      var dialect = try krakenTrader()
      for step: Int64 in [0, 0, 1, -3_600_000_000_000, 5, -1] {
        let next = try number(
          try dialect.write(.account, at: time + Interval(nanoseconds: step)))
        #expect(next > last)
        last = next
      }
      time = time + .second
    }
  }

  @Test("the key stands in a header, the signature in another, neither in what is logged")
  func headers() throws {
    var dialect = try krakenTrader()
    let request = try dialect.request(.account, id: 1, over: .http, at: arrival)
    guard case .http(.post, "/0/private/BalanceEx", let headers, _) = request.payload else {
      Issue.record("no form")
      return
    }
    #expect(headers.map(\.name) == ["API-Key", "API-Sign", "Content-Type"])
    #expect(headers[0].value == "public-id")
    #expect("\(request) \(request.payload) \(headers)".contains("public-id") == false)
    #expect("\(request) \(request.payload) \(headers)".contains(headers[1].value) == false)
  }
}

@Suite("Kraken's orders")
struct KrakenOrderTests {
  private static let bitcoin = InstrumentID(0)
  private static let name = fixtureOrders.text(OrderID(7))

  private func order(
    _ type: OrderType = .limit, price: Int64 = 3_000_000,
    change: (inout OrderTerms) -> Void = { _ in }
  ) -> PlacedOrder {
    var terms = OrderTerms(
      instrument: Self.bitcoin, side: .buy, type: type, quantity: Quantity(lots: 1_000_000),
      price: Price(ticks: type.hasLimit ? price : 0))
    change(&terms)
    return PlacedOrder(OrderID(7), terms)
  }

  @Test("a limit order says everything a venue needs and no more")
  func limit() throws {
    var dialect = try krakenTrader()
    #expect(
      try dialect.write(.place(order { $0.flags.insert(.postOnly) }))
        == #"{"method":"add_order","params":{"order_type":"limit","side":"buy","symbol":"BTC/USD","#
        + #""order_qty":0.01000000,"limit_price":30000.00,"time_in_force":"gtc","post_only":true,"#
        + #""fee_preference":"quote","cl_ord_id":"\#(Self.name)","#
        + #""deadline":"2023-11-14T22:13:25.000000Z","token":"TESTTOKEN"},"req_id":42}"#)
  }

  @Test("every kind of order has Kraken's words, or none and says so")
  func kinds() throws {
    var dialect = try krakenTrader()
    func words(_ order: PlacedOrder) throws -> String { try dialect.write(.place(order)) }
    #expect(try words(order(.market)).contains(#""order_type":"market","side":"buy""#))
    let money = try words(order(.market) { $0.flags.insert(.inQuote) })
    #expect(money.contains(#","cash_order_qty":0.01000000,"#))
    #expect(!money.contains(#","order_qty""#))
    let stop = try words(order(.stopLimit) { $0.trigger = Price(ticks: 3_100_000) })
    #expect(stop.contains(#""order_type":"stop-loss-limit""#))
    #expect(stop.contains(#""triggers":{"reference":"last","price":31000.00}"#))
    let trail = try words(order(.stop) { $0.trailing = 150 })
    #expect(trail.contains(#""order_type":"trailing-stop""#))
    #expect(trail.contains(#""price":1.50,"price_type":"pct""#))
    #expect(try words(order { $0.parts = 4 }).contains(#""display_qty":0.00250000"#))
    let dated = try words(
      order {
        ($0.timeInForce, $0.expirySeconds) = (.goodTillDate, 1_800_000_000)
      })
    #expect(dated.contains(#""time_in_force":"gtd","expire_time":"2027-01-15T08:00:00.000000Z""#))
    #expect(try words(order { $0.flags.selfTrade = .expireMaker }).contains("cancel_oldest"))
    #expect(throws: DialectError.self) { try words(order { $0.parts = 16 }) }
    #expect(throws: DialectError.self) {
      try dialect.write(.replace(OrderID(3), by: order()))
    }
  }

  @Test("cancels, amendments and the dead man's switch name what they are about")
  func changes() throws {
    var dialect = try krakenTrader()
    #expect(
      try dialect.write(.cancel(OrderID(7), Self.bitcoin))
        == #"{"method":"cancel_order","params":{"cl_ord_id":["\#(Self.name)"],"token":"TESTTOKEN"},"req_id":42}"#
    )
    #expect(
      try dialect.write(.shrink(OrderID(7), Self.bitcoin, to: Quantity(lots: 500_000)))
        == #"{"method":"amend_order","params":{"cl_ord_id":"\#(Self.name)","order_qty":0.00500000,"#
        + #""token":"TESTTOKEN"},"req_id":42}"#)
    #expect(try dialect.write(.cancelAll(Self.bitcoin)).contains(#""method":"cancel_all","#))
    #expect(try dialect.write(.cancelAllAfter(.minute)).contains(#""timeout":60,"#))
    #expect(try dialect.write(.cancelAllAfter(nil)).contains(#""timeout":0,"#))
    #expect(
      try dialect.write(.followAccount)
        == #"{"method":"subscribe","params":{"channel":"executions","snap_orders":true,"#
        + #""snap_trades":false,"order_status":true,"token":"TESTTOKEN"},"req_id":42}"#)
  }

  @Test("without a token nothing that needs one is made, and the error does not hold the key")
  func noToken() throws {
    var dialect = try krakenTrader(hasToken: false)
    #expect(throws: DialectError.key("no session has been opened with it yet")) {
      try dialect.write(.cancel(OrderID(7), Self.bitcoin))
    }
    #expect(try dialect.write(.logOn).hasPrefix("POST /0/private/GetWebSocketsToken nonce="))
  }

  @Test("what becomes of an order is told once, refused or unknown")
  func replies() throws {
    var dialect = try krakenTrader()
    let placed = VenueAction.place(order())
    let taken =
      #"{"method":"add_order","req_id":42,"success":true,"time_in":"2026-05-05T10:00:00.123Z","#
      + #""time_out":"2026-05-05T10:00:00.125Z","result":{"order_id":"OABCDE-12345-FGHIJ"}}"#
    let (outcome, batch) = try dialect.hear(frame: taken, to: placed)
    #expect(outcome == .done)
    guard case .accepted(let report)? = batch.events.first?.body else {
      Issue.record("nothing was accepted")
      return
    }
    #expect(report.order == OrderID(7) && report.venueOrderID > 0)
    #expect(batch.events[0].venueTime == Timestamp(nanoseconds: 1_777_975_200_125_000_000))
    let refused = #"{"method":"add_order","success":false,"error":"EOrder:Insufficient funds"}"#
    let (no, said) = try dialect.hear(frame: refused, to: placed)
    guard case .rejected(let why) = no, case .rejected(let end)? = said.events.first?.body else {
      Issue.record("it was not refused")
      return
    }
    #expect(why.reason == .insufficientBalance && end.reason == .insufficientBalance)
    let lost = #"{"method":"add_order","success":false,"error":"EService:Unavailable"}"#
    let (unknown, doubt) = try dialect.hear(frame: lost, to: placed)
    #expect(unknown == .unknown && doubt.events.first?.body.kind == .unknown)
    var silence = FrameBatch()
    #expect(try dialect.answer(nil, to: placed, at: arrival, into: &silence) == .unknown)
    #expect(silence.events.first?.body.kind == .unknown)
    let late = #"{"method":"cancel_order","success":false,"error":"EOrder:Unknown order"}"#
    let (tooLate, nothing) = try dialect.hear(
      frame: late, to: .cancel(OrderID(7), Self.bitcoin))
    guard case .rejected(let late) = tooLate else {
      Issue.record("a late cancel was not refused")
      return
    }
    #expect(late.reason == .unknownOrder && nothing.events.isEmpty)
  }
}

@Suite("Kraken's reports and the search for orders")
struct KrakenReportTests {
  private static let name = fixtureOrders.text(OrderID(7))

  private func report(_ kind: String, _ more: String = "", number: Int = 2) -> String {
    #"{"channel":"executions","type":"update","sequence":\#(number),"data":[{"order_id":"OK4GJX-KSTLS-7DZZO5","#
      + #""exec_type":"\#(kind)","timestamp":"2023-09-22T10:33:05.709950Z"\#(more)}]}"#
  }

  private var whole: String {
    #","cl_ord_id":"\#(Self.name)","symbol":"BTC/USD","side":"buy","order_type":"limit","#
      + #""order_qty":0.005,"limit_price":26500.4,"order_status":"new""#
  }

  @Test("an order's life, from new over its trades to its end")
  func life() throws {
    var dialect = try krakenTrader()
    var bodies: [EventBody] = []
    let trade =
      #","side":"buy","last_qty":0.002,"last_price":26500.4,"exec_id":"TABCDE-12345-FGHIJK","#
      + #""trade_id":365573,"liquidity_ind":"m","fees":[{"asset":"USD","qty":0.13780}]"#
    let texts = [
      report("pending_new", whole), report("new", whole, number: 3),
      report("trade", trade, number: 4),
      report("amended", #","order_qty":0.003"#, number: 5),
      report("canceled", #","reason":"User requested""#, number: 6),
    ]
    for text in texts { bodies += try dialect.read(text).batch.events.map(\.body) }
    #expect(bodies.map(\.kind) == [.accepted, .fill, .amended, .canceled])
    guard case .fill(let fill) = bodies[1], case .amended(let change) = bodies[2] else { return }
    #expect(fill.order == OrderID(7) && fill.side == .buy && fill.liquidity == .maker)
    #expect(fill.price == Price(ticks: 2_650_040) && fill.quantity == Quantity(lots: 200_000))
    #expect(fill.fee == 13_780_000 && fill.tradeID > 0)
    #expect(change.quantity == Quantity(lots: 300_000) && change.price == Price(ticks: 2_650_040))
  }

  @Test(
    "a snapshot is no news, a stranger is counted, and a number that is missing ends the channel")
  func others() throws {
    var dialect = try krakenTrader()
    let snapshot = report("new", whole, number: 1).replacing("update", with: "snapshot")
    let (meaning, batch) = try dialect.read(snapshot)
    #expect(meaning == .counted && batch.events.isEmpty)
    let foreign = report("new", whole.replacing(Self.name, with: "somebody"))
      .replacing("OK4GJX", with: "OTHER1")
    #expect(try dialect.read(foreign).batch.foreignReports == 1)
    #expect(throws: DialectError.self) { try dialect.read(report("vanished", number: 3)) }
    for number in [5, 6] {
      let (lost, nothing) = try dialect.read(report("canceled", number: number))
      #expect(lost == .accountEnded && nothing.events.isEmpty)
    }
  }

  private func listed(_ list: String, _ status: String, filled: String) -> String {
    #"{"error":[],"result":{"\#(list)":{"OK4GJX-KSTLS-7DZZO5":{"cl_ord_id":"\#(Self.name)","#
      + #""status":"\#(status)","opentm":1688583840.8648,"descr":{"pair":"XXBTZUSD","type":"buy","#
      + #""ordertype":"limit","price":"29500.0"},"vol":"0.50000000","vol_exec":"\#(filled)"}}}}"#
  }

  private func nothing(_ list: String) -> String { #"{"error":[],"result":{"\#(list)":{}}}"# }

  @Test("an order is looked for among the open, then among the closed, and its trades are listed")
  func search() throws {
    var dialect = try krakenTrader()
    let query = VenueAction.query(OrderID(7), InstrumentID(0))
    #expect(try dialect.write(query).contains("OpenOrders nonce="))
    let next = try #require(try dialect.hear(nothing("open"), to: query).outcome.next)
    let closed = VenueAction.query(OrderID(7), InstrumentID(0), page: next)
    #expect(try dialect.write(closed).contains("ClosedOrders nonce="))
    let (outcome, batch) = try dialect.hear(
      listed("closed", "canceled", filled: "0.20000000"), to: closed)
    #expect(outcome == .done)
    let standing = try #require(batch.standings.first)
    #expect(standing.status == .canceled && standing.filled == Quantity(lots: 20_000_000))
    let fills = VenueAction.fillsOf(
      OrderID(7), InstrumentID(0), venueOrder: standing.venueOrderID)
    #expect(try dialect.write(fills).contains("&start=1688583839&ofs=0"))
    let trades =
      #"{"error":[],"result":{"count":2,"trades":{"TAAAAA-12345-FGHIJK":{"ordertxid":"OTHER1-KSTLS-7DZZO5","#
      + #""time":1688583850.5,"type":"buy","price":"1","fee":"1","vol":"1"},"TBBBBB-12345-FGHIJK":{"#
      + #""ordertxid":"OK4GJX-KSTLS-7DZZO5","time":1688583851.25,"type":"buy","price":"29500.0","#
      + #""fee":"8.85000","vol":"0.20000000","maker":true}}}}"#
    let found = try dialect.hear(trades, to: fills).batch
    guard case .fill(let fill)? = found.events.first?.body else {
      Issue.record("no fill")
      return
    }
    #expect(found.events.count == 1 && fill.order == OrderID(7) && fill.liquidity == .maker)
    #expect(fill.price == Price(ticks: 2_950_000) && fill.fee == 885_000_000)
    #expect(found.events[0].venueTime.nanoseconds == 1_688_583_851_250_000_000)
  }

  @Test("balances by today's names; what is held by orders is not free")
  func balances() throws {
    var dialect = try krakenTrader()
    let text =
      #"{"error":[],"result":{"ZUSD":{"balance":"25435.21000000","hold_trade":"8249.76"},"#
      + #""XXBT":{"balance":"1.5","hold_trade":"0"},"XXDG":{"balance":"0.00","hold_trade":"0"}}}"#
    let batch = try dialect.hear(text, to: .account).batch
    #expect(batch.statements.map(\.asset) == [AssetID(1), AssetID(0)])
    #expect(batch.statements[0].locked.text(decimals: 2) == "8249.76")
    #expect(batch.statements[0].total.text(decimals: 2) == "25435.21")
    let stranger = #"{"error":[],"result":{"XXRP":"5"}}"#
    #expect(throws: DialectError.undefined(name: "XRP")) {
      try dialect.hear(stranger, to: .account)
    }
  }
}

@Suite("Kraken's example payloads of accounts", .disabled(if: Shared.isMissing))
struct KrakenAccountFixtureTests {
  private func text(_ name: String) throws -> String {
    let bytes = try Shared.bytes("exchange-payload-fixtures/kraken/\(name).json")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("orders, balances and replies are read")
  func payloads() throws {
    var dialect = try krakenTrader()
    let query = VenueAction.query(OrderID(7), InstrumentID(2))
    let next = try #require(
      try dialect.hear(try text("http_open_orders"), to: query).outcome.next)
    let closed = VenueAction.query(OrderID(7), InstrumentID(2), page: next)
    #expect(try dialect.hear(try text("http_closed_orders"), to: closed).outcome == .noSuchOrder)
    let balances = try dialect.hear(try text("http_spot_balance"), to: .account).batch
    #expect(balances.statements.map { $0.total.text(decimals: 1) } == ["200000.0", "0.5", "2.0"])
    let order = PlacedOrder(
      OrderID(7),
      OrderTerms(
        instrument: InstrumentID(0), side: .buy, type: .limit, quantity: Quantity(lots: 1),
        price: Price(ticks: 1)))
    for (name, kind) in [
      ("ws_add_order_response_success", EventKind.accepted),
      ("ws_add_order_response_failure", .rejected),
    ] {
      let reply = try text(name)
      #expect(try dialect.read(reply).meaning == .reply(id: reply.contains("99") ? 99 : 42))
      #expect(try dialect.hear(frame: reply, to: .place(order)).1.events.map(\.body.kind) == [kind])
    }
    #expect(try dialect.read(try text("ws_batch_add_response_partial")).meaning == .reply(id: 45))
  }
}
