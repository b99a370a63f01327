/// Number text and axis ticks, against tables written by hand.
import Testing
import TradingCore

@testable import Research

@Suite struct NumberTextTests {
  private static let fixedTable: [(Double, Int, String)] = [
    (0, 2, "0.00"), (-0.001, 2, "0.00"), (1234.5, 2, "1,234.50"),
    (-1_234_567.891, 1, "-1,234,567.9"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.5, 0, "2"),
    (3.5, 0, "4"), (999.999, 2, "1,000.00"), (100, 0, "100"), (1000, 0, "1,000"),
    (1e300, 2, "1e+300"), (-1e16, 2, "-1e+16"), (.infinity, 2, "n/a"), (.nan, 2, "n/a"),
    (1e-300, 12, "0.000000000000"),
  ]

  @Test("fixed digits round half to even, group thousands and never show minus zero")
  func fixed() {
    for (value, decimals, text) in Self.fixedTable {
      #expect(NumberText.fixed(value, decimals) == text)
    }
  }

  private static let amountTable: [(Double, String)] = [
    (12.3456, "12.35"), (0.5, "0.5000"), (0.012345, "0.01234"), (0.000123456, "0.0001235"),
    (0, "0.00"), (-1e-300, "0.00"), (1e-12, "0.000000000001"), (-1534.256, "-1,534.26"),
  ]

  @Test("amounts show two decimals, small ones four digits that count")
  func amount() {
    for (value, text) in Self.amountTable { #expect(NumberText.amount(value) == text) }
  }

  private static let durationTable: [(Double, String)] = [
    (0, "0 s"), (0.25, "0.25 s"), (59.9994, "59.999 s"), (60, "1 min"), (61, "1 min 1 s"),
    (3600, "1 h"), (3661, "1 h 1 min"), (86_400, "1 d"), (90_000, "1 d 1 h"), (86_460, "1 d"),
    (94_608_000, "1,095 d"), (-90, "-1 min 30 s"), (-1e-9, "0 s"), (.nan, "n/a"),
  ]

  @Test("spans show their two largest units")
  func duration() {
    for (seconds, text) in Self.durationTable {
      #expect(NumberText.duration(seconds: seconds) == text)
    }
  }

  @Test("a positive figure asked for with its sign has a plus")
  func signs() {
    #expect(NumberText.percent(0.1234, signed: true) == "+12.34 %")
    #expect(NumberText.percent(-0.1234, signed: true) == "-12.34 %")
    #expect(NumberText.percent(0, signed: true) == "0.00 %")
  }

  @Test("an axis holds its values between round ticks", arguments: 0..<400)
  func axes(seed: Int) {
    var random = RandomSource(seed: UInt64(seed), label: "axes")
    let size = Elementary.exp(random.uniform() * 60 - 30)
    let low = (random.uniform() - 0.5) * size
    let high = low + random.uniform() * size * Elementary.exp(-random.uniform() * 20)
    let scale = NiceScale(low: low, high: high)
    #expect(scale.low <= low && scale.high >= high, "seed \(seed)")
    #expect((2...8).contains(scale.ticks.count), "seed \(seed): \(scale)")
    guard scale.step >= 1e-12, scale.step > size * 1e-9 else { return }
    let texts = scale.ticks.map(scale.text)
    #expect(Set(texts).count == texts.count, "seed \(seed): \(texts)")
  }

  @Test("ticks are written as short as they differ")
  func tickText() {
    #expect(
      NiceScale(low: 94_100, high: 103_000).ticks.map(NiceScale(low: 94_100, high: 103_000).text)
        == ["94k", "96k", "98k", "100k", "102k", "104k"])
    #expect(
      NiceScale(low: 0, high: 0.9).ticks.map(NiceScale(low: 0, high: 0.9).text)
        == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
  }

  @Test("a flat, an empty and a broken range still make an axis")
  func degenerate() {
    for (low, high) in [(5.0, 5.0), (0, 0), (.nan, 1), (-.infinity, .infinity), (-1e308, 1e308)] {
      let scale = NiceScale(low: low, high: high)
      #expect(scale.low < scale.high && scale.ticks.count < 20)
    }
    let flat = NiceScale(low: 0, high: 0)
    #expect(flat.low == -1 && flat.high == 1 && flat.decimals == 1)
  }

  private static let timeTable: [(start: Int64, span: Int64, labels: [String])] = [
    (1_640_995_200, 60, ["2022-01-01", "00:00:10"]),
    (1_640_995_200, 86_400, ["2022-01-01", "06:00"]),
    (1_641_038_400, 5 * 86_400, ["2022-01-02", "2022-01-03"]),
    (1_640_995_200, 365 * 86_400, ["2022-01", "2022-03"]),
    (1_433_116_800, 3650 * 86_400, ["2016", "2018"]),
  ]

  @Test("time ticks stand at round calendar places inside the span")
  func timeTicks() {
    for (start, span, labels) in Self.timeTable {
      let first = Timestamp(nanoseconds: start * 1_000_000_000)
      let last = first + Interval(nanoseconds: span * 1_000_000_000)
      let ticks = TimeScale.ticks(from: first, to: last)
      #expect(Array(ticks.map(\.label).prefix(2)) == labels)
      #expect((2...13).contains(ticks.count), "\(ticks.map(\.label))")
      #expect(ticks.allSatisfy { $0.time >= first && $0.time <= last })
    }
  }

  @Test("the longest span a clock can name has ticks, and an empty one none")
  func longestSpan() {
    let last = Timestamp(nanoseconds: .max)
    #expect(TimeScale.ticks(from: .distantPast, to: last).count < 20)
    #expect(TimeScale.ticks(from: last, to: last).isEmpty)
    #expect(TimeScale.ticks(from: last - .minute, to: last).count < 20)
  }
}
