/// Runs in one SQLite file, for the sqlite3 shell, pandas or whoever speaks SQL. A file takes any
/// number of runs, keyed by run id, and of studies with their trials; writing one again replaces it.
///
/// The file is an ordinary rollback-journal database: once `save` has returned it is complete and
/// has no second file beside it.

import Foundation
import GRDB
public import TradingCore

/// A database of runs, open while the value lives.
public struct RunStore: Sendable {
  let path: String
  private let queue: DatabaseQueue

  /// Seconds to wait while another process writes: a run's rows are in within one.
  public static let patience = 10
  private static let triesPerSecond = 50

  /// Opens the file at `path`, made with all tables where there is none.
  /// - Parameter waiting: told once a second for how many another process has kept the file locked; `false`
  ///   ends the waiting before `patience` does.
  /// - Throws: `StoreError` when it is no database, not ours, newer than this build, locked or not writable.
  public init(
    path: String, waiting: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) throws(StoreError) {
    self.path = path
    do {
      var configuration = Configuration()
      configuration.busyMode = .callback { tries in
        let (seconds, part) = tries.quotientAndRemainder(dividingBy: RunStore.triesPerSecond)
        guard seconds < RunStore.patience, part > 0 || waiting(seconds) else { return false }
        usleep(1_000_000 / UInt32(RunStore.triesPerSecond))
        return true
      }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { try Migrations.apply(to: $0, path: path) }
    } catch { throw RunStore.storeError(error, path) }
  }

  /// Writes a report with all its rows, in place of an earlier one with the same run id, in one
  /// transaction: all of it or nothing. O(rows).
  /// - Throws: `StoreError.failed` when SQLite says no.
  public func save(_ report: RunReport) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM run WHERE run_id = ?", arguments: [report.identity.runID])
      try RunRows(report).insert(into: database)
    }
  }

  /// Changes the file in one transaction, all of it or nothing.
  func write(_ change: (Database) throws -> Void) throws(StoreError) {
    do { try queue.write(change) } catch { throw RunStore.storeError(error, path) }
  }

  /// Asks the file.
  func read<Answer>(_ question: (Database) throws -> Answer) throws(StoreError) -> Answer {
    do { return try queue.read(question) } catch { throw RunStore.storeError(error, path) }
  }

  private static func storeError(_ error: any Error, _ path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else {
      return .failed(path: path, reason: String(describing: error))
    }
    switch error.resultCode {
    case .SQLITE_NOTADB: return .notADatabase(path: path)
    case .SQLITE_CORRUPT: return .damaged(path: path)
    case .SQLITE_BUSY: return .busy(path: path, seconds: patience)
    // Our statements fit our tables: that one does not, or meets rows it cannot, is somebody's change.
    case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
      return .changed(path: path, reason: error.message ?? "a statement does not fit its tables")
    case let code:
      return .failed(path: path, reason: error.message ?? "SQLite error \(code.rawValue)")
    }
  }
}
