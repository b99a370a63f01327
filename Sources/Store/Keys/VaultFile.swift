/// The key store as a file: SQLite, readable by its owner alone, changed in transactions that happen or do
/// not. It holds no secret in clear and is checked whenever it is read.

internal import Foundation
internal import GRDB
internal import TradingCore

/// A store that is there and ours.
final class VaultFile: Sendable {
  let path: String
  private let queue: DatabaseQueue
  /// The file's number: another one at the same path is another file.
  private let number: UInt64

  /// Seconds to wait while another process writes.
  static let patience = 10
  /// Marks the file as ours (`PRAGMA application_id`): "cbkv".
  private static let applicationID: Int64 = 0x6362_6B76
  private static let version = 1

  /// Opens the store at `path` and looks it over.
  /// - Parameter acceptingExposed: whether others may use it.
  /// - Throws: `VaultError`.
  init(opening path: String, acceptingExposed: Bool = false) throws(VaultError) {
    self.path = path
    number = try Self.expectPrivate(path, acceptingExposed: acceptingExposed)
    do {
      queue = try Self.queue(path)
      try queue.read { try Self.expectOurs($0, path) }
    } catch { throw Self.failure(error, path) }
  }

  /// Makes a store; whoever dies meanwhile leaves nothing at `path`.
  /// - Throws: `VaultError.failed`, also where there is one.
  static func create(at path: String, _ head: VaultHead) throws(VaultError) {
    let partial = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    unlink(partial)
    defer { unlink(partial) }
    do {
      try makePrivate(partial)
      let queue = try queue(partial)
      try queue.write { database in
        try database.execute(sql: tables)
        try VaultRows.write(head, to: database)
        try database.execute(
          sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
      }
      try queue.close()
    } catch { throw failure(error, path) }
    guard link(partial, path) == 0,
      sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    else { throw .failed(path: path, reason: String(cString: strerror(errno))) }
  }

  /// Takes the rights to a file away from all but its owner.
  /// - Returns: the rights as they were; `nil` where others had none, or who asks may not take them.
  static func closeToOthers(_ path: String) -> UInt32? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 != 0, chmod(path, status.st_mode & 0o700) == 0
    else { return nil }
    return status.st_mode & 0o777
  }

  /// Whether others than its owner have any right to a file.
  static func isExposed(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
  }

  /// Where the file itself lies, wherever the path is a link: what belongs beside it lies there.
  var place: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// What is in it, checked.
  /// - Throws: `VaultError.damaged`.
  func read() throws(VaultError) -> (head: VaultHead, rows: [VaultRow]) {
    do { return try queue.read { try VaultRows.read($0, path) } } catch {
      throw Self.failure(error, path)
    }
  }

  /// What is in it, checked, and what of it is damaged.
  /// - Throws: `VaultError` where it is no store of ours any more.
  func survey() throws(VaultError) -> VaultSurvey {
    do { return try queue.read { try VaultRows.survey($0, path) } } catch {
      throw Self.failure(error, path)
    }
  }

  /// Takes secrets out, whatever else is damaged, and though the disk is full.
  /// - Returns: the ids of the keys that had one.
  /// - Throws: `VaultError`.
  func erase(_ ids: [UInt32]?, at now: Timestamp) throws(VaultError) -> [UInt32] {
    do {
      do {
        return try queue.write { try VaultRows.erase(ids, at: now, in: $0, path) }
      } catch let error as DatabaseError where Self.noRoom.contains(error.resultCode) {
        return try eraseInPlace(ids, at: now)
      }
    } catch { throw Self.failure(error, path) }
  }

  /// What SQLite says where the file for the way back cannot be made or grow: a full disk, a quota, a folder that
  /// takes no file.
  private static let noRoom: [ResultCode] = [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN]

  /// Erases without a file for the way back, which a full disk has no room for: what is erased takes none. A
  /// process that dies in the middle leaves a damaged store, and secrets that should be gone weigh more.
  private func eraseInPlace(_ ids: [UInt32]?, at now: Timestamp) throws -> [UInt32] {
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = MEMORY")
      defer { try? database.execute(sql: "PRAGMA journal_mode = DELETE") }
      var erased: [UInt32] = []
      try database.inTransaction {
        erased = try VaultRows.erase(ids, at: now, in: database, path)
        return .commit
      }
      return erased
    }
  }

  /// Changes it in one transaction, all of it or nothing; nobody else writes meanwhile.
  /// - Throws: `VaultError`, and what `change` throws; then nothing has changed.
  func write(
    _ change: (VaultHead, [VaultRow]) throws -> (head: VaultHead, rows: [VaultRow])
  ) throws {
    do {
      try queue.write { database in
        let (head, rows) = try VaultRows.read(database, path)
        let new = try change(head, rows)
        if new.head != head { try VaultRows.write(new.head, to: database) }
        for row in new.rows where !rows.contains(row) {
          try VaultRows.write(row, of: head.id, to: database)
        }
      }
    } catch let error as DatabaseError { throw Self.failure(error, path) }
  }

  /// Whether this very file still stands at its path, for its owner alone.
  /// - Throws: `VaultError.missing`, `.exposed` and the like.
  func isInPlace() throws(VaultError) -> Bool { try Self.expectPrivate(path) == number }

  /// A number that changes when another connection has changed the file.
  func dataVersion() throws(VaultError) -> Int64 {
    do {
      return try queue.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    } catch { throw Self.failure(error, path) }
  }
}

extension VaultFile {
  private static let tables = """
    CREATE TABLE vault (
      place INTEGER PRIMARY KEY CHECK (place = 1), vault_id BLOB NOT NULL, salt BLOB NOT NULL,
      rounds INTEGER NOT NULL, blocks INTEGER NOT NULL, lanes INTEGER NOT NULL,
      nonce BLOB NOT NULL, master BLOB NOT NULL, digest BLOB NOT NULL);
    CREATE TABLE key (
      id INTEGER PRIMARY KEY, venue TEXT NOT NULL, label TEXT NOT NULL, fingerprint TEXT NOT NULL,
      state TEXT NOT NULL, created_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL,
      due_ns INTEGER NOT NULL, grace_end_ns INTEGER NOT NULL, nonce BLOB, sealed BLOB,
      digest BLOB NOT NULL);
    """

  private static func queue(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(TimeInterval(patience))
    // What was erased is overwritten, and a change is on the disk when its transaction has ended.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA secure_delete = ON; PRAGMA synchronous = EXTRA")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static func expectOurs(_ database: Database, _ path: String) throws {
    guard try Int64.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
      throw VaultError.foreign(path: path)
    }
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found <= version else { throw VaultError.newer(path: path) }
    guard found == version,
      try String.fetchOne(database, sql: "PRAGMA quick_check") == "ok"
    else { throw VaultError.damaged(path: path, reason: "its pages are damaged") }
  }

  /// - Returns: the file's number.
  private static func expectPrivate(
    _ path: String, acceptingExposed: Bool = false
  ) throws(VaultError) -> UInt64 {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else {
        throw .failed(path: path, reason: String(cString: strerror(errno)))
      }
      throw .missing(path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign(path: path) }
    guard acceptingExposed || status.st_mode & 0o077 == 0 else {
      throw .exposed(path: path, mode: status.st_mode & 0o777)
    }
    guard status.st_size > 0 else { throw .damaged(path: path, reason: "it is empty") }
    return UInt64(status.st_ino)
  }

  private static func makePrivate(_ path: String) throws(VaultError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .failed(path: path, reason: String(cString: strerror(errno)))
    }
    close(descriptor)
  }

  /// Makes a folder's names durable.
  private static func sync(_ folder: String) -> Bool {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  private static func failure(_ error: any Error, _ path: String) -> VaultError {
    if let error = error as? VaultError { return error }
    guard let error = error as? DatabaseError else {
      return .failed(path: path, reason: "\(error)")
    }
    return switch error.resultCode {
    case .SQLITE_NOTADB: .foreign(path: path)
    case .SQLITE_CORRUPT: .damaged(path: path, reason: "its pages are damaged")
    case .SQLITE_BUSY: .busy(path: path, seconds: patience)
    case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
      .damaged(path: path, reason: error.message ?? "its tables are not ours")
    case let code: .failed(path: path, reason: error.message ?? "SQLite error \(code.rawValue)")
    }
  }
}
