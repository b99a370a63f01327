/// Imports of the shared recordings against what an independent reader found in them: counts, every
/// number of every line, and the books rebuilt with a naive dictionary.

import Foundation
import Import
import Testing
import TradingCore

/// A JSON file of the shared data as nested dictionaries.
private func json(_ path: String) throws -> [String: Any] {
  let data = try Data(contentsOf: URL(filePath: path))
  return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
}

/// Levels of an expected book as `price quantity`.
private func levels(_ value: Any?) -> [String] {
  (value as? [[String]] ?? []).map { "\(plain($0[0])) \(plain($0[1]))" }
}

@Suite("Shared recordings", .enabled(if: sharedFolder != nil, "CRYPTOBOT_SHARED is not set"))
struct SharedRecordingTests {
  private let folder = (sharedFolder ?? "") + "/data/"

  @Test("binance-raw gives the independent counts and books", arguments: ["btcusdt", "ethusdt"])
  func binance(symbol: String) throws {
    let source = folder + "binance-spot-raw-20240808/"
    let all = try events(
      of: ImportRequest(format: .binanceRaw, files: [source + "\(symbol)_20240808.gz"]))
    let expected = try json(source + "expected_\(symbol).json")
    let counts = try #require(expected["counts"] as? [String: Int])
    #expect(all.quotes.count == counts["bookTicker"])
    #expect(all.trades.count == counts["trade"])
    #expect(all.depths.count { $0.flags.contains(.last) } == counts["depthUpdate"])
    #expect(all.count(.notice) == 0)
    let sold = (expected["trades"] as? [String: Any])?["taker_sell_count"] as? Int
    #expect(all.trades.count { $0.aggressor == .sell } == sold)

    let checkpoints = expected["checkpoints"] as? [[String: Any]] ?? []
    var book = NaiveBook(try #require(all.instruments.first))
    var matches = 0
    var quotes: [Int64: Quote] = [:]
    for quote in all.quotes { quotes[quote.updateID] = quote }
    for event in all {
      if case .bookSnapshot(let level) = event.body { book.take(level) }
      guard case .depth(let depth) = event.body, book.take(depth) else { continue }
      if let quote = quotes[depth.lastUpdateID] {
        let definition = all.instruments[0]
        #expect(book.top(.buy, 1) == [line(definition, quote.bidPrice, quote.bidQuantity)])
        #expect(book.top(.sell, 1) == [line(definition, quote.askPrice, quote.askQuantity)])
        matches += 1
      }
      guard let point = checkpoints.first(where: { $0["applied"] as? Int == book.applied }) else {
        continue
      }
      #expect((point["u"] as? NSNumber)?.int64Value == book.updateID)
      #expect(try point["sha256"] as? String == sha256(book.text))
    }
    #expect(matches == (expected["bookTicker_at_same_u"] as? [String: Int])?["match"])
    #expect([book.stale, book.applied] == [counts["stale_dropped"], counts["applied"]])
    #expect(book.levels == expected["final_levels"] as? [Int])
    #expect(book.top(.buy, 20) == levels(expected["final_bids_top20"]))
    #expect(book.top(.sell, 20) == levels(expected["final_asks_top20"]))
    #expect(try sha256(book.text) == expected["final_sha256"] as? String)
  }

  private func line(
    _ definition: InstrumentDefinition, _ price: Price, _ quantity: Quantity
  ) -> String {
    plain(definition.text(price)) + " " + plain(definition.text(quantity))
  }

  @Test(
    "cryptofeed-raw gives the independent counts and books", arguments: ["binance", "binance_us"])
  func cryptofeed(name: String) throws {
    let source = folder + "cryptofeed-\(name)-20211012/"
    let prefix = source + name.uppercased()
    let request = ImportRequest(
      format: .cryptofeedRaw,
      files: ["\(prefix).0.gz", "\(prefix).http.0.0.gz", "\(prefix).ws.1.0.gz"])
    let all = try events(of: request)
    let symbols = try #require(
      try json(source + "expected.json")["symbols"] as? [String: [String: Any]])
    #expect(Set(all.texts(.instrument)) == Set(symbols.keys))
    for (index, symbol) in all.texts(.instrument).enumerated() {
      let expected = try #require(symbols[symbol])
      let counts = try #require(expected["counts"] as? [String: Int])
      let id = InstrumentID(UInt16(index))
      var book = NaiveBook(all.instruments[index])
      for event in all {
        if case .bookSnapshot(let level) = event.body, level.instrument == id { book.take(level) }
        if case .depth(let depth) = event.body, depth.instrument == id { _ = book.take(depth) }
      }
      #expect(all.quotes.count { $0.instrument == id } == counts["bookTicker"] ?? 0)
      #expect(all.trades.count { $0.instrument == id } == counts["aggTrade"] ?? 0)
      #expect(
        [book.stale, book.applied] == [counts["stale_dropped"], counts["applied"]], "\(symbol)")
      #expect(book.updateID == (expected["final_u"] as? NSNumber)?.int64Value)
      #expect(book.top(.buy, 10) == levels(expected["final_bids_top10"]), "\(symbol)")
      #expect(book.top(.sell, 10) == levels(expected["final_asks_top10"]), "\(symbol)")
      #expect(try sha256(book.text) == expected["final_sha256"] as? String, "\(symbol)")
    }
    let bars = symbols.values.reduce(0) { $0 + (($1["counts"] as? [String: Int])?["kline"] ?? 0) }
    #expect(UInt64(all.candles.count) + all.notice(.unclosedCandles) == UInt64(bars))
    #expect(all.market.map(\.receiveTime) == all.market.map(\.receiveTime).sorted())
  }

  @Test("every number of every trade and quote is the one the system's JSON reader finds")
  func everyNumber() throws {
    let scratch = try Scratch()
    let source = folder + "binance-spot-raw-20240808/ethusdt_20240808.gz"
    try scratch.run("zcat '\(source)' >rows")
    let all = try events(of: ImportRequest(format: .binanceRaw, files: [source]))
    let definition = try #require(all.instruments.first)
    var found = all.market.filter { $0.kind == .trade || $0.kind == .quote }.makeIterator()
    let text = try String(contentsOfFile: scratch.path + "/rows", encoding: .utf8)
    for row in text.split(separator: "\n")
    where !row.contains("depth") && !row.contains("lastUpdateId") {
      let parts = row.split(separator: " ", maxSplits: 1)
      let object = try JSONSerialization.jsonObject(with: Data(parts[1].utf8))
      let data = try #require((object as? [String: Any])?["data"] as? [String: Any])
      let next = found.next()
      let event = try #require(next)
      #expect(String(event.receiveTime.nanoseconds) == parts[0])
      switch event.body {
      case .trade(let trade):
        #expect(plain(definition.text(trade.price)) == plain(data["p"] as? String ?? ""))
        #expect(plain(definition.text(trade.quantity)) == plain(data["q"] as? String ?? ""))
        #expect(trade.id == (data["t"] as? NSNumber)?.int64Value)
        #expect(event.venueTime.nanoseconds / 1_000_000 == (data["T"] as? NSNumber)?.int64Value)
        #expect((trade.aggressor == .sell) == (data["m"] as? Bool))
      case .quote(let quote):
        #expect(plain(definition.text(quote.bidPrice)) == plain(data["b"] as? String ?? ""))
        #expect(plain(definition.text(quote.bidQuantity)) == plain(data["B"] as? String ?? ""))
        #expect(plain(definition.text(quote.askPrice)) == plain(data["a"] as? String ?? ""))
        #expect(plain(definition.text(quote.askQuantity)) == plain(data["A"] as? String ?? ""))
        #expect(quote.updateID == (data["u"] as? NSNumber)?.int64Value)
      default: Issue.record("an event of kind \(event.kind)")
      }
    }
    #expect(found.next() == nil)
  }
}
