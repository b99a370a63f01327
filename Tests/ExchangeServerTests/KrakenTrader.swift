/// A client with an account at the fixture's exchange in Kraken's language: the dialect that trades there asks
/// over HTTP and over a connection that follows the account.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

struct KrakenTrader: ~Copyable {
  /// Makes its orders' names.
  static let names = ClientOrderIDs(journal: 0xfeed)
  var fixture: DeskFixture
  var dialect: KrakenDialect
  /// The connection that carries requests and reports.
  private(set) var connection = 0
  private var lastID: Int64 = 1
  /// What the account's reports said since the last look.
  private var reports: [EventBody] = []
  /// What the last frame of the account's meant that was no report.
  private(set) var lastMeaning = FrameMeaning.counted

  /// A client without a session.
  init(
    _ exchange: consuming DeskFixture, key: String = DeskFixture.key,
    secret: String = DeskFixture.secret
  ) throws {
    let language = try Self.dialect(key, secret)
    fixture = exchange
    dialect = language
  }

  /// A client that hears of its account.
  static func inSession(
    _ exchange: consuming DeskFixture, key: String = DeskFixture.key
  ) throws -> KrakenTrader {
    var trader = try KrakenTrader(exchange, key: key)
    try trader.follow()
    return trader
  }

  private static func dialect(_ key: String, _ secret: String) throws -> KrakenDialect {
    var bytes = Array(secret.utf8)
    var dialect = KrakenDialect(
      orders: names,
      credentials: try Credentials(
        apiKey: key, signer: try RequestSigner(Secret(wiping: &bytes))))
    for (index, code) in ["BTC", "USDT"].enumerated() {
      try dialect.directory.add(AssetDefinition(asset: AssetID(UInt16(index))), code: code)
    }
    for case .instrument(let definition) in DeskFixture.market {
      try dialect.directory.add(definition, symbol: "BTC/USDT")
    }
    return dialect
  }

  /// Opens a session on a connection of its own.
  mutating func follow() throws {
    #expect(try ask(.logOn).outcome == .done)
    connection = try fixture.connect("/v2")
    #expect(try ask(.followAccount).outcome == .done)
  }

  /// Asks, and reads all that came with the answer.
  mutating func ask(
    _ action: VenueAction, late: Interval = .zero, over transport: VenueTransport? = nil
  ) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    lastID += 1
    let request = try dialect.request(
      action, id: lastID, over: transport ?? dialect.transport(of: action), at: fixture.now)
    fixture.now = fixture.now + late
    let response = try response(to: request)
    var batch = FrameBatch()
    let outcome = try dialect.answer(response, to: action, at: fixture.now, into: &batch)
    return (outcome, batch)
  }

  /// Asks with one request over HTTP, and reads what the answer says of each action.
  mutating func ask(together actions: [VenueAction]) throws -> [VenueOutcome] {
    lastID += 1
    let request = try dialect.request(
      together: actions, id: lastID, over: .http, at: fixture.now)
    var response = try response(to: request)
    response?.actions = actions.count
    var outcomes: [VenueOutcome] = []
    for action in actions {
      var batch = FrameBatch()
      outcomes.append(
        try dialect.answer(response, to: action, at: fixture.now, into: &batch))
    }
    return outcomes
  }

  private mutating func response(to request: VenueRequest) throws -> VenueResponse? {
    switch request.payload {
    case .frame(let bytes):
      fixture.send(String(decoding: bytes, as: UTF8.self), on: connection)
      return try hear(answerTo: request.id)
    case .http(let method, let target, let headers, let body):
      let answer = fixture.desk.answer(
        HTTPCall(
          method: method.rawValue, path: target, body: body,
          headers: Dictionary(
            headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })),
        at: fixture.now)
      return answer.isLost ? nil : VenueResponse(status: answer.status, body: answer.body)
    }
  }

  /// Reads what was sent since the last look.
  /// - Returns: the answer to a request, where it is among it.
  @discardableResult
  mutating func hear(answerTo id: Int64? = nil) throws -> VenueResponse? {
    var answer: VenueResponse?
    for text in fixture.texts(on: connection) {
      let bytes = Array(text.utf8)
      var batch = FrameBatch()
      let meaning = try dialect.decode(
        bytes.span, on: LinkID(connection), at: fixture.now, into: &batch)
      reports += batch.events.map(\.body)
      if case .reply(let number) = meaning {
        if number == id { answer = VenueResponse(frame: bytes) }
      } else if meaning != .counted, meaning != .events {
        lastMeaning = meaning
      }
    }
    return answer
  }

  /// Lets time go by, in which the connection answers whoever asks whether it lives.
  mutating func pass(seconds: Int) {
    for _ in 0..<seconds {
      fixture.pass(milliseconds: 1_000)
      fixture.desk.receivePong(on: connection, at: fixture.now)
    }
  }

  /// What a request says as a frame.
  mutating func frame(_ action: VenueAction) throws -> String {
    let request = try dialect.request(action, id: 9, over: .webSocket, at: fixture.now)
    guard case .frame(let bytes) = request.payload else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What the session's requests carry.
  var token: String {
    mutating get throws {
      let parts = try frame(.followAccount).split(separator: "\"token\":\"")
      return String(try #require(parts.last?.prefix { $0 != "\"" }))
    }
  }

  /// What was reported since the last look.
  mutating func takeReports() throws -> [EventBody] {
    try hear()
    defer { reports = [] }
    return reports
  }

  // MARK: Orders

  static func order(
    _ id: UInt64, _ side: Side = .buy, at price: Int64 = 5_990_000, lots: Int64 = 10_000,
    change: (inout OrderTerms) -> Void = { _ in }
  ) -> PlacedOrder {
    var terms = OrderTerms(
      instrument: InstrumentID(0), side: side, type: .limit, quantity: Quantity(lots: lots),
      price: Price(ticks: price))
    change(&terms)
    return PlacedOrder(OrderID(id), terms)
  }

  /// Whether the account has an order open, by what it lists.
  mutating func hasOpen(_ id: UInt64) throws -> Bool {
    try listed().contains { Self.names.order($0.name) == OrderID(id) }
  }

  /// The account's open orders, by our numbers.
  mutating func listed() throws -> [ListedOrder] {
    try ask(.openOrders(nil)).batch.listing.orders.sorted {
      Self.names.order($0.name) < Self.names.order($1.name)
    }
  }
}
