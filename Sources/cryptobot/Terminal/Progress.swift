/// Progress on stderr: a bar with rate and time left where stderr is a terminal, a plain line now
/// and then where it is not, and nothing at all for work that is over in a moment.

import Glibc
import Research

struct Progress {
  private let title: String
  private let unit: String
  private let isQuiet: Bool
  private let isTerminal = Output.errorIsTerminal
  private let started = monotonicSeconds()
  private var shown: Double
  private var hasShown = false

  private static let barWidth = 24

  /// - Parameter unit: what `done` counts, in the plural, such as "events".
  init(_ title: String, unit: String, isQuiet: Bool) {
    self.title = title
    self.unit = unit
    self.isQuiet = isQuiet
    shown = started
  }

  /// Seconds since the work began.
  var elapsed: Double { monotonicSeconds() - started }

  /// Shows how far the work is, at most five times a second (every ten seconds off a terminal).
  /// - Parameters:
  ///   - share: how much is done, 0…1, where that is known.
  ///   - note: what else is to be said, at the end of the line.
  mutating func update(done: UInt64, share: Double?, note: String? = nil) {
    let now = monotonicSeconds()
    guard !isQuiet, now - shown >= (isTerminal ? 0.2 : 10) else { return }
    shown = now
    hasShown = true
    let line =
      Progress.line(
        title: title, unit: unit, done: done, share: share, elapsed: now - started)
      + (note.map { "  \($0)" } ?? "")
    if isTerminal {
      try? Output.write(Array("\r\u{1B}[K\(Output.fitted(line))".utf8), to: STDERR_FILENO)
    } else {
      Output.note(line)
    }
  }

  /// Takes the bar away, so that what follows starts on a clean line.
  mutating func clear() {
    guard hasShown, isTerminal else { return }
    hasShown = false
    try? Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }

  /// One line of progress: `import  [######------]  43 %  1,204,000 events  2.1 M/s  4 s left`.
  static func line(title: String, unit: String, done: UInt64, share: Double?, elapsed: Double)
    -> String
  {
    var parts = [title]
    if let share {
      let filled = min(barWidth, max(0, Int(share * Double(barWidth))))
      let bar =
        String(repeating: "#", count: filled) + String(repeating: "-", count: barWidth - filled)
      parts.append("[\(bar)]  \(Int(share * 100)) %")
    }
    parts.append("\(NumberText.grouped(done)) \(unit)")
    if elapsed > 0 { parts.append("\(NumberText.rate(Double(done) / elapsed))/s") }
    if let share, share > 0.01, share < 1 {
      parts.append("\(Int((elapsed * (1 - share) / share).rounded(.up))) s left")
    }
    return parts.joined(separator: "  ")
  }
}

/// Seconds of the monotonic clock: for progress and timings, never for events.
func monotonicSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
