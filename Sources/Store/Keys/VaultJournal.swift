/// What happened to keys, in a journal beside the store: every step is on the disk before the store knows
/// it, by id and fingerprint.
///
/// A step that was journalled and never reached the store, because whoever took it died in between, is
/// journalled as undone by whoever comes next.

internal import Journal
internal import TradingCore

struct VaultJournal {
  /// Lies beside the store, so that both are copied together.
  let folder: String
  private let build: String
  private let signers: String?

  /// - Parameters:
  ///   - build: the program's version, for the segments' headers.
  ///   - signers: the folder of the keys that sign checkpoints; `nil`: none is signed.
  init(beside store: String, build: String, signers: String?) {
    folder = store + ".journal"
    (self.build, self.signers) = (build, signers)
  }

  /// What a journal says that its store does not.
  struct Differences {
    /// What makes the journal agree: a step that the store does not show was not taken, and a key that ended
    /// in an emergency did, whatever the journal was told then.
    var changes: [KeyChange] = []
    /// Keys that the store has in force though the journal has their end: an older copy was put in its place,
    /// or who ended them died on the way. An end is never undone.
    var ended: [(id: UInt32, state: KeyState)] = []
    /// The highest id that any step named.
    var lastID: UInt32 = 0
  }

  /// O(events).
  /// - Throws: `JournalError` when the journal is there and cannot be read.
  func differences(from rows: [VaultRow]) throws(JournalError) -> Differences {
    var found = Differences()
    guard var reader = try reader() else { return found }
    var last: [UInt32: KeyChange] = [:]
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      for event in batch.events {
        guard case .key(let change) = event.body, change.id > 0 else { continue }
        last[change.id] = change
        found.lastID = max(found.lastID, change.id)
      }
    }
    for (_, change) in last.sorted(by: { $0.key < $1.key }) {
      found.note(change, rows.first { $0.record.id == change.id }?.record.state)
    }
    return found
  }

  /// Appends steps and returns when they survive a power cut.
  /// - Throws: `JournalError`, and `EngineFault.journal`.
  func keep(_ changes: [KeyChange], at time: Timestamp) throws {
    guard !changes.isEmpty else { return }
    // A few events a day: no room is kept for more.
    var limits = LiveLimits()
    (limits.segmentBytes, limits.ballastBytes) = (1 << 20, 1 << 20)
    var surroundings = try LiveSurroundings.ofThisMachine(build: build)
    surroundings.keys = signers
    let journal = try LiveJournal(opening: folder, limits, surroundings) { _ in }
    var batch = EventBatch()
    batch.firstSequence = journal.firstSequence
    for change in changes { batch.events.append(Event(receiveTime: time, .key(change))) }
    try journal.append(batch)
    try journal.durable(upTo: journal.firstSequence + Sequence64(changes.count) - 1)
    try journal.close()
  }

  /// What reads it; `nil` where there is none yet.
  private func reader() throws(JournalError) -> JournalReader? {
    do throws(JournalError) { return try JournalReader(opening: folder, acceptingOpen: true) } catch
    {
      if case .missing = error { return nil }
      throw error
    }
  }
}

extension VaultJournal.Differences {
  /// - Parameter state: the store's; `nil` where it has no such key.
  fileprivate mutating func note(_ change: KeyChange, _ state: KeyState?) {
    guard change.action.state != state else { return }
    if let end = change.action.state, !end.isUsable, state?.isUsable == true {
      return ended.append((change.id, end))
    }
    let isEmergency = state == .emergencyRevoked
    guard isEmergency || change.action != .undone else { return }
    changes.append(
      KeyChange(
        isEmergency ? .emergencyRevoked : .undone, id: change.id, fingerprint: change.fingerprint))
  }
}

extension KeyAction {
  /// The state that a step leads to; `nil` for one that leads to none.
  var state: KeyState? {
    switch self {
    case .added, .activated: .active
    case .graced: .grace
    case .expired: .expired
    case .revoked: .revoked
    case .emergencyRevoked: .emergencyRevoked
    case .refused, .undone, .resealed: nil
    }
  }
}
