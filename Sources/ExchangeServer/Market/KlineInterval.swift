/// The intervals of the exchange's klines, from a second to a month, and where their bars begin.

internal import TradingCore

/// An interval by its name in requests and streams.
enum KlineInterval: String, CaseIterable, Sendable {
  case second = "1s"
  case minute = "1m"
  case minutes3 = "3m"
  case minutes5 = "5m"
  case minutes15 = "15m"
  case minutes30 = "30m"
  case hour = "1h"
  case hours2 = "2h"
  case hours4 = "4h"
  case hours6 = "6h"
  case hours8 = "8h"
  case hours12 = "12h"
  case day = "1d"
  case days3 = "3d"
  case week = "1w"
  case month = "1M"

  /// Its width in seconds; `nil` for the month.
  private var seconds: Int64? {
    switch self {
    case .second: 1
    case .minute: 60
    case .minutes3: 180
    case .minutes5: 300
    case .minutes15: 900
    case .minutes30: 1_800
    case .hour: 3_600
    case .hours2: 7_200
    case .hours4: 14_400
    case .hours6: 21_600
    case .hours8: 28_800
    case .hours12: 43_200
    case .day: 86_400
    case .days3: 259_200
    case .week: 604_800
    case .month: nil
    }
  }

  /// Whether its bars are made of bars of a second; the others are made of minutes.
  var usesSeconds: Bool { self == .second }

  /// Weeks begin on Mondays; the first Monday after the epoch is four days later.
  private var origin: Interval {
    self == .week ? Interval(nanoseconds: 4 * Interval.day.nanoseconds) : .zero
  }

  /// The beginning of the bar that holds a moment, in UTC.
  fileprivate func start(of time: Timestamp) -> Timestamp {
    guard let seconds else { return monthStart(of: time, adding: 0) }
    let width = Interval(nanoseconds: seconds * 1_000_000_000)
    return (time - origin).floored(to: width) + origin
  }

  /// The end of the bar that begins at a moment, exclusive.
  fileprivate func end(from start: Timestamp) -> Timestamp {
    guard let seconds else { return monthStart(of: start, adding: 1) }
    return start + Interval(nanoseconds: seconds * 1_000_000_000)
  }

  private func monthStart(of time: Timestamp, adding months: Int) -> Timestamp {
    let days = time.floored(to: .day).nanoseconds / Interval.day.nanoseconds
    let date = CivilDate(daysSinceEpoch: Int(days))
    let month = date.month - 1 + months
    let start = CivilDate(year: date.year + month / 12, month: month % 12 + 1, day: 1)
    return Timestamp(nanoseconds: Int64(start.daysSinceEpoch) * Interval.day.nanoseconds)
  }
}

/// An interval in a time zone, whose bars begin by the clock there.
struct KlineFrame: Hashable, Sendable {
  var interval: KlineInterval
  /// How far the zone's clock is ahead of UTC.
  var zone = Interval.zero

  /// The zone that streams offer beside UTC, and how their names end for it.
  static let streamZone = Interval(nanoseconds: 8 * Interval.hour.nanoseconds)
  static let streamZoneName = "@+08:00"

  /// The beginning of the bar that holds a moment.
  func start(of time: Timestamp) -> Timestamp { interval.start(of: time + zone) - zone }

  /// The end of the bar that begins at a moment, exclusive.
  func end(from start: Timestamp) -> Timestamp { interval.end(from: start + zone) - zone }
}

extension Interval {
  /// How far a zone is ahead of UTC, as requests name it: hours, or hours and minutes, from −12:00 to
  /// +14:00 ("8", "-1:00", "05:45").
  init?(zone text: String) {
    let isWest = text.hasPrefix("-")
    let digits = isWest || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    let isLegal =
      (1...2).contains(parts.count)
      && parts.allSatisfy {
        (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) }
      }
    guard isLegal, let hours = Int64(parts[0]),
      let minutes = Int64(parts.count == 2 ? parts[1] : "0"),
      minutes < 60
    else { return nil }
    let total = (isWest ? -1 : 1) * (hours * 60 + minutes)
    guard (-12 * 60...14 * 60).contains(total) else { return nil }
    self.init(nanoseconds: total * Interval.minute.nanoseconds)
  }
}
