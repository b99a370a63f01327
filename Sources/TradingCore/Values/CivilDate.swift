/// The UTC calendar without Foundation: days to dates and back, and times as ISO 8601 text.
///
/// The two conversions are Howard Hinnant's `civil_from_days` and `days_from_civil`
/// (https://howardhinnant.github.io/date_algorithms.html), exact for every day an `Int64` of
/// nanoseconds can name (1677 to 2262).

/// A date of the proleptic Gregorian calendar in UTC.
public struct CivilDate: Equatable, Hashable, Sendable {
  public var year: Int
  /// 1…12.
  public var month: Int
  /// 1…31.
  public var day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Whether the calendar has this date.
  public var isReal: Bool {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 1, 3, 5, 7, 8, 10, 12: (1...31).contains(day)
    case 4, 6, 9, 11: (1...30).contains(day)
    case 2: (1...(isLeap ? 29 : 28)).contains(day)
    default: false
    }
  }

  /// The date `days` days after 1970-01-01.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The UTC date of a moment.
  public init(_ time: Timestamp) { self.init(daysSinceEpoch: time.utcDay) }

  /// Days from 1970-01-01 to this date, negative before it.
  public var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The date as `2024-08-09`.
  public var text: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

extension Timestamp {
  /// Whole UTC days since 1970-01-01, rounded towards the past.
  public var utcDay: Int {
    let day = Interval.day.nanoseconds
    return Int(nanoseconds / day) - (nanoseconds % day < 0 ? 1 : 0)
  }

  /// Nanoseconds since the last UTC midnight.
  public var nanosecondOfDay: Int64 {
    let day = Interval.day.nanoseconds
    let remainder = nanoseconds % day
    return remainder < 0 ? remainder + day : remainder
  }

  /// ISO 8601 in UTC with as many groups of three decimals as the moment needs:
  /// `2024-08-09T12:30:05Z`, `2024-08-09T12:30:05.250Z`. Empty when there is no time.
  public var iso8601: String {
    guard self > .distantPast else { return "" }
    let second = Int(nanosecondOfDay / 1_000_000_000)
    var text = CivilDate(self).text + "T\(padded(second / 3600, 2))"
    text += ":\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    let fraction = Int(nanosecondOfDay % 1_000_000_000)
    if fraction % 1_000_000 == 0 {
      if fraction > 0 { text += ".\(padded(fraction / 1_000_000, 3))" }
    } else if fraction % 1_000 == 0 {
      text += ".\(padded(fraction / 1_000, 6))"
    } else {
      text += ".\(padded(fraction, 9))"
    }
    return text + "Z"
  }
}

/// `number` with leading zeros up to `width` digits; `number` is not negative.
private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
