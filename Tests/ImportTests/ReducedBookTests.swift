/// The state's own book and bars, folded by `reduce` from imported recordings, against what an
/// independent reader found in the same files: checkpoints of all levels, quotes, minute bars.

import Foundation
import Import
import Testing
import TradingCore

@Suite(
  "The reduced book and bars", .enabled(if: sharedFolder != nil, "CRYPTOBOT_SHARED is not set"))
struct ReducedBookTests {
  private static func expected(_ symbol: String) throws -> [String: Any] {
    let path = "\(sharedFolder ?? "")/data/binance-spot-raw-20240808/expected_\(symbol).json"
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func capture(_ symbol: String) throws -> [Event] {
    let path = "\(sharedFolder ?? "")/data/binance-spot-raw-20240808/\(symbol)_20240808.gz"
    return try events(of: ImportRequest(format: .binanceRaw, files: [path]))
  }

  /// `price quantity` without trailing zeros, best first.
  private static func levels(
    _ side: BookSide, _ definition: InstrumentDefinition, _ count: Int
  ) -> [String] {
    (0..<min(count, side.count)).map { depth in
      let level = side[depth]
      return plain(definition.text(level.price)) + " " + plain(definition.text(level.quantity))
    }
  }

  private static func levels(_ value: Any?) -> [String] {
    (value as? [[String]] ?? []).map { plain($0[0]) + " " + plain($0[1]) }
  }

  @Test("every checkpoint, the end and every quote agree", arguments: ["btcusdt", "ethusdt"])
  func book(symbol: String) throws {
    let expected = try Self.expected(symbol)
    let checkpoints = try #require(expected["checkpoints"] as? [[String: Any]])
    let byID = Dictionary(
      uniqueKeysWithValues: checkpoints.map { (($0["u"] as? NSNumber)?.int64Value ?? 0, $0) })
    var state = State()
    var met = 0
    var quotes = 0
    var quoteAt: [Int64: Quote] = [:]
    for event in try Self.capture(symbol) {
      reduce(&state, event)
      switch event.body {
      case .depth(let depth) where depth.flags.contains(.last) && state.markets[0].book.isValid:
        let book = state.markets[0].book
        let definition = try #require(state.instruments[0])
        if let quote = quoteAt[book.updateID], let bid = book.bids.best, let ask = book.asks.best {
          quotes += 1
          #expect(bid == (quote.bidPrice, quote.bidQuantity))
          #expect(ask == (quote.askPrice, quote.askQuantity))
        }
        guard book.updateID == depth.lastUpdateID, let checkpoint = byID[book.updateID] else {
          break
        }
        met += 1
        let bids = Self.levels(checkpoint["bids"])
        let asks = Self.levels(checkpoint["asks"])
        #expect(Self.levels(book.bids, definition, bids.count) == bids)
        #expect(Self.levels(book.asks, definition, asks.count) == asks)
      case .quote(let quote): quoteAt[quote.updateID] = quote
      default: break
      }
    }
    let book = state.markets[0].book
    let definition = try #require(state.instruments[0])
    #expect(met == checkpoints.count)
    let shared = try #require(expected["bookTicker_at_same_u"] as? [String: Any])
    #expect(quotes == shared["match"] as? Int)
    #expect(Self.levels(book.bids, definition, 20) == Self.levels(expected["final_bids_top20"]))
    #expect(Self.levels(book.asks, definition, 20) == Self.levels(expected["final_asks_top20"]))
    #expect([book.bids.count, book.asks.count] == expected["final_levels"] as? [Int])
    #expect(book.gapCount == 0)
  }

  @Test("minute bars are the ones that follow from the trades", arguments: ["btcusdt", "ethusdt"])
  func bars(symbol: String) throws {
    let expected = try #require(try Self.expected(symbol)["bars_1m"] as? [[String: Any]])
    var state = State()
    reduce(
      &state,
      Event(
        receiveTime: .distantPast,
        .configure(Configure(.barInterval, value: Interval.minute.nanoseconds))))
    var bars: [[String]] = []
    for event in try Self.capture(symbol) {
      reduce(&state, event)
      guard let bar = state.closedBar(InstrumentID(0)), let definition = state.instruments[0] else {
        continue
      }
      let prices = [bar.open, bar.high, bar.low, bar.close].map { plain(definition.text($0)) }
      bars.append(
        ["\(bar.start.nanoseconds / 1_000_000)"] + prices + [plain(definition.text(bar.volume))])
    }
    let wanted = expected.map { bar in
      ["\((bar["open_time_ms"] as? NSNumber)?.int64Value ?? 0)"]
        + ["open", "high", "low", "close", "volume"].map { plain(bar[$0] as? String ?? "") }
    }
    #expect(bars == Array(wanted.prefix(bars.count)))
    #expect(bars.count >= wanted.count - 1)
  }
}
