/// Axis ticks people can read: steps of 1, 2 or 5 × a power of ten for values, calendar steps for
/// time.

import TradingCore

/// Ticks of an axis of values.
struct NiceScale: Equatable {
  var low: Double
  var high: Double
  var step: Double

  /// A range that holds `low…high` between two multiples of its step, with about `count` steps.
  /// An empty or broken range is widened so that a flat line has room around it.
  init(low: Double, high: Double, count: Int = 5) {
    var (low, high) = (min(low, high), max(low, high))
    if !low.isFinite || !high.isFinite || !(high - low).isFinite { (low, high) = (0, 1) }
    if high - low <= max(low.magnitude, high.magnitude) * 1e-12 {
      let room = low == 0 ? 1 : max(low.magnitude * 0.01, 1e-9)
      (low, high) = (low - room, high + room)
    }
    step = NiceScale.step(over: high - low, count: count)
    self.low = (low / step).rounded(.down) * step
    self.high = (high / step).rounded(.up) * step
  }

  /// The smallest of 1, 2, 5 × 10ⁿ that covers `span` in at most `count` steps. `span` must be
  /// positive and finite.
  static func step(over span: Double, count: Int) -> Double {
    let raw = span / Double(max(count, 1))
    var power = 1.0
    while power > raw, power > 1e-300 { power /= 10 }
    while power * 10 <= raw { power *= 10 }
    for factor in [1.0, 2, 5] where power * factor >= raw * (1 - 1e-12) { return power * factor }
    return power * 10
  }

  /// The ticks, ends included.
  var ticks: [Double] {
    let steps = Int(((high - low) / step).rounded())
    return (0...max(steps, 1)).map { low + Double($0) * step }
  }

  /// Decimals that tell neighbouring ticks apart, 0…12.
  var decimals: Int {
    var decimals = 0
    var unit = step
    while decimals < 12, (unit - unit.rounded()).magnitude > 1e-6 * unit.magnitude {
      unit *= 10
      decimals += 1
    }
    return decimals
  }

  /// A tick's text: digits as needed, thousands as `k`, millions as `M` where the step allows.
  func text(_ tick: Double) -> String {
    if tick.magnitude < step / 2 { return "0" }
    for (size, suffix) in [(1e9, "G"), (1e6, "M"), (1e3, "k")]
    where step >= size / 1000 && max(low.magnitude, high.magnitude) >= size * 10 {
      let unit = NiceScale.unitScale(step / size)
      return NumberText.fixed(tick / size, unit) + suffix
    }
    return NumberText.fixed(tick, decimals)
  }

  private static func unitScale(_ step: Double) -> Int {
    step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
  }
}

/// Ticks of a time axis at calendar places.
enum TimeScale {
  /// A tick's moment and its label.
  struct Tick: Equatable {
    var time: Timestamp
    var label: String
  }

  private static let seconds: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  ]

  /// At most about `count` ticks inside the span, at round seconds, hours, days, months or years.
  static func ticks(from first: Timestamp, to last: Timestamp, count: Int = 7) -> [Tick] {
    let span = Double(last.nanoseconds) / 1e9 - Double(first.nanoseconds) / 1e9
    guard span > 0 else { return [] }
    for step in seconds where span / Double(step) <= Double(count) {
      return clockTicks(first, last, step: step)
    }
    let days = span / 86_400
    for step in [1, 2, 5, 10] where days / Double(step) <= Double(count) {
      return dayTicks(first, last, step: step)
    }
    for step in [1, 2, 3, 6] where days / 30.4 / Double(step) <= Double(count) {
      return monthTicks(first, last, step: step)
    }
    let years = max(1, Int((days / 365 / Double(count)).rounded(.up)))
    return monthTicks(first, last, step: 12 * years)
  }

  private static func clockTicks(_ first: Timestamp, _ last: Timestamp, step: Int64) -> [Tick] {
    let nanoseconds = step * 1_000_000_000
    var time = first.floored(to: Interval(nanoseconds: nanoseconds)).nanoseconds
    if time < first.nanoseconds { time += nanoseconds }
    return stride(from: time, through: last.nanoseconds, by: Int(nanoseconds)).map {
      let moment = Timestamp(nanoseconds: $0)
      let text = moment.iso8601
      let isMidnight = moment.nanosecondOfDay == 0
      let clock = text.dropFirst(11).prefix(step < 60 ? 8 : 5)
      return Tick(time: moment, label: isMidnight ? String(text.prefix(10)) : String(clock))
    }
  }

  private static func dayTicks(_ first: Timestamp, _ last: Timestamp, step: Int) -> [Tick] {
    (first.utcDay...last.utcDay).compactMap { day in
      let date = CivilDate(daysSinceEpoch: day)
      let isTick = step == 1 || (date.day - 1) % step == 0 && date.day + step / 2 <= 31
      let time = Timestamp(nanoseconds: Int64(day) * Interval.day.nanoseconds)
      return isTick && time >= first ? Tick(time: time, label: date.text) : nil
    }
  }

  private static func monthTicks(_ first: Timestamp, _ last: Timestamp, step: Int) -> [Tick] {
    let start = CivilDate(first)
    let end = CivilDate(last)
    return (start.year * 12 + start.month - 1...end.year * 12 + end.month - 1).compactMap { month in
      guard month % step == 0 else { return nil }
      let date = CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
      let (nanoseconds, overflow) = Int64(date.daysSinceEpoch).multipliedReportingOverflow(
        by: Interval.day.nanoseconds)
      let time = Timestamp(nanoseconds: nanoseconds)
      guard !overflow, time >= first else { return nil }
      return Tick(time: time, label: String(date.text.prefix(step >= 12 ? 4 : 7)))
    }
  }
}
