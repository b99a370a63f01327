/// A client of the exchange's market data in any venue's language: dialect, intake and reducer behind one
/// connection, so that tests compare what was heard with what there is.

import Dialects
import Testing
import TradingCore

@testable import ExchangeServer

/// A client that subscribes in a venue's language and keeps the reduced state of what it hears.
struct MarketClient<Dialect: VenueDialect & SendableMetatype & ~Copyable>: ~Copyable {
  var fixture: DeskFixture
  var dialect: Dialect
  let connection: Int
  private var intake = MarketIntake()
  var state = State()
  var batch = FrameBatch()
  /// Kinds of events in the journal, in order.
  var kinds: [EventKind] = []
  var wanted: [InstrumentID] = []
  var gaps: [Gap] = []
  var candles: [Candle] = []
  var trades: [Trade] = []
  static var bitcoin: InstrumentID { InstrumentID(0) }

  /// - Parameters:
  ///   - path: where the language is spoken.
  ///   - symbol: the fixture's market in it.
  init(_ path: String, symbol: String) throws {
    var exchange = try DeskFixture()
    let link = try exchange.connect(path)
    var language = Dialect(
      hosts: Dialect.profile.hosts, orders: ClientOrderIDs(journal: 1), credentials: nil,
      window: .second)
    for case .instrument(let definition) in DeskFixture.market {
      try language.directory.add(definition, symbol: symbol)
      reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    }
    (fixture, connection) = (exchange, link)
    dialect = language
    intake.openBook(Self.bitcoin)
  }

  mutating func subscribe(_ kinds: [MarketStream.Kind]) throws {
    let streams = kinds.map { MarketStream($0, of: Self.bitcoin) }
    try send(try dialect.subscriptions(to: streams, firstID: 1))
  }

  mutating func subscribeAnew(_ kind: MarketStream.Kind) throws {
    let stream = MarketStream(kind, of: Self.bitcoin)
    try send(try dialect.resubscription(to: stream, firstID: 50))
  }

  private mutating func send(_ requests: [VenueRequest]) throws {
    for request in requests {
      guard case .frame(let bytes) = request.payload else { continue }
      fixture.send(String(decoding: bytes, as: UTF8.self), on: connection)
    }
    try hear()
  }

  /// Reads what was sent since the last look.
  mutating func hear() throws {
    for text in fixture.texts(on: connection) {
      batch.removeAll()
      let bytes = Array(text.utf8)
      _ = try dialect.decode(bytes.span, on: 1, at: fixture.now, into: &batch)
      var journal: ContiguousArray<Event> = []
      intake.take(batch.events, into: &journal, snapshots: &wanted)
      for event in journal { note(event) }
    }
  }

  private mutating func note(_ event: Event) {
    reduce(&state, event)
    kinds.append(event.body.kind)
    switch event.body {
    case .gap(let gap): gaps.append(gap)
    case .candle(let candle): candles.append(candle)
    case .trade(let trade): trades.append(trade)
    default: break
    }
  }

  var book: OrderBook { state.markets[0].book }

  /// The exchange's own book, cut to a depth: price and quantity of each level.
  func published(_ depth: Int) -> [[Int64]] {
    Self.levels(fixture.desk.state.markets[0].book, depth)
  }

  /// The book as it was reduced.
  var reduced: [[Int64]] { Self.levels(book, .max) }

  private static func levels(_ book: OrderBook, _ depth: Int) -> [[Int64]] {
    [book.bids, book.asks].flatMap { side in
      (0..<min(depth, side.count)).map { [side[$0].price.ticks, side[$0].quantity.lots] }
    }
  }

  /// Changes one level near the best ones.
  mutating func change(_ random: inout RandomSource, _ updateID: Int64) {
    let isBid = random.chance(0.5)
    let ticks = (isBid ? 5_998_000 : 6_000_100) + 100 * Int64(random.below(20))
    fixture.feed(
      .depth(
        Depth(
          instrument: Self.bitcoin, side: isBid ? .buy : .sell, price: Price(ticks: ticks),
          quantity: Quantity(lots: Int64(random.below(4)) * 1_000), lastUpdateID: updateID,
          updateSpan: 0, flags: [.first, .last])))
    fixture.pass(milliseconds: Int64(random.below(80)))
  }

  /// Asks over HTTP and reads the answer.
  mutating func ask(_ action: VenueAction) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    let request = try dialect.request(action, id: 1, over: .http, at: fixture.now)
    guard case .http(let method, let target, _, _) = request.payload else {
      return (.unknown, FrameBatch())
    }
    let prefix = Self.path(of: Dialect.profile.hosts.rest)
    let parts = (prefix + target).split(separator: "?", maxSplits: 1).map(String.init)
    let answer = fixture.desk.answer(
      HTTPCall(
        method: method.rawValue, path: parts[0],
        query: Array((parts.count > 1 ? parts[1] : "").utf8)),
      at: fixture.now)
    var batch = FrameBatch()
    let outcome = try dialect.answer(
      VenueResponse(status: answer.status, body: answer.body), to: action, at: fixture.now,
      into: &batch)
    return (outcome, batch)
  }

  /// What stands behind an address's host.
  private static func path(of address: String) -> String {
    address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst(2)
      .map { "/" + $0 }.joined()
  }
}
