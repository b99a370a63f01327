/// Who may ask in Kraken's language, how reports are numbered, the dead man's switch, and what faults look like
/// to a session.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

@Suite struct KrakenSessionTests {
  private static let bitcoin = InstrumentID(0)

  private func words(_ outcome: VenueOutcome) -> String {
    switch outcome {
    case .unauthorised(let why), .rejected(let why): why.text
    default: "\(outcome)"
    }
  }

  // MARK: Keys

  @Test func `A stranger's key and a wrong secret open nothing, and are told apart`() throws {
    var stranger = try KrakenTrader(DeskFixture(), key: "nobody")
    #expect(words(try stranger.ask(.logOn).outcome) == "EAPI:Invalid key")
    let secret = String(repeating: "t", count: 64)
    var wrong = try KrakenTrader(DeskFixture(), secret: secret)
    #expect(words(try wrong.ask(.logOn).outcome) == "EAPI:Invalid signature")
    #expect(words(try wrong.ask(.account).outcome) == "EAPI:Invalid signature")
  }

  @Test func `A number that does not rise is refused, and what it was for did not happen`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    #expect(try trader.ask(.account).outcome == .done)
    // Another process with the same key begins at the same time of the venue's.
    var other = try KrakenTrader(trader.fixture)
    #expect(try other.ask(.account).outcome == .clockSkew)
    other.fixture.pass(milliseconds: 1)
    #expect(try other.ask(.account).outcome == .done)
  }

  @Test
  func `A key that asks too much is refused until its count has fallen, and its orders are not`()
    throws
  {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.desk.limits.settings.krakenTier = .starter
    // The token came before anything was counted.
    for _ in 0..<13 { #expect(try trader.ask(.account).outcome == .done) }
    let fills = VenueAction.fillsOf(OrderID(1), Self.bitcoin, venueOrder: 1)
    #expect(try trader.ask(fills).outcome == .done)
    let refusal = VenueOutcome.limited(
      isBan: false, wait: Interval(nanoseconds: 5_000_000_000), until: nil)
    #expect(try trader.ask(.account).outcome == refusal)
    #expect(try trader.ask(.place(KrakenTrader.order(1)), over: .http).outcome == .done)
    #expect(try trader.ask(.cancel(OrderID(1), Self.bitcoin), over: .http).outcome == .done)
    // The refused one counts as well.
    trader.fixture.pass(milliseconds: 3_100)
    #expect(try trader.ask(.account).outcome == refusal)
    trader.fixture.pass(milliseconds: 6_100)
    #expect(try trader.ask(.account).outcome == .done)
    let keys = try trader.fixture.control("GET", "keys").object()["keys"] as? [[String: Any]]
    #expect(keys?.first?["limited"] as? Int == 2)
  }

  @Test func `A key that has ended takes its connection with it, and its requests are counted`()
    throws
  {
    var trader = try KrakenTrader.inSession(DeskFixture())
    _ = try trader.ask(.place(KrakenTrader.order(1)))
    trader.fixture.control(
      "POST", "keys",
      #"{"apiKey": "second", "secret": "\#(DeskFixture.secret)", "account": "\#(DeskFixture.key)"}"#
    )
    let query = Array("apiKey=\(DeskFixture.key)".utf8)
    _ = trader.fixture.desk.answer(
      HTTPCall(method: "DELETE", path: "/control/keys", query: query), at: trader.fixture.now)
    #expect(trader.fixture.desk.connections[trader.connection] == nil)
    let old = try trader.fixture.connect("/v2")
    trader.fixture.send(try trader.frame(.cancel(OrderID(1), Self.bitcoin)), on: old)
    let answer = try trader.fixture.messages(on: old).last
    #expect(answer?["error"] as? String == "EAPI:Invalid key")
    var heir = try KrakenTrader.inSession(trader.fixture, key: "second")
    #expect(try heir.hasOpen(1))
    let keys = try heir.fixture.control("GET", "keys").object()["keys"] as? [[String: Any]]
    let late = keys?.map { "\($0["apiKey"] ?? "") \($0["late"] ?? "")" }
    #expect(late?.contains("\(DeskFixture.key) 1") == true && late?.contains("second 0") == true)
  }

  @Test func `A token that nobody used for a quarter of an hour opens nothing`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.pass(seconds: 900)
    #expect(try trader.ask(.place(KrakenTrader.order(1))).outcome == .done)
    let late = try trader.fixture.connect("/v2")
    let token = try trader.token
    trader.fixture.send(
      #"{"method":"subscribe","params":{"channel":"executions","token":"\#(token)"}}"#, on: late)
    let answer = try trader.fixture.messages(on: late).last
    #expect(answer?["error"] as? String == "ESession:Invalid session")
  }

  // MARK: Reports

  @Test
  func `Reports are numbered on each connection, and one that begins later is told what is open`()
    throws
  {
    var trader = try KrakenTrader.inSession(DeskFixture())
    for id: UInt64 in 1...3 { _ = try trader.ask(.place(KrakenTrader.order(id))) }
    _ = try trader.takeReports()
    try trader.follow()
    #expect(try trader.ask(.cancel(OrderID(2), Self.bitcoin)).outcome == .done)
    guard case .canceled(let report)? = try trader.takeReports().first else {
      Issue.record("an order that was told in a snapshot was not known")
      return
    }
    #expect(report.order == OrderID(2) && trader.lastMeaning == .counted)
  }

  @Test(
    "A report that comes twice or late has a number of its own",
    arguments: ["duplicate", "reorder"])
  func reportFaults(kind: String) throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.control("POST", "faults", #"{"fault":"\#(kind)","every":3}"#)
    for id: UInt64 in 1...4 {
      _ = try trader.ask(.place(KrakenTrader.order(id, at: 6_000_100, lots: 1_000)))
      trader.fixture.pass(milliseconds: 200)
    }
    let fills = try trader.takeReports().compactMap { body in
      if case .fill(let fill) = body { fill.order.raw } else { nil }
    }
    #expect(Set(fills) == [1, 2, 3, 4])
    #expect((kind == "duplicate") == (fills.count > 4))
    #expect(trader.lastMeaning == .counted)
  }

  @Test func `A report that is lost leaves its number out, and a connection that is cut ends`()
    throws
  {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.control(
      "POST", "faults", #"{"fault":"gap","every":2,"times":1,"stream":"user"}"#)
    _ = try trader.ask(.place(KrakenTrader.order(1)))
    #expect(try trader.takeReports().isEmpty && trader.lastMeaning == .counted)
    _ = try trader.ask(.cancel(OrderID(1), Self.bitcoin))
    // The end is not read, or nobody would ask for what the lost report told.
    #expect(try trader.takeReports().isEmpty && trader.lastMeaning == .accountEnded)
    trader.fixture.control("POST", "faults", #"{"fault":"disconnect","times":1,"stream":"user"}"#)
    _ = try trader.ask(.place(KrakenTrader.order(2)))
    #expect(trader.fixture.desk.connections[trader.connection] == nil)
    #expect(try trader.hasOpen(2))
  }

  // MARK: Answers that do not come

  @Test func `An order whose answer is lost or an error was taken all the same`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.control("POST", "faults", #"{"fault":"error","times":1}"#)
    let (outcome, batch) = try trader.ask(.place(KrakenTrader.order(1)))
    #expect(outcome == .unknown && batch.events.map(\.body.kind) == [.unknown])
    #expect(try trader.hasOpen(1))
    trader.fixture.control("POST", "faults", #"{"fault":"lost-ack","times":1}"#)
    #expect(try trader.ask(.place(KrakenTrader.order(2))).outcome == .unknown)
    #expect(trader.fixture.desk.connections[trader.connection] == nil)
    #expect(try trader.hasOpen(2))
  }

  @Test func `A late answer is late, its reports are not`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.control("POST", "faults", #"{"fault":"late-ack","milliseconds":300}"#)
    let request = try trader.frame(.place(KrakenTrader.order(1)))
    trader.fixture.send(request, on: trader.connection)
    let delays = trader.fixture.desk.takeDeliveries().map(\.delay.nanoseconds)
    #expect(delays == [0, 0, 300_000_000])
  }

  @Test func `Whoever is banned is locked out`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    trader.fixture.control("POST", "faults", #"{"fault":"ban","times":1}"#)
    for _ in 0..<2 {
      let outcome = try trader.ask(.account).outcome
      #expect(outcome == .limited(isBan: true, wait: .minute, until: nil))
    }
  }

  // MARK: The dead man's switch

  @Test func `Orders that nobody speaks for are canceled when the switch says so, not before`()
    throws
  {
    var trader = try KrakenTrader.inSession(DeskFixture())
    for id: UInt64 in 1...2 { _ = try trader.ask(.place(KrakenTrader.order(id))) }
    _ = try trader.takeReports()
    let span = Interval(nanoseconds: 3_000_000_000)
    for _ in 0..<3 {
      #expect(try trader.ask(.cancelAllAfter(span)).outcome == .done)
      trader.fixture.pass(milliseconds: 2_900)
      #expect(try trader.takeReports().isEmpty)
    }
    trader.fixture.pass(milliseconds: 100)
    #expect(try trader.takeReports().map(\.kind) == [.canceled, .canceled])
    // It strikes once: what comes later stays.
    _ = try trader.ask(.place(KrakenTrader.order(3)))
    trader.fixture.pass(milliseconds: 5_000)
    #expect(try trader.hasOpen(3))
  }

  @Test func `A switch that was taken back does nothing`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    _ = try trader.ask(.place(KrakenTrader.order(1)))
    _ = try trader.ask(.cancelAllAfter(.second))
    _ = try trader.ask(.cancelAllAfter(nil))
    trader.fixture.pass(milliseconds: 5_000)
    #expect(try trader.hasOpen(1))
  }
}
