/// Walks through a journal's events from first to last, with an eye on Ctrl-C.

import Journal
import Research
import TradingCore

/// Which events of a journal are wanted.
struct Selection {
  var from: Sequence64 = 1
  var to: Sequence64 = .max
  var limit: UInt64 = .max
  /// Empty: all kinds.
  var kinds: [EventKind] = []

  func contains(_ sequence: Sequence64, _ kind: EventKind) -> Bool {
    sequence >= from && (kinds.isEmpty || kinds.contains(kind))
  }
}

/// Calls `body` for every selected event until it returns false. Earlier ones are read too: their definitions are needed.
/// A journal that is not sealed is read as far as it is whole; `follow` is then asked, each time nothing
/// more is there, whether to look again.
/// - Throws: `JournalError` for damage, `CommandFailure` when interrupted, whatever `body` throws.
func walk(
  _ journal: String, _ selection: Selection, learning fields: inout EventFields,
  follow: () throws -> Bool = { false },
  _ body: (Event, Sequence64, borrowing EventFields) throws -> Bool
) throws {
  var reader = try JournalReader(opening: journal, acceptingOpen: true)
  var batch = EventBatch()
  var left = selection.limit
  while left > 0 {
    guard try reader.next(into: &batch) else {
      guard try reader.refresh() || follow() else { return }
      continue
    }
    try Interrupt.check()
    for (offset, event) in batch.events.enumerated() {
      let sequence = batch.firstSequence + Sequence64(offset)
      guard left > 0, sequence <= selection.to else { return }
      if event.kind.isDefinition { fields.names.learn(event) }
      guard selection.contains(sequence, event.kind) else { continue }
      left -= 1
      guard try body(event, sequence, fields) else { return }
    }
  }
}
