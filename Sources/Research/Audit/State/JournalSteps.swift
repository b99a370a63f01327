/// A journal's state, event by event, forwards and backwards.
///
/// Forwards is the reducer. Backwards is forwards again from the nearest state that was kept: some of those
/// passed on the way, so that a step back costs no more than a step between two of them, and the
/// snapshots that lie in the journal's folder.

public import Journal
public import TradingCore

public struct JournalSteps: ~Copyable {
  /// The journal's folder.
  public let journal: String
  /// The state after the current event; empty before the first.
  public private(set) var state = State()
  /// What the definitions said up to there.
  public private(set) var names = Names()
  /// The event that led to the state; `nil` before the first, and where a snapshot was taken up.
  public private(set) var current: NumberedEvent?
  /// The sequence of the last event.
  public let lastSequence: Sequence64
  private var reader: JournalReader
  private var batch = EventBatch()
  private var place = 0
  private var kept: [Kept] = []
  /// Events between two states that are kept; zero keeps none.
  private var interval: Sequence64

  private struct Kept {
    var state: State
    var names: Names
  }

  /// The most states that are kept; with one more, every other one goes and the interval doubles.
  static let mostKept = 64

  /// Begins before the first event of a journal, sealed or not.
  /// - Parameter interval: events between two states that are kept for going back; zero to keep none.
  /// - Throws: as `JournalReader.init(opening:verifying:)`.
  public init(opening journal: String, keeping interval: Sequence64 = 0) throws(JournalError) {
    self.journal = journal
    self.interval = interval
    reader = try JournalReader(opening: journal, acceptingOpen: true)
    lastSequence = reader.facts.lastSequence
  }

  /// Takes the next event.
  /// - Returns: false at the journal's end.
  /// - Throws: what is damaged.
  public mutating func forward() throws(JournalError) -> Bool {
    if place == batch.events.count {
      guard state.sequence < lastSequence, try reader.next(into: &batch) else { return false }
      place = 0
    }
    let event = batch.events[place]
    place += 1
    if event.kind.isDefinition { names.learn(event) }
    reduce(&state, event)
    current = NumberedEvent(sequence: state.sequence, event: event)
    keep()
    return true
  }

  private mutating func keep() {
    guard interval > 0, state.sequence % interval == 0,
      state.sequence > kept.last?.state.sequence ?? 0
    else { return }
    kept.append(Kept(state: state, names: names))
    guard kept.count > JournalSteps.mostKept else { return }
    interval *= 2
    kept.removeAll { $0.state.sequence % interval != 0 }
  }

  /// Goes to the state after an event, 0 for before the first; beyond the end is the end.
  /// - Parameter watch: told how far it is.
  /// - Throws: `JournalError.stopped`, or what is damaged.
  public mutating func go(to sequence: Sequence64, watch: Watch) throws(JournalError) {
    let target = min(sequence, lastSequence)
    if target < state.sequence || target - state.sequence > 65_536 { try leap(toward: target) }
    // So that the event itself is known, and not only what it led to.
    if state.sequence == target, target > 0, current == nil { try begin() }
    while state.sequence < target {
      if state.sequence % 65_536 == 0 {
        guard watch(state.sequence, target) else { throw .stopped }
      }
      guard try forward() else { return }
    }
  }

  /// Goes to the last event at or before a moment, in order of sequence.
  /// - Throws: as `go(to:watch:)`.
  public mutating func go(to time: Timestamp, watch: Watch) throws(JournalError) {
    try go(to: last(by: time), watch: watch)
  }

  /// The sequence of the last event at or before a moment; 0 where all are later.
  /// - Throws: what is damaged.
  public func last(by time: Timestamp) throws(JournalError) -> Sequence64 {
    let beyond = Timestamp(nanoseconds: time.nanoseconds.addingClamped(1))
    var index = try JournalReader(opening: journal, acceptingOpen: true)
    return try index.seek(toTime: beyond).map { $0 - 1 } ?? lastSequence
  }

  /// Takes up the nearest state before a target, where that is nearer than going on from here.
  private mutating func leap(toward target: Sequence64) throws(JournalError) {
    let isBehind = target < state.sequence
    let here = isBehind ? 0 : state.sequence
    let near = kept.last { $0.state.sequence < target }
    let disk = try snapshot(before: target, after: max(here, near?.state.sequence ?? 0))
    if let disk {
      try take(disk)
    } else if let near, near.state.sequence > here {
      try take(near)
    } else if isBehind {
      try begin()
    }
  }

  private mutating func begin() throws(JournalError) {
    (state, names, current) = (State(), Names(), nil)
    reader = try JournalReader(opening: journal, acceptingOpen: true)
    batch.removeAll()
    place = 0
  }

  private mutating func take(_ kept: Kept) throws(JournalError) {
    try reader.seek(to: kept.state.sequence + 1)
    (state, names, current) = (kept.state, kept.names, nil)
    batch.removeAll()
    place = 0
  }

  /// The newest usable snapshot on disk between two sequences; one that cannot be used is passed over.
  private func snapshot(
    before target: Sequence64, after least: Sequence64
  ) throws(JournalError) -> Kept? {
    let store = SnapshotStore(of: journal)
    for sequence in try store.sequences where sequence > least && sequence < target {
      guard let snapshot = try? store.read(sequence, facts: reader.facts),
        let names = try? Names(canonicalBytes: snapshot.companion)
      else { continue }
      return Kept(state: snapshot.state, names: names)
    }
    return nil
  }
}
