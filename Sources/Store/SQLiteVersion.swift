/// Which SQLite this process runs with.

internal import GRDB

public enum SQLiteVersion {
  /// Its version, such as "3.40.1".
  /// - Throws: `StoreError.failed` where SQLite does not say.
  public static func text() throws(StoreError) -> String {
    do {
      let queue = try DatabaseQueue()
      return try queue.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? ""
    } catch {
      throw .failed(path: "SQLite", reason: "\(error)")
    }
  }
}
