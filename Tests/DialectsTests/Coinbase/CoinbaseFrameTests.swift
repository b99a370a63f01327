/// Coinbase's market frames, to events.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Frames of Coinbase")
struct CoinbaseFrameTests {
  private static func fixture(_ name: String) throws -> String {
    String(
      decoding: try Shared.bytes("exchange-payload-fixtures/coinbase/\(name).json"), as: UTF8.self)
  }

  private static func at(_ microseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_775_572_200_000_000_000 + microseconds * 1_000)
  }

  @Test("a book is what is there, and its id the microsecond", .disabled(if: Shared.isMissing))
  func snapshot() throws {
    var dialect = try coinbaseDialect()
    let (meaning, batch) = try dialect.read(try Self.fixture("ws_l2_data_snapshot"))
    #expect(meaning == .events)
    let levels: [(Side, Int64, Int64)] = [
      (.buy, 6_890_000, 150_000_000), (.buy, 6_889_950, 75_000_000),
      (.buy, 6_889_900, 230_000_000), (.sell, 6_890_100, 50_000_000),
      (.sell, 6_890_150, 120_000_000), (.sell, 6_890_200, 80_000_000),
    ]
    let expected = levels.enumerated().map { place, level -> EventBody in
      var flags: RunFlags = place == 0 ? [.first] : []
      if place == 5 { flags.insert(.last) }
      return .bookSnapshot(
        BookSnapshot(
          instrument: bitcoin, side: level.0, price: Price(ticks: level.1),
          quantity: Quantity(lots: level.2), updateID: 1_775_572_200_123_456, flags: flags))
    }
    #expect(batch.bodies == expected)
    #expect(batch.events.allSatisfy { $0.venueTime == Self.at(123_456) })
    #expect(batch.events.allSatisfy { $0.receiveTime == arrival })
  }

  @Test("an update says what is there now, and 0 takes away", .disabled(if: Shared.isMissing))
  func update() throws {
    var dialect = try coinbaseDialect()
    _ = try dialect.read(try Self.fixture("ws_l2_data_snapshot"))
    let (_, batch) = try dialect.read(try Self.fixture("ws_l2_data_update"))
    let depths = batch.bodies.compactMap { if case .depth(let depth) = $0 { depth } else { nil } }
    #expect(depths.map(\.side) == [.buy, .sell])
    #expect(depths.map(\.price.ticks) == [6_890_000, 6_890_100])
    #expect(depths.map(\.quantity.lots) == [200_000_000, 0])
    #expect(depths.map(\.firstUpdateID) == [1_775_572_200_123_457, 1_775_572_200_123_457])
    #expect(depths.map(\.lastUpdateID) == [1_775_572_201_456_789, 1_775_572_201_456_789])
    #expect(batch.events.allSatisfy { $0.venueTime == Self.at(1_456_789) })
  }

  @Test("the side of a trade is the maker's", .disabled(if: Shared.isMissing))
  func trades() throws {
    var dialect = try coinbaseDialect()
    let (_, batch) = try dialect.read(try Self.fixture("ws_market_trades"))
    let trades = batch.bodies.compactMap { if case .trade(let trade) = $0 { trade } else { nil } }
    #expect(trades.map(\.id) == [995_098_700, 995_098_701])
    #expect(trades.map(\.aggressor) == [.sell, .buy])
    #expect(trades.map(\.price.ticks) == [6_890_050, 6_890_000])
    #expect(trades.map(\.quantity.lots) == [150_000, 5_000_000])
    #expect(batch.events.map(\.venueTime) == [Self.at(2_789_012), Self.at(2_800_000)])
  }

  @Test("a ticker is a quote without an id", .disabled(if: Shared.isMissing))
  func quote() throws {
    var dialect = try coinbaseDialect()
    let (_, batch) = try dialect.read(try Self.fixture("ws_ticker"))
    let quote = Quote(
      instrument: bitcoin, bidPrice: Price(ticks: 6_890_000),
      bidQuantity: Quantity(lots: 150_000_000), askPrice: Price(ticks: 6_890_100),
      askQuantity: Quantity(lots: 50_000_000), updateID: 0)
    #expect(batch.bodies == [.quote(quote)])
    #expect(batch.events.first?.venueTime == Self.at(3_000_000))
  }

  @Test("a side of the book that is empty is no price", .disabled(if: Shared.isMissing))
  func emptyQuote() throws {
    var dialect = try coinbaseDialect()
    let text = try Self.fixture("ws_ticker")
      .replacing(#""best_ask": "68901.00""#, with: #""best_ask": """#)
      .replacing(#""best_ask_quantity": "0.50000000""#, with: #""best_ask_quantity": """#)
    guard case .quote(let quote)? = try dialect.read(text).batch.bodies.first else {
      Issue.record("no quote")
      return
    }
    #expect((quote.askPrice, quote.askQuantity) == (.zero, .zero))
    let without = try Self.fixture("ws_ticker").replacing("best_ask_quantity", with: "other")
    #expect(throws: DialectError.self) { _ = try dialect.read(without) }
  }

  @Test("an open candle, heartbeats and answers are no events", .disabled(if: Shared.isMissing))
  func counted() throws {
    for name in ["ws_candles", "ws_heartbeats", "ws_subscriptions"] {
      var dialect = try coinbaseDialect()
      let (meaning, batch) = try dialect.read(try Self.fixture(name))
      #expect(meaning == .counted, "\(name)")
      #expect(batch.events.isEmpty, "\(name)")
    }
  }

  @Test("a channel that is not known is counted by name")
  func unknownChannel() throws {
    var dialect = try coinbaseDialect()
    let (meaning, batch) = try dialect.read(coinbaseFrame("status", 0, #"{"products":[]}"#))
    #expect(meaning == .counted)
    #expect(batch.counts["status"] == 1)
  }

  @Test("a product that is not defined is named, and the same frame is read once it is")
  func stranger() throws {
    var dialect = try coinbaseDialect()
    let known = coinbaseBook("snapshot", ["bid 100.00 1"])
    let frame = coinbaseFrame(
      "l2_data", 0, known + "," + coinbaseBook("snapshot", of: "SOL-USD", ["bid 10.00 1"]))
    #expect(throws: DialectError.undefined(name: "SOL-USD")) { _ = try dialect.read(frame) }
    var definition = coinbaseDefinition(0)
    definition.instrument = InstrumentID(2)
    try dialect.directory.add(definition, symbol: "SOL-USD")
    let (_, batch) = try dialect.read(frame)
    #expect(batch.events.map(\.body.kind) == [EventKind.bookSnapshot, .bookSnapshot])
    // Nothing of the first try is remembered: the frame's number is no jump, nor are the book's ids.
    let (_, next) = try dialect.read(
      coinbaseFrame("l2_data", 1, second: 1, coinbaseBook("update", second: 1, ["bid 100.00 2"])))
    guard case .depth(let depth)? = next.bodies.first else {
      Issue.record("no update")
      return
    }
    #expect(depth.firstUpdateID == 1_775_570_400_123_457)
  }

  @Test("every cut of every fixture is refused", .disabled(if: Shared.isMissing))
  func cuts() throws {
    var dialect = try subscribedDialect()
    var batch = FrameBatch()
    var refused = 0
    let names = ["l2_data_snapshot", "l2_data_update", "market_trades", "ticker", "candles"]
    for name in names + ["heartbeats", "subscriptions", "user"] {
      let text = try Self.fixture("ws_" + name)
      let bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
      for length in bytes.indices {
        let cut = Array(bytes[..<length])
        #expect(throws: DialectError.self) {
          _ = try dialect.decode(cut.span, on: 1, at: arrival, into: &batch)
        }
        refused += 1
      }
    }
    #expect(refused > 4_000)
    #expect(batch.events.isEmpty)
  }

  @Test("changed bytes are an error that says nothing, or whole events", arguments: [5, 6])
  func changes(seed: UInt64) throws {
    var dialect = try subscribedDialect()
    var numbers = SeededNumbers(seed: seed)
    var batch = FrameBatch()
    var refused = 0
    let frames = [
      coinbaseFrame("l2_data", 0, coinbaseBook("snapshot", ["bid 100.00 1", "offer 101.00 2"])),
      coinbaseFrame("market_trades", 1, coinbaseTrades("update", [(7, 0), (8, 1)])),
      coinbaseFrame("candles", 2, coinbaseCandles("update", [(0, 1), (1, 1)])),
      coinbaseCarried(3, #""level2":["BTC-USD","ETH-USD"]"#),
    ].map { Array($0.utf8) }
    for _ in 0..<4_000 {
      var bytes = frames[Int(numbers.next() % UInt64(frames.count))]
      for _ in 0...numbers.next() % 3 {
        bytes[Int(numbers.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: numbers.next())
      }
      batch.removeAll()
      do {
        _ = try dialect.decode(bytes.span, on: 1, at: arrival, into: &batch)
      } catch {
        refused += 1
        #expect(batch.events.isEmpty, "seed \(seed)")
      }
    }
    #expect((500..<4_000).contains(refused), "seed \(seed)")
  }
}
