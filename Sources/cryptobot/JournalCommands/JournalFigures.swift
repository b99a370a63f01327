/// What every verb says about a journal, in the same words and keys.

import Journal
import Research
import TradingCore

struct JournalFigures {
  let id: String
  let events: UInt64
  let firstSequence: Sequence64
  let lastSequence: Sequence64
  let segments: Int
  let bytes: UInt64
  /// 64 hexadecimal digits.
  let chainHead: String

  /// Of a journal just written.
  init(_ summary: JournalSummary) {
    id = "\(summary.id)"
    events = summary.events
    firstSequence = summary.firstSequence
    lastSequence = summary.lastSequence
    segments = summary.segments
    bytes = summary.bytes
    chainHead = summary.chainHead.hex
  }

  /// Of a journal on disk.
  init(_ facts: JournalFacts, bytes: UInt64) {
    id = "\(facts.identity.id)"
    events = facts.events
    firstSequence = facts.firstSequence
    lastSequence = facts.lastSequence
    segments = facts.segments
    self.bytes = bytes
    chainHead = facts.chainHead.hex
  }

  /// The stable keys of every `--json` about a journal.
  var members: [(String, JSONValue)] {
    [
      ("id", .string(id)), ("events", .count(events)), ("firstSequence", .count(firstSequence)),
      ("lastSequence", .count(lastSequence)), ("segments", .count(segments)),
      ("bytes", .count(bytes)), ("chainHead", .string(chainHead)),
    ]
  }
}
