/// The store's rows as SQLite has them: read with their checksums, or not at all.

internal import Foundation
internal import GRDB
internal import TradingCore

/// What a look at a store finds, damaged or not.
struct VaultSurvey {
  /// `nil` where it is damaged; then no row can be vouched for.
  var head: VaultHead?
  /// Those that are whole.
  var rows: [VaultRow] = []
  /// The first thing that is not.
  var damage: VaultError?
  /// Ids of damaged rows without a secret: whatever else they say, these keys have ended.
  var erased: [UInt32] = []

  /// Which keys have ended, where all that are meant have and one at least is there.
  /// - Parameter ids: `nil` for every key.
  func ended(among ids: [UInt32]?) -> [UInt32]? {
    let ended = erased + rows.map(\.record).filter { !$0.state.isUsable }.map(\.id)
    let meant = ids ?? ended.sorted()
    return meant.isEmpty || !meant.allSatisfy(ended.contains) ? nil : meant
  }

  fileprivate mutating func note(_ id: Int64?, isSealed: Bool, _ path: String) {
    let name = id.map { " \($0)" } ?? ""
    damage = damage ?? .damaged(path: path, reason: "the record of key\(name) is damaged")
    if !isSealed, let id = id.flatMap({ UInt32(exactly: $0) }) { erased.append(id) }
  }
}

enum VaultRows {
  /// All of a store.
  /// - Throws: `VaultError.damaged` naming what is not as it was written.
  static func read(_ database: Database, _ path: String) throws -> (VaultHead, [VaultRow]) {
    let found = try survey(database, path)
    if let damage = found.damage { throw damage }
    guard let head = found.head else { preconditionFailure("VaultRows: whole without a head") }
    return (head, found.rows)
  }

  /// What of a store is as it was written, and what is not.
  static func survey(_ database: Database, _ path: String) throws -> VaultSurvey {
    var survey = VaultSurvey()
    if let found = try Row.fetchOne(database, sql: "SELECT * FROM vault"), let head = head(found),
      head.cost.isSane, try bytes(found, "digest") == head.digest()
    {
      survey.head = head
    } else {
      survey.damage = .damaged(path: path, reason: "its head is damaged")
    }
    for found in try Row.fetchAll(database, sql: "SELECT * FROM key ORDER BY id") {
      if let head = survey.head, let row = row(found),
        try bytes(found, "digest") == row.digest(of: head.id)
      {
        survey.rows.append(row)
      } else {
        survey.note(number(found, "id"), isSealed: bytes(found, "sealed") != nil, path)
      }
    }
    return survey
  }

  /// Takes the secrets out of rows, whole or damaged. A row that was whole is so again.
  /// - Parameter ids: `nil` for all that have one.
  /// - Returns: the ids of those that had one.
  static func erase(
    _ ids: [UInt32]?, at now: Timestamp, in database: Database, _ path: String
  ) throws -> [UInt32] {
    let survey = try survey(database, path)
    let sealed = try Int64.fetchAll(
      database, sql: "SELECT id FROM key WHERE sealed IS NOT NULL ORDER BY id")
    let erased = sealed.compactMap { UInt32(exactly: $0) }.filter { ids?.contains($0) ?? true }
    for id in erased {
      try database.execute(
        sql: "UPDATE key SET state = ?, nonce = NULL, sealed = NULL WHERE id = ?",
        arguments: [KeyState.emergencyRevoked.rawValue, Int64(id)])
      guard let head = survey.head, var row = survey.rows.first(where: { $0.record.id == id })
      else { continue }
      row.end(.emergencyRevoked, at: now)
      try write(row, of: head.id, to: database)
    }
    return erased
  }

  static func write(_ head: VaultHead, to database: Database) throws {
    let (cost, digest) = (head.cost, try head.digest())
    try database.execute(
      sql: "INSERT OR REPLACE INTO vault VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        blob(head.id), blob(head.salt), Int64(cost.rounds), Int64(cost.blocks), Int64(cost.lanes),
        blob(head.master.nonce), blob(head.master.bytes), blob(digest),
      ])
  }

  static func write(_ row: VaultRow, of vault: [UInt8], to database: Database) throws {
    let (record, digest) = (row.record, try row.digest(of: vault))
    try database.execute(
      sql: "INSERT OR REPLACE INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        Int64(record.id), record.venue, record.label, hexadecimal(record.fingerprint),
        record.state.rawValue, record.created.nanoseconds, record.changed.nanoseconds,
        record.due.nanoseconds, record.graceEnd.nanoseconds,
        row.sealed.map { blob($0.nonce) }, row.sealed.map { blob($0.bytes) }, blob(digest),
      ])
  }
}

extension VaultRows {
  private static func head(_ row: Row) -> VaultHead? {
    guard let id = bytes(row, "vault_id"), let salt = bytes(row, "salt"),
      let rounds = number(row, "rounds"), let blocks = number(row, "blocks"),
      let lanes = number(row, "lanes"), let master = sealed(row, "master")
    else { return nil }
    let cost = ScryptCost(
      rounds: UInt64(clamping: rounds), blocks: UInt64(clamping: blocks),
      lanes: UInt64(clamping: lanes))
    return VaultHead(id: id, salt: salt, cost: cost, master: master)
  }

  /// A row whose values have the types they were written with; only a key that may sign has a secret.
  private static func row(_ row: Row) -> VaultRow? {
    guard let id = number(row, "id").flatMap({ UInt32(exactly: $0) }),
      let venue = text(row, "venue"), let label = text(row, "label"),
      let fingerprint = text(row, "fingerprint").flatMap({ UInt64($0, radix: 16) }),
      let state = text(row, "state").flatMap({ KeyState(rawValue: $0) }),
      let created = time(row, "created_ns"), let changed = time(row, "changed_ns"),
      let due = time(row, "due_ns"), let graceEnd = time(row, "grace_end_ns")
    else { return nil }
    let secret = sealed(row, "sealed")
    guard (secret != nil) == state.isUsable else { return nil }
    let record = KeyRecord(
      id: id, venue: venue, label: label, fingerprint: fingerprint, state: state,
      created: created, changed: changed, due: due, graceEnd: graceEnd)
    return VaultRow(record: record, sealed: secret)
  }

  private static func sealed(_ row: Row, _ column: String) -> SealedBytes? {
    guard let nonce = bytes(row, "nonce"), let bytes = bytes(row, column) else { return nil }
    return SealedBytes(nonce: nonce, bytes: bytes)
  }

  private static func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

  // A value of another type than it was written with is damage, not a trap.

  private static func number(_ row: Row, _ column: String) -> Int64? { value(row, column) }
  private static func text(_ row: Row, _ column: String) -> String? { value(row, column) }

  private static func time(_ row: Row, _ column: String) -> Timestamp? {
    number(row, column).map { Timestamp(nanoseconds: $0) }
  }

  private static func bytes(_ row: Row, _ column: String) -> [UInt8]? {
    let data: Data? = value(row, column)
    return data.map { Array($0) }
  }

  private static func value<Value: DatabaseValueConvertible>(
    _ row: Row, _ column: String
  ) -> Value? {
    let stored: DatabaseValue? = row[column]
    return stored.flatMap { Value.fromDatabaseValue($0) }
  }
}
