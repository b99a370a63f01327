/// A few events of a journal with the names that are in force there: what a story quotes.

public import Journal
public import TradingCore

public struct JournalExcerpt: Sendable {
  /// The event before the first one.
  public private(set) var before: Sequence64 = 0
  public private(set) var events: [Event] = []
  /// What definitions said up to the last of them.
  public private(set) var fields = EventFields()

  /// Reads the events of a range that are there. O(block), and the definitions before it.
  /// - Throws: `JournalError` for what is damaged.
  public init(of journal: String, _ range: ClosedRange<Sequence64>) throws(JournalError) {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let (first, last) = (
      max(1, range.lowerBound), min(range.upperBound, reader.facts.lastSequence)
    )
    guard first <= last else { return }
    before = first - 1
    for event in try reader.definitions(before: first) { fields.names.learn(event) }
    if first > 1 { try reader.seek(to: first) }
    var batch = EventBatch()
    while events.count < Int(last - before), try reader.next(into: &batch) {
      for event in batch.events.prefix(Int(last - before) - events.count) {
        if event.kind.isDefinition { fields.names.learn(event) }
        events.append(event)
      }
    }
  }

  /// The events as `journal cat` shows them, the middle left out where there are more than `most`.
  public func lines(most: Int) -> [String] {
    let lines = events.enumerated().map { fields.line($1, before + 1 + Sequence64($0)) }
    guard lines.count > most else { return lines }
    let left = NumberText.grouped(lines.count - most)
    return lines.prefix(most / 2) + ["    … \(left) more …"] + lines.suffix(most - most / 2)
  }

  /// The events with their sequences as JSON.
  public var json: JSONValue {
    .array(events.enumerated().map { fields.json($1, before + 1 + Sequence64($0)) })
  }
}
