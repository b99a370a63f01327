/// Books in step: every loss, swap, duplicate and snapshot of small streams against the truth, and the
/// machine against the book that the reducer builds from the same journal.

import Dialects
import Testing
import TradingCore

/// A venue's book that changes one level with each id.
private struct Truth {
  /// First and last ids of the updates.
  let updates: [(first: Int64, last: Int64)]
  static let instrument = InstrumentID(0)

  /// The levels after an id: ticks to lots.
  func levels(at id: Int64) -> [Int64: Int64] {
    var levels: [Int64: Int64] = [:]
    for step in stride(from: Int64(1), through: id, by: 1) {
      levels[price(step)] = quantity(step)
    }
    return levels.filter { $0.value > 0 }
  }

  private func price(_ id: Int64) -> Int64 { 100 + id % 3 }
  private func quantity(_ id: Int64) -> Int64 { id % 4 == 0 ? 0 : id }

  func update(_ index: Int) -> [Event] {
    let (first, last) = updates[index]
    return (first...last).map { id in
      var flags: RunFlags = id == first ? .first : []
      if id == last { flags.insert(.last) }
      return Event(
        receiveTime: .distantPast,
        .depth(
          Depth(
            instrument: Self.instrument, side: .buy, price: Price(ticks: price(id)),
            quantity: Quantity(lots: quantity(id)), lastUpdateID: last,
            updateSpan: UInt32(last - first), flags: flags)))
    }
  }

  func snapshot(at id: Int64) -> [Event] {
    let levels = levels(at: id).sorted { $0.key < $1.key }
    return (0..<max(levels.count, 1)).map { index in
      var flags: RunFlags = index == 0 ? .first : []
      if index >= levels.count - 1 { flags.insert(.last) }
      if levels.isEmpty { flags.insert(.empty) }
      let level = levels.isEmpty ? (key: 0, value: 0) : levels[index]
      return Event(
        receiveTime: .distantPast,
        .bookSnapshot(
          BookSnapshot(
            instrument: Self.instrument, side: .buy, price: Price(ticks: level.key),
            quantity: Quantity(lots: level.value), updateID: id, flags: flags)))
    }
  }
}

/// Intake and reducer side by side.
private struct Pair {
  var intake = MarketIntake()
  var state = State()
  var wanted: [InstrumentID] = []
  var gaps = 0

  init() {
    let definition = InstrumentDefinition(
      instrument: Truth.instrument, base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 0), lot: Decimal64(mantissa: 1, scale: 0))
    reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    intake.openBook(Truth.instrument)
  }

  mutating func take(_ events: [Event]) {
    var journal: ContiguousArray<Event> = []
    intake.take(ContiguousArray(events), into: &journal, snapshots: &wanted)
    for event in journal {
      if event.body.kind == .gap { gaps += 1 }
      reduce(&state, event)
    }
  }

  var sync: BookSync { intake.book(Truth.instrument) }

  /// What is wrong now; `nil` when nothing is.
  func fault(_ truth: Truth) -> String? {
    let book = state.markets[0].book
    if book.isValid != sync.isInStep { return "valid \(book.isValid), in step \(sync.isInStep)" }
    guard book.isValid else { return nil }
    if book.updateID != sync.lastID { return "ids \(book.updateID) and \(sync.lastID)" }
    let pairs = (0..<book.bids.count).map {
      (book.bids[$0].price.ticks, book.bids[$0].quantity.lots)
    }
    let levels = Dictionary(uniqueKeysWithValues: pairs)
    return levels == truth.levels(at: book.updateID) ? nil : "levels \(levels)"
  }
}

@Suite("Books in step")
struct BookSyncTests {
  private static let count = 5

  /// Every order of arrival with losses, one swap and one duplicate.
  private static func arrivals() -> [[Int]] {
    var arrivals: [[Int]] = []
    for mask in 0..<(1 << count) {
      let kept = (0..<count).filter { mask & (1 << $0) != 0 }
      for swap in 0...max(0, kept.count - 1) {
        var order = kept
        if swap > 0 { order.swapAt(swap - 1, swap) }
        arrivals.append(order)
        for place in order.indices { arrivals.append(order + [order[place]]) }
      }
    }
    return arrivals
  }

  @Test(
    "in step means equal to the truth, through every loss, swap, duplicate and snapshot",
    arguments: [
      [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], [(1, 2), (3, 3), (4, 6), (7, 7), (8, 9)],
    ] as [[(first: Int64, last: Int64)]])
  func exhaustive(updates: [(first: Int64, last: Int64)]) {
    let truth = Truth(updates: updates)
    var runs = 0
    var inStep = 0
    for arrival in Self.arrivals() {
      for place in 0...arrival.count {
        for id in [0] + updates.map(\.last) {
          guard let pair = run(truth, arrival, snapshot: id, at: place) else { return }
          runs += 1
          if pair.sync.isInStep { inStep += 1 }
        }
      }
    }
    #expect(runs > 9_000)
    #expect(inStep > 1_000 && inStep < runs)
  }

  /// One order of arrival with a snapshot in it, and a fresh one at the end, which must bring the book
  /// into step. `nil` after a fault was recorded.
  private func run(_ truth: Truth, _ arrival: [Int], snapshot id: Int64, at place: Int) -> Pair? {
    var pair = Pair()
    for index in 0...arrival.count {
      if index == place { pair.take(truth.snapshot(at: id)) }
      if index < arrival.count { pair.take(truth.update(arrival[index])) }
      if let fault = pair.fault(truth) {
        Issue.record("\(arrival), snapshot \(id) at \(place), step \(index): \(fault)")
        return nil
      }
    }
    let result = pair
    pair.take(truth.snapshot(at: truth.updates.map(\.last).max() ?? 0))
    let fault = pair.sync.isInStep ? pair.fault(truth) : "a fresh snapshot does not help"
    if let fault { Issue.record("\(arrival), snapshot \(id) at \(place), end: \(fault)") }
    return fault == nil ? result : nil
  }

  @Test("without a loss nothing is a gap and nothing asks for a second snapshot")
  func orderly() {
    let truth = Truth(updates: (1...5).map { ($0, $0) })
    for id in Int64(1)...5 {
      var pair = Pair()
      for index in 0..<5 {
        pair.take(truth.update(index))
        if Int64(index) == id - 1 { pair.take(truth.snapshot(at: id)) }
      }
      #expect(pair.gaps == 0)
      #expect(pair.wanted.isEmpty)
      #expect(pair.sync.isInStep)
      #expect(pair.sync.lastID == 5)
    }
  }

  @Test("a snapshot older than the first update that waits is asked for again")
  func tooOld() {
    var sync = BookSync()
    #expect(sync.update(first: 1, last: 1, levels: 1) == .unexpected)
    #expect(sync.snapshot(id: 1) == .unexpected)
    sync.open()
    #expect(sync.update(first: 10, last: 12, levels: 1) == .waits)
    // The documents: while it is strictly less than the first update's U, ask again.
    #expect(sync.snapshot(id: 9) == .tooOld)
    #expect(sync.attempts == 2)
    #expect(sync.snapshot(id: 10) == .loads)
    #expect(sync.lastID == 12)
    #expect(sync.update(first: 12, last: 12, levels: 1) == .stale)
    #expect(sync.update(first: 15, last: 16, levels: 1) == .jump(missing: 2))
    #expect(!sync.isInStep)
    sync.snapshotFailed()
    #expect(sync.attempts == 2)
    #expect(sync.snapshot(id: 14) == .tooOld)
    #expect(sync.snapshot(id: 16) == .loads)
    #expect(sync.attempts == 0)
    sync.close()
    #expect(sync.phase == .idle)
  }

  @Test("more levels than may wait are a gap with a name, and the next snapshot heals it")
  func overflow() {
    var pair = Pair()
    let capacity = OrderBook.waitingCapacity
    let width: Int64 = 8_000
    let starts = stride(from: Int64(0), to: 9 * width, by: Int(width))
    let truth = Truth(updates: starts.map { (first: $0 + 1, last: $0 + width) })
    for index in 0..<9 { pair.take(truth.update(index)) }
    #expect(9 * 8_000 > capacity)
    #expect(pair.gaps == 1)
    #expect(pair.wanted == [Truth.instrument])
    #expect(pair.fault(truth) == nil)
    pair.take(truth.snapshot(at: 71_999))
    #expect(!pair.sync.isInStep)
    pair.take(truth.snapshot(at: 72_000))
    #expect(pair.sync.isInStep)
    #expect(pair.fault(truth) == nil)
  }

  @Test("a loss in one book leaves the others alone")
  func apart() {
    var intake = MarketIntake()
    for id in UInt16(0)...1 { intake.openBook(InstrumentID(id)) }
    var journal: ContiguousArray<Event> = []
    var wanted: [InstrumentID] = []
    func update(_ instrument: UInt16, _ id: Int64) -> Event {
      Event(
        receiveTime: .distantPast,
        .depth(
          Depth(
            instrument: InstrumentID(instrument), side: .buy, price: Price(ticks: 1),
            quantity: Quantity(lots: 1), lastUpdateID: id, updateSpan: 0, flags: [.first, .last])))
    }
    func snapshot(_ instrument: UInt16, _ id: Int64) -> Event {
      Event(
        receiveTime: .distantPast,
        .bookSnapshot(
          BookSnapshot(
            instrument: InstrumentID(instrument), side: .buy, price: Price(ticks: 1),
            quantity: Quantity(lots: 1), updateID: id, flags: [.first, .last])))
    }
    intake.take(
      [snapshot(0, 5), snapshot(1, 5), update(0, 6), update(1, 8), update(0, 7)], into: &journal,
      snapshots: &wanted)
    #expect(intake.book(InstrumentID(0)).isInStep)
    #expect(!intake.book(InstrumentID(1)).isInStep)
    #expect(wanted == [InstrumentID(1)])
    #expect(
      journal.map(\.body.kind) == [
        .bookSnapshot, .bookSnapshot, .depth, .gap, .depth, .depth,
      ])
  }
}
