/// Numbers and times for people: our own digits, so that no locale, library version or machine can
/// change a byte of a report.

internal import TradingCore

/// Text of approximate numbers. Exact amounts are written by `Money` and the instruments instead.
public enum NumberText {
  /// Beyond this, fixed digits mean nothing: the shortest text that reads back equal is used.
  static let largestFixed = 1e15

  /// `value` with `decimals` digits (0…12), half to even, thousands grouped by commas:
  /// `-1,234.50`. A value that rounds to zero has no sign; one that is not finite is `n/a`.
  static func fixed(_ value: Double, _ decimals: Int, signed: Bool = false) -> String {
    guard value.isFinite else { return "n/a" }
    guard value.magnitude < largestFixed else { return value.description }
    let scaled = (value.magnitude * Double(powerOfTen(decimals))).rounded(.toNearestOrEven)
    let digits = decimalText(Int128(scaled), scale: decimals)
    let sign = scaled == 0 ? "" : value < 0 ? "-" : signed ? "+" : ""
    return sign + grouped(digits)
  }

  /// A share as per cent with two decimals: `12.34 %`.
  static func percent(_ fraction: Double, signed: Bool = false) -> String {
    let text = fixed(fraction * 100, 2, signed: signed)
    return text == "n/a" ? text : text + " %"
  }

  /// An amount with two decimals, or with as many as show four digits that count when it is small.
  static func amount(_ value: Double, signed: Bool = false) -> String {
    fixed(value, decimals(for: value.magnitude), signed: signed)
  }

  /// A span in its two largest units: `3 d 4 h`, `12 min 5 s`, `0.25 s`.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return "n/a" }
    if seconds <= -0.0005 { return "-" + duration(seconds: -seconds) }
    guard seconds >= 60 else { return trimmed(fixed(seconds, 3)) + " s" }
    guard seconds < largestFixed else { return seconds.description + " s" }
    let whole = Int64(seconds.rounded())
    let parts = [("d", whole / 86_400), ("h", whole / 3600 % 24), ("min", whole / 60 % 60)]
    let units = (parts + [("s", whole % 60)]).drop { $0.1 == 0 }.prefix(2)
    return units.filter { $0.1 > 0 }.map { "\(grouped($0.1)) \($0.0)" }
      .joined(separator: " ")
  }

  /// A metric's figure in its unit; an amount without its asset's code.
  static func metric(_ value: Double, _ unit: MetricUnit) -> String {
    switch unit {
    case .fraction: percent(value)
    case .ratio: fixed(value, 3)
    case .money: amount(value)
    case .count: fixed(value, 0)
    case .seconds: duration(seconds: value)
    }
  }

  /// A rate with one digit behind the point and k, M or G.
  public static func rate(_ perSecond: Double) -> String {
    let steps: [(Double, String)] = [(1e9, " G"), (1e6, " M"), (1e3, " k")]
    let step = steps.first { perSecond >= $0.0 } ?? (1, "")
    let tenths = Int64(min(perSecond / step.0 * 10, 9e15))
    return "\(tenths / 10).\(tenths % 10)\(step.1)"
  }

  /// A whole number with commas between groups of three digits.
  public static func grouped(_ number: some BinaryInteger) -> String { grouped(String(number)) }

  /// A count and what is counted: `1 fact`, `2,649 facts`; for words that only take an `s`.
  static func counted(_ number: some BinaryInteger, _ word: String) -> String {
    "\(grouped(number)) \(word)\(number == 1 ? "" : "s")"
  }

  /// Commas between groups of three digits left of the point; signs stay in front.
  private static func grouped(_ digits: String) -> String {
    let whole = digits.prefix { $0 != "." }
    var result = ""
    for (index, digit) in whole.enumerated() {
      let left = whole.count - index
      if let last = result.last, left % 3 == 0, last.isNumber { result.append(",") }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  /// A moment to the second, for people: `2024-08-09 12:30:05`.
  static func time(_ time: Timestamp) -> String {
    guard time > .distantPast else { return "–" }
    return String(time.iso8601.prefix(19)).replacing("T", with: " ")
  }

  private static func decimals(for magnitude: Double) -> Int {
    guard magnitude >= 1e-12, magnitude < 1 else { return 2 }
    var decimals = 4
    var bound = 0.1
    while magnitude < bound, decimals < 12 {
      bound /= 10
      decimals += 1
    }
    return decimals
  }

  private static func trimmed(_ digits: String) -> String {
    var text = Substring(digits)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }
}
