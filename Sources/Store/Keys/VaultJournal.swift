/// What happened to keys, in a journal beside the store: every step is on the disk before the store knows
/// it, by id and fingerprint.
///
/// A step that was journalled and never reached the store, because whoever took it died in between, is
/// journalled as undone by whoever comes next. Store and journal carry one name, so that no other journal is
/// taken for it; one that is gone is begun anew with what the store knows, and whoever takes the step is told.

internal import Glibc
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
    /// Whether there is a journal: what happened to keys of a store without one is recorded nowhere.
    var isThere = true
  }

  /// O(events).
  /// - Throws: `VaultError.foreignJournal` where it is another store's or none of a store; `JournalError`
  ///   when it is there and cannot be read.
  func differences(from rows: [VaultRow], of head: VaultHead) throws -> Differences {
    guard var reader = try reader(), reader.facts.lastSequence > 0 else {
      return Differences(beginning: rows)
    }
    let isNamed = reader.facts.identity.id.low == head.owner
    var (found, last) = (Differences(), [UInt32: KeyChange]())
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      for event in batch.events {
        guard case .key(let change) = event.body else { throw foreign("events of another kind") }
        guard change.id > 0 else { continue }
        last[change.id] = change
        found.lastID = max(found.lastID, change.id)
      }
    }
    // Builds before this name was given are known by the keys that both have.
    guard isNamed || Self.isAbout(rows, last) else { throw foreign("the steps of another store") }
    for (_, change) in last.sorted(by: { $0.key < $1.key }) {
      found.note(change, rows.first { $0.record.id == change.id }?.record.state)
    }
    return found
  }

  /// Whether steps are about keys of a store: one at least, and none by an id that another key has there. One
  /// without a key may have lost its first on the way: that one came in, and whatever came before is undone.
  private static func isAbout(_ rows: [VaultRow], _ last: [UInt32: KeyChange]) -> Bool {
    guard !rows.isEmpty else {
      let taken = last.values.map(\.action).filter { $0 != .undone }
      return taken.count <= 1 && taken.allSatisfy { $0 == .added || $0 == .activated }
    }
    let shared = rows.map(\.record).filter { last[$0.id] != nil }
    return !shared.isEmpty && shared.allSatisfy { last[$0.id]?.fingerprint == $0.fingerprint }
  }

  /// For a store that is about to be made: nothing of another is to stand beside it.
  /// - Throws: as `differences`.
  func expectNone() throws {
    guard let reader = try reader(), reader.facts.lastSequence > 0 else { return }
    throw foreign("what was recorded before this store was made")
  }

  private func foreign(_ contents: String) -> VaultError {
    .foreignJournal(path: folder, holds: contents)
  }

  /// Appends steps and returns when they survive a power cut.
  /// - Throws: `JournalError`, and `EngineFault.journal`.
  func keep(_ changes: [KeyChange], of head: VaultHead, at time: Timestamp) throws {
    guard !changes.isEmpty else { return }
    // A few events a day: no room is kept for more.
    var limits = LiveLimits()
    (limits.segmentBytes, limits.ballastBytes) = (1 << 20, 1 << 20)
    var surroundings = try LiveSurroundings.ofThisMachine(build: build)
    surroundings.keys = signers
    surroundings.newIdentity = surroundings.newIdentity.owned(by: head.owner)
    let journal = try open(limits, surroundings)
    var batch = EventBatch()
    batch.firstSequence = journal.firstSequence
    for change in changes { batch.events.append(Event(receiveTime: time, .key(change))) }
    try journal.append(batch)
    try journal.durable(upTo: journal.firstSequence + Sequence64(changes.count) - 1)
    try journal.close()
  }

  /// Opens it for a step. Steps exclude one another by the store, so whoever else has it has it for a moment: a
  /// process that this one has just begun, until it runs a program of its own.
  /// - Throws: `JournalError`; `.locked` after a second.
  private func open(
    _ limits: LiveLimits, _ surroundings: LiveSurroundings
  ) throws(JournalError) -> LiveJournal {
    for _ in 1..<Self.tries {
      do { return try LiveJournal(opening: folder, limits, surroundings) { _ in } } catch .locked {
        usleep(1_000_000 / Self.tries)
      }
    }
    return try LiveJournal(opening: folder, limits, surroundings) { _ in }
  }

  /// How often a second the journal is tried that somebody else has.
  private static let tries: UInt32 = 50

  /// What reads it; `nil` where there is none yet.
  /// - Throws: `VaultError.foreignJournal` where something else stands in its place; `JournalError` for what is
  ///   corrupt or cannot be read.
  private func reader() throws -> JournalReader? {
    do {
      guard try !LiveJournal.begins(at: folder) else { return nil }
      return try JournalReader(opening: folder, acceptingOpen: true)
    } catch JournalError.notAJournal(_, let reason) { throw foreign("something else (\(reason))") }
  }
}

extension VaultJournal.Differences {
  /// Of a store without a journal: it is to hear where every key stands.
  fileprivate init(beginning rows: [VaultRow]) {
    isThere = false
    changes = rows.map(\.record).map {
      KeyChange($0.state.step, id: $0.id, fingerprint: $0.fingerprint)
    }
  }

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

extension KeyState {
  /// The step that leads to it.
  fileprivate var step: KeyAction {
    switch self {
    case .active: .activated
    case .grace: .graced
    case .expired: .expired
    case .revoked: .revoked
    case .emergencyRevoked: .emergencyRevoked
    }
  }
}
