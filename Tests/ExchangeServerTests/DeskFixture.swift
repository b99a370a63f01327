/// A small exchange for tests: one market with a book and some trades, two accounts, a clock that only
/// tests move, and a client that signs as the documents say.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

/// An exchange and a client of it.
struct DeskFixture {
  var desk: ExchangeDesk
  /// 2026-01-01T00:00:10Z.
  var now = Timestamp(nanoseconds: 1_767_225_610_000_000_000)
  static let key = String(repeating: "k", count: 64)
  static let secret = String(repeating: "s", count: 64)
  static let otherKey = String(repeating: "o", count: 64)

  init(limits: LimitSettings = LimitSettings(), others: [AccountSettings] = []) throws {
    let balances = [
      AssetAmount(asset: AssetID(0), amount: Money(units: 10 * Money.one.units)),
      AssetAmount(asset: AssetID(1), amount: Money(units: 100_000 * Money.one.units)),
    ]
    let accounts = [Self.key, Self.otherKey].map {
      AccountSettings(
        apiKey: $0, credential: .secret(Array(Self.secret.utf8)), balances: balances)
    }
    let preamble: [EventBody] = [
      .configure(Configure(.account, value: Int64(AccountKind.spot.rawValue))),
      .configure(Configure(.fillRule, value: Int64(FillRule.bookConservative.rawValue))),
      .fee(FeeSchedule(instrument: .none, maker: 100_000, taker: 100_000, currency: .received)),
    ]
    let opening = now
    desk = try ExchangeDesk(
      accounts: accounts + others, preamble: preamble.map { Event(receiveTime: opening, $0) },
      limits: limits,
      at: opening)
    for body in Self.market { feed(body) }
  }

  /// BTCUSDT with a tick of 0.01 and a lot of 0.00001, a book around 60,000, and one trade.
  static var market: [EventBody] {
    let definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5),
      minQuantity: Quantity(lots: 1), minNotional: 500_000_000)
    return texts + [.instrument(definition)] + book(at: 1_000) + [trade(id: 500, ticks: 6_000_000)]
  }

  private static var texts: [EventBody] {
    let names: [(TextSubject, UInt16, String)] = [
      (.asset, 0, "BTC"), (.asset, 1, "USDT"), (.instrument, 0, "BTCUSDT"),
    ]
    return names.flatMap { Text.run(subject: $0.0, id: $0.1, $0.2) }.map { .text($0) }
  }

  /// Ten levels a side, a dollar apart, of one coin each.
  static func book(at updateID: Int64) -> [EventBody] {
    (0..<20).map { index in
      let isBid = index < 10
      let ticks = isBid ? 5_999_900 - 100 * Int64(index) : 6_000_100 + 100 * Int64(index - 10)
      var flags: RunFlags = index == 0 ? .first : []
      if index == 19 { flags.insert(.last) }
      return .bookSnapshot(
        BookSnapshot(
          instrument: InstrumentID(0), side: isBid ? .buy : .sell, price: Price(ticks: ticks),
          quantity: Quantity(lots: 100_000), updateID: updateID, flags: flags))
    }
  }

  static func trade(id: Int64, ticks: Int64, lots: Int64 = 1_000) -> EventBody {
    .trade(
      Trade(
        instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: lots),
        aggressor: .buy, id: id))
  }

  mutating func feed(_ body: EventBody) {
    desk.receive(Event(receiveTime: now, venueTime: now, body), at: now)
  }

  mutating func pass(milliseconds: Int64) {
    now = now + Interval(nanoseconds: milliseconds * 1_000_000)
    desk.tick(at: now)
  }

  // MARK: Requests

  /// Sends an unsigned request.
  mutating func get(_ path: String, _ query: String = "") -> HTTPAnswer {
    desk.answer(
      HTTPCall(method: "GET", path: "/api/v3/" + path, query: Array(query.utf8)), at: now)
  }

  /// Sends a signed request, its parameters in the query.
  mutating func signed(
    _ method: String, _ path: String, _ query: String = "", key: String = key
  ) throws -> HTTPAnswer {
    let text = (query.isEmpty ? "" : query + "&") + "timestamp=\(now.milliseconds)"
    let signature = try Self.signature(text)
    let call = HTTPCall(
      method: method, path: "/api/v3/" + path,
      query: Array((text + "&signature=" + signature).utf8),
      headers: ["x-mbx-apikey": key])
    return desk.answer(call, at: now)
  }

  static func signature(_ payload: String) throws -> String {
    var bytes = Array(secret.utf8)
    return try RequestSigner(Secret(wiping: &bytes)).signature(over: Array(payload.utf8))
  }

  /// Sends a request to a control endpoint.
  @discardableResult
  mutating func control(_ method: String, _ path: String, _ body: String = "") -> HTTPAnswer {
    desk.answer(
      HTTPCall(method: method, path: "/control/" + path, body: Array(body.utf8)), at: now)
  }

  /// A frame signed over its parameters by name.
  func frame(
    _ method: String, _ parameters: [(String, String)] = [], key: String = key
  ) throws -> String {
    let all =
      (parameters + [("apiKey", "\"\(key)\""), ("timestamp", "\(now.milliseconds)")])
      .sorted { $0.0 < $1.0 }
    let payload = all.map { "\($0.0)=\($0.1.replacing("\"", with: ""))" }.joined(separator: "&")
    let signature = try Self.signature(payload)
    let members = (all + [("signature", "\"\(signature)\"")]).map { "\"\($0.0)\":\($0.1)" }
    return #"{"id":1,"method":"\#(method)","params":{\#(members.joined(separator: ","))}}"#
  }

  // MARK: Connections

  /// A connection that hears of the first account.
  mutating func connectUser() throws -> Int {
    let connection = try connect("/ws-api/v3")
    send(try frame("userDataStream.subscribe.signature"), on: connection)
    _ = texts(on: connection)
    return connection
  }

  mutating func connect(_ path: String, _ query: String = "") throws -> Int {
    let connection = desk.connect(path: path, query: query, from: "127.0.0.1", at: now)
    return try #require(connection)
  }

  mutating func send(_ text: String, on connection: Int) {
    desk.receive(text: Array(text.utf8), on: connection, at: now)
  }

  /// Text messages that were sent on a connection since the last look. All that was to be sent has left
  /// by then.
  mutating func texts(on connection: Int) -> [String] {
    desk.takeDeliveries().compactMap { delivery in
      if let mark = delivery.mark { desk.left(mark) }
      guard delivery.connection == connection, case .text(let bytes) = delivery.action else {
        return nil
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  mutating func messages(on connection: Int) throws -> [[String: Any]] {
    try texts(on: connection).map { try #require(parsed(Array($0.utf8)) as? [String: Any]) }
  }
}

/// An order of the fixture's market.
func order(
  _ id: UInt64, _ type: OrderType = .limit, side: Side = .buy, lots: Int64, ticks: Int64 = 0
) -> PlacedOrder {
  PlacedOrder(
    OrderID(id),
    OrderTerms(
      instrument: InstrumentID(0), side: side, type: type, quantity: Quantity(lots: lots),
      price: Price(ticks: ticks)))
}

extension HTTPAnswer {
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as a JSON object.
  func object() throws -> [String: Any] { try #require(parsed(body) as? [String: Any]) }
}

/// JSON by a reader nobody here wrote.
func parsed(_ bytes: [UInt8]) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
}
