/// Kraken's own books, as recorded, through dialect, intake and reducer: every checksum, every level of the
/// reduced book after every message, and what one changed digit does.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Kraken's recorded books", .disabled(if: Shared.isMissing))
struct KrakenCaptureTests {
  private struct Expected: Decodable {
    struct Checksums: Decodable { var match: Int }
    var depth: Int
    var counts: [String: Int]
    var checksums: Checksums
    var bids: [[String]]
    var asks: [[String]]

    private enum CodingKeys: String, CodingKey {
      case depth, counts, checksums
      case bids = "final_bids"
      case asks = "final_asks"
    }
  }

  static let names = ["kraken_btcusd_l2", "kraken_ethusd_sample"]

  private static func expected(_ name: String) throws -> Expected {
    let bytes = try Shared.bytes("kraken-v2-book-raw/expected_\(name).json")
    return try JSONDecoder().decode(Expected.self, from: Data(bytes))
  }

  @Test("every checksum agrees, and the reduced book is the venue's", arguments: names)
  func books(name: String) throws {
    let expected = try Self.expected(name)
    let capture = try KrakenCapture("kraken-v2-book-raw/\(name).cbcap.gz")
    var run = try KrakenRun(capture.symbol, depth: expected.depth)
    var naive = NaiveKrakenBook(depth: expected.depth)
    for frame in capture.frames {
      try run.take(frame)
      guard naive.take(frame) else { continue }
      let isEqual = run.book.isValid && run.levels == naive.levels
      try #require(isEqual, "after \(run.messages) messages")
    }
    #expect(run.gaps == 0)
    #expect(run.messages == expected.checksums.match)
    #expect(
      run.messages == expected.counts["book:snapshot", default: 0]
        + expected.counts["book:update", default: 0])
    #expect(run.intake.duplicates == 0)
    #expect(run.top(10) == [expected.bids, expected.asks])
    #expect(run.book.gapCount == 0)
    #expect(run.wanted.isEmpty)
  }

  @Test("a changed digit is found at its message, and the next snapshot heals the book")
  func changedDigit() throws {
    let name = Self.names[0]
    let capture = try KrakenCapture("kraken-v2-book-raw/\(name).cbcap.gz")
    let updates = capture.frames.indices.filter {
      capture.frames[$0].starts(with: #"{"channel":"book","type":"update""#.utf8)
    }
    let place = try #require(updates.first { Self.change(capture.frames[$0]) != nil })
    var run = try KrakenRun(capture.symbol, depth: 10)
    for (index, frame) in capture.frames.enumerated() {
      try run.take(index == place ? try #require(Self.change(frame)) : frame)
      #expect(run.gaps == (index < place ? 0 : 1))
      let isSnapshot = frame.starts(with: #"{"channel":"book","type":"snapshot""#.utf8)
      if index == place { #expect(!run.book.isValid) }
      if index > place, isSnapshot { #expect(run.book.isValid) }
    }
    #expect(run.wanted == [InstrumentID(0)])
    #expect(
      run.lastGap
        == Gap(
          instrument: InstrumentID(0), stream: .depth, count: 0, reason: .checksum))
    #expect(run.batch.counts["book out of step"] > 0)
    #expect(run.top(10) == [try Self.expected(name).bids, try Self.expected(name).asks])
  }

  /// The frame with the last digit of its first quantity changed.
  private static func change(_ frame: [UInt8]) -> [UInt8]? {
    let text = String(decoding: frame, as: UTF8.self)
    guard let place = text.firstRange(of: "\"qty\":"),
      let end = text[place.upperBound...].firstIndex(of: "}"),
      text[place.upperBound..<end].contains(where: { "123456789".contains($0) })
    else { return nil }
    var changed = frame
    let last = text.utf8.distance(from: text.startIndex, to: end) - 1
    changed[last] = changed[last] == 57 ? 56 : changed[last] + 1
    return changed
  }
}

/// One instrument's frames on their way: dialect → intake → reducer.
private struct KrakenRun: ~Copyable {
  private var dialect: KrakenDialect
  private let definition: InstrumentDefinition
  var intake = MarketIntake()
  var state = State()
  var batch = FrameBatch()
  var wanted: [InstrumentID] = []
  /// Messages of the book that reached the journal.
  var messages = 0
  var lastGap: Gap?
  private var time = arrival

  init(_ symbol: String, depth: Int) throws {
    definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: symbol == "BTC/USD" ? 1 : 2),
      lot: Decimal64(mantissa: 1, scale: 8))
    dialect = KrakenDialect(orders: fixtureOrders)
    try dialect.directory.add(definition, symbol: symbol)
    _ = try dialect.subscriptions(
      to: [MarketStream(.topLevels(depth), of: definition.instrument)], firstID: 1)
    reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    intake.openBook(definition.instrument)
  }

  mutating func take(_ frame: [UInt8]) throws {
    batch.removeAll()
    time = time + Interval(nanoseconds: 1_000_000)
    _ = try dialect.decode(frame.span, on: 1, at: time, into: &batch)
    var journal: ContiguousArray<Event> = []
    intake.take(batch.events, into: &journal, snapshots: &wanted)
    for event in journal {
      reduce(&state, event)
      switch event.body {
      case .gap(let gap): lastGap = gap
      case .depth(let level) where level.flags.contains(.last): messages += 1
      case .bookSnapshot(let level) where level.flags.contains(.last): messages += 1
      default: break
      }
    }
  }

  var gaps: UInt64 { intake.gaps }
  var book: OrderBook { state.markets[0].book }

  /// Every level, bids from the best down and asks from the best up.
  var levels: [[Decimal?]] {
    book.allLevels.map { level in
      [definition.text(level.price), definition.text(level.quantity)].map { Decimal(string: $0) }
    }
  }

  /// The best levels of both sides as the venue writes them.
  func top(_ count: Int) -> [[[String]]] {
    [book.bids, book.asks].map { side in
      (0..<min(count, side.count)).map { depth in
        let level = side[depth]
        return [definition.text(level.price), definition.text(level.quantity)]
      }
    }
  }
}

/// A book kept the slow way from the same frames, by Foundation's reader: a dictionary that is sorted and
/// cut after every message.
private struct NaiveKrakenBook {
  let depth: Int
  private var sides: [[Decimal: Decimal]] = [[:], [:]]

  init(depth: Int) { self.depth = depth }

  /// Whether the frame was of a book.
  mutating func take(_ frame: [UInt8]) -> Bool {
    guard let root = try? JSONDecoder().decode(Frame.self, from: Data(frame)),
      root.channel == "book", let entry = root.data?.first
    else { return false }
    if root.type == "snapshot" { sides = [[:], [:]] }
    for (place, levels) in [entry.bids ?? [], entry.asks ?? []].enumerated() {
      for level in levels { sides[place][level.price] = level.qty == 0 ? nil : level.qty }
      let kept = sorted(place).prefix(depth)
      sides[place] = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
    return true
  }

  private func sorted(_ place: Int) -> [(key: Decimal, value: Decimal)] {
    sides[place].sorted { place == 0 ? $0.key > $1.key : $0.key < $1.key }
  }

  var levels: [[Decimal?]] {
    [0, 1].flatMap { sorted($0) }.map { [$0.key, $0.value] }
  }

  private struct Frame: Decodable {
    struct Level: Decodable {
      var price: Decimal
      var qty: Decimal
    }
    struct Entry: Decodable {
      var bids: [Level]?
      var asks: [Level]?
    }
    var channel: String?
    var type: String?
    var data: [Entry]?
  }
}
