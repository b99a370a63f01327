/// The small notations of a scenario: durations, shares, decimals, moments. All exact integers.

public import TradingCore

enum ScenarioValues {
  /// A decimal number as written; digits, one point, an optional sign.
  static func decimal(_ text: String) -> Decimal64? {
    var mantissa: Int64 = 0
    var scale = 0
    var hasPoint = false
    var hasDigit = false
    let isNegative = text.hasPrefix("-")
    for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
      switch byte {
      case UInt8(ascii: "_"): continue
      case UInt8(ascii: ".") where !hasPoint: hasPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (tens, high) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, low) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
        guard !high, !low, scale < 18 else { return nil }
        mantissa = sum
        hasDigit = true
        if hasPoint { scale += 1 }
      default: return nil
      }
    }
    return hasDigit ? Decimal64(mantissa: isNegative ? -mantissa : mantissa, scale: scale) : nil
  }

  /// A share in units of 10^−`scale`: `0.25`, `25%` or `2500bp`. Digits beyond the scale are refused.
  static func share(_ text: String, scale: Int) -> Int64? {
    var digits = text
    var shift = 0
    if digits.hasSuffix("%") {
      digits.removeLast()
      shift = 2
    } else if digits.hasSuffix("bp") {
      digits.removeLast(2)
      shift = 4
    }
    guard var number = decimal(digits.trimmingSpaces) else { return nil }
    number.scale += shift
    guard number.scale <= 18, let result = number.normalised.rescaled(to: scale), result.exact
    else { return nil }
    return result.mantissa
  }

  /// A span: `250us`, `50ms`, `1s`, `5m`, `4h`, `1d`, `1w`, or `0`.
  static func interval(_ text: String) -> Interval? {
    if text == "0" { return .zero }
    let units: [(String, Int64)] = [
      ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
      ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
      ("w", 604_800_000_000_000),
    ]
    for (suffix, nanoseconds) in units where text.hasSuffix(suffix) {
      guard let number = decimal(String(text.dropLast(suffix.count))), number.mantissa >= 0 else {
        continue
      }
      let (product, overflow) = number.mantissa.multipliedReportingOverflow(by: nanoseconds)
      let divisor = powerOfTen(number.scale)
      guard !overflow, product % divisor == 0 else { return nil }
      return Interval(nanoseconds: product / divisor)
    }
    return nil
  }

  /// A moment in UTC: `2022-01-31`, `2022-01-31T12:30`, `…:05`, `…:05.25`, with or without `Z`, or
  /// nanoseconds since 1970 as a whole number.
  static func moment(_ text: String) -> Timestamp? {
    if let number = Int64(text) { return Timestamp(nanoseconds: number) }
    var text = text
    if text.hasSuffix("Z") { text.removeLast() }
    let halves = text.split(whereSeparator: { $0 == "T" || $0 == " " })
    guard let first = halves.first, halves.count <= 2, let day = day(first) else { return nil }
    guard halves.count == 2 else { return day }
    guard let clock = clock(halves[1]) else { return nil }
    return day + clock
  }

  private static func day(_ text: Substring) -> Timestamp? {
    let parts = text.split(separator: "-").map { Int64($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1970...2261).contains(year), (1...12).contains(month),
      (1...daysInMonth(year, month)).contains(day)
    else { return nil }
    let days = CivilDate(year: Int(year), month: Int(month), day: Int(day)).daysSinceEpoch
    return Timestamp(nanoseconds: Int64(days) * Interval.day.nanoseconds)
  }

  private static func clock(_ text: Substring) -> Interval? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = Int64(parts[0]), let minute = Int64(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    var nanoseconds = (hour * 60 + minute) * Interval.minute.nanoseconds
    if parts.count == 3 {
      guard let second = decimal(String(parts[2]))?.rescaled(to: 9), second.exact,
        (0..<60_000_000_000).contains(second.mantissa)
      else { return nil }
      nanoseconds += second.mantissa
    }
    return Interval(nanoseconds: nanoseconds)
  }

  private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension Timestamp {
  /// A UTC moment as people write it: `2024-08-08`, `2024-08-08T23:55:00.25Z`, or nanoseconds since
  /// 1970; `nil` for anything else.
  public init?(utc text: String) {
    guard let moment = ScenarioValues.moment(text) else { return nil }
    self = moment
  }
}
