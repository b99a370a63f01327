/// What may be done to keys and what it changes: a key's life as rules over values. Nothing here reads a
/// file or a clock, so every rule can be put in a table.

internal import Dialects
internal import TradingCore

/// The keys of a store while they are changed, and what the journal is to say of it.
struct VaultEdit {
  /// The store's own id, which seals cover.
  let vault: [UInt8]
  private(set) var rows: [VaultRow]
  private(set) var changes: [KeyChange] = []
  /// The highest id that was ever given, be it only in the journal.
  private(set) var lastID: UInt32
  /// Keys whose end the journal had and the store had not.
  private(set) var redone: [UInt32] = []
  let now: Timestamp

  /// - Parameter changes: what the journal is to be told first.
  init(
    _ rows: [VaultRow], of vault: [UInt8], lastID: UInt32 = 0, telling changes: [KeyChange] = [],
    at now: Timestamp
  ) {
    (self.rows, self.vault, self.now) = (rows, vault, now)
    self.changes = changes
    self.lastID = max(lastID, rows.map(\.record.id).max() ?? 0)
  }

  /// Puts in a first key of an account.
  /// - Returns: its id.
  /// - Throws: `.takenLabel` where the account has one, `.knownKey`, `.library`.
  mutating func add(
    _ material: borrowing KeyMaterial, venue: String, label: String, life: Interval,
    sealing key: borrowing SealingKey
  ) throws(VaultError) -> UInt32 {
    if let taken = active(venue, label) {
      throw .takenLabel(label, venue: venue, id: taken.record.id)
    }
    return try insert(material, venue: venue, label: label, life: life, sealing: key)
  }

  /// Puts a key in the place of another, which still works for a while.
  /// - Parameters:
  ///   - grace: how long; with zero the old one ends now.
  ///   - life: of the new key; as long as the old one's where nobody says.
  /// - Returns: the new key's id.
  /// - Throws: `.endedKey`, `.knownKey`, `.altered`, `.library`.
  mutating func rotate(
    _ id: UInt32, to material: borrowing KeyMaterial, grace: Interval, life: Interval?,
    sealing key: borrowing SealingKey, path: String
  ) throws(VaultError) -> UInt32 {
    let old = try row(id)
    guard old.record.state == .active else {
      throw .endedKey(id: id, state: old.record.state)
    }
    let span = life ?? old.record.due - old.record.created
    let new = try insert(
      material, venue: old.record.venue, label: old.record.label, life: span, sealing: key)
    guard grace > .zero else {
      end(id, .expired, .expired)
      return new
    }
    let secret = try open(id, with: key, path: path)
    update(id) { [now] in
      ($0.record.state, $0.record.changed) = (.grace, now)
      $0.record.graceEnd = now + grace
    }
    try seal(id, secret, with: key)
    note(.graced, id)
    return new
  }

  /// Ends a key.
  /// - Throws: `.endedKey`, and `.onlyKey` unless `isForced`.
  mutating func revoke(_ id: UInt32, isForced: Bool) throws(VaultError) {
    let record = try usable(id)
    let others = rows.contains {
      $0.record.venue == record.venue && $0.record.label == record.label && $0.record.id != id
        && $0.record.isUsable(at: now)
    }
    guard others || isForced else {
      throw .onlyKey(id: id, venue: record.venue, label: record.label)
    }
    end(id, .revoked, .revoked)
  }

  /// Ends keys at once, whatever is left.
  /// - Parameter ids: `nil` for every key that may sign.
  /// - Returns: the ids of those that ended, those first whose end had only been journalled.
  /// - Throws: `.endedKey`, `.unknownKey`.
  mutating func revokeAtOnce(_ ids: [UInt32]?) throws(VaultError) -> [UInt32] {
    let ended = ids ?? rows.map(\.record).filter(\.state.isUsable).map(\.id)
    for id in ended {
      _ = try usable(id)
      end(id, .emergencyRevoked, .emergencyRevoked)
    }
    return redone + ended
  }

  /// The passphrase is another; this is about no single key.
  mutating func reseal() { changes.append(KeyChange(.resealed, id: 0, fingerprint: 0)) }

  /// Ends every key whose time is over; one in force, which has no successor, only when `isForced`.
  mutating func expire(isForced: Bool) {
    for record in rows.map(\.record) where record.isOver(at: now) {
      if record.state == .grace || isForced { end(record.id, .expired, .expired) }
    }
  }

  /// Ends a key that the journal says has ended.
  mutating func redo(_ id: UInt32, _ state: KeyState) {
    update(id) { [now] in $0.end(state, at: now) }
    redone.append(id)
  }

  /// The secret of a key that may sign.
  /// - Throws: `.altered` where its row is not what was sealed, `.library`.
  func material(_ id: UInt32, with key: borrowing SealingKey, path: String) throws(VaultError)
    -> KeyMaterial
  {
    guard let material = KeyMaterial(try open(id, with: key, path: path)) else {
      throw .altered(path: path, id: id)
    }
    return material
  }
}

extension VaultEdit {
  private mutating func insert(
    _ material: borrowing KeyMaterial, venue: String, label: String, life: Interval,
    sealing key: borrowing SealingKey
  ) throws(VaultError) -> UInt32 {
    let fingerprint = try material.fingerprint()
    if let known = rows.first(where: {
      $0.record.fingerprint == fingerprint && $0.record.venue == venue
    }) {
      throw .knownKey(id: known.record.id)
    }
    lastID += 1
    let record = KeyRecord(
      id: lastID, venue: venue, label: label, fingerprint: fingerprint, state: .active,
      created: now, changed: now, due: now + life, graceEnd: .none)
    rows.append(VaultRow(record: record))
    try seal(record.id, material.joined(), with: key)
    note(.added, record.id)
    note(.activated, record.id)
    return record.id
  }

  private func active(_ venue: String, _ label: String) -> VaultRow? {
    rows.first {
      $0.record.venue == venue && $0.record.label == label && $0.record.state == .active
    }
  }

  private func row(_ id: UInt32) throws(VaultError) -> VaultRow {
    guard let row = rows.first(where: { $0.record.id == id }) else { throw .unknownKey("\(id)") }
    return row
  }

  private func usable(_ id: UInt32) throws(VaultError) -> KeyRecord {
    let record = try row(id).record
    guard record.state.isUsable else { throw .endedKey(id: id, state: record.state) }
    return record
  }

  /// A key that ended has no secret any more.
  private mutating func end(_ id: UInt32, _ state: KeyState, _ action: KeyAction) {
    update(id) { [now] in $0.end(state, at: now) }
    note(action, id)
  }

  private mutating func update(_ id: UInt32, _ change: (inout VaultRow) -> Void) {
    guard let place = rows.firstIndex(where: { $0.record.id == id }) else { return }
    change(&rows[place])
  }

  private mutating func note(_ action: KeyAction, _ id: UInt32) {
    guard let row = rows.first(where: { $0.record.id == id }) else { return }
    changes.append(KeyChange(action, id: id, fingerprint: row.record.fingerprint))
  }

  private mutating func seal(
    _ id: UInt32, _ secret: consuming Secret, with key: borrowing SealingKey
  ) throws(VaultError) {
    let context = try row(id).context(of: vault)
    let sealed = try key.seal(secret, as: context)
    update(id) { $0.sealed = sealed }
  }

  private func open(
    _ id: UInt32, with key: borrowing SealingKey, path: String
  ) throws(VaultError) -> Secret {
    let row = try row(id)
    guard let sealed = row.sealed, let secret = try key.open(sealed, as: row.context(of: vault))
    else { throw .altered(path: path, id: id) }
    return secret
  }
}
