/// Kraken's book and ticker over HTTP: their values, what they must not be read as, and every cut of them.

import Dialects
import Testing
import TradingCore

@Suite("Kraken's book and ticker over HTTP")
struct KrakenTickerTests {
  /// BTC/USDT of the fixtures: a tick of 0.1.
  private let market = InstrumentID(2)

  private func fixture(_ name: String) throws -> String {
    let bytes = try Shared.bytes("exchange-payload-fixtures/kraken/\(name).json")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("a book holds every level, exactly, the bids first", .disabled(if: Shared.isMissing))
  func book() throws {
    var dialect = try krakenDialect()
    let (outcome, batch) = try dialect.hear(
      try fixture("http_order_book"), to: .snapshot(market, levels: 5))
    #expect(outcome == .done)
    let levels = batch.events.compactMap { event -> BookSnapshot? in
      if case .bookSnapshot(let level) = event.body { level } else { nil }
    }
    #expect(
      levels.map(\.price.ticks) == [
        1_059_442, 1_059_354, 1_059_188, 1_059_168, 1_059_167,
        1_059_443, 1_059_469, 1_059_558, 1_059_559, 1_059_636,
      ])
    #expect(
      levels.map(\.quantity.lots) == [
        200_000, 2_400_000, 9_500_000, 1_600_000, 500_000,
        13_600_000, 9_500_000, 300_000, 10_300_000, 2_400_000,
      ])
    #expect(
      levels.map(\.side) == Array(repeating: .buy, count: 5) + Array(repeating: .sell, count: 5))
    #expect(levels.allSatisfy { $0.instrument == market })
    #expect(levels.first?.flags == .first && levels.last?.flags == .last)
    // Its levels tell when each was last touched; of the book no time is told.
    #expect(batch.events.allSatisfy { $0.venueTime == .none && $0.receiveTime == arrival })
    #expect(levels.allSatisfy { $0.updateID == arrival.nanoseconds / 1_000 })
  }

  @Test(
    "a ticker tells the best prices and the last trade, and of quantities only the last one's",
    .disabled(if: Shared.isMissing))
  func ticker() throws {
    var dialect = try krakenDialect()
    let (outcome, batch) = try dialect.hear(try fixture("http_ticker"), to: .quote(market))
    #expect(outcome == .done)
    let quote = Quote(
      instrument: market, bidPrice: Price(ticks: 1_059_442), bidQuantity: .zero,
      askPrice: Price(ticks: 1_059_443), askQuantity: .zero, updateID: 0)
    #expect(batch.events.map(\.body) == [.quote(quote)])
    let last = LastTrade(price: Price(ticks: 1_058_994), quantity: Quantity(lots: 9_443))
    #expect(batch.newestTrade == last)
  }

  @Test("a market without a trade has no last one")
  func noTrade() throws {
    var dialect = try krakenDialect()
    let text = answer(#""a":["2.0","1","1.000"],"b":["0.0","0","0.000"],"c":["0.0","0.0"]"#)
    let (outcome, batch) = try dialect.hear(text, to: .quote(market))
    #expect(outcome == .done)
    #expect(batch.newestTrade == nil)
    guard case .quote(let quote)? = batch.events.first?.body else {
      Issue.record("no quote")
      return
    }
    #expect((quote.bidPrice, quote.askPrice) == (.zero, Price(ticks: 20)))
  }

  private func answer(_ members: String, key: String = "XBTUSDT") -> String {
    #"{"error":[],"result":{"\#(key)":{\#(members)}}}"#
  }

  @Test("an unknown pair is refused in Kraken's words")
  func unknown() throws {
    var dialect = try krakenDialect()
    for action in [VenueAction.quote(market), .snapshot(market, levels: 5)] {
      let (outcome, batch) = try dialect.hear(
        #"{"error":["EQuery:Unknown asset pair"]}"#, to: action)
      #expect(
        outcome
          == .rejected(
            VenueRejection(code: 0, reason: .other, text: "EQuery:Unknown asset pair")))
      #expect(batch.events.isEmpty)
    }
  }

  @Test(
    "what is no ticker of one market is refused, and nothing of it stays",
    arguments: [
      #""a":["2.0","1","1"],"b":["1.0","1","1"]"#,
      #""a":["2.0","1","1"],"b":["1.05","1","1"],"c":["1.0","1"]"#,
      #""a":["2.0","1","1"],"b":["1.0","1","1"],"c":["1.05","1"]"#,
      #""a":["-2.0","1","1"],"b":["1.0","1","1"],"c":["1.0","1"]"#,
      #""a":[],"b":["1.0","1","1"],"c":["1.0","1"]"#,
      #""a":"2.0","b":"1.0","c":"1.0""#,
      #""a":["2.0","1","1"],"b":["1.0","1","1"],"c":["1.0","1"]},"ETHUSDT":{"#,
    ])
  func wrongTickers(members: String) throws {
    var dialect = try krakenDialect()
    try expectRefused(answer(members), as: .quote(market), by: &dialect)
  }

  @Test(
    "what is no book of one market is refused, and nothing of it stays",
    arguments: [
      #""asks":[]"#, #""asks":[["0.0","1"]],"bids":[]"#, #""asks":[["1.0"]],"bids":[]"#,
      #""asks":[["1.0","-1"]],"bids":[]"#, #""asks":[["1.00001","1"]],"bids":[]"#,
      #""asks":{},"bids":[]"#, #""asks":[],"bids":[]},"ETHUSDT":{"#,
    ])
  func wrongBooks(members: String) throws {
    var dialect = try krakenDialect()
    try expectRefused(answer(members), as: .snapshot(market, levels: 5), by: &dialect)
    try expectRefused(
      #"{"error":[],"result":{}}"#, as: .snapshot(market, levels: 5), by: &dialect)
  }

  @Test("every cut of both is refused, and nothing of it stays", .disabled(if: Shared.isMissing))
  func cuts() throws {
    let actions = [
      ("http_ticker", VenueAction.quote(market)),
      ("http_order_book", .snapshot(market, levels: 5)),
    ]
    for (name, action) in actions {
      var dialect = try krakenDialect()
      let text = try fixture(name).trimmed
      for length in 0..<text.utf8.count {
        try expectRefused(String(text.utf8.prefix(length))!, as: action, by: &dialect)
      }
    }
  }
}
