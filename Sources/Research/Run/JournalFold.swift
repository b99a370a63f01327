/// Folds a journal into state, from its beginning or from a snapshot, in steps of a batch: what
/// `replay` does with a journal, and what makes snapshots and proves them.

public import Journal
public import TradingCore

/// Where a fold stops: after a sequence, or before the first event later than a moment.
public enum FoldLimit: Equatable, Sendable {
  case none
  case sequence(Sequence64)
  case time(Timestamp)

  /// Where the events that are still within the limit end.
  /// - Parameter sequence: that of the event before `start`; not past the limit.
  func end(
    of events: ContiguousArray<Event>, from start: Int, after sequence: Sequence64
  ) -> Int {
    switch self {
    case .none: events.count
    case .sequence(let last):
      start + Int(min(UInt64(events.count - start), last - min(sequence, last)))
    case .time(let last):
      events[start...].firstIndex { $0.receiveTime > last } ?? events.count
    }
  }

  /// Whether a fold up to here ends before this state.
  func isPast(_ state: State) -> Bool {
    switch self {
    case .none: false
    case .sequence(let last): state.sequence > last
    case .time(let last): state.time > last
    }
  }
}

/// A journal being folded.
public struct JournalFold: ~Copyable {
  /// The journal's folder.
  public let journal: String
  /// The state after the last event taken.
  public private(set) var state = State()
  /// What the definitions said up to there.
  public private(set) var names = Names()
  private var reader: JournalReader
  private var batch = EventBatch()
  private var place = 0
  private var isAtEnd = false

  /// Begins before the first event of the journal in a folder. One that is not sealed is folded as far
  /// as it was whole at this moment.
  /// - Throws: as `JournalReader.init(opening:verifying:)`.
  public init(opening journal: String) throws(JournalError) {
    self.journal = journal
    reader = try JournalReader(opening: journal, acceptingOpen: true)
  }

  /// Takes up a snapshot of the journal: the next event is the one behind it.
  /// - Throws: `.unusableSnapshot` when the names that go with the state cannot be read, and nothing is
  ///   then changed; or what is damaged in the journal.
  public mutating func resume(from snapshot: Snapshot) throws(JournalError) {
    do throws(CanonicalError) {
      names = try Names(canonicalBytes: snapshot.companion)
    } catch {
      throw .unusableSnapshot(
        snapshot: SnapshotStore.name(snapshot.sequence), reason: "its names: \(error)")
    }
    state = snapshot.state
    batch.removeAll()
    place = 0
    isAtEnd = snapshot.sequence >= facts.lastSequence
    if !isAtEnd { try reader.seek(to: snapshot.sequence + 1) }
  }

  /// What the journal says of itself.
  public var facts: JournalFacts { reader.facts }

  /// Takes the next events, at most a batch, and none that is past the limit.
  /// - Returns: false when the limit or the journal's end is reached.
  /// - Throws: as `JournalReader.next(into:)`.
  public mutating func advance(to limit: FoldLimit = .none) throws(JournalError) -> Bool {
    if place == batch.events.count {
      guard !isAtEnd, try reader.next(into: &batch) else {
        isAtEnd = true
        return false
      }
      place = 0
    }
    let events = batch.events
    let end = limit.end(of: events, from: place, after: state.sequence)
    for index in place..<end {
      if events[index].kind.isDefinition { names.learn(events[index]) }
      reduce(&state, events[index])
    }
    place = end
    return end == events.count
  }

  /// What has been folded so far as a snapshot of this journal.
  public func snapshot() throws(JournalError) -> Snapshot {
    var companion = CanonicalBytes()
    names.encode(into: &companion)
    return try Snapshot(of: state, companion: companion.bytes, journal: journal)
  }
}

extension JournalFold {
  /// Begins behind the newest usable snapshot that a fold up to `limit` goes through, or at the
  /// journal's beginning when there is none.
  /// - Parameter passedOver: told why a snapshot is not used.
  /// - Throws: as `init(opening:)`; never for what is wrong with a snapshot.
  public static func resuming(
    _ journal: String, upTo limit: FoldLimit, passedOver: (JournalError) -> Void
  ) throws(JournalError) -> JournalFold {
    var fold = try JournalFold(opening: journal)
    let store = SnapshotStore(of: journal)
    for sequence in try store.sequences {
      if case .sequence(let last) = limit, sequence > last { continue }
      do throws(JournalError) {
        let snapshot = try store.read(sequence, facts: fold.facts)
        if limit.isPast(snapshot.state) { continue }
        try fold.resume(from: snapshot)
        break
      } catch {
        guard case .unusableSnapshot = error else { throw error }
        passedOver(error)
      }
    }
    return fold
  }
}
