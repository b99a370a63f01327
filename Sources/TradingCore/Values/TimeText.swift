/// Spans and moments as people write them, to whole nanoseconds, exactly: `1.5h`, `2024-08-08T23:55Z`.

extension Interval {
  /// The longest span that text can name, about a hundred years: added to any recorded moment it
  /// stays a moment.
  public static let longestText = Interval(nanoseconds: 36_525 * Interval.day.nanoseconds)

  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ("w", 604_800_000_000_000),
  ]

  /// A span: `250us`, `50ms`, `1s`, `5m`, `1.5h`, `1d`, `1w`, or `0`; never negative. `nil` for any
  /// other text, a fraction of a nanosecond, and more than `longestText`.
  public init?(_ text: String) {
    if text == "0" {
      self = .zero
      return
    }
    guard let unit = Interval.units.first(where: { text.hasSuffix($0.suffix) }),
      let number = Decimal64(String(text.dropLast(unit.suffix.count))), number.mantissa >= 0
    else { return nil }
    let product = Int128(number.mantissa) * Int128(unit.nanoseconds)
    let (nanoseconds, rest) = product.quotientAndRemainder(
      dividingBy: Int128(powerOfTen(number.scale)))
    guard rest == 0, nanoseconds <= Interval.longestText.nanoseconds else { return nil }
    self.init(nanoseconds: Int64(nanoseconds))
  }
}

extension Timestamp {
  /// A UTC moment as people write it: `2024-08-08`, `2024-08-08T23:55`, `2024-08-08 23:55:00.25Z`, or
  /// nanoseconds since 1970 in 18 or 19 digits, so that neither a year nor seconds pass for them.
  /// `nil` for anything else, and for years outside 1970…2261.
  public init?(utc text: String) {
    if (18...19).contains(text.utf8.count), let number = UInt64(text), number <= Int64.max {
      self.init(nanoseconds: Int64(number))
      return
    }
    let parts = (text.hasSuffix("Z") ? text.dropLast() : text[...])
      .split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard let date = CivilDate(parts[0]), (1970...2261).contains(date.year) else { return nil }
    self.init(nanoseconds: Int64(date.daysSinceEpoch) * Interval.day.nanoseconds)
    guard parts.count == 2 else {
      if text.hasSuffix("Z") { return nil }
      return
    }
    guard let timeOfDay = Timestamp.timeOfDay(parts[1]) else { return nil }
    nanoseconds += timeOfDay
  }

  /// `23:55` or `23:55:00` with up to nine decimals, as nanoseconds since midnight.
  private static func timeOfDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = number(parts[0], digits: 2), hour < 24,
      let minute = number(parts[1], digits: 2), minute < 60
    else { return nil }
    let start = Int64(hour * 60 + minute) * Interval.minute.nanoseconds
    guard parts.count == 3 else { return start }
    guard number(parts[2].prefix(2), digits: 2) != nil, !parts[2].contains("_"),
      let second = Decimal64(String(parts[2]))?.normalised.rescaled(to: 9), second.exact,
      second.mantissa < Interval.minute.nanoseconds
    else { return nil }
    return start + second.mantissa
  }
}

extension CivilDate {
  /// A date of ten characters, `2024-08-09`, that the calendar has; `nil` for any other text.
  public init?(_ text: Substring) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], digits: 4),
      let month = number(parts[1], digits: 2), let day = number(parts[2], digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
    guard isReal else { return nil }
  }
}

/// The number that exactly `digits` decimal digits make.
private func number(_ text: Substring, digits: Int) -> Int? {
  guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
    return nil
  }
  return Int(text)
}
