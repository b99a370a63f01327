/// A journal as a feed of a part of its time.
import Journal
import Testing
import TradingCore

@Suite("Feeds of a part of a journal")
struct JournalFeedTests {
  private static func events(of feed: JournalFeed) throws -> [Event] {
    var events: [Event] = []
    var batch = EventBatch()
    while try feed.next(into: &batch) {
      #expect(batch.firstSequence == UInt64(events.count) + 1)
      events += batch.events
    }
    #expect(try !feed.next(into: &batch) && batch.events.isEmpty)
    return events
  }

  /// From the journal's first event on.
  private static func ending(_ folder: TestFolder, _ time: Timestamp) throws -> JournalFeed {
    try JournalFeed(
      opening: folder.path("j"), from: Timestamp(nanoseconds: .min), before: time)
  }

  /// Trades, messages of three rows among them, and a clock that steps back now and then.
  private static func unordered(seed: UInt64) -> [Event] {
    var numbers = Numbers(seed: seed)
    return trades(30_000).enumerated().map { place, trade in
      var event = trade
      if place % 20 < 3 {
        let flags: [RunFlags] = [.first, [], .last]
        event.body = .depth(
          Depth(
            instrument: InstrumentID(0), side: .buy, price: Price(ticks: Int64(place)),
            quantity: Quantity(lots: 1), lastUpdateID: Int64(place), updateSpan: 0,
            flags: flags[place % 20]))
      }
      if numbers.below(50) == 0 {
        event.receiveTime =
          event.receiveTime - Interval(nanoseconds: Int64(numbers.below(2_000)) * 1_000_000)
      }
      return event
    }
  }

  /// The events up to the last one before a moment, and those of its message.
  private static func prefix(of events: [Event], before time: Timestamp) -> ArraySlice<Event> {
    guard let last = events.lastIndex(where: { $0.receiveTime < time }) else { return [] }
    return events[...(events[last...].firstIndex { !$0.body.isInsideRun } ?? events.count - 1)]
  }

  @Test(
    "a feed ends with the message of the last event before a moment, whatever the segments",
    arguments: [JournalFormat.segmentBytes, 9_000])
  func ending(segmentLimit: UInt64) throws {
    let folder = TestFolder()
    let events = Self.unordered(seed: 4)
    _ = try write(events, to: folder.path("j"), segmentLimit: segmentLimit)
    var numbers = Numbers(seed: 8)
    var ends: Set<Int> = []
    for _ in 0..<25 {
      let time = events[numbers.below(events.count)].receiveTime
      let expected = Self.prefix(of: events, before: time)
      let found = try Self.events(of: Self.ending(folder, time))
      #expect(found == Array(expected), "before \(time)")
      ends.insert(expected.count)
    }
    #expect(ends.count > 15)
  }

  @Test("a moment before all events leaves nothing, one after them everything")
  func edges() throws {
    let folder = TestFolder()
    let events = Self.unordered(seed: 5)
    _ = try write(events, to: folder.path("j"))
    let before = Timestamp(nanoseconds: .min)
    #expect(try Self.events(of: Self.ending(folder, before)).isEmpty)
    let after = Timestamp(nanoseconds: .max)
    #expect(try Self.events(of: Self.ending(folder, after)) == events)
  }

  private static func events(of feed: PeriodFeed) throws -> [Event] {
    var (events, batch) = ([Event](), EventBatch())
    while try feed.next(into: &batch) { events += batch.events }
    return events
  }

  /// Trades behind definitions, with something else now and then.
  private static func mixed(_ late: [EventKind]) -> [Event] {
    var numbers = Numbers(seed: 6)
    let first: [EventKind] = [.asset, .fee, .notice, .build]
    return trades(40_000).enumerated().map { place, trade in
      let isOther = place < first.count || numbers.below(9_000) == 0
      guard isOther else { return trade }
      let kind = place < first.count ? first[place] : late[numbers.below(late.count)]
      var other = anyEvent(kind, &numbers)
      other.receiveTime = trade.receiveTime
      return other
    }
  }

  @Test(
    "a period of a journal is that of all of its events, with no more of it read than must be",
    arguments: [
      (JournalFormat.segmentBytes, [.fill, .disconnected], true),
      (400_000, [.fill, .balance], true),
      // A bit of the index stands for a trade as for an asset: where one is to come, all blocks are read.
      (JournalFormat.segmentBytes, [.asset, .fee], false), (9_000, [.asset, .fill], false),
    ] as [(UInt64, [EventKind], Bool)])
  func period(segmentLimit: UInt64, late: [EventKind], passes: Bool) throws {
    let folder = TestFolder()
    let events = Self.mixed(late)
    _ = try write(events, to: folder.path("j"), segmentLimit: segmentLimit)
    for (first, end) in [(20_000, 25_000), (39_000, 39_500), (3, 40), (500, 39_999)] {
      let (from, to) = (events[first].receiveTime, events[end].receiveTime)
      let part = CountingFeed(try JournalFeed(opening: folder.path("j"), from: from, before: to))
      let found = try Self.events(of: PeriodFeed(part, from: from, to: to))
      let whole = Array(Self.prefix(of: events, before: to))
      #expect(
        try found == Self.events(of: PeriodFeed(ArrayFeed(whole), from: from, to: to)),
        "\(first) to \(end)")
      #expect(part.count <= whole.count)
      if passes, first >= 20_000 {
        #expect(part.count < whole.count * 2 / 3, "\(first): \(part.count)")
      }
    }
  }
}

/// A feed that counts what is read of it.
private final class CountingFeed: Feed {
  private let feed: any Feed
  private(set) var count = 0

  init(_ feed: any Feed) { self.feed = feed }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard try feed.next(into: &batch) else { return false }
    count += batch.events.count
    return true
  }
}
