/// A part of a recording: what passes, and that its books are those of the whole recording.
import Testing

@testable import TradingCore

@Suite("Periods")
struct PeriodFeedTests {
  private func at(_ seconds: Int64, _ body: EventBody) -> Event {
    Event(receiveTime: Timestamp(nanoseconds: seconds * Interval.second.nanoseconds), body)
  }

  private func trade(_ seconds: Int64) -> Event {
    at(
      seconds,
      .trade(
        Trade(
          instrument: InstrumentID(0), price: Price(ticks: seconds), quantity: Quantity(lots: 1),
          aggressor: .buy, id: seconds)))
  }

  private func depth(_ seconds: Int64, id: Int64, _ flags: RunFlags = [.first, .last]) -> Event {
    at(
      seconds,
      .depth(
        Depth(
          instrument: InstrumentID(0), side: .sell, price: Price(ticks: 100 + id),
          quantity: Quantity(lots: id), lastUpdateID: id, updateSpan: 0, flags: flags)))
  }

  private func snapshot(_ seconds: Int64, id: Int64, _ flags: RunFlags = [.first, .last]) -> Event {
    at(
      seconds,
      .bookSnapshot(
        BookSnapshot(
          instrument: InstrumentID(0), side: .buy, price: Price(ticks: 100),
          quantity: Quantity(lots: 7), updateID: id, flags: flags)))
  }

  private var definition: Event {
    at(
      0,
      .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))))
  }

  private func period(_ events: [Event], _ from: Int64, _ to: Int64) throws -> [Event] {
    let feed = PeriodFeed(
      ArrayFeed(events), from: Timestamp(nanoseconds: from * Interval.second.nanoseconds),
      to: Timestamp(nanoseconds: to * Interval.second.nanoseconds))
    var batch = EventBatch()
    var result: [Event] = []
    while try feed.next(into: &batch) {
      #expect(batch.firstSequence == Sequence64(result.count) + 1)
      result += batch.events
    }
    return result
  }

  private func book(_ events: [Event]) -> OrderBook? {
    events.reduce(into: State(), reduce).markets.first?.book
  }

  @Test("definitions pass, trades pass from the first moment up to the last")
  func boundaries() throws {
    let late = at(9, .notice(Notice(.digitsRounded, count: 1)))
    let events = [definition, trade(1), trade(2), trade(3), trade(4), trade(5), late]
    #expect(try period(events, 2, 4) == [definition, trade(2), trade(3), late])
    #expect(try period(events, 6, 9) == [definition, late])
    #expect(try period(events, 0, 99) == events)
  }

  @Test("a book enters as a snapshot and goes on with the updates")
  func carriedBook() throws {
    let events = [
      definition, snapshot(1, id: 10), depth(2, id: 11), depth(3, id: 12), trade(4),
      depth(5, id: 13),
    ]
    let part = try period(events, 4, 9)
    #expect(
      part.map(\.kind) == [
        .instrument, .bookSnapshot, .bookSnapshot, .bookSnapshot, .trade, .depth,
      ])
    #expect(part[1].receiveTime == part[4].receiveTime)
    let whole = try #require(book(events))
    let cut = try #require(book(part))
    #expect(cut.isValid && cut.updateID == 13)
    #expect(cut.bids == whole.bids && cut.asks == whole.asks)
  }

  @Test("a book without a level enters too")
  func emptyBook() throws {
    let events = [definition, snapshot(1, id: 10, [.first, .last, .empty]), depth(5, id: 11)]
    let cut = try #require(book(try period(events, 4, 9)))
    #expect(cut.isValid && cut.asks.count == 1)
  }

  @Test(
    "a book that was lost before the period does not enter",
    arguments: [StreamKind.any, .depth])
  func lostBook(stream: StreamKind) throws {
    let breaks: [EventBody] = [
      .disconnected(ConnectionReport(venue: 0, stream: stream)),
      .gap(Gap(instrument: .none, stream: stream, count: 0, reason: .disconnected)),
    ]
    for event in breaks {
      let events = [definition, snapshot(1, id: 10), at(2, event), depth(5, id: 11)]
      let cut = try #require(book(try period(events, 4, 9)))
      #expect(!cut.isValid)
    }
  }

  @Test("one venue of several takes no book along by itself: the gaps behind it name theirs")
  func oneVenueOfSeveral() throws {
    let lost = at(2, .disconnected(ConnectionReport(venue: 2, stream: .any)))
    let gap = at(
      2, .gap(Gap(instrument: InstrumentID(1), stream: .depth, count: 0, reason: .disconnected)))
    for breaks in [[lost], [lost, gap]] {
      let events = [definition, snapshot(1, id: 10)] + breaks + [depth(5, id: 11)]
      #expect(try #require(book(events)).isValid)
      #expect(try #require(book(try period(events, 4, 9))).isValid)
    }
  }

  @Test("a message is never cut")
  func runs() throws {
    let events = [
      definition, snapshot(1, id: 10), depth(3, id: 11, .first), depth(4, id: 11, .last),
      depth(6, id: 12, .first), depth(9, id: 12, .last), depth(9, id: 13),
    ]
    let part = try period(events, 4, 9)
    #expect(part.filter { $0.kind == .depth } == Array(events[4...5]))
    #expect(try #require(book(try period(events, 5, 9))).updateID == 12)
  }

  @Test("a generated recording is in order, and read no further than its period")
  func endsEarly() throws {
    var settings = MarketGeneratorTests.settings(seed: 5, [.normal])
    settings.duration = Interval(nanoseconds: 100 * Interval.second.nanoseconds)
    let (from, to) = (
      settings.start + Interval(nanoseconds: 20 * Interval.second.nanoseconds),
      settings.start + Interval(nanoseconds: 30 * Interval.second.nanoseconds)
    )
    var runs: [(events: [Event], read: Int)] = []
    for isOrdered in [false, true] {
      let counted = CountingFeed(try MarketGenerator(settings))
      let feed = PeriodFeed(counted, from: from, to: to, isOrdered: isOrdered)
      var batch = EventBatch()
      var events: [Event] = []
      while try feed.next(into: &batch) { events += batch.events }
      #expect(try !feed.next(into: &batch))
      #expect(counted.isInOrder)
      runs.append((events, counted.count))
    }
    #expect(runs[0].events == runs[1].events && runs[0].events.count > 10)
    #expect(runs[1].read < runs[0].read)
  }

  @Test("a generated recording cut anywhere has the books of the whole", arguments: [3, 40, 77])
  func generated(seconds: Int64) throws {
    var settings = MarketGeneratorTests.settings(seed: 5, [.normal])
    settings.duration = Interval(nanoseconds: 100 * Interval.second.nanoseconds)
    let feed = try MarketGenerator(settings)
    var batch = EventBatch()
    var events: [Event] = []
    while try feed.next(into: &batch) { events += batch.events }
    let start = settings.start.nanoseconds / Interval.second.nanoseconds
    let part = try period(events, start + seconds, start + 1_000)
    #expect(part.count < events.count)
    let whole = try #require(book(events))
    let cut = try #require(book(part))
    #expect(cut.isValid && cut.bids == whole.bids && cut.asks == whole.asks)
  }
}

/// A feed that counts what is read of it, and looks whether its clock goes back.
private final class CountingFeed: Feed {
  private let feed: any Feed
  private(set) var count = 0
  private(set) var isInOrder = true
  private var latest = Timestamp(nanoseconds: .min)

  init(_ feed: any Feed) { self.feed = feed }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard try feed.next(into: &batch) else { return false }
    count += batch.events.count
    for event in batch.events {
      if event.receiveTime < latest { isInOrder = false }
      latest = event.receiveTime
    }
    return true
  }
}
