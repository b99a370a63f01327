/// Streams on their way to the journal: what comes twice, what never comes, what begins anew.

import Dialects
import Testing
import TradingCore

@Suite("What arrives twice or not at all")
struct MarketIntakeTests {
  private func trade(_ id: Int64, isAggregate: Bool = false, second: Int64 = 0) -> Event {
    Event(
      receiveTime: .distantPast, venueTime: Timestamp(nanoseconds: second * 1_000_000_000),
      .trade(
        Trade(
          instrument: InstrumentID(0), price: Price(ticks: 1), quantity: Quantity(lots: 1),
          aggressor: .buy, id: id, firstID: id, count: 1, isAggregate: isAggregate)))
  }

  private func ids(_ events: [Event]) -> (ids: [Int64], gaps: [UInt64], duplicates: UInt64) {
    var intake = MarketIntake()
    var journal: ContiguousArray<Event> = []
    var wanted: [InstrumentID] = []
    intake.take(ContiguousArray(events), into: &journal, snapshots: &wanted)
    var found: (ids: [Int64], gaps: [UInt64], duplicates: UInt64) = ([], [], intake.duplicates)
    for event in journal {
      switch event.body {
      case .trade(let trade): found.ids.append(trade.id)
      case .gap(let gap): found.gaps.append(gap.count)
      default: break
      }
    }
    return found
  }

  @Test("two links that overlap make one stream, and what neither brought is a gap")
  func overlap() {
    let found = ids([1, 2, 3, 2, 3, 4, 7, 4, 8].map { trade($0) })
    #expect(found.ids == [1, 2, 3, 4, 7, 8])
    #expect(found.gaps == [2])
    #expect(found.duplicates == 3)
  }

  @Test("a venue that counts trades anew is a gap of unknown size, not silence")
  func restartedTrades() {
    let found = ids(
      [
        (1_000, 100), (1_001, 100), (3, 104), (1_000, 105), (1_002, 105), (1, 111), (2, 111),
        (1_003, 111), (2, 112), (5, 112),
      ].map { trade($0, second: $1) })
    // An echo is at most five seconds older than the newest; what is lower and later counts anew.
    #expect(found.ids == [1_000, 1_001, 1_002, 1, 2, 1_003])
    #expect(found.gaps == [0, 1_000])
    #expect(found.duplicates == 4)
  }

  @Test("ids at the ends of 64 bits are ids like any other, and 0 is none")
  func extremeIDs() {
    let found = ids([0, 7, 0, 0, 9, .max - 1, .max, .max, 8].map { trade($0) })
    #expect(found.ids == [0, 7, 0, 0, 9, .max - 1, .max])
    #expect(found.gaps == [1, UInt64(Int64.max) - 11])
    #expect(ids([.min, .max].map { trade($0) }).gaps == [.max - 1])
  }

  @Test("a book that counts anew is a gap, and a snapshot of the new count heals it")
  func restartedBook() {
    func quote(_ id: Int64, _ second: Int64) -> Event {
      let price = Price(ticks: 1)
      return Event(
        receiveTime: Timestamp(nanoseconds: second * 1_000_000_000),
        .quote(
          Quote(
            instrument: InstrumentID(0), bidPrice: price, bidQuantity: .zero, askPrice: price,
            askQuantity: .zero, updateID: id)))
    }
    func depth(_ id: Int64, _ second: Int64) -> Event {
      let time = Timestamp(nanoseconds: second * 1_000_000_000)
      let level = Depth(
        instrument: InstrumentID(0), side: .buy, price: Price(ticks: 1),
        quantity: Quantity(lots: 1), lastUpdateID: id, updateSpan: 0, flags: [.first, .last])
      return Event(receiveTime: time, venueTime: time, .depth(level))
    }
    func snapshot(_ id: Int64) -> Event {
      let level = BookSnapshot(
        instrument: InstrumentID(0), side: .buy, price: Price(ticks: 1),
        quantity: Quantity(lots: 1), updateID: id, flags: [.first, .last])
      return Event(receiveTime: .distantPast, .bookSnapshot(level))
    }
    var intake = MarketIntake()
    intake.openBook(InstrumentID(0))
    var journal: ContiguousArray<Event> = []
    var wanted: [InstrumentID] = []
    intake.take(
      [
        quote(500, 1), depth(500, 1), snapshot(500), depth(501, 2), depth(3, 3), quote(3, 3),
        depth(4, 60), quote(4, 60),
      ],
      into: &journal, snapshots: &wanted)
    #expect(
      journal.map(\.body.kind) == [
        .quote, .depth, .bookSnapshot, .depth, .gap, .depth, .gap, .quote,
      ])
    #expect(wanted == [InstrumentID(0)])
    #expect(!intake.book(InstrumentID(0)).isInStep)
    intake.take([snapshot(4), depth(5, 61)], into: &journal, snapshots: &wanted)
    #expect(intake.book(InstrumentID(0)).isInStep)
    #expect(intake.book(InstrumentID(0)).lastID == 5)
    #expect(intake.gaps == 2)
  }

  @Test("an update that never came is a gap, also where a snapshot holds what it had said")
  func hiddenLoss() {
    func depth(_ first: Int64, _ last: Int64) -> Event {
      let level = Depth(
        instrument: InstrumentID(0), side: .buy, price: Price(ticks: 1),
        quantity: Quantity(lots: 1), lastUpdateID: last, updateSpan: UInt32(last - first),
        flags: [.first, .last])
      return Event(receiveTime: .distantPast, .depth(level))
    }
    func snapshot(_ id: Int64) -> Event {
      let level = BookSnapshot(
        instrument: InstrumentID(0), side: .buy, price: Price(ticks: 1),
        quantity: Quantity(lots: 1), updateID: id, flags: [.first, .last])
      return Event(receiveTime: .distantPast, .bookSnapshot(level))
    }
    // What never came, where the snapshot stands, and how many are missing.
    for (next, id, missing) in [
      (depth(8, 9), Int64(8), [UInt64(2)]), (depth(6, 9), 8, []), (depth(8, 9), 20, [2]),
    ] {
      var intake = MarketIntake()
      var journal: ContiguousArray<Event> = []
      var wanted: [InstrumentID] = []
      intake.openBook(InstrumentID(0))
      intake.take(
        [depth(1, 5), snapshot(3), snapshot(id), next], into: &journal, snapshots: &wanted)
      let found = journal.compactMap { event -> UInt64? in
        if case .gap(let gap) = event.body { gap.count } else { nil }
      }
      #expect(found == missing)
      #expect(wanted.count == missing.count)
      #expect(intake.book(InstrumentID(0)).isInStep == missing.isEmpty)
    }
  }

  @Test("an update that never came is a gap, also while more waits than a book can keep")
  func lossInOverflow() {
    func update(_ first: Int64, _ last: Int64) -> [Event] {
      (0..<40_000).map { place in
        var flags: RunFlags = place == 0 ? [.first] : []
        if place == 39_999 { flags.insert(.last) }
        let level = Depth(
          instrument: InstrumentID(0), side: .buy, price: Price(ticks: Int64(place) + 1),
          quantity: Quantity(lots: 1), lastUpdateID: last, updateSpan: UInt32(last - first),
          flags: flags)
        return Event(receiveTime: .distantPast, .depth(level))
      }
    }
    var intake = MarketIntake()
    var journal: ContiguousArray<Event> = []
    var wanted: [InstrumentID] = []
    intake.openBook(InstrumentID(0))
    for (first, last) in [(Int64(1), Int64(5)), (6, 9), (12, 13), (14, 14), (16, 17), (20, 21)] {
      intake.take(
        ContiguousArray(update(first, last)), into: &journal, snapshots: &wanted)
    }
    let gaps = journal.compactMap { event -> Gap? in
      if case .gap(let gap) = event.body { gap } else { nil }
    }
    #expect(gaps.filter { $0.reason == .sequence }.map(\.count) == [2, 1, 2])
    #expect(gaps.contains { $0.reason == .overflow })
  }

  @Test("trades and aggregates count for themselves")
  func kinds() {
    let found = ids([
      trade(100), trade(1, isAggregate: true), trade(101), trade(2, isAggregate: true),
    ])
    #expect(found.ids == [100, 1, 101, 2])
    #expect(found.gaps.isEmpty)
  }

  @Test("a candle that came before is dropped")
  func candles() {
    func candle(_ open: Int64, seconds: UInt32) -> Event {
      Event(
        receiveTime: .distantPast, venueTime: Timestamp(nanoseconds: open),
        .candle(
          Candle(
            instrument: InstrumentID(0), intervalSeconds: seconds, open: Price(ticks: 1),
            high: Price(ticks: 1), low: Price(ticks: 1), close: Price(ticks: 1), volume: .zero)))
    }
    var intake = MarketIntake()
    var journal: ContiguousArray<Event> = []
    var wanted: [InstrumentID] = []
    intake.take(
      [
        candle(1, seconds: 60), candle(1, seconds: 60), candle(1, seconds: 1),
        candle(2, seconds: 60),
      ],
      into: &journal, snapshots: &wanted)
    #expect(journal.count == 3)
    #expect(intake.duplicates == 1)
  }

  @Test("a lost connection is a gap in each of its streams")
  func lost() {
    var intake = MarketIntake()
    intake.openBook(InstrumentID(0))
    var journal: ContiguousArray<Event> = []
    let streams = [
      MarketStream(.trades, of: InstrumentID(0)),
      MarketStream(.depth(isFast: true), of: InstrumentID(0)),
      MarketStream(.candles(seconds: 60), of: InstrumentID(1)),
    ]
    intake.lose(streams, at: .distantPast, into: &journal)
    let kinds = journal.compactMap { event -> StreamKind? in
      guard case .gap(let gap) = event.body else { return nil }
      return gap.stream
    }
    #expect(kinds == [.trade, .depth, .candle])
    #expect(intake.book(InstrumentID(0)).phase == .idle)
  }
}
