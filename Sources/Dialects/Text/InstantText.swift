/// Moments as RFC 3339 writes them, for the languages that tell time in text.

package import TradingCore

extension Timestamp {
  /// `2026-08-01T02:53:53.398143Z`: UTC, to the microsecond, the rest cut off.
  package var instantText: String {
    let day = floored(to: .day)
    let date = CivilDate(daysSinceEpoch: Int(day.nanoseconds / Interval.day.nanoseconds))
    let microseconds = (self - day).nanoseconds / 1_000
    let seconds = microseconds / 1_000_000
    let year = Self.padded(Int64(date.year), 4)
    let month = Self.padded(Int64(date.month), 2)
    let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }
    return "\(year)-\(month)-\(Self.padded(Int64(date.day), 2))T" + clock.joined(separator: ":")
      + ".\(Self.padded(microseconds % 1_000_000, 6))Z"
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
