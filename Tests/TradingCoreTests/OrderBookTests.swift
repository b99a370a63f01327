/// The order book against a book made of two dictionaries, and its synchronisation rule as a table.
import Testing

@testable import TradingCore

/// The rule as Binance states it, message by message, with the slowest book there is.
private struct NaiveBook {
  struct Message {
    var firstID: Int64
    var lastID: Int64
    var levels: [(side: Side, price: Int64, lots: Int64)]
  }

  var bids: [Int64: Int64] = [:]
  var asks: [Int64: Int64] = [:]
  var isValid = false
  var id: Int64 = 0
  var gaps: UInt64 = 0
  var stale: UInt64 = 0
  var waiting: [Message] = []

  mutating func snapshot(_ message: Message) {
    if isValid, message.lastID < id {
      stale += 1
      return
    }
    (bids, asks) = ([:], [:])
    set(message)
    (id, isValid) = (message.lastID, true)
    let late = waiting
    waiting = []
    for message in late { update(message) }
  }

  mutating func update(_ message: Message) {
    guard isValid else { return waiting.append(message) }
    if message.lastID <= id {
      stale += 1
    } else if message.firstID > id + 1 {
      gaps += 1
      isValid = false
      waiting = [message]
    } else {
      set(message)
      id = message.lastID
    }
  }

  mutating func invalidate() {
    guard isValid else { return }
    isValid = false
    waiting = []
  }

  private mutating func set(_ message: Message) {
    for level in message.levels {
      let lots = level.lots == 0 ? nil : level.lots
      if level.side == .buy { bids[level.price] = lots } else { asks[level.price] = lots }
    }
  }

  var text: [String] {
    bids.sorted { $0.key > $1.key }.map { "b\($0.key):\($0.value)" }
      + asks.sorted { $0.key < $1.key }.map { "a\($0.key):\($0.value)" }
  }
}

extension OrderBook {
  fileprivate var text: [String] {
    allLevels.map { "\($0.side == .buy ? "b" : "a")\($0.price.ticks):\($0.quantity.lots)" }
  }

  /// A whole message as the run of levels that events carry; none at all is one empty level.
  fileprivate mutating func take(_ message: NaiveBook.Message, isSnapshot: Bool) {
    let levels = message.levels.isEmpty ? [(side: Side.buy, price: 0, lots: 0)] : message.levels
    for (place, level) in levels.enumerated() {
      let level = BookLevel(
        side: level.side, price: Price(ticks: level.price), quantity: Quantity(lots: level.lots),
        firstUpdateID: message.firstID, lastUpdateID: message.lastID,
        isEmpty: message.levels.isEmpty, isFirstOfRun: place == 0,
        isLastOfRun: place == levels.count - 1)
      if isSnapshot { load(level) } else { update(level) }
    }
  }
}

@Suite("The order book")
struct OrderBookTests {
  @Test("agrees with two dictionaries after each of 40,000 random messages", arguments: 1...3)
  func random(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "book")
    var book = OrderBook()
    var naive = NaiveBook()
    var next: Int64 = 1
    var wrong = 0
    for _ in 0..<40_000 {
      let isSnapshot = random.chance(naive.isValid ? 0.001 : 0.05)
      if random.chance(0.002) {
        book.invalidate()
        naive.invalidate()
      }
      if random.chance(0.002) { next += 3 }
      let jump = random.chance(0.02) ? random.integer(in: -8...2) : 0
      let span = random.integer(in: 0...4)
      var message = NaiveBook.Message(
        firstID: next + jump, lastID: next + jump + span, levels: levels(&random, isSnapshot))
      if isSnapshot { message.firstID = message.lastID }
      book.take(message, isSnapshot: isSnapshot)
      if isSnapshot { naive.snapshot(message) } else { naive.update(message) }
      next = Swift.max(next, message.lastID + 1)
      if book.isValid != naive.isValid || book.gapCount != naive.gaps
        || book.staleCount != naive.stale
      {
        wrong += 1
      }
      if naive.isValid, book.text != naive.text || book.updateID != naive.id { wrong += 1 }
    }
    #expect(wrong == 0, "seed \(seed)")
    #expect(naive.gaps > 20 && naive.stale > 100, "seed \(seed)")
  }

  private func levels(
    _ random: inout RandomSource, _ isSnapshot: Bool
  ) -> [(side: Side, price: Int64, lots: Int64)] {
    let count = isSnapshot ? random.below(20) : random.below(4)
    return (0..<count).map { _ in
      let isBid = random.chance(0.5)
      let price = random.integer(in: isBid ? 80...100 : 99...120)
      return (isBid ? .buy : .sell, price, random.chance(0.4) ? 0 : random.integer(in: 1...9))
    }
  }

  struct Rule: CustomTestStringConvertible, Sendable {
    var name: String
    var script: String
    var result: String
    var testDescription: String { name }
  }

  /// `S id levels` is a snapshot, `U first-last levels` an update, `lost` a gap in the recording.
  static let rules = [
    Rule(name: "nothing is known before a snapshot", script: "U 1-2 b5:1", result: "waiting"),
    Rule(
      name: "a snapshot makes the book", script: "S 10 b5:1 b4:2 a7:3", result: "10 b5:1 b4:2 a7:3"),
    Rule(
      name: "updates before the snapshot wait for it",
      script: "U 9-10 b5:9; U 11-12 a7:4; S 10 b5:1",
      result: "12 b5:1 a7:4 stale 1"),
    Rule(
      name: "an update that the snapshot holds is dropped", script: "S 10 b5:1; U 8-10 b5:7",
      result: "10 b5:1 stale 1"),
    Rule(
      name: "the first update may begin before the snapshot's id",
      script: "S 10 b5:1; U 8-12 b5:7", result: "12 b5:7"),
    Rule(
      name: "the first update must reach back to the snapshot's id + 1",
      script: "S 10 b5:1; U 12-13 b5:7", result: "waiting gaps 1"),
    Rule(
      name: "a jump invalidates until the next snapshot",
      script: "S 10 b5:1; U 11-11 b5:2; U 13-13 b5:3; U 14-14 b6:1; S 13 b4:4",
      result: "14 b6:1 b4:4 gaps 1 stale 1"),
    Rule(
      name: "a late snapshot older than the jump does not help",
      script: "S 10 b5:1; U 13-13 b5:3; S 11 b4:4", result: "waiting gaps 2"),
    Rule(name: "zero removes a level", script: "S 10 b5:1 b4:1; U 11-11 b5:0", result: "11 b4:1"),
    Rule(
      name: "zero at a price that is not there changes nothing", script: "S 10 b5:1; U 11-11 b6:0",
      result: "11 b5:1"),
    Rule(
      name: "a message without levels still moves the id",
      script: "S 10 b5:1; U 11-14; U 15-15 b5:2",
      result: "15 b5:2"),
    Rule(name: "an empty snapshot is a book", script: "S 10; U 11-11 a9:1", result: "11 a9:1"),
    Rule(
      name: "a gap in the recording invalidates", script: "S 10 b5:1; lost; U 11-11 b5:2",
      result: "waiting"),
    Rule(
      name: "what came before a gap does not wait beyond it",
      script: "S 10 b5:1; lost; U 14-14 b5:2; S 13 b4:1", result: "14 b5:2 b4:1"),
    Rule(
      name: "a negative quantity cannot be and removes", script: "S 10 b5:1 b4:1; U 11-11 b5:-3",
      result: "11 b4:1"),
    Rule(
      name: "a second snapshot replaces the first", script: "S 10 b5:1 a7:1; S 20 b6:1",
      result: "20 b6:1"),
    Rule(
      name: "a snapshot older than a valid book is dropped",
      script: "S 20 b6:1; S 10 b5:1 a7:1; U 21-21 b4:1", result: "21 b6:1 b4:1 stale 1"),
    Rule(
      name: "after a gap an older snapshot is taken: the venue may have begun anew",
      script: "S 20 b6:1; lost; S 10 b5:1", result: "10 b5:1"),
  ]

  @Test("keeps the venue's rule", arguments: rules)
  func rule(rule: Rule) {
    var book = OrderBook()
    for step in rule.script.split(separator: ";") {
      let words = step.split(separator: " ").map(String.init)
      guard words[0] != "lost" else {
        book.invalidate()
        continue
      }
      let ids = words[1].split(separator: "-").compactMap { Int64($0) }
      let levels = words.dropFirst(2).map { word -> (side: Side, price: Int64, lots: Int64) in
        let numbers = word.dropFirst().split(separator: ":").compactMap { Int64($0) }
        return (word.first == "b" ? .buy : .sell, numbers[0], numbers[1])
      }
      book.take(
        NaiveBook.Message(firstID: ids[0], lastID: ids[ids.count - 1], levels: levels),
        isSnapshot: words[0] == "S")
    }
    var result = book.isValid ? (["\(book.updateID)"] + book.text) : ["waiting"]
    if book.gapCount > 0 { result += ["gaps", "\(book.gapCount)"] }
    if book.staleCount > 0 { result += ["stale", "\(book.staleCount)"] }
    #expect(result.joined(separator: " ") == rule.result)
  }

  private func level(_ price: Int64, id: Int64, first: Bool, last: Bool) -> BookLevel {
    BookLevel(
      side: .buy, price: Price(ticks: price), quantity: Quantity(lots: 1), firstUpdateID: id,
      lastUpdateID: id, isEmpty: false, isFirstOfRun: first, isLastOfRun: last)
  }

  @Test("a message that overflowed the wait is not applied in part")
  func overflow() {
    var book = OrderBook()
    for place in 0...OrderBook.waitingCapacity {
      book.update(level(Int64(place), id: 11, first: place == 0, last: false))
    }
    book.update(level(-1, id: 11, first: false, last: true))
    #expect(book.gapCount == 1)
    book.load(level(5, id: 10, first: true, last: true))
    #expect(book.isValid && book.text == ["b5:1"] && book.updateID == 10)
    book.update(level(6, id: 12, first: true, last: true))
    #expect(!book.isValid && book.gapCount == 2)
  }

  @Test("a snapshot whose beginning was lost is not a book")
  func headlessSnapshot() {
    var book = OrderBook()
    book.load(level(5, id: 10, first: false, last: true))
    #expect(!book.isValid)
    book.load(level(5, id: 10, first: true, last: false))
    book.invalidate()
    book.load(level(6, id: 10, first: false, last: true))
    #expect(!book.isValid)
  }

  @Test("a side keeps the levels nearest to the best when it is full")
  func capacity() {
    for side in Side.allCases {
      var levels = BookSide(side)
      let count = Int64(BookSide.capacity)
      for ticks in 0...count { levels.set(Price(ticks: ticks), Quantity(lots: 1)) }
      #expect(levels.count == BookSide.capacity && levels.droppedCount == 1)
      let lost = side == .buy ? 0 : count
      #expect(levels.quantity(at: Price(ticks: lost)) == .zero)
      #expect(levels.best?.price.ticks == (side == .buy ? count : 0))
    }
  }

  @Test("prices at the ends of 64 bits are levels like others")
  func extremes() {
    for side in Side.allCases {
      var levels = BookSide(side)
      for ticks in [Int64.max, Int64.min + 1, 0] {
        levels.set(Price(ticks: ticks), Quantity(lots: 2))
      }
      #expect(levels.best?.price.ticks == (side == .buy ? .max : .min + 1))
      #expect(levels.quantity(at: Price(ticks: .max)).lots == 2)
      levels.set(Price(ticks: .min), Quantity(lots: 1))
      #expect(levels.quantity(at: Price(ticks: .min)).lots == 1)
    }
  }

  @Test("books are equal exactly when their canonical bytes are")
  func encoding() {
    var books: [OrderBook] = [OrderBook()]
    let script: [(Int64, Int64, Bool)] = [
      (1, 1, false), (10, 1, true), (11, 2, false), (15, 3, false),
    ]
    for (id, price, isSnapshot) in script {
      var book = books[books.count - 1]
      book.take(
        NaiveBook.Message(firstID: id, lastID: id, levels: [(.buy, price, 1)]),
        isSnapshot: isSnapshot)
      books.append(book)
    }
    for left in books {
      for right in books { #expect((left == right) == (left.fingerprint == right.fingerprint)) }
    }
  }
}
