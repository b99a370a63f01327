/// The exchange in Kraken's language, heard by the dialect that reads Kraken: its books after hundreds of
/// changes, its candles, its refusals, and what its faults look like from outside.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

/// A client that subscribes and keeps the reduced state of what it hears.
private struct KrakenClient: ~Copyable {
  var fixture: DeskFixture
  var dialect: KrakenDialect
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
  static let bitcoin = InstrumentID(0)

  init() throws {
    var exchange = try DeskFixture()
    let link = try exchange.connect("/v2")
    let language = try Self.language()
    (fixture, connection) = (exchange, link)
    dialect = language
    for case .instrument(let definition) in DeskFixture.market {
      reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    }
    intake.openBook(Self.bitcoin)
  }

  private static func language() throws -> KrakenDialect {
    var dialect = KrakenDialect(orders: ClientOrderIDs(journal: 1))
    for case .instrument(let definition) in DeskFixture.market {
      try dialect.directory.add(definition, symbol: "BTC/USDT")
    }
    return dialect
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
}

struct KrakenStreamTests {
  @Test("A book kept by its messages is the exchange's own", arguments: [10, 25])
  func book(depth: Int) throws {
    var client = try KrakenClient()
    try client.subscribe([.topLevels(depth)])
    var random = RandomSource(seed: UInt64(depth), label: "kraken book")
    for step in 1...400 {
      client.change(&random, 1_000 + Int64(step))
      try client.hear()
      try #require(client.book.isValid && client.reduced == client.published(depth), "step \(step)")
    }
    #expect(client.gaps.isEmpty)
    #expect(client.published(30).count > 20)
  }

  @Test(
    "A message that was left out, or a wrong checksum, is a gap until the book is had anew",
    arguments: ["gap", "checksum"])
  func fault(kind: String) throws {
    var client = try KrakenClient()
    try client.subscribe([.topLevels(10)])
    client.fixture.control(
      "POST", "faults", #"{"fault":"\#(kind)","every":20,"times":1,"stream":"BTC/USDT@book10"}"#)
    var random = RandomSource(seed: 3, label: "kraken fault")
    for step in 1...60 {
      client.change(&random, 1_000 + Int64(step))
      try client.hear()
      guard !client.wanted.isEmpty else { continue }
      #expect(!client.book.isValid)
      client.wanted.removeAll()
      try client.subscribeAnew(.topLevels(10))
      #expect(client.book.isValid && client.reduced == client.published(10))
    }
    let gap = Gap(instrument: InstrumentID(0), stream: .depth, count: 0, reason: .checksum)
    #expect(client.gaps == [gap])
    #expect(client.reduced == client.published(10))
  }

  @Test func `Trades, quotes and closed candles come as they happened`() throws {
    var client = try KrakenClient()
    try client.subscribe([.trades, .quotes, .candles(seconds: 60)])
    for minute in 0..<3 {
      client.fixture.feed(
        DeskFixture.trade(id: 501 + Int64(minute), ticks: 6_000_000 + Int64(minute)))
      client.fixture.pass(milliseconds: 60_000)
      client.fixture.desk.receivePong(on: client.connection, at: client.fixture.now)
      try client.hear()
    }
    #expect(client.trades.map(\.id) == [501, 502, 503])
    #expect(client.trades.map(\.price.ticks) == [6_000_000, 6_000_001, 6_000_002])
    #expect(client.candles.map(\.close.ticks) == [6_000_000, 6_000_001])
    #expect(client.candles.map(\.open.ticks) == [6_000_000, 6_000_001])
    #expect(client.kinds.contains(.quote))
    #expect(client.batch.counts["heartbeat"] > 0)
    #expect(client.batch.counts["status"] == 1)
  }

  @Test(
    "What cannot be had is refused with its request's number",
    arguments: [
      #""channel":"book","symbol":["BTC/EUR"],"depth":10"#,
      #""channel":"book","symbol":["BTC/USDT"],"depth":11"#,
      #""channel":"level9","symbol":["BTC/USDT"]"#, #""channel":"trade","symbol":[]"#,
    ])
  func refusals(params: String) throws {
    var client = try KrakenClient()
    try client.hear()
    client.fixture.send(
      #"{"method":"subscribe","params":{\#(params)},"req_id":7}"#, on: client.connection)
    let answer = try #require(client.fixture.texts(on: client.connection).first)
    let bytes = Array(answer.utf8)
    let meaning = try client.dialect.decode(
      bytes.span, on: 1, at: client.fixture.now, into: &client.batch)
    #expect(meaning == .subscription(id: 7, isAccepted: false))
  }

  @Test func `Pairs, clock and book are told over HTTP in Kraken's words`() throws {
    var client = try KrakenClient()
    func ask(_ action: VenueAction) throws -> (VenueOutcome, FrameBatch) {
      let request = try client.dialect.request(
        action, id: 1, over: .http, at: client.fixture.now)
      guard case .http(let method, let target, _, _) = request.payload else {
        return (.unknown, FrameBatch())
      }
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      let answer = client.fixture.desk.answer(
        HTTPCall(
          method: method.rawValue, path: parts[0],
          query: Array((parts.count > 1 ? parts[1] : "").utf8)),
        at: client.fixture.now)
      var batch = FrameBatch()
      let outcome = try client.dialect.answer(
        VenueResponse(status: answer.status, body: answer.body), to: action,
        at: client.fixture.now, into: &batch)
      return (outcome, batch)
    }
    #expect(try ask(.time).1.venueTime == Timestamp(nanoseconds: 1_767_225_610_000_000_000))
    #expect(try ask(.ping).0 == .done)
    let pairs = try ask(.exchangeInformation(symbols: ["BTC/USDT"])).1.instruments
    #expect(pairs.map(\.symbol) == ["BTC/USDT"])
    #expect(pairs.first?.tick == Decimal64(mantissa: 1, scale: 2))
    #expect(pairs.first?.lot == Decimal64(mantissa: 1, scale: 5))
    #expect(pairs.first?.minNotional == Decimal64(mantissa: 5, scale: 0))
    guard case .rejected(let why) = try ask(.exchangeInformation(symbols: ["BTC/EUR"])).0 else {
      Issue.record("a stranger was described")
      return
    }
    #expect(why.text == "EQuery:Unknown asset pair")
    let depth = client.fixture.desk.answer(
      HTTPCall(method: "GET", path: "/0/public/Depth", query: Array("pair=BTCUSDT&count=1".utf8)),
      at: client.fixture.now)
    #expect(
      depth.text.hasPrefix(#"{"error":[],"result":{"BTCUSDT":{"asks":[["60001.00","1.00000",17672"#)
    )
  }
}
