/// Bounded queues and what is said of that for which there was no room.

import Testing
import TradingCore

@testable import Exchanges

/// Events as a venue's frames become.
enum Made {
  static func trade(_ id: Int64) -> Event {
    Event(
      receiveTime: Timestamp(nanoseconds: id),
      .trade(
        Trade(
          instrument: InstrumentID(0), price: Price(ticks: 1), quantity: Quantity(lots: 1),
          aggressor: .buy, id: id, firstID: id, count: 1, isAggregate: false)))
  }

  static func depth(_ id: Int64, levels: Int) -> [Event] {
    (0..<levels).map { place in
      var flags: RunFlags = []
      if place == 0 { flags.insert(.first) }
      if place == levels - 1 { flags.insert(.last) }
      return Event(
        receiveTime: Timestamp(nanoseconds: id),
        .depth(
          Depth(
            instrument: InstrumentID(0), side: .buy, price: Price(ticks: Int64(place + 1)),
            quantity: Quantity(lots: 1), lastUpdateID: id, updateSpan: 0, flags: flags)))
    }
  }

  static func gap(_ stream: StreamKind, _ count: UInt64, _ reason: GapReason) -> Event {
    Event(
      receiveTime: .distantPast,
      .gap(Gap(instrument: InstrumentID(0), stream: stream, count: count, reason: reason)))
  }
}

@Suite("Events between the sockets' thread and the journal's")
struct QueueTests {
  @Test("a batch is taken whole or not at all, and after a loss only by a queue half empty")
  func bounds() {
    let queue = RecordingQueue(capacity: 10)
    let six = ContiguousArray((1...6).map { Made.trade($0) })
    let four = ContiguousArray((7...10).map { Made.trade($0) })
    #expect(queue.push(six, isRecovering: false))
    #expect(!queue.push(six, isRecovering: false))
    #expect(!queue.push([Made.trade(1)], isRecovering: true))
    #expect(queue.push(four, isRecovering: false))
    #expect(!queue.push([Made.trade(11)], isRecovering: false))
    var taken: ContiguousArray<Event> = []
    queue.take(into: &taken)
    #expect(taken == six + four)
    #expect(!queue.push(six, isRecovering: true))
    #expect(queue.push(four, isRecovering: true))
    queue.take(into: &taken)
    #expect(taken == four)
    queue.take(into: &taken)
    #expect(taken.isEmpty)
  }

  @Test("what was lost is counted by message, gaps of before are added, connections are kept")
  func losses() {
    var losses = Losses()
    #expect(losses.isEmpty)
    let opened = Event(
      receiveTime: .distantPast, .connected(ConnectionReport(venue: 0, stream: .any)))
    losses.add([Made.trade(1), Made.trade(2), opened])
    losses.add(ContiguousArray(Made.depth(5, levels: 3) + Made.depth(6, levels: 1)))
    losses.add([Made.gap(.trade, 40, .sequence), Made.trade(43)])
    #expect(losses.books == [InstrumentID(0)])
    let said = losses.events(at: .distantPast)
    #expect(said == [Made.gap(.trade, 43, .overflow), Made.gap(.depth, 2, .overflow), opened])
  }

  @Test("raw lines are time, bytes and a line feed; a link has its own, and the bound is counted")
  func rawLines() {
    var queue = RawQueue(capacity: 10)
    queue.push(Array("{\n}".utf8).span, from: RawSource(.only, 1), at: Timestamp(nanoseconds: 7))
    queue.push(Array("[]".utf8).span, from: RawSource(.only, 1), at: Timestamp(nanoseconds: 8))
    queue.push(
      Array("{}".utf8).span, from: RawSource(.only, 0), at: Timestamp(nanoseconds: 9),
      after: "/v3/time")
    queue.push(Array("four".utf8).span, from: RawSource(.only, 1), at: Timestamp(nanoseconds: 9))
    #expect(queue.dropped == 1)
    queue.push(Array("end".utf8).span, from: RawSource(.only, 2), at: Timestamp(nanoseconds: 10))
    let lines = queue.take()
    #expect(lines.map(\.source.link) == [1, 0, 2])
    #expect(lines.map(\.firstTime.nanoseconds) == [7, 9, 10])
    #expect(
      lines.map { String(decoding: $0.bytes, as: UTF8.self) } == [
        "7 { }\n8 []\n", "9 /v3/time {}\n", "10 end\n",
      ])
    queue.push(
      Array("1234567890".utf8).span, from: RawSource(.only, 1), at: Timestamp(nanoseconds: 11))
    #expect(queue.take().count == 1)
    #expect(queue.dropped == 1)
  }
}

@Suite("A clock that is set")
struct ClockWatchTests {
  private func reading(wall: Int64, elapsed: Int64, within: Int64 = 0) -> ClockReading {
    ClockReading(
      wall: Timestamp(nanoseconds: wall * 1_000_000),
      elapsed: Interval(nanoseconds: elapsed * 1_000_000),
      uncertainty: Interval(nanoseconds: within * 1_000_000))
  }

  @Test("a step is told once with its size, small ones when they add up, coarse readings never")
  func steps() {
    var watch = ClockWatch(reading(wall: 1_000, elapsed: 0))
    let table: [(wall: Int64, elapsed: Int64, within: Int64, step: Int64?)] = [
      (2_000, 1_000, 0, nil), (3_500, 2_000, 0, 500), (4_500, 3_000, 0, nil),
      (1_500, 4_000, 0, -4_000), (2_504, 5_000, 0, nil), (3_508, 6_000, 0, nil),
      (4_512, 7_000, 0, 12), (9_000, 8_000, 5, nil), (5_512, 8_000, 4, nil),
    ]
    for row in table {
      let step = watch.step(reading(wall: row.wall, elapsed: row.elapsed, within: row.within))
      #expect(step?.nanoseconds == row.step.map { $0 * 1_000_000 }, "\(row)")
    }
  }

  @Test("this machine's clocks agree over a moment, and the steady one never goes back")
  func machine() {
    var watch = ClockWatch(WallClock.reading)
    var last = WallClock.steady
    for _ in 0..<10_000 {
      let now = WallClock.steady
      #expect(now >= last)
      last = now
    }
    #expect(watch.step(WallClock.reading) == nil)
  }
}
