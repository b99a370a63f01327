/// How one candle file writes its times: decided once, by an option or by the first row.

import Dialects
import TradingCore

/// Reads the time column.
struct CandleClock {
  private enum Reading {
    case format(TimeFormat)
    case iso8601
    case epoch(TimeUnit)
    /// Milliseconds since this midnight, in nanoseconds since the epoch.
    case sinceMidnight(Int64)
  }

  private var reading: Reading?
  /// The day in the file's name, as nanoseconds.
  private let namedDay: Int64?

  /// - Throws: `ImportError.usage` for a format or date that means nothing.
  init(options: CandleOptions, fileName: String) throws(ImportError) {
    namedDay = CandleClock.day(in: fileName)
    if let date = options.date {
      guard let day = CandleClock.day(in: date.filter { $0 != "-" }) else {
        throw .usage("--date \"\(date)\" is not a day such as 2018-04-04")
      }
      reading = .sinceMidnight(day)
    } else if let format = options.timeFormat {
      reading = .format(try TimeFormat(format))
    }
  }

  /// The moment in `field`, all of it.
  mutating func read(_ field: Span<UInt8>) throws(LineFault) -> Timestamp {
    let chosen: Reading
    if let reading { chosen = reading } else { chosen = try decide(field) }
    var position = 0
    let nanoseconds =
      switch chosen {
      case .format(let format): try format.nanoseconds(field, &position)
      case .iso8601: try TimeScanner.iso8601(field, &position)
      case .epoch(let unit): try epoch(field, &position, unit)
      case .sinceMidnight(let day): day + (try sinceMidnight(field, &position))
      }
    guard position == field.count else {
      throw LineFault("the time \"\(field.string(0..<field.count))\" goes on after its end")
    }
    reading = chosen
    return Timestamp(nanoseconds: nanoseconds)
  }

  private func decide(_ field: Span<UInt8>) throws(LineFault) -> Reading {
    var position = 0
    let whole = try NumberScanner.integer(field, &position)
    if position == 4, position < field.count, field[4] == UInt8(ascii: "-") { return .iso8601 }
    guard position == field.count || field[position] == UInt8(ascii: ".") else {
      throw LineFault(
        "the time \"\(field.string(0..<field.count))\" is neither a number nor ISO 8601;"
          + " describe it with --time-format, as in \"%Y%m%d %H:%M\"", isFatal: true)
    }
    guard whole < CandleClock.dayMilliseconds else { return .epoch(TimeUnit(magnitudeOf: whole)) }
    guard let namedDay else {
      throw LineFault(
        "the time \(whole) counts from midnight, of a day the file's name lacks; give --date",
        isFatal: true)
    }
    return .sinceMidnight(namedDay)
  }

  private func epoch(
    _ field: Span<UInt8>, _ position: inout Int, _ unit: TimeUnit
  ) throws(LineFault) -> Int64 {
    var start = position
    let whole = try NumberScanner.integer(field, &start)
    guard TimeUnit(magnitudeOf: whole) == unit else {
      throw LineFault("the time \(whole) is in another unit than the rows before")
    }
    return try TimeScanner.unixTime(field, &position, unit: unit).nanoseconds
  }

  private static let dayMilliseconds: Int64 = 86_400_000

  private func sinceMidnight(
    _ field: Span<UInt8>, _ position: inout Int
  ) throws(LineFault) -> Int64 {
    let result = try TimeScanner.unixTime(field, &position, unit: .milliseconds).nanoseconds
    guard result >= 0, result < CandleClock.dayMilliseconds * 1_000_000 else {
      throw LineFault("a time of day lies outside the day")
    }
    return result
  }

  /// The one group of exactly eight digits in `text` that is a day, as nanoseconds; else `nil`.
  private static func day(in text: String) -> Int64? {
    let groups = text.utf8.split(whereSeparator: { $0 &- 48 >= 10 }).filter { $0.count == 8 }
    let days = groups.compactMap { group -> Int64? in
      let digits = group.map { Int64($0 - 48) }
      var time = CalendarTime()
      time.year = digits[0..<4].reduce(0) { $0 * 10 + $1 }
      time.month = digits[4] * 10 + digits[5]
      time.day = digits[6] * 10 + digits[7]
      return try? time.nanoseconds()
    }
    return days.count == 1 ? days[0] : nil
  }
}
