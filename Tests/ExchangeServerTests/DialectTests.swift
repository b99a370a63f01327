/// The dialect that trades against the exchange that is traded on: whatever one of them says, the other
/// has to understand, over HTTP and over a WebSocket alike.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

/// A client of the fixture's exchange that speaks the dialect and follows its account.
private struct DialectClient: ~Copyable {
  var fixture: DeskFixture
  var dialect: BinanceDialect
  let transport: VenueTransport
  private let account: Int
  private var lastID: Int64 = 0
  /// What the account's reports said since the last look.
  private var reports = FrameBatch()

  init(over transport: VenueTransport, secret: String = DeskFixture.secret) throws {
    var exchange = try DeskFixture()
    let connection = try exchange.connect("/ws-api/v3")
    dialect = try Self.dialect(secret)
    (fixture, account, self.transport) = (exchange, connection, transport)
  }

  private static func dialect(_ secret: String) throws -> BinanceDialect {
    var bytes = Array(secret.utf8)
    let signer = try RequestSigner(Secret(wiping: &bytes))
    var dialect = BinanceDialect(
      orders: ClientOrderIDs(journal: 0xfeed),
      credentials: try Credentials(apiKey: DeskFixture.key, signer: signer))
    for (index, code) in ["BTC", "USDT"].enumerated() {
      try dialect.directory.add(AssetDefinition(asset: AssetID(UInt16(index))), code: code)
    }
    for case .instrument(let definition) in DeskFixture.market {
      try dialect.directory.add(definition, symbol: "BTCUSDT")
    }
    return dialect
  }

  /// Asks over the client's own transport. Reports that come with the answer are kept for `takeReports`.
  mutating func ask(_ action: VenueAction) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    try ask(action, over: transport)
  }

  mutating func ask(
    _ action: VenueAction, over transport: VenueTransport, late: Interval = .zero
  ) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    lastID += 1
    let time = fixture.now + late
    let request = try dialect.request(action, id: lastID, over: transport, at: time)
    let response = try response(to: request)
    var batch = FrameBatch()
    let outcome = try dialect.answer(response, to: action, at: fixture.now, into: &batch)
    try readReports()
    return (outcome, batch)
  }

  private mutating func response(to request: VenueRequest) throws -> VenueResponse {
    switch request.payload {
    case .http(let method, let target, let headers, let body):
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      let call = HTTPCall(
        method: method.rawValue, path: "/api" + parts[0],
        query: parts.count > 1 ? Array(parts[1].utf8) : [], body: body,
        headers: Dictionary(uniqueKeysWithValues: headers.map { ($0.name.lowercased(), $0.value) }))
      let answer = fixture.desk.answer(call, at: fixture.now)
      return VenueResponse(
        status: answer.status, headers: answer.headers.map { HTTPHeader($0.name, $0.value) },
        body: answer.body)
    case .frame(let text):
      fixture.desk.receive(text: text, on: account, at: fixture.now)
      var reply: [UInt8]?
      for frame in fixture.texts(on: account).map({ Array($0.utf8) }) {
        if try read(frame) == .reply(id: request.id) { reply = frame }
      }
      return VenueResponse(frame: try #require(reply))
    }
  }

  private mutating func readReports() throws {
    for text in fixture.texts(on: account) { _ = try read(Array(text.utf8)) }
  }

  private mutating func read(_ frame: [UInt8]) throws -> FrameMeaning {
    try dialect.decode(frame.span, on: 1, at: fixture.now, into: &reports)
  }

  mutating func takeReports() -> FrameBatch {
    let taken = reports
    reports.removeAll()
    return taken
  }
}

@Suite("The dialect and the exchange")
struct DialectTests {
  private static let btc = InstrumentID(0)

  private func kinds(_ batch: FrameBatch) -> [String] {
    batch.events.map { event in
      switch event.body {
      case .accepted(let report): "accepted \(report.order.raw)"
      case .canceled(let report): "canceled \(report.order.raw)"
      case .rejected(let report): "rejected \(report.order.raw) \(report.reason)"
      case .sendFailed(let report): "sendFailed \(report.order.raw)"
      case .amended(let change): "amended \(change.order.raw) to \(change.quantity.lots)"
      case .fill(let fill):
        "fill \(fill.order.raw) \(fill.quantity.lots) at \(fill.price.ticks) fee \(fill.fee)"
      default: "\(event.body.kind)"
      }
    }
  }

  @Test(
    "an order's whole life is understood, by its answers and by the account's reports",
    arguments: [VenueTransport.http, .webSocket])
  func life(transport: VenueTransport) throws {
    var client = try DialectClient(over: transport)
    #expect(try client.ask(.followAccount, over: .webSocket).outcome == .done)
    _ = client.takeReports()

    let placed = try client.ask(.place(order(1, lots: 50_000, ticks: 5_000_000)))
    #expect(placed.outcome == .done)
    #expect(kinds(placed.batch) == ["accepted 1"])
    #expect(!placed.batch.uses.isEmpty)
    var reports = client.takeReports()
    #expect(kinds(reports) == ["accepted 1"])
    let locked = reports.statements.first { $0.asset == AssetID(1) }
    #expect(locked?.locked == Money(units: 25_000 * Money.one.units))

    let query = try client.ask(.query(OrderID(1), Self.btc))
    #expect(query.batch.standings.map(\.status) == [.working])
    let open = try client.ask(.openOrders(Self.btc))
    #expect(open.batch.listing.orders.map(\.kind) == ["limit"])
    #expect(open.batch.listing.orders.map { $0.price?.text(decimals: 2) } == ["50000.00"])

    let shrunk = try client.ask(.shrink(OrderID(1), Self.btc, to: Quantity(lots: 30_000)))
    #expect(kinds(shrunk.batch) == ["amended 1 to 30000"])
    #expect(kinds(client.takeReports()) == ["amended 1 to 30000"])

    let replaced = try client.ask(
      .replace(OrderID(1), by: order(2, lots: 20_000, ticks: 5_100_000)))
    #expect(kinds(replaced.batch) == ["canceled 1", "accepted 2"])
    #expect(kinds(client.takeReports()) == ["canceled 1", "accepted 2"])

    #expect(kinds(try client.ask(.cancel(OrderID(2), Self.btc)).batch) == ["canceled 2"])
    #expect(kinds(client.takeReports()) == ["canceled 2"])
    let again = try client.ask(.cancel(OrderID(2), Self.btc))
    guard case .rejected(let rejection) = again.outcome else {
      Issue.record("a second cancel is \(again.outcome)")
      return
    }
    #expect(rejection.reason == .unknownOrder && again.batch.events.isEmpty)
    let ended = try client.ask(.query(OrderID(2), Self.btc))
    #expect(ended.batch.standings.map(\.status) == [.canceled])
    #expect(try client.ask(.query(OrderID(3), Self.btc)).outcome == .noSuchOrder)

    let taken = try client.ask(.place(order(4, .market, lots: 150_000)))
    #expect(kinds(taken.batch) == ["accepted 4"])
    #expect(taken.batch.standings.map(\.status) == [.filled])
    reports = client.takeReports()
    #expect(
      kinds(reports) == [
        "accepted 4", "fill 4 100000 at 6000100 fee 100000", "fill 4 50000 at 6000200 fee 50000",
      ])
    // What the trades list says of the order is what its reports said.
    let venueOrder = try #require(taken.batch.standings.first).venueOrderID
    let listed = try client.ask(.fillsOf(OrderID(4), Self.btc, venueOrder: venueOrder))
    #expect(listed.batch.events.map(\.body) == Array(reports.events.map(\.body).dropFirst()))
    let all = try client.ask(.fills(Self.btc, from: 0))
    #expect(all.batch.trades.map(\.venueOrderID) == [venueOrder, venueOrder])
    // And the account holds what its last statements said.
    let account = try client.ask(.account)
    for statement in reports.statements.suffix(2) {
      let same = account.batch.statements.first { $0.asset == statement.asset }
      #expect(same?.total == statement.total)
    }
  }

  @Test(
    "what the exchange does not take is told apart",
    arguments: [VenueTransport.http, .webSocket])
  func refusals(transport: VenueTransport) throws {
    var client = try DialectClient(over: transport)
    var maker = order(1, lots: 1_000, ticks: 6_000_100)
    maker.terms.flags.insert(.postOnly)
    #expect(kinds(try client.ask(.place(maker)).batch) == ["rejected 1 wouldMatch"])
    let rich = order(2, lots: 100_000_000, ticks: 5_000_000)
    #expect(kinds(try client.ask(.place(rich)).batch) == ["rejected 2 insufficientBalance"])
    let small = order(3, lots: 1, ticks: 5_000_000)
    #expect(kinds(try client.ask(.place(small)).batch) == ["rejected 3 notional"])
    let early = try client.ask(
      .place(order(4, lots: 1_000, ticks: 5_000_000)), over: transport, late: .minute)
    #expect(early.outcome == .clockSkew)
    #expect(kinds(early.batch) == ["sendFailed 4"])
    var stranger = try DialectClient(over: transport, secret: "another")
    guard case .unauthorised = try stranger.ask(.account).outcome else {
      Issue.record("a wrong signature is taken")
      return
    }
  }
}
