/// Real recordings through the live dialect, the intake and the reducer: every message understood or
/// counted by name, with the counts and books that an independent reader found.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Recordings through the dialect", .disabled(if: Shared.isMissing))
struct CaptureTests {
  private struct Expected: Decodable {
    struct Counts: Decodable {
      var depthUpdate: Int
      var bookTicker: Int
      var trade: Int
    }
    var counts: Counts
    var finalLevels: [Int]
    var finalHash: String
    var finalID: Int64

    private enum CodingKeys: String, CodingKey {
      case counts
      case finalLevels = "final_levels"
      case finalHash = "final_sha256"
      case finalID = "final_u"
    }
  }

  @Test("hftbacktest's recording gives the independent book", arguments: ["btcusdt", "ethusdt"])
  func raw(symbol: String) throws {
    let folder = "binance-spot-raw-20240808/"
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(try Shared.bytes(folder + "expected_\(symbol).json")))
    // The books hold orders from before the lot was made coarser.
    var dialect = BinanceDialect(orders: fixtureOrders)
    let definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 8))
    try dialect.directory.add(definition, symbol: symbol)
    var run = CaptureRun([definition])
    run.intake.openBook(definition.instrument)
    for line in try Shared.bytes(folder + "\(symbol)_20240808.gz").split(separator: 10) {
      guard let space = line.firstIndex(of: 32) else { continue }
      let time = Int64(String(decoding: line[..<space], as: UTF8.self)) ?? 0
      let frame = Array(line[(space + 1)...])
      try run.take(frame, at: Timestamp(nanoseconds: time), of: definition, &dialect)
    }
    #expect(run.counts[.depth] == expected.counts.depthUpdate)
    #expect(run.counts[.quote] == expected.counts.bookTicker)
    #expect(run.counts[.trade] == expected.counts.trade)
    #expect(run.batch.counts.names.isEmpty)
    #expect(run.intake.duplicates == 0)
    #expect(run.intake.gaps == 0)
    let book = run.state.markets[definition.instrument.index].book
    #expect(book.isValid)
    #expect(book.updateID == expected.finalID)
    #expect([book.bids.count, book.asks.count] == expected.finalLevels)
    #expect(try CaptureRun.hash(of: book, definition) == expected.finalHash)
  }

  @Test(
    "cryptofeed's recordings give the independent counts and books",
    arguments: [("binance", "BINANCE"), ("binance_us", "BINANCE_US")])
  func cryptofeed(folder: String, name: String) throws {
    let path = "cryptofeed-\(folder)-20211012/"
    let root = try #require(try Shared.json(path + "expected.json") as? [String: Any])
    let symbols = try #require(root["symbols"] as? [String: [String: Any]])
    var dialect = BinanceDialect(orders: fixtureOrders)
    let definitions = try CaptureRun.define(
      symbols.keys.sorted(), try Shared.bytes(path + name + ".0.gz"), &dialect)
    var run = CaptureRun(definitions)
    for definition in definitions { run.intake.openBook(definition.instrument) }
    try run.take(cryptofeed: path, name, &dialect)
    for (symbol, facts) in symbols {
      let definition = try #require(dialect.directory.instrument(symbol))
      let book = run.state.markets[definition.instrument.index].book
      #expect(book.isValid, "\(symbol)")
      #expect(try CaptureRun.hash(of: book, definition) == facts["final_sha256"] as? String)
    }
    func total(_ kind: String) -> Int {
      symbols.values.reduce(0) { $0 + (($1["counts"] as? [String: Int])?[kind] ?? 0) }
    }
    #expect(run.counts[.depth, default: 0] == total("depthUpdate"))
    #expect(run.counts[.quote, default: 0] == total("bookTicker"))
    #expect(run.counts[.trade, default: 0] == total("aggTrade"))
    let closed = run.counts[.candle, default: 0]
    #expect(closed + Int(run.batch.counts["unclosed kline"]) == total("kline"))
    #expect(run.batch.counts.names.allSatisfy { $0 == "unclosed kline" })
    #expect(run.intake.gaps == 0)
  }
}

/// A recording on its way: dialect → intake → reducer.
struct CaptureRun {
  var intake = MarketIntake()
  var state = State()
  var batch = FrameBatch()
  /// Messages by the kind of event they became.
  var counts: [EventKind: Int] = [:]
  private var journal: ContiguousArray<Event> = []
  private var snapshots: [InstrumentID] = []

  init(_ definitions: [InstrumentDefinition]) {
    for definition in definitions {
      reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    }
  }

  /// A frame, or the REST answer that the recordings keep among them.
  mutating func take(
    _ frame: [UInt8], at time: Timestamp, of definition: InstrumentDefinition?,
    _ dialect: inout BinanceDialect
  ) throws {
    batch.removeAll()
    if frame.starts(with: "{\"lastUpdateId\"".utf8), let definition {
      let action = VenueAction.snapshot(definition.instrument, levels: 1_000)
      let response = VenueResponse(status: 200, body: frame)
      #expect(try dialect.answer(response, to: action, at: time, into: &batch) == .done)
    } else {
      let meaning = try dialect.decode(frame.span, on: 1, at: time, into: &batch)
      #expect(meaning == .events || meaning == .counted)
      if let first = batch.events.first { counts[first.body.kind, default: 0] += 1 }
    }
    intake.take(batch.events, into: &journal, snapshots: &snapshots)
    for event in journal { reduce(&state, event) }
    journal.removeAll(keepingCapacity: true)
  }

  /// The lines of both of cryptofeed's files in the order of their times.
  mutating func take(
    cryptofeed path: String, _ name: String, _ dialect: inout BinanceDialect
  ) throws {
    var lines: [(time: Double, url: String, text: Substring)] = []
    for file in ["http.0.0", "ws.1.0"] {
      let bytes = try Shared.bytes("\(path)\(name).\(file).gz")
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let parts = line.split(separator: " -> ", maxSplits: 1)
        let rest = parts.count == 2 ? parts[1] : line
        let fields = rest.split(separator: ": ", maxSplits: 1)
        guard let time = Double(fields[0]), fields.count == 2 else { continue }
        lines.append((time, parts.count == 2 ? String(parts[0]) : "", fields[1]))
      }
    }
    for line in lines.sorted(by: { $0.time < $1.time }) {
      let symbol = line.url.split(separator: "symbol=").last?.prefix { $0 != "&" } ?? ""
      let definition = dialect.directory.instrument(String(symbol))
      let time = Timestamp(nanoseconds: Int64(line.time * 1e6) * 1_000)
      try take(Array(line.text.utf8), at: time, of: definition, &dialect)
    }
  }

  /// The grid of every symbol as the exchange described it that day, made finer where the book holds
  /// orders from before the grid was made coarser.
  static func define(
    _ symbols: [String], _ file: [UInt8], _ dialect: inout BinanceDialect
  ) throws -> [InstrumentDefinition] {
    guard
      let body = file.split(separator: 10).lazy.compactMap({ line -> [UInt8]? in
        line.firstRange(of: "{\"timezone\"".utf8).map { Array(line[$0.lowerBound...]) }
      }).first
    else { return [] }
    var batch = FrameBatch()
    let outcome = try dialect.answer(
      VenueResponse(status: 200, body: body), to: .exchangeInformation(symbols: []), at: arrival,
      into: &batch)
    #expect(outcome == .done)
    #expect(!batch.limits.isEmpty)
    return try symbols.enumerated().map { index, symbol in
      guard var spec = batch.instruments.first(where: { $0.symbol == symbol }) else {
        throw DialectError.undefined(name: symbol)
      }
      spec.tick = Decimal64(mantissa: 1, scale: 8)
      guard
        let definition = spec.definition(
          InstrumentID(UInt16(index)), base: AssetID(UInt16(index)), quote: AssetID(100),
          lotDecimals: 8)
      else { throw DialectError.undefined(name: symbol) }
      try dialect.directory.add(definition, symbol: symbol)
      return definition
    }
  }

  /// SHA-256 of all levels in the form that the expected files describe.
  static func hash(of book: OrderBook, _ definition: InstrumentDefinition) throws -> String {
    let lines = book.allLevels.map { level in
      let side = level.side == .buy ? "b" : "a"
      let price = plain(definition.text(level.price))
      return "\(side) \(price) \(plain(definition.text(level.quantity)))\n"
    }
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(lines.joined().utf8).write(to: file)
    let output = try Tool.run("sha256sum", [file.path])
    return String(decoding: output.prefix(64), as: UTF8.self)
  }

  private static func plain(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = Substring(text)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }
}
