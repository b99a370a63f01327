/// Moments from bytes to nanoseconds, exactly: epochs in the unit their magnitude shows, ISO 8601,
/// and a small subset of strptime.

import TradingCore

/// The unit an epoch counts in.
package enum TimeUnit: Int64 {
  case seconds = 1_000_000_000
  case milliseconds = 1_000_000
  case microseconds = 1_000
  case nanoseconds = 1

  /// The unit in which `value` lies between the years 1973 and 5138: 11 digits and fewer are
  /// seconds, up to 14 milliseconds, up to 17 microseconds, more nanoseconds.
  package init(magnitudeOf value: Int64) {
    switch value.magnitude {
    case ..<100_000_000_000: self = .seconds
    case ..<100_000_000_000_000: self = .milliseconds
    case ..<100_000_000_000_000_000: self = .microseconds
    default: self = .nanoseconds
    }
  }

  /// `value` of this unit in nanoseconds.
  package func nanoseconds(_ value: Int64) throws(LineFault) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: rawValue)
    guard !overflow, product > .min else { throw LineFault("the time \(value) is out of range") }
    return product
  }
}

/// A UTC calendar date and time of day.
package struct CalendarTime {
  package var year: Int64 = 1970
  package var month: Int64 = 1
  package var day: Int64 = 1
  package var hour: Int64 = 0
  package var minute: Int64 = 0
  package var second: Int64 = 0
  /// 0…999,999,999.
  package var nanosecond: Int64 = 0
  /// What local time is ahead of UTC.
  package var offsetSeconds: Int64 = 0

  package init() {}

  /// Nanoseconds since the epoch. Fails for dates and times that do not exist and outside the years
  /// 1678 to 2261.
  package func nanoseconds() throws(LineFault) -> Int64 {
    guard (1678...2261).contains(year) else { throw LineFault("the year \(year) is out of range") }
    let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
    guard date.isReal else { throw LineFault("the date \(year)-\(month)-\(day) does not exist") }
    guard hour < 24, minute < 60, second < 60 else {
      throw LineFault("the time of day \(hour):\(minute):\(second) does not exist")
    }
    let days = Int64(date.daysSinceEpoch)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offsetSeconds
    return seconds * 1_000_000_000 + nanosecond
  }
}

/// Reads moments at a position in a line and moves the position behind them.
package enum TimeScanner {
  /// The time that a range of a text says in ISO 8601, all of it.
  static func moment(_ text: Span<UInt8>, in range: Range<Int>) throws(LineFault) -> Timestamp {
    var position = range.lowerBound
    let nanoseconds = try iso8601(text, &position)
    guard position == range.upperBound else { throw LineFault("a time is followed by more text") }
    return Timestamp(nanoseconds: nanoseconds)
  }

  /// Exactly `count` digits.
  package static func digits(
    _ count: Int, _ text: Span<UInt8>, _ position: inout Int
  ) throws(LineFault) -> Int64 {
    guard text.count - position >= count else { throw LineFault("a time ends too early") }
    var value: Int64 = 0
    for index in position..<position + count {
      guard text[index] &- 48 < 10 else { throw LineFault("a time holds a letter for a digit") }
      value = value * 10 + Int64(text[index] &- 48)
    }
    position += count
    return value
  }

  /// `.` and digits as billionths, 0 where there is no point. Digits beyond the ninth must be zero.
  package static func fraction(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault)
    -> Int64
  {
    guard position < text.count, text[position] == UInt8(ascii: ".") else { return 0 }
    position += 1
    var value: Int64 = 0
    var place: Int64 = 100_000_000
    while position < text.count, text[position] &- 48 < 10 {
      let digit = Int64(text[position] &- 48)
      guard place > 0 || digit == 0 else { throw LineFault("a time is finer than a nanosecond") }
      value += digit * place
      place /= 10
      position += 1
    }
    return value
  }

  /// An epoch with an optional fraction, in `unit` or in the unit its magnitude shows.
  package static func unixTime(
    _ text: Span<UInt8>, _ position: inout Int, unit: TimeUnit? = nil
  ) throws(LineFault) -> (nanoseconds: Int64, unit: TimeUnit) {
    let whole = try NumberScanner.integer(text, &position)
    let found = unit ?? TimeUnit(magnitudeOf: whole)
    let billionths = try fraction(text, &position)
    let rest = billionths * (found.rawValue / 1_000) / 1_000_000
    guard
      billionths == 0 || found == .seconds || rest * 1_000_000_000 == billionths * found.rawValue
    else { throw LineFault("a time is finer than a nanosecond") }
    let nanoseconds = try found.nanoseconds(whole)
    let part = found == .seconds ? billionths : rest
    let (sum, overflow) = nanoseconds.addingReportingOverflow(whole < 0 ? -part : part)
    guard !overflow else { throw LineFault("the time \(whole) is out of range") }
    return (sum, found)
  }

  /// ISO 8601: `2021-12-31`, then `T` or a space and `23:01`, `:00`, `.000000`, `Z` or an offset.
  /// Without an offset the time is UTC.
  package static func iso8601(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64
  {
    var time = CalendarTime()
    time.year = try digits(4, text, &position)
    try expect(UInt8(ascii: "-"), text, &position)
    time.month = try digits(2, text, &position)
    try expect(UInt8(ascii: "-"), text, &position)
    time.day = try digits(2, text, &position)
    let separators = [UInt8(ascii: "T"), UInt8(ascii: " ")]
    if position < text.count, separators.contains(text[position]) {
      position += 1
      time.hour = try digits(2, text, &position)
      try expect(UInt8(ascii: ":"), text, &position)
      time.minute = try digits(2, text, &position)
      if taken(UInt8(ascii: ":"), text, &position) {
        time.second = try digits(2, text, &position)
        time.nanosecond = try fraction(text, &position)
      }
      time.offsetSeconds = try offset(text, &position)
    }
    return try time.nanoseconds()
  }

  /// `Z`, `+hh`, `+hhmm`, `-hh:mm` or nothing, in seconds ahead of UTC.
  private static func offset(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64
  {
    if taken(UInt8(ascii: "Z"), text, &position) { return 0 }
    let ahead = taken(UInt8(ascii: "+"), text, &position)
    guard ahead || taken(UInt8(ascii: "-"), text, &position) else { return 0 }
    let hours = try digits(2, text, &position)
    _ = taken(UInt8(ascii: ":"), text, &position)
    let minutes = position < text.count ? try digits(2, text, &position) : 0
    guard hours < 24, minutes < 60 else { throw LineFault("a time's UTC offset does not exist") }
    return (hours * 3_600 + minutes * 60) * (ahead ? 1 : -1)
  }

  private static func taken(_ byte: UInt8, _ text: Span<UInt8>, _ position: inout Int) -> Bool {
    guard position < text.count, text[position] == byte else { return false }
    position += 1
    return true
  }

  private static func expect(
    _ byte: UInt8, _ text: Span<UInt8>, _ position: inout Int
  ) throws(LineFault) {
    guard taken(byte, text, &position) else {
      throw LineFault("a time lacks '\(Character(UnicodeScalar(byte)))'")
    }
  }
}
