/// Looks for events in a journal without folding them.

internal import Journal
internal import TradingCore

struct JournalSearch {
  let journal: String
  let lastSequence: Sequence64

  /// Events read at once when looking backwards: more than can follow from one fact.
  static let window: Sequence64 = 16_384

  /// The first event behind a sequence that is wanted.
  func next(
    after sequence: Sequence64, watch: Watch, _ isWanted: (Event) -> Bool
  ) throws(JournalError) -> Sequence64? {
    var found: Sequence64?
    guard sequence < lastSequence else { return nil }
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    try each(sequence + 1...lastSequence, of: &reader, watch) { here, event in
      if isWanted(event) { found = here }
      return found == nil
    }
    return found
  }

  /// The last event before a sequence that is wanted.
  func previous(
    before sequence: Sequence64, watch: Watch, _ isWanted: (Event) -> Bool
  ) throws(JournalError) -> Sequence64? {
    var end = sequence
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    while end > 1 {
      let start = end > Self.window ? end - Self.window : 1
      var found: Sequence64?
      try each(start...end - 1, of: &reader, watch) { here, event in
        if isWanted(event) { found = here }
        return true
      }
      if let found { return found }
      end = start
    }
    return nil
  }

  /// Reads a range, as far as `body` wants.
  private func each(
    _ range: ClosedRange<Sequence64>, of reader: inout JournalReader, _ watch: Watch,
    _ body: (Sequence64, Event) -> Bool
  ) throws(JournalError) {
    try reader.seek(to: range.lowerBound)
    var batch = EventBatch()
    while try reader.next(into: &batch), batch.firstSequence <= range.upperBound {
      guard watch(batch.firstSequence, range.upperBound) else { throw .stopped }
      for (offset, event) in batch.events.enumerated() {
        let here = batch.firstSequence + Sequence64(offset)
        guard here <= range.upperBound, body(here, event) else { return }
      }
    }
  }
}
