/// A few events of a journal with the names that are in force there: what a story quotes.

public import Journal
public import TradingCore

public struct JournalExcerpt: Sendable {
  /// Events with their sequences.
  public private(set) var events: [(sequence: Sequence64, event: Event)] = []
  /// Events of the range between the first and the last ones that are not in it.
  public private(set) var leftOut: UInt64 = 0
  /// What definitions said up to the last of them.
  public private(set) var fields = EventFields()
  private var half = 0

  /// Reads the events of a range that are there, the middle left out where there are more than `most`.
  /// O(block), and the definitions before it.
  /// - Throws: `JournalError` for what is damaged.
  public init(
    of journal: String, _ range: ClosedRange<Sequence64>, most: Int
  ) throws(JournalError) {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let first = max(1, range.lowerBound)
    let last = min(range.upperBound, reader.facts.lastSequence)
    guard first <= last else { return }
    let count = last - first + 1
    guard count > UInt64(most) else {
      try read(first...last, &reader)
      return
    }
    half = most / 2
    leftOut = count - UInt64(2 * half)
    try read(first...(first + UInt64(half) - 1), &reader)
    try read((last - UInt64(half) + 1)...last, &reader)
  }

  private mutating func read(
    _ range: ClosedRange<Sequence64>, _ reader: inout JournalReader
  ) throws(JournalError) {
    for event in try reader.definitions(before: range.lowerBound) { fields.names.learn(event) }
    try reader.seek(to: range.lowerBound)
    var batch = EventBatch()
    while try reader.next(into: &batch), batch.firstSequence <= range.upperBound {
      for (offset, event) in batch.events.enumerated() {
        let sequence = batch.firstSequence + Sequence64(offset)
        guard sequence <= range.upperBound else { return }
        if event.kind.isDefinition { fields.names.learn(event) }
        events.append((sequence, event))
      }
    }
  }

  /// The events as `journal cat` shows them.
  public var lines: [String] {
    let lines = events.map { fields.line($0.event, $0.sequence) }
    guard leftOut > 0 else { return lines }
    return lines.prefix(half) + ["    … \(NumberText.grouped(leftOut)) more …"] + lines.suffix(half)
  }

  /// The events with their sequences as JSON; where some are left out, the sequences show it.
  public var json: JSONValue { .array(events.map { fields.json($0.event, $0.sequence) }) }
}
