/// Orders to Kraken over HTTP: the forms, and what is answered to them.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Kraken's orders over HTTP")
struct KrakenRestOrderTests {
  private static let bitcoin = InstrumentID(0)
  private static let name = fixtureOrders.text(OrderID(7))

  private static func order(
    _ type: OrderType = .limit, _ side: Side = .buy, change: (inout OrderTerms) -> Void = { _ in }
  ) -> PlacedOrder {
    var terms = OrderTerms(
      instrument: bitcoin, side: side, type: type, quantity: Quantity(lots: 1_000_000),
      price: Price(ticks: type.hasLimit ? 5_000_000 : 0))
    change(&terms)
    return PlacedOrder(OrderID(7), terms)
  }

  /// A form without its number, or why there is none.
  private static func form(_ action: VenueAction) throws -> String {
    // No session's token is needed.
    var dialect = try krakenTrader(hasToken: false)
    let request = try dialect.request(action, id: 42, over: .http, at: arrival)
    guard case .http(.post, let target, let headers, let body) = request.payload else { return "" }
    #expect(headers.map(\.name) == ["API-Key", "API-Sign", "Content-Type"])
    let parts = String(decoding: body, as: UTF8.self).split(separator: "&", maxSplits: 1)
    #expect(parts[0].hasPrefix("nonce="))
    return ([target.dropFirst("/0/private/".count)] + parts.dropFirst()).joined(separator: " ")
  }

  @Test("a limit order says everything a venue needs and no more")
  func limit() throws {
    let said =
      "AddOrder ordertype=limit&type=buy&pair=XBTUSD&price_&oflags=fciq%2Cpost&timeinforce=GTC"
      + "&cl_ord_id=\(Self.name)&deadline=2023-11-14T22%3A13%3A25.000000Z"
    let full = said.replacing("price_", with: "volume=0.01000000&price=50000.00")
    let order = Self.order { $0.flags.insert(.postOnly) }
    #expect(try Self.form(.place(order)) == full)
    #expect(try Self.form(.test(order)) == full + "&validate=true")
  }

  @Test(
    "every kind of order has REST's words",
    arguments: [
      (order(.market), "ordertype=market&type=buy&pair=XBTUSD&volume=0.01000000&oflags=fciq&cl"),
      (
        order(.market) { $0.flags.insert(.inQuote) }, "&volume=0.01000000&oflags=fciq%2Cviqc&cl_"
      ),
      (
        order(.stopLimit, .sell) { $0.trigger = Price(ticks: 4_900_000) },
        "ordertype=stop-loss-limit&type=sell&pair=XBTUSD&volume=0.01000000&trigger=last"
          + "&price=49000.00&price2=50000.00&"
      ),
      (
        order(.stop) { $0.trailing = 150 },
        "=trailing-stop&type=buy&pair=XBTUSD&volume=0.01000000"
          + "&trigger=last&price=%2B1.50%25&oflags="
      ),
      (
        order { $0.parts = 4 },
        "ordertype=iceberg&type=buy&pair=XBTUSD&volume=0.01000000"
          + "&displayvol=0.00250000&price=50000.00&"
      ),
      (order { $0.timeInForce = .immediateOrCancel }, "&timeinforce=IOC&cl_ord_id="),
      (
        order { ($0.timeInForce, $0.expirySeconds) = (.goodTillDate, 1_800_000_000) },
        "&timeinforce=GTD&expiretm=1800000000&"
      ),
      (order { $0.flags.selfTrade = .expireMaker }, "&stptype=cancel-oldest&"),
    ])
  func kinds(order: PlacedOrder, words: String) throws {
    let form = try Self.form(.place(order))
    #expect(form.contains(words), "\(form)")
  }

  @Test("cancels and the dead man's switch are forms, what has none says so")
  func changes() throws {
    #expect(
      try Self.form(.cancel(OrderID(7), Self.bitcoin)) == "CancelOrder cl_ord_id=\(Self.name)")
    #expect(try Self.form(.cancelAll(Self.bitcoin)) == "CancelAll")
    #expect(try Self.form(.cancelAllAfter(.minute)) == "CancelAllOrdersAfter timeout=60")
    #expect(try Self.form(.cancelAllAfter(nil)) == "CancelAllOrdersAfter timeout=0")
    let dialect = try krakenTrader()
    let shrink = VenueAction.shrink(OrderID(7), Self.bitcoin, to: Quantity(lots: 1))
    for action in [shrink, .followAccount] {
      let isTaken = dialect.isTakenOverHTTP(action)
      #expect(!isTaken)
      #expect(throws: DialectError.self) { try Self.form(action) }
    }
    #expect(throws: DialectError.self) { try Self.form(.place(Self.order { $0.parts = 16 })) }
  }

  @Test("an order that was taken over HTTP is known by its id when it trades")
  func taken() throws {
    var dialect = try krakenTrader()
    let (outcome, batch) = try dialect.hear(
      #"{"error":[],"result":{"descr":{"order":"buy"},"txid":["OK4GJX-KSTLS-7DZZO5"]}}"#,
      to: .place(Self.order()))
    #expect(outcome == .done)
    guard case .accepted(let report)? = batch.events.first?.body else {
      Issue.record("nothing was accepted")
      return
    }
    #expect(report.order == OrderID(7) && batch.events[0].venueTime.isNone)
    let trade =
      #"{"channel":"executions","type":"update","sequence":1,"data":[{"order_id":"OK4GJX-KSTLS-7DZZO5","#
      + #""exec_type":"trade","timestamp":"2023-09-22T10:33:05.7Z","side":"buy","last_qty":0.002,"#
      + #""last_price":26500.4,"exec_id":"TABCDE-12345-FGHIJK","liquidity_ind":"m","fees":[]}]}"#
    guard case .fill(let fill)? = try dialect.read(trade).batch.events.first?.body else {
      Issue.record("no fill")
      return
    }
    #expect(fill.order == OrderID(7))
  }

  @Test(
    "what becomes of an order over HTTP is told once",
    arguments: [
      (#"{"error":["EOrder:Insufficient funds"]}"#, 200, EventKind.rejected),
      (#"{"error":["EGeneral:Permission denied"]}"#, 200, .rejected),
      (#"{"error":["EAPI:Invalid nonce"]}"#, 200, .sendFailed),
      (#"{"error":["EAPI:Rate limit exceeded"]}"#, 200, .sendFailed),
      (#"{"error":["EService:Timeout"]}"#, 200, .unknown),
      ("<html>", 520, .unknown), ("<html>", 429, .sendFailed),
    ])
  func failures(text: String, status: Int, kind: EventKind) throws {
    var dialect = try krakenTrader()
    let batch = try dialect.hear(text, to: .place(Self.order()), status: status).batch
    #expect(batch.events.map(\.body.kind) == [kind])
    let cancel = VenueAction.cancel(OrderID(7), Self.bitcoin)
    let canceled = try dialect.hear(text, to: cancel, status: status).batch
    #expect(canceled.events.map(\.body.kind) == (kind == .unknown ? [.unknown] : []))
    // Of an order that is only checked nothing can have become.
    #expect(try dialect.hear(text, to: .test(Self.order()), status: status).batch.events.isEmpty)
  }

  @Test("a cancel of nothing came too late, and an order without an id is no answer")
  func oddAnswers() throws {
    var dialect = try krakenTrader()
    guard
      case .rejected(let why) = try dialect.hear(
        #"{"error":[],"result":{"count":0}}"#, to: .cancel(OrderID(7), Self.bitcoin)
      ).outcome
    else {
      Issue.record("a cancel of nothing was done")
      return
    }
    #expect(why.reason == .unknownOrder)
    for txid in ["", #","txid":[]"#] {
      #expect(throws: DialectError.self) {
        try dialect.hear(
          #"{"error":[],"result":{"descr":{}\#(txid)}}"#, to: .place(Self.order()))
      }
    }
    #expect(
      try dialect.hear(#"{"error":[],"result":{"descr":{}}}"#, to: .test(Self.order())).outcome
        == .done)
  }

  private static let cancels = (7...9).map { VenueAction.cancel(OrderID($0), bitcoin) }

  @Test("several cancels are one list of names, signed as it is sent and held up by no count")
  func cancelList() throws {
    var dialect = try krakenTrader()
    let request = try dialect.request(together: Self.cancels, id: 42, over: .http, at: arrival)
    guard case .http(.post, "/0/private/CancelOrderBatch", let headers, let body) = request.payload
    else {
      Issue.record("another request: \(request)")
      return
    }
    let said = try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    #expect(Set(said.keys) == ["nonce", "cl_ord_ids"])
    #expect(
      said["cl_ord_ids"] as? [String] == (7...9).map { fixtureOrders.text(OrderID($0)) })
    let nonce = try #require((said["nonce"] as? NSNumber)?.uint64Value)
    let signer = try RequestSigner(documentSecret.secret)
    let signature = try KrakenSignature.text(
      "/0/private/CancelOrderBatch", String(decoding: body, as: UTF8.self), nonce: nonce, by: signer
    )
    #expect(headers.first { $0.name == "API-Sign" }?.value == signature)
    #expect(headers.first { $0.name == "Content-Type" }?.value == "application/json")
    #expect(request.weight == 0 && request.orders == 0)
  }

  @Test("up to fifty cancels go together, over HTTP alone")
  func cancelsTogether() throws {
    var dialect = try krakenTrader()
    let many = (1...50).map { VenueAction.cancel(OrderID($0), Self.bitcoin) }
    let last = VenueAction.cancel(OrderID(51), Self.bitcoin)
    for (count, road, expected) in [
      (1, VenueTransport.http, true), (49, .http, true), (50, .http, false),
      (1, .webSocket, false),
    ] {
      let isTogether = dialect.areAskedTogether(Array(many.prefix(count)), last, over: road)
      #expect(isTogether == expected, "\(count) over \(road)")
    }
    let question = VenueAction.query(OrderID(51), Self.bitcoin)
    let isTogether = dialect.areAskedTogether([last], question, over: .http)
    #expect(!isTogether)
    #expect(throws: DialectError.self) {
      try dialect.request(together: Self.cancels, id: 42, over: .webSocket, at: arrival)
    }
  }

  @Test(
    "of several cancels a count says that all were done or none, and nothing between",
    arguments: [(3, VenueOutcome.done), (2, .unknown), (1, .unknown)])
  func cancelCounts(count: Int, outcome: VenueOutcome) throws {
    var dialect = try krakenTrader()
    let answer = #"{"error":[],"result":{"count":\#(count)}}"#
    for cancel in Self.cancels {
      let (told, batch) = try dialect.hear(answer, to: cancel, among: 3)
      #expect(told == outcome)
      #expect(batch.events.map(\.body.kind) == (outcome == .unknown ? [.unknown] : []))
    }
    // By itself an order is the whole of a count of one.
    let (alone, _) = try dialect.hear(
      #"{"error":[],"result":{"count":1}}"#, to: Self.cancels[0])
    #expect(alone == .done)
  }

  @Test("of two lists under way each answer counts its own, whatever was asked or answered between")
  func cancelListsUnderWay() throws {
    var dialect = try krakenTrader()
    let two = Array(Self.cancels.prefix(2))
    _ = try dialect.request(together: two, id: 42, over: .http, at: arrival)
    _ = try dialect.request(together: Self.cancels, id: 43, over: .http, at: arrival)
    for (canceled, outcome) in [(2, VenueOutcome.done), (1, .unknown)] {
      let answer = #"{"error":[],"result":{"count":\#(canceled)}}"#
      for cancel in two {
        #expect(try dialect.hear(answer, to: cancel, among: 2).outcome == outcome)
      }
    }
  }

  @Test(
    "where Kraken does not take a list, cancels go one by one from then on",
    arguments: [
      ("EGeneral:Invalid arguments:cl_ord_ids", false), ("EGeneral:Unknown method", false),
      ("EGeneral:Unknown Method", false), ("EAPI:Feature disabled", false),
      ("ETrade:Locked", true), ("EAccount:Invalid permissions", true),
      ("EOrder:Unknown order", true), ("EOrder:Rate limit exceeded", true),
      ("EAPI:Invalid nonce", true), ("EService:Unavailable", true),
    ])
  func refusedList(error: String, takesLists: Bool) throws {
    var dialect = try krakenTrader()
    let answer = #"{"error":["\#(error)"]}"#
    // A refusal of one order by itself says nothing of lists.
    _ = try dialect.hear(answer, to: Self.cancels[0])
    let before = dialect.areAskedTogether([Self.cancels[0]], Self.cancels[1], over: .http)
    #expect(before)
    for cancel in Self.cancels { _ = try dialect.hear(answer, to: cancel, among: 3) }
    let after = dialect.areAskedTogether([Self.cancels[0]], Self.cancels[1], over: .http)
    #expect(after == takesLists)
  }

  @Test("the documents' payloads are read", .disabled(if: Shared.isMissing))
  func payloads() throws {
    func text(_ name: String) throws -> String {
      String(
        decoding: try Shared.bytes("exchange-payload-fixtures/kraken/\(name).json"), as: UTF8.self)
    }
    var dialect = try krakenTrader()
    let (outcome, batch) = try dialect.hear(
      try text("http_add_order_spot"), to: .place(Self.order()))
    #expect(outcome == .done)
    guard case .accepted(let report)? = batch.events.first?.body else {
      Issue.record("nothing was accepted")
      return
    }
    // 63 bits of the XXH64 of OUF4EM-FRGI2-MQMWZD.
    let id = Array("OUF4EM-FRGI2-MQMWZD".utf8)
    #expect(report.venueOrderID == Int64(XXH64.hash(id) >> 1))
    #expect(report.order == OrderID(7) && report.instrument == Self.bitcoin)
    let canceled = try dialect.hear(
      try text("http_cancel_order_spot"), to: .cancel(OrderID(7), Self.bitcoin))
    #expect(canceled.outcome == .done && canceled.batch.events.isEmpty)
  }
}
