/// What a recording says of itself: a line each second on a terminal, warnings as they come, counts at
/// the end.

import Exchanges
import Glibc
import Research
import TradingCore

/// The status line of a recording.
struct RecordStatus {
  private let isQuiet: Bool
  private let isTerminal = Output.errorIsTerminal
  private let started = monotonicSeconds()
  private var shown: Double
  private var shownEvents: UInt64 = 0
  private var trouble: String?

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    shown = started
  }

  /// Seconds since the recording began.
  var elapsed: Double { monotonicSeconds() - started }

  /// Shows how it goes: once a second on a terminal, every ten seconds elsewhere. What is wrong is said
  /// whenever it is new.
  mutating func update(_ figures: RecordingFigures, events: UInt64, bytes: UInt64) {
    if figures.trouble != trouble {
      trouble = figures.trouble
      clear()
      if let trouble { Output.warn(trouble) }
    }
    let now = monotonicSeconds()
    guard !isQuiet, now - shown >= (isTerminal ? 1 : 10) else { return }
    let perSecond = Double(events - shownEvents) / (now - shown)
    (shown, shownEvents) = (now, events)
    let line = Self.line(figures, events: events, bytes: bytes, perSecond: perSecond)
    if isTerminal {
      try? Output.write(Array("\r\u{1B}[K\(line)".utf8), to: STDERR_FILENO)
    } else {
      Output.note(line)
    }
  }

  /// Takes the line away, so that what follows starts on a clean one.
  func clear() {
    guard isTerminal, !isQuiet else { return }
    try? Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }

  /// `record  1,204,000 events  2.1 k/s  5.3 bytes each  0 gaps  lag 42 ms`.
  static func line(
    _ figures: RecordingFigures, events: UInt64, bytes: UInt64, perSecond: Double
  ) -> String {
    var parts = ["record", "\(NumberText.grouped(events)) events", "\(rate(perSecond))/s"]
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
