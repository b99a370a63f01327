/// What happened, in lines a person can read. Kept only where somebody asked for it.

import TradingCore

/// The last lines of a run.
struct Story {
  let isTold: Bool
  private var lines: [String] = []

  /// Lines kept; the oldest go first.
  static let capacity = 4_096

  init(isTold: Bool) { self.isTold = isTold }

  mutating func tell(_ text: () -> String, at time: Interval) {
    guard isTold else { return }
    if lines.count == Self.capacity { lines.removeFirst(Self.capacity / 2) }
    lines.append("\(Self.clock(time))  \(text())")
  }

  /// The last so many lines.
  func last(_ count: Int) -> [String] { Array(lines.suffix(count)) }

  /// `00:12.345678`.
  private static func clock(_ time: Interval) -> String {
    let microseconds = time.nanoseconds / 1_000
    let parts = [
      microseconds / 60_000_000, microseconds / 1_000_000 % 60, microseconds % 1_000_000,
    ]
    let widths = [2, 2, 6]
    let texts = zip(parts, widths).map { part, width in
      String(repeating: "0", count: max(0, width - String(part).count)) + String(part)
    }
    return "\(texts[0]):\(texts[1]).\(texts[2])"
  }
}
