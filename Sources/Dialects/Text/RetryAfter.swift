/// How long a venue wants to be left alone: the header `Retry-After`, in seconds or as a date. The only place
/// that reads it, for markets, orders and the past alike. Source: RFC 9110, 10.2.3 and 5.6.7.

import TradingCore

/// What the header says.
enum RetryAfter: Equatable {
  case wait(Interval)
  /// By the clock of whoever answered.
  case until(Timestamp)

  /// - Returns: `nil` for text that is neither: it says nothing. More seconds than there are stay the most.
  init?(_ text: String) {
    if !text.isEmpty, text.utf8.allSatisfy({ $0 &- 48 < 10 }) {
      let second = Interval.second.nanoseconds
      let seconds = min(Int64(text) ?? .max, Int64.max / second)
      self = .wait(Interval(nanoseconds: seconds * second))
    } else {
      guard let moment = Self.moment(text) else { return nil }
      self = .until(moment)
    }
  }

  /// A date in any of the three forms that have to be read: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. The name of the day is not compared.
  private static func moment(_ text: String) -> Timestamp? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    switch words.count {
    case 6 where words[5] == "GMT": return moment(words[1], words[2], words[3], words[4])
    case 5: return moment(words[2], words[1], words[4], words[3])
    default: return nil
    }
  }

  private static func moment(
    _ day: Substring, _ month: Substring, _ year: Substring, _ clock: Substring
  ) -> Timestamp? {
    let parts = clock.split(separator: ":").compactMap { Int64($0) }
    guard let month = months.firstIndex(of: month), let day = Int64(day), let year = Int64(year),
      parts.count == 3
    else { return nil }
    var time = CalendarTime()
    // Two digits were written until the year 2000, and by whom wrote them then.
    time.year = year >= 100 ? year : year + (year < 70 ? 2_000 : 1_900)
    (time.month, time.day) = (Int64(month) + 1, day)
    (time.hour, time.minute, time.second) = (parts[0], parts[1], parts[2])
    guard parts.allSatisfy({ $0 >= 0 }), let nanoseconds = try? time.nanoseconds() else {
      return nil
    }
    return Timestamp(nanoseconds: nanoseconds)
  }

  private static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

extension VenueOutcome {
  /// A limit with what its answer's header says of its end. An end that the text named stays.
  /// - Parameter standard: how long it lasts where neither says.
  func ending(as response: VenueResponse, otherwise standard: Interval? = nil) -> VenueOutcome {
    guard case .limited(let isBan, nil, let until) = self else { return self }
    switch response[header: "Retry-After"].flatMap(RetryAfter.init) {
    case .wait(let wait): return .limited(isBan: isBan, wait: wait, until: until)
    case .until(let end): return .limited(isBan: isBan, wait: nil, until: until ?? end)
    case nil: return .limited(isBan: isBan, wait: until == nil ? standard : nil, until: until)
    }
  }
}
