/// Several orders looked for with one list: what it tells of each, and what it leaves open.

import Dialects
import Testing
import TradingCore

@Suite("Orders that are looked for together")
struct SharedListTests {
  private static func query(_ order: UInt64) -> VenueAction { query(order, page: nil) }

  private static func query(
    _ order: UInt64, of instrument: InstrumentID = InstrumentID(0), page: String?
  ) -> VenueAction {
    .query(OrderID(order), instrument, page: page)
  }

  private static func expect<Dialect: VenueDialect & ~Copyable>(
    _ question: VenueAction, _ other: VenueAction, together isExpected: Bool,
    in dialect: borrowing Dialect, at place: SourceLocation = #_sourceLocation
  ) {
    let road = dialect.transport(of: question)
    let isTogether = dialect.areAskedTogether([question], other, over: road)
    #expect(isTogether == isExpected, "\(question) \(other)", sourceLocation: place)
  }

  /// What one request asks, with the form of one over HTTP; the test fails where no list answers all.
  private static func write<Dialect: VenueDialect & ~Copyable>(
    _ questions: [VenueAction], in dialect: inout Dialect
  ) throws -> String {
    for other in questions.dropFirst() {
      expect(questions[0], other, together: true, in: dialect)
    }
    let road = dialect.transport(of: questions[0])
    let request =
      questions.count == 1
      ? try dialect.request(questions[0], id: 1, over: road, at: arrival)
      : try dialect.request(together: questions, id: 1, over: road, at: arrival)
    switch request.payload {
    case .frame(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .http(_, let target, _, let body):
      return target + " " + String(decoding: body, as: UTF8.self)
    }
  }

  // MARK: Kraken

  private static func row(
    _ order: UInt64, _ status: String = "open", filled: String = "0", opened: Int = 1_688_583_840
  ) -> String {
    #""ORDER\#(order)":{"cl_ord_id":"\#(fixtureOrders.text(OrderID(order)))","status":"\#(status)","#
      + #""opentm":\#(opened).5,"descr":{"pair":"XXBTZUSD","type":"buy","ordertype":"limit","#
      + #""price":"29500.0"},"vol":"0.50000000","vol_exec":"\#(filled)"}"#
  }

  private static func list(_ name: String, _ rows: [String]) -> String {
    #"{"error":[],"result":{"\#(name)":{\#(rows.joined(separator: ","))}}}"#
  }

  /// Orders of others, of kinds that nobody here places.
  private static let strangers = (0..<50).map { number in
    #""OTHER\#(number)":{"cl_ord_id":null,"status":"strange","descr":{"pair":"XBTUSD","price":"+1%"}}"#
  }

  @Test func `Kraken's open orders are listed once for all, then its closed ones`() throws {
    var dialect = try krakenTrader()
    let all = [7, 8, 9].map(Self.query)
    let open = try Self.write(all, in: &dialect)
    #expect(open.contains("/OpenOrders") && !open.contains("cl_ord_id"))
    let first = Self.list("open", [Self.strangers[0], Self.row(8)])
    let outcomes = try all.map { try dialect.hear(first, to: $0).outcome }
    #expect(outcomes[0] == outcomes[2] && outcomes[1] == .done)
    let behind = [7, 9].map { Self.query($0, page: outcomes[0].next) }
    Self.expect(behind[0], all[1], together: false, in: dialect)  // One of them begins anew.
    let closed = try Self.write(behind, in: &dialect)
    #expect(closed.contains("/ClosedOrders") && !closed.contains("cl_ord_id"))
    let second = Self.list("closed", [Self.row(9, "closed", filled: "0.5"), Self.strangers[1]])
    let (outcome, batch) = try dialect.hear(second, to: behind[1])
    #expect(outcome == .done && batch.standings.map(\.status) == [.filled])
    #expect(batch.standings.map(\.order) == [OrderID(9)])
    #expect(try dialect.hear(second, to: behind[0]).outcome == .noSuchOrder)
  }

  @Test func `an order that Kraken's list ends before is asked for by its name`() throws {
    var dialect = try krakenTrader()
    var both = [7, 8].map(Self.query)
    for name in ["open", "closed"] {
      _ = try Self.write(both, in: &dialect)
      let page = Self.list(name, Self.strangers)
      let nexts = try both.map { try #require(try dialect.hear(page, to: $0).outcome.next) }
      #expect(nexts[0] == nexts[1])
      both = [7, 8].map { Self.query($0, page: nexts[0]) }
    }
    Self.expect(both[0], both[1], together: false, in: dialect)
    for question in both {
      let asked = try Self.write([question], in: &dialect)
      #expect(asked.contains("/ClosedOrders") && asked.contains("cl_ord_id="))
      let page = Self.list("closed", Self.strangers)
      #expect(try dialect.hear(page, to: question).outcome == .noSuchOrder)
    }
  }

  @Test func `trades of several orders at Kraken are one list from where the first one began`()
    throws
  {
    var dialect = try krakenTrader()
    let all = [7, 8].map(Self.query)
    _ = try Self.write(all, in: &dialect)
    let open = Self.list(
      "open",
      [Self.row(7, filled: "0.2", opened: 1_688_583_850), Self.row(8, filled: "0.1")])
    let fills = try all.map { question in
      let standing = try #require(try dialect.hear(open, to: question).batch.standings.first)
      return VenueAction.fillsOf(
        standing.order, standing.instrument, venueOrder: standing.venueOrderID)
    }
    #expect(try Self.write(fills, in: &dialect).contains("&start=1688583839&ofs=0"))
    let trades = [(7, "0.2"), (8, "0.1"), (9, "1")].map { order, quantity in
      #""TRADE\#(order)":{"ordertxid":"ORDER\#(order)","time":1688583860.5,"type":"buy","#
        + #""price":"29500.0","fee":"1","vol":"\#(quantity)"}"#
    }
    let page = Self.list("trades", trades)
    for (question, lots) in zip(fills, [20_000_000, 10_000_000] as [Int64]) {
      let bodies = try dialect.hear(page, to: question).batch.events.map(\.body)
      guard bodies.count == 1, case .fill(let fill) = bodies[0] else {
        Issue.record("\(bodies)")
        continue
      }
      #expect(fill.quantity == Quantity(lots: lots))
      #expect(.fillsOf(fill.order, fill.instrument, venueOrder: 0) == Self.unnumbered(question))
    }
  }

  private static func unnumbered(_ action: VenueAction) -> VenueAction {
    guard case .fillsOf(let order, let instrument, _, _) = action else { return action }
    return .fillsOf(order, instrument, venueOrder: 0)
  }

  // MARK: Binance and Coinbase

  @Test func `what is not among a symbol's open orders at Binance is asked for by itself`() throws {
    var dialect = try fixtureDialect()
    let all = [7, 8].map { VenueAction.query(OrderID($0), InstrumentID(1)) }
    Self.expect(all[0], Self.query(9), together: false, in: dialect)  // Another symbol.
    #expect(try Self.write(all, in: &dialect).contains(#""method":"openOrders.status""#))
    let open =
      #"[{"symbol":"ETHUSDT","orderId":27,"clientOrderId":"by hand","status":"STRANGE"},"#
      + #"{"symbol":"ETHUSDT","orderId":28,"clientOrderId":"\#(fixtureOrders.text(OrderID(8)))","#
      + #""price":"2500.00","origQty":"1.0000","executedQty":"0","status":"NEW","side":"SELL"}]"#
    let frame = #"{"id":1,"status":200,"result":\#(open)}"#
    let next = try #require(try dialect.hear(frame, to: all[0], status: 0).outcome.next)
    let (outcome, batch) = try dialect.hear(open, to: all[1])
    #expect(outcome == .done && batch.standings.map(\.status) == [.working])
    let alone = Self.query(7, of: InstrumentID(1), page: next)
    Self.expect(alone, all[1], together: false, in: dialect)
    Self.expect(alone, alone, together: false, in: dialect)
    #expect(try Self.write([alone], in: &dialect).contains(#""method":"order.status""#))
    let unknown = #"{"code":-2013,"msg":"Order does not exist."}"#
    #expect(try dialect.hear(unknown, to: alone, status: 400).outcome == .noSuchOrder)
  }

  /// An order of Coinbase's as its answers tell of it.
  private static func told(_ number: UInt64, _ status: String) -> String {
    #"{"order_id":"venue-\#(number)","product_id":"BTC-USD","side":"BUY","status":"\#(status)","#
      + #""client_order_id":"\#(fixtureOrders.text(OrderID(number)))","filled_size":"0","#
      + #""order_configuration":{"limit_limit_gtc":{"base_size":"0.0015","limit_price":"50000.25"}}}"#
  }

  @Test func `Coinbase's list of a product tells of all its orders but those behind its page`()
    throws
  {
    var dialect = try CoinbaseKey(.ed25519PEM).dialect()
    let all = [7, 8, 9].map { VenueAction.query(OrderID($0), bitcoin) }
    // Another product.
    Self.expect(all[0], .query(OrderID(8), ether), together: false, in: dialect)
    // The first is known by Coinbase's name already.
    let known = #"{"order":\#(Self.told(7, "OPEN"))}"#
    #expect(try dialect.hear(known, to: all[0]).outcome == .done)
    #expect(try Self.write(all, in: &dialect).contains("/batch?product_ids=BTC-USD&limit=1000"))
    for (more, last) in [(true, VenueOutcome.unknown), (false, .noSuchOrder)] {
      let page = #"{"orders":[\#(Self.told(8, "CANCELLED"))],"has_next":\#(more)}"#
      #expect(
        try all.map { try dialect.hear(page, to: $0).outcome }
          == [.halfway(next: "venue-7"), .done, last])
    }
    let alone = Self.query(7, of: bitcoin, page: "venue-7")
    Self.expect(alone, all[1], together: false, in: dialect)
    #expect(try Self.write([alone], in: &dialect).contains("/orders/historical/venue-7"))
    #expect(try dialect.hear(known, to: alone).outcome == .done)
  }

  @Test func `orders are looked for on every page of Coinbase's list, and not without end`() throws
  {
    var dialect = try CoinbaseKey(.ed25519PEM).dialect()
    func page(_ number: UInt64, hasNext: Bool, _ next: String) -> String {
      #"{"orders":[\#(Self.told(number, "CANCELLED"))],"has_next":\#(hasNext),"cursor":"\#(next)"}"#
    }
    let both = [9, 10].map { Self.query($0, of: bitcoin, page: nil) }
    let first = page(8, hasNext: true, "behind")
    for question in both {
      #expect(try dialect.hear(first, to: question).outcome == .halfway(next: "behind"))
    }
    let behind = [9, 10].map { Self.query($0, of: bitcoin, page: "behind") }
    Self.expect(both[0], behind[0], together: false, in: dialect)
    #expect(try Self.write(behind, in: &dialect).contains("&limit=1000&cursor=behind"))
    #expect(try Self.write([behind[0]], in: &dialect).contains("&limit=1000&cursor=behind"))
    // Orders of others need no name, and nothing else of them is read.
    let others = #"{"orders":[{"order_id":"a"},{"client_order_id":null}],"has_next":false}"#
    #expect(try dialect.hear(others, to: behind[0]).outcome == .noSuchOrder)
    // A page that leads to itself, or nowhere, is no end.
    for next in ["behind", ""] {
      let loop = page(8, hasNext: true, next)
      #expect(try dialect.hear(loop, to: behind[0]).outcome == .unknown)
    }
    let last = page(10, hasNext: false, "")
    #expect(try behind.map { try dialect.hear(last, to: $0).outcome } == [.noSuchOrder, .done])
  }

  @Test func `only of an order asked for by Coinbase's id does Coinbase say that it is not there`()
    throws
  {
    var dialect = try CoinbaseKey(.ed25519PEM).dialect()
    let words = #"{"error":"NOT_FOUND","error_details":"x","message":"not found"}"#
    func answers(_ order: UInt64, _ page: String?) throws -> [VenueOutcome] {
      try [words, "<html>not found</html>", ""].map {
        try dialect.hear($0, to: Self.query(order, of: bitcoin, page: page), status: 404).outcome
      }
    }
    let begins = [
      ("not found", .other), ("<html>not found</html>", .malformed), ("", .malformed),
    ].map { (text: String, reason: RejectReason) in
      VenueOutcome.rejected(VenueRejection(code: 404, reason: reason, text: text))
    }
    for page in [nil, "behind"] { #expect(try answers(7, page) == begins) }
    _ = try dialect.hear(#"{"order":\#(Self.told(7, "OPEN"))}"#, to: Self.query(7))
    for page in [nil, "behind"] {
      #expect(try answers(7, page) == [.halfway(next: "venue-7")] + begins.dropFirst())
    }
    #expect(try answers(7, "venue-7") == [.noSuchOrder] + begins.dropFirst())
  }
}
