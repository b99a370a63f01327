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

  init(isQuiet: Bool) { status = StatusLine(isQuiet: isQuiet) }

  /// Seconds since the recording began.
  var elapsed: Double { monotonicSeconds() - started }

  /// Shows how it goes, and what is wrong whenever that is new.
  mutating func update(_ figures: RecordingFigures, events: UInt64, bytes: UInt64) {
    status.warn(figures.trouble)
    status.show { seconds in
      let perSecond = Double(events - shownEvents) / seconds
      shownEvents = events
      return Self.line(figures, events: events, bytes: bytes, perSecond: perSecond)
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

/// The counts of a recording that ended.
struct RecordCounts {
  private let counts: [(key: String, words: String, count: UInt64)]
  private let others: [(name: String, count: UInt64)]

  init(_ figures: RecordingFigures) {
    counts = [
      ("connections", "connections", figures.connections), ("frames", "frames", figures.frames),
      ("snapshots", "snapshots of books", figures.snapshots), ("gaps", "gaps", figures.gaps),
      ("duplicates", "duplicates left out", figures.duplicates),
      ("dropped", "events dropped, the journal being behind", figures.dropped),
      ("rawDropped", "raw lines dropped, the disk being behind", figures.rawDropped),
      ("malformed", "frames that break the venue's rules", figures.malformed),
    ]
    others = figures.others
  }

  /// Keys are stable; `others` counts by name what was understood and is no event.
  var members: [(String, JSONValue)] {
    counts.map { ($0.key, .count($0.count)) }
      + [("others", .object(others.map { ($0.name, .count($0.count)) }))]
  }

  /// One line for each count that is not zero.
  var lines: [String] {
    counts.filter { $0.count > 0 }.map { "\($0.words): \(NumberText.grouped($0.count))" }
      + others.map { "\($0.name), no event: \(NumberText.grouped($0.count))" }
  }
}
