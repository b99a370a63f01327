/// Bars as the reducer builds them: which event closes which bar, told as text.
import Testing

@testable import TradingCore

@Suite("Bars")
struct BarTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var interval: Int64 = 60
    /// `time trade price`, `time candle seconds open high low close` (time is the open), or
    /// `time depth`; times are the venue's, in seconds.
    var text: String
    /// `line: start open high low close volume`, for each line that closed a bar.
    var bars: [String]
    var testDescription: String { name }
  }

  static let rows = [
    Row(
      name: "without an interval every trade is a bar", interval: 0,
      text: "5 trade 10\n6 trade 12", bars: ["1: 5 10 10 10 10 1", "2: 6 12 12 12 12 1"]),
    Row(
      name: "a bar closes at the first trade at its end",
      text: "61 trade 10\n90 trade 14\n119 trade 9\n120 trade 11",
      bars: ["4: 60 10 14 9 9 3"]),
    Row(
      name: "one nanosecond earlier still belongs to it",
      text: "60 trade 10\n119 trade 12\n121 trade 5\n180 trade 6",
      bars: ["3: 60 10 12 10 12 2", "4: 120 5 5 5 5 1"]),
    Row(
      name: "intervals without a trade give no bar",
      text: "61 trade 10\n600 trade 12\n660 trade 13",
      bars: ["2: 60 10 10 10 10 1", "3: 600 12 12 12 12 1"]),
    Row(
      name: "times before 1970 align like others", text: "-61 trade 10\n-60 trade 11\n0 trade 12",
      bars: ["2: -120 10 10 10 10 1", "3: -60 11 11 11 11 1"]),
    Row(
      name: "a late trade joins the open bar",
      text: "61 trade 10\n120 trade 11\n119 trade 5\n180 trade 6",
      bars: ["2: 60 10 10 10 10 1", "4: 120 11 11 5 5 2"]),
    Row(
      name: "depth closes a bar that has ended",
      text: "61 trade 10\n119 depth\n120 depth\n121 trade 11",
      bars: ["3: 60 10 10 10 10 1"]),
    Row(
      name: "finer candles make a bar, the last one closes it",
      text: "60 candle 30 10 15 9 11\n90 candle 30 11 12 8 10\n120 candle 30 10 10 10 10",
      bars: ["2: 60 10 15 8 10 2"]),
    Row(
      name: "a candle of the interval is a bar at once",
      text: "60 candle 60 10 15 9 11\n120 candle 60 11 12 10 12",
      bars: ["1: 60 10 15 9 11 1", "2: 120 11 12 10 12 1"]),
    Row(
      name: "a candle closes the bar before it first",
      text: "61 trade 7\n120 candle 30 10 15 9 11\n150 candle 30 11 11 11 12",
      bars: ["2: 60 7 7 7 7 1", "3: 120 10 15 9 12 2"]),
    Row(
      name: "behind a hole a candle ends the bar before, and the next event the one it filled",
      text: "60 candle 30 10 15 9 11\n150 candle 30 11 12 8 10\n180 candle 30 9 9 9 9",
      bars: ["2: 60 10 15 9 11 1", "3: 120 11 12 8 10 1"]),
    Row(
      name: "weeks begin on Mondays", interval: 604_800,
      text: "1 trade 10\n345599 trade 11\n345600 trade 12\n950400 trade 13",
      bars: ["3: -259200 10 11 10 11 2", "4: 345600 12 12 12 12 1"]),
  ]

  @Test("close as told", arguments: rows)
  func row(row: Row) {
    var ledger = Ledger()
    ledger.take(
      .configure(Configure(.barInterval, value: row.interval * Interval.second.nanoseconds)))
    var bars: [String] = []
    for (place, line) in row.text.split(separator: "\n").enumerated() {
      reduce(&ledger.state, event(line.split(separator: " ")))
      guard let bar = ledger.state.closedBar(InstrumentID(0)) else { continue }
      let prices = [bar.open, bar.high, bar.low, bar.close].map { "\($0.ticks)" }
      let start = bar.start.nanoseconds / Interval.second.nanoseconds
      bars.append("\(place + 1): \(start) \(prices.joined(separator: " ")) \(bar.volume.lots)")
    }
    #expect(bars == row.bars)
  }

  private func event(_ words: [Substring]) -> Event {
    let time = Timestamp(nanoseconds: (Int64(words[0]) ?? 0) * Interval.second.nanoseconds)
    let numbers = words.dropFirst(2).compactMap { Int64($0) }
    let body: EventBody
    switch words[1] {
    case "trade":
      body = .trade(
        Trade(
          instrument: InstrumentID(0), price: Price(ticks: numbers[0]), quantity: Quantity(lots: 1),
          aggressor: .buy, id: 0))
    case "candle":
      body = .candle(
        Candle(
          instrument: InstrumentID(0), intervalSeconds: UInt32(numbers[0]),
          open: Price(ticks: numbers[1]), high: Price(ticks: numbers[2]),
          low: Price(ticks: numbers[3]), close: Price(ticks: numbers[4]), volume: Quantity(lots: 1))
      )
    default:
      body = .depth(
        Depth(
          instrument: InstrumentID(0), side: .buy, price: .zero, quantity: .zero, lastUpdateID: 1,
          updateSpan: 0, flags: [.first, .last, .empty]))
    }
    return Event(receiveTime: time, venueTime: time, body)
  }

  @Test("agree with bars made by sorting all trades into intervals", arguments: 1...4)
  func random(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "bars")
    let width = random.integer(in: 2...90)
    var ledger = Ledger()
    ledger.take(.configure(Configure(.barInterval, value: width)))
    var time: Int64 = -500
    var trades: [(bucket: Int64, price: Int64)] = []
    var closed: [Bar] = []
    for _ in 0..<3_000 {
      time += random.integer(in: 0...20)
      let price = random.integer(in: 1...99)
      trades.append((Int64((Double(time) / Double(width)).rounded(.down)), price))
      let stamp = Timestamp(nanoseconds: time)
      reduce(
        &ledger.state,
        Event(
          receiveTime: stamp, venueTime: stamp,
          .trade(
            Trade(
              instrument: InstrumentID(0), price: Price(ticks: price), quantity: Quantity(lots: 1),
              aggressor: .buy, id: 0))))
      if let bar = ledger.state.closedBar(InstrumentID(0)) { closed.append(bar) }
    }
    let last = trades[trades.count - 1].bucket
    let buckets = Set(trades.map(\.bucket)).filter { $0 < last }.sorted()
    let expected = buckets.map { bucket -> Bar in
      let prices = trades.filter { $0.bucket == bucket }.map(\.price)
      return Bar(
        start: Timestamp(nanoseconds: bucket * width), open: Price(ticks: prices[0]),
        high: Price(ticks: prices.max() ?? 0), low: Price(ticks: prices.min() ?? 0),
        close: Price(ticks: prices[prices.count - 1]), volume: Quantity(lots: Int64(prices.count)))
    }
    #expect(closed == expected, "seed \(seed)")
  }
}
