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
  public var text: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  fileprivate func append(to text: inout [UInt8]) {
    text.append(year, digits: 4)
    text.append(UInt8(ascii: "-"), month)
    text.append(UInt8(ascii: "-"), day)
  }
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
    var text: [UInt8] = []
    text.reserveCapacity(30)
    CivilDate(self).append(to: &text)
    text.append(UInt8(ascii: "T"), second / 3600)
    text.append(UInt8(ascii: ":"), second / 60 % 60)
    text.append(UInt8(ascii: ":"), second % 60)
    Self.append(fraction: Int(nanosecondOfDay % 1_000_000_000), to: &text)
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(fraction: Int, to text: inout [UInt8]) {
    guard fraction > 0 else { return }
    text.append(UInt8(ascii: "."))
    if fraction % 1_000_000 == 0 {
      text.append(fraction / 1_000_000, digits: 3)
    } else if fraction % 1_000 == 0 {
      text.append(fraction / 1_000, digits: 6)
    } else {
      text.append(fraction, digits: 9)
    }
  }
}

extension [UInt8] {
  /// Appends a mark and a number of two digits.
  fileprivate mutating func append(_ mark: UInt8, _ number: Int) {
    append(mark)
    append(number, digits: 2)
  }

  /// Appends `number`, which is not negative, with leading zeros up to so many digits.
  fileprivate mutating func append(_ number: Int, digits: Int) {
    var unit = Int(powerOfTen(digits - 1))
    while number / unit >= 10 { unit *= 10 }
    while unit > 0 {
      append(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
  }
}
