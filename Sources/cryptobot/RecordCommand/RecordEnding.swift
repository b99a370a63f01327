/// What of a recording that ended is not what was asked for.

import Exchanges

/// The words at a recording's end, and whether it failed.
struct RecordEnding {
  /// Streams that never came, or came no more.
  private(set) var failure: ExchangesError?
  /// Streams that nobody waited for.
  private(set) var warning: String?

  /// Within this a link is there, if it can be had at all; who ends a recording before wanted none.
  private static let patienceSeconds = 2.0

  /// - Parameter seconds: how long the streams were waited for.
  init(_ all: [(venue: String, figures: RecordingFigures)], seconds: Double) {
    let missing = all.filter { $0.figures.connections == 0 }
    let hasFailed = missing.contains { $0.figures.failedLinks > 0 }
    if hasFailed || seconds >= Self.patienceSeconds, !missing.isEmpty {
      failure = .answer(missing.map(Self.words).joined(separator: "; "))
    } else if !missing.isEmpty {
      let names = missing.map(\.venue).joined(separator: ", ")
      warning = "it ended before the streams of \(names) came: no market data of it was recorded"
    } else if let (venue, figures) = all.first(where: { !$0.figures.refused.isEmpty }) {
      failure = .refused(
        "\(venue) stopped taking these streams: \(figures.refused.joined(separator: ", ")); "
          + "the journal is whole and says since when they are missing")
    }
  }

  private static func words(_ venue: String, _ figures: RecordingFigures) -> String {
    let heard = figures.trouble.map { "; the last that was heard: \($0)" } ?? ""
    guard figures.frames > 0 else {
      return "\(venue): no link ever carried its streams, so nothing of them was recorded" + heard
    }
    return "\(venue): no link ever carried all its streams, so they were not recorded whole" + heard
  }
}
