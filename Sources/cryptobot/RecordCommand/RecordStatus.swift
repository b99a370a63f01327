/// What a recording says of itself: a line each second on a terminal, warnings as they come, counts at
/// the end.

import Exchanges
import Research
import TradingCore

/// The status line of a recording.
struct RecordStatus {
  private let started = monotonicSeconds()
  private var status: StatusLine
  private var shownEvents: UInt64 = 0
  private let venues: [String]
  private var troubles: [String?]

  /// - Parameters:
  ///   - venues: the names of what is recorded.
  ///   - announce: says what is wrong.
  init(_ venues: [String], isQuiet: Bool, announce: @escaping (String) -> Void) {
    status = StatusLine(isQuiet: isQuiet, announce: announce)
    self.venues = venues
    troubles = venues.map { _ in nil }
  }

  /// Seconds since the recording began.
  var elapsed: Double { monotonicSeconds() - started }

  /// Shows how it goes, and what is wrong whenever that is new.
  mutating func update(_ all: [RecordingFigures], events: UInt64, bytes: UInt64) {
    for (place, figures) in all.enumerated() where figures.trouble != troubles[place] {
      troubles[place] = figures.trouble
      status.warn(figures.trouble.map { venues.count > 1 ? "\(venues[place]): \($0)" : $0 })
    }
    status.show { seconds in
      let perSecond = Double(events - shownEvents) / seconds
      shownEvents = events
      return Self.line(.together(all), events: events, bytes: bytes, perSecond: perSecond)
    }
  }

  func clear() { status.clear() }

  /// `record  1,204,000 events  2.1 k/s  5.3 bytes each  0 gaps  lag 42 ms`.
  static func line(
    _ figures: RecordingFigures, events: UInt64, bytes: UInt64, perSecond: Double
  ) -> String {
    var parts = [
      "record", "\(NumberText.grouped(events)) events", "\(NumberText.rate(perSecond))/s",
    ]
    if events > 0, bytes > 0 {
      parts.append("\(decimalText(Int128(bytes * 10 / events), scale: 1)) bytes each")
    }
    parts.append("\(NumberText.grouped(figures.gaps)) gaps")
    if let lag = figures.lag { parts.append("lag \(lag.nanoseconds / 1_000_000) ms") }
    if figures.dropped > 0 { parts.append("\(NumberText.grouped(figures.dropped)) dropped") }
    if !figures.isConnected { parts.append("not connected") }
    return parts.joined(separator: "  ")
  }
}
