/// What a recording counted, as people and programs read it: of all venues together, and of each where there
/// are several.

import Exchanges
import Research

/// The counts of a recording that ended.
struct RecordCounts {
  private let whole: Part
  private let venues: [(name: String, part: Part)]
  /// Whether anything is missing in the journal.
  let hasGaps: Bool

  init(_ all: [(venue: String, figures: RecordingFigures)]) {
    let together = RecordingFigures.together(all.map(\.figures))
    whole = Part(together)
    hasGaps = together.gaps > 0
    venues = all.count > 1 ? all.map { ($0.venue, Part($0.figures)) } : []
  }

  /// Keys are stable; `others` counts by name what was understood and is no event.
  var members: [(String, JSONValue)] {
    guard !venues.isEmpty else { return whole.members }
    return whole.members + [
      ("venues", .object(venues.map { ($0.name, .object($0.part.members)) }))
    ]
  }

  /// One line for each count that is not zero.
  var lines: [String] {
    guard !venues.isEmpty else { return whole.lines }
    return venues.flatMap { venue in venue.part.lines.map { "\(venue.name): \($0)" } }
  }

  private struct Part {
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

    var members: [(String, JSONValue)] {
      counts.map { ($0.key, .count($0.count)) }
        + [("others", .object(others.map { ($0.name, .count($0.count)) }))]
    }

    var lines: [String] {
      counts.filter { $0.count > 0 }.map { "\($0.words): \(NumberText.grouped($0.count))" }
        + others.map { "\($0.name), no event: \(NumberText.grouped($0.count))" }
    }
  }
}
