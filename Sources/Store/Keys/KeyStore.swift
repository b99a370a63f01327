/// The store of the keys that sign at venues: sealed under a passphrase, changed step by step, every step
/// in a journal beside it.
///
///     step ──▶ journal, on the disk ──▶ store, in one transaction ──▶ engines that watch it
///
/// To put a secret in or take it out needs the passphrase; to end a key does not, for that erases it: in an
/// emergency nobody looks for a passphrase.

internal import Journal
public import TradingCore

/// A key store that is there.
public struct KeyStore: Sendable {
  let file: VaultFile
  private let journal: VaultJournal
  private let announce: @Sendable (KeyStoreNotice) -> Void
  private let isEmergency: Bool

  /// Opens the store at `path`.
  /// - Parameters:
  ///   - build: the program's version, for the journal.
  ///   - signers: the folder of the keys that sign the journal's checkpoints; `nil`: none is signed.
  ///   - isEmergency: whether a store that others may use is closed to them rather than refused, so that those
  ///     who watch it take it again.
  ///   - announce: told what its owner should know.
  /// - Throws: `VaultError`; in an emergency `.missing` or `.nothingErased`.
  public init(
    opening path: String, build: String = "", signers: String? = nil, isEmergency: Bool = false,
    announce: @escaping @Sendable (KeyStoreNotice) -> Void = { _ in }
  ) throws(VaultError) {
    do throws(VaultError) {
      file = try VaultFile(opening: path, acceptingExposed: isEmergency)
    } catch {
      guard isEmergency, error != .missing(path: path) else { throw error }
      throw .nothingErased(path: path, venues: [], reason: error.fault, isBusy: error.isBusy)
    }
    self.isEmergency = isEmergency
    if isEmergency, let mode = VaultFile.closeToOthers(path) {
      announce(.closedToOthers(path: path, mode: mode))
    }
    journal = VaultJournal(beside: file.place, build: build, signers: signers)
    self.announce = announce
  }

  /// Makes an empty store.
  /// - Throws: `VaultError.weakPassphrase`, `.failed` where something is at `path`, `.foreignJournal` where a
  ///   journal lies beside it; `JournalError` where that cannot be read.
  public static func create(at path: String, _ passphrase: borrowing Passphrase) throws {
    try create(at: path, passphrase, .standard)
  }

  /// As the public one, at a price of the caller's.
  static func create(
    at path: String, _ passphrase: borrowing Passphrase, _ cost: ScryptCost
  ) throws {
    try VaultJournal(beside: path, build: "", signers: nil).expectNone()
    try VaultFile.create(at: path, VaultHead.new(passphrase, cost))
  }

  /// Where it lies.
  public var path: String { file.path }
  /// The folder of its journal.
  public var journalFolder: String { journal.folder }

  /// Every key there ever was, by id, without its secret.
  /// - Throws: `VaultError.damaged`.
  public func records() throws(VaultError) -> [KeyRecord] { try file.read().rows.map(\.record) }

  /// Whether its journal is there, as it is from the first key on; nothing is changed.
  /// - Throws: `VaultError.foreignJournal`, `.damaged`; `JournalError` where it cannot be read.
  public func hasJournal() throws -> Bool {
    let (head, rows) = try file.read()
    return try journal.differences(from: rows, of: head).isThere
  }

  /// Opens it for secrets. Takes half a second: that is what makes guessing dear.
  /// - Throws: `VaultError.wrongPassphrase`, `.damaged`, `.library`.
  public func unlock(
    _ passphrase: borrowing Passphrase
  ) throws(VaultError) -> UnlockedKeys {
    guard let key = try file.read().head.open(passphrase) else {
      throw .wrongPassphrase(path: path)
    }
    return UnlockedKeys(key, file)
  }

  // MARK: Steps

  /// Puts in an account's first key.
  /// - Returns: its id.
  /// - Throws: `VaultError`; `JournalError` and `EngineFault` where the journal cannot be kept.
  public func add(
    _ material: borrowing KeyMaterial, venue: String, label: String, life: Interval,
    with keys: borrowing UnlockedKeys, at now: Timestamp
  ) throws -> UInt32 {
    try change(at: now) { edit throws(VaultError) in
      try edit.add(material, venue: venue, label: label, life: life, sealing: keys.key)
    }
  }

  /// Puts a key in the place of another.
  /// - Parameters:
  ///   - grace: how long the old one works on.
  ///   - life: of the new one; `nil` for as long as the old one's.
  /// - Returns: the new key's id.
  /// - Throws: as `add`.
  public func rotate(
    _ id: UInt32, to material: borrowing KeyMaterial, grace: Interval, life: Interval?,
    with keys: borrowing UnlockedKeys, at now: Timestamp
  ) throws -> UInt32 {
    try change(at: now) { edit throws(VaultError) in
      try edit.rotate(
        id, to: material, grace: grace, life: life, sealing: keys.key, path: path)
    }
  }

  /// Ends a key and erases its secret.
  /// - Throws: as `add`; `VaultError.onlyKey` for the only key of an account unless `isForced`.
  public func revoke(_ id: UInt32, isForced: Bool, at now: Timestamp) throws {
    try change(at: now) { edit throws(VaultError) in try edit.revoke(id, isForced: isForced) }
  }

  /// Ends keys at once and erases their secrets; engines that watch stop using them. What is damaged
  /// elsewhere, in the store or in its journal, keeps no secret alive: it is erased all the same.
  /// - Parameter ids: `nil` for every key that may sign.
  /// - Returns: the ids of those that ended, those first whose end had only been journalled.
  /// - Throws: as `add`; `VaultError.erased` where that is all that could be done, `.unheard` and
  ///   `.nothingErased`.
  public func revokeAtOnce(_ ids: [UInt32]?, at now: Timestamp) throws -> [UInt32] {
    let ended: [UInt32]
    do { ended = try end(ids, at: now) } catch VaultError.erased(let erased, _, _) where isUnheard {
      throw VaultError.unheard(erased, path: path)
    } catch VaultError.endedKey where isUnheard { throw VaultError.unheard([], path: path) }
    guard !isUnheard else { throw VaultError.unheard(ended, path: path) }
    return ended
  }

  /// Whether an emergency could not close the store to others: who watches it reads no such store.
  private var isUnheard: Bool { isEmergency && VaultFile.isExposed(path) }

  /// Takes the step, or erases where it cannot be taken.
  private func end(_ ids: [UInt32]?, at now: Timestamp) throws -> [UInt32] {
    do {
      return try change(at: now) { edit throws(VaultError) in try edit.revokeAtOnce(ids) }
    } catch let error as VaultError where error.isAnswer {
      throw error
    } catch {
      let reason = (error as? VaultError)?.fault ?? "\(error)"
      return try eraseAlone(ids, at: now, because: reason)
    }
  }

  /// Erases secrets where a step cannot be taken, and says so unless there was none to erase.
  private func eraseAlone(
    _ ids: [UInt32]?, at now: Timestamp, because reason: String
  ) throws(VaultError) -> [UInt32] {
    let survey: VaultSurvey
    let erased: [UInt32]
    do throws(VaultError) {
      survey = try file.survey()
      erased = try file.erase(ids, at: now)
    } catch {
      throw .nothingErased(
        path: path, venues: venues(of: ids), reason: error.fault, isBusy: error.isBusy)
    }
    guard erased.isEmpty else { throw .erased(erased, path: path, reason: reason) }
    if survey.damage != nil, let before = survey.ended(among: ids) {
      throw .erased(before, path: path, reason: reason)
    }
    guard let head = survey.head, survey.damage == nil else {
      throw .nothingErased(path: path, venues: venues(of: ids), reason: reason)
    }
    var edit = VaultEdit(survey.rows, of: head.id, at: now)
    return try edit.revokeAtOnce(ids)
  }

  /// Where keys are good, as far as that can be read.
  /// - Parameter ids: `nil` for every key that may sign.
  private func venues(of ids: [UInt32]?) -> [String] {
    guard let rows = try? file.survey().rows else { return [] }
    let keys = rows.map(\.record).filter { ids?.contains($0.id) ?? $0.state.isUsable }
    return Set(keys.map(\.venue)).sorted()
  }

  /// Ends every key whose time is over and erases its secret. One in force has no successor, and a running
  /// engine may have no other: it is kept unless `isForced`.
  /// - Returns: the ids of those that ended, those first whose end had only been journalled.
  /// - Throws: as `add`.
  public func expire(isForced: Bool, at now: Timestamp) throws -> [UInt32] {
    try change(at: now) { edit throws(VaultError) in
      edit.expire(isForced: isForced)
      return edit.redone + edit.changes.filter { $0.action == .expired }.map(\.id)
    }
  }

  /// Seals the store under another passphrase.
  /// - Throws: as `add`; `VaultError.weakPassphrase`.
  public func reseal(
    _ passphrase: borrowing Passphrase, with keys: borrowing UnlockedKeys, at now: Timestamp
  ) throws {
    try change(at: now) { head, edit in
      head = try VaultHead(id: head.id, sealing: keys.key, passphrase, head.cost)
      edit.reseal()
    }
  }

  /// Takes a step about keys.
  private func change<Answer>(
    at now: Timestamp, _ step: (inout VaultEdit) throws(VaultError) -> Answer
  ) throws -> Answer {
    try change(at: now) { _, edit in try step(&edit) }
  }

  /// Takes a step: journal first, then the store.
  private func change<Answer>(
    at now: Timestamp, _ step: (inout VaultHead, inout VaultEdit) throws -> Answer
  ) throws -> Answer {
    var answer: Answer?
    try file.write { head, rows in
      let found = try journal.differences(from: rows, of: head)
      var edit = VaultEdit(rows, of: head.id, lastID: found.lastID, telling: found.changes, at: now)
      for (id, state) in found.ended { edit.redo(id, state) }
      var new = head
      answer = try step(&new, &edit)
      try journal.keep(edit.changes, of: head, at: now)
      if !found.isThere, !rows.isEmpty {
        announce(.journalBegunAnew(path: journal.folder, keys: rows.map(\.record.id)))
      }
      return (new, edit.rows)
    }
    guard let answer else { preconditionFailure("KeyStore: a step without an answer") }
    return answer
  }
}

/// A store that gives its secrets out, for as long as the value lives.
public struct UnlockedKeys: ~Copyable, Sendable {
  let key: SealingKey
  private let file: VaultFile

  init(_ key: consuming SealingKey, _ file: VaultFile) {
    self.key = key
    self.file = file
  }

  /// The secret of a key that may sign.
  /// - Parameter store: where it is, if another file has taken the place of the one that was opened.
  /// - Throws: `VaultError.endedKey`, `.altered`, `.damaged`.
  public func material(
    _ id: UInt32, in store: KeyStore? = nil
  ) throws(VaultError) -> KeyMaterial {
    let (head, rows) = try (store?.file ?? file).read()
    guard let record = rows.first(where: { $0.record.id == id })?.record else {
      throw .unknownKey("\(id)")
    }
    guard record.state.isUsable else { throw .endedKey(id: id, state: record.state) }
    return try VaultEdit(rows, of: head.id, at: .none).material(id, with: key, path: file.path)
  }

  /// Opens every secret and forgets it: whether the store is as it was sealed.
  /// - Throws: `VaultError.altered` naming the first key that is not, `.damaged`.
  public func verify() throws(VaultError) {
    for row in try file.read().rows where row.record.state.isUsable {
      _ = try material(row.record.id)
    }
  }
}
