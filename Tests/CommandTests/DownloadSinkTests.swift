/// A download's journal: the same bytes however its pages are cut, and none unless it was sealed.

#if Live
  import Dialects
  import Exchanges
  import Foundation
  import Journal
  import Testing
  import TradingCore

  @testable import cryptobot

  @Suite("A download's journal")
  struct DownloadSinkTests {
    private static func plan() throws -> HistoryPlan {
      try HistoryPlan(
        venue: "binance", symbols: ["BTCUSDT"], interval: "1m",
        from: Timestamp(nanoseconds: 1_700_000_040_000_000_000),
        to: Timestamp(nanoseconds: 1_710_000_000_000_000_000),
        hosts: VenueRegistry.entry("binance").profile.hosts)
    }

    /// More candles than the identity is made of, and an instrument before them.
    private static let events: ContiguousArray<Event> = {
      let definition = InstrumentDefinition(
        instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
        tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 8))
      let begin = Timestamp(nanoseconds: 1_700_000_100_000_000_000)
      let candles = (0..<70_000).map { number in
        let price = Price(ticks: 1_000 + Int64(number % 500))
        let bar = Candle(
          instrument: InstrumentID(0), intervalSeconds: 60, open: price, high: price, low: price,
          close: price, volume: Quantity(lots: Int64(number)))
        let time = begin + Interval(nanoseconds: Int64(number) * 60_000_000_000)
        return Event(receiveTime: time, venueTime: time - .minute, .candle(bar))
      }
      return [Event(receiveTime: begin, .instrument(definition))] + candles
    }()

    /// A folder that goes away.
    private static func scratch(_ body: (String) throws -> Void) throws {
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "download-\(UInt64.random(in: 0...UInt64.max))")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try body(folder.path())
    }

    /// Writes a journal from pages of a size.
    private static func write(_ path: String, page: Int, isSealed: Bool = true) throws {
      let plan = try plan()
      let figures = HistoryDesk(plan).figures
      var sink = DownloadSink(path, plan, replacing: false)
      for start in stride(from: 0, to: events.count, by: page) {
        try sink.append(
          ContiguousArray(events[start..<min(start + page, events.count)]), figures)
      }
      guard isSealed else { return }
      try sink.end([], figures)
      let summary = try sink.seal()
      #expect(summary.events == UInt64(events.count))
    }

    @Test("pages of any size make the same journal, of more events than its identity is made of")
    func pages() throws {
      try Self.scratch { folder in
        var seen: [Data] = []
        for page in [1_000, 4_096, 70_001] {
          let path = folder + "/\(page)"
          try Self.write(path, page: page)
          let names = try FileManager.default.contentsOfDirectory(atPath: path)
          #expect(names.count == 1)
          seen.append(try Data(contentsOf: URL(filePath: path + "/" + (names.first ?? ""))))
          #expect(try JournalReader(opening: path).facts.events == UInt64(Self.events.count))
        }
        #expect(seen.allSatisfy { $0 == seen[0] })
      }
    }

    @Test("one that is dropped leaves nothing, wherever it was", arguments: [4_000, 70_001])
    func dropped(page: Int) throws {
      try Self.scratch { folder in
        try Self.write(folder + "/journal", page: page, isSealed: false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }
#endif
