/// What one run was just before it parted from another, and what led there.

internal import Journal
internal import TradingCore

struct PartingStory {
  /// The state after the event before.
  let state: State
  let names: Names
  /// The fact or the order behind the parting event, with what follows a fact, and the event before it.
  let causes: [JournalExcerpt]

  var fields: EventFields {
    var fields = EventFields()
    fields.names = names
    return fields
  }

  var json: JSONValue { .array(causes.map(\.json)) }

  /// O(events before it), or behind a snapshot.
  /// - Parameter watch: called now and then; may throw to stop.
  init(_ run: RecordedRun, _ side: PartingSide, watch: () throws -> Void) throws {
    let last = side.sequence - 1
    var fold = try JournalFold.resuming(run.journal, upTo: .sequence(last)) { _ in }
    repeat { try watch() } while try fold.advance(to: .sequence(last))
    (state, names) = (fold.state, fold.names)
    let before = max(1, last)
    var causes: [JournalExcerpt] = []
    if let order = side.event?.body.reportedOrder?.raw, order > 0, order < before {
      causes.append(try JournalExcerpt(of: run.journal, order...order, most: 1))
    }
    let cause = side.event?.body.cause ?? before
    causes.append(
      try JournalExcerpt(
        of: run.journal, min(max(1, cause), before)...before,
        most: RunComparisonText.mostCauses))
    self.causes = causes
  }
}
