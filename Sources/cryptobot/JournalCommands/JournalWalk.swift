/// Walks through a journal's events from first to last, with an eye on Ctrl-C.

import Journal
import Research
import TradingCore

/// Which events of a journal are wanted.
struct Selection {
  /// The first one; none: from the start.
  var from = FoldLimit.none
  /// The last one, inclusive.
  var to = FoldLimit.none
  var limit: UInt64 = .max
  /// Empty: all kinds.
  var kinds: [EventKind] = []

  func contains(_ kind: EventKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }

  func isPast(_ sequence: Sequence64, _ event: Event) -> Bool {
    switch to {
    case .none: false
    case .sequence(let last): sequence > last
    case .time(let last): event.receiveTime > last
    }
  }
}

/// Calls `body` for every selected event until it returns false. Definitions before the first one are
/// learned from its segment. A journal that is not sealed is read as far as it is whole; `follow` is
/// then asked, each time nothing more is there, whether to look again.
/// - Throws: `JournalError` for damage, `CommandFailure` when interrupted, whatever `body` throws.
func walk(
  _ journal: String, _ selection: Selection, learning fields: inout EventFields,
  follow: () throws -> Bool = { false },
  _ body: (Event, Sequence64, borrowing EventFields) throws -> Bool
) throws {
  var reader = try JournalReader(opening: journal, acceptingOpen: true)
  let first = try begin(&reader, at: selection.from, &fields)
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
      guard left > 0, !selection.isPast(sequence, event) else { return }
      if event.kind.isDefinition { fields.names.learn(event) }
      guard sequence >= first, selection.contains(event.kind) else { continue }
      left -= 1
      guard try body(event, sequence, fields) else { return }
    }
  }
}

/// Goes to where the selection begins, with all names known, and returns its first sequence.
private func begin(
  _ reader: inout JournalReader, at start: FoldLimit, _ fields: inout EventFields
) throws -> Sequence64 {
  let last = reader.facts.lastSequence
  let first: Sequence64
  switch start {
  case .none: return 1
  case .sequence(let sequence): first = sequence
  case .time(let time): first = try reader.seek(toTime: time) ?? last + 1
  }
  guard first > 1, last > 0 else { return first }
  let target = min(first, last)
  for event in try reader.definitions(before: target) { fields.names.learn(event) }
  try reader.seek(to: target)
  return first
}
