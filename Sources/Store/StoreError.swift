/// Why a database could not be used.

/// The errors of this module. Each names the file and what to do.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is there and is no SQLite database.
  case notADatabase(path: String)
  /// It is a database of something else: tables, but not ours.
  case foreign(path: String)
  /// It was written by a newer build, whose tables this one does not know.
  case newer(path: String)
  /// Ours, but not as it was written: rows, columns or tables are others.
  case changed(path: String, reason: String)
  /// Pages of it are damaged.
  case damaged(path: String)
  /// Another process kept it locked for too long.
  case busy(path: String, seconds: Int)
  /// SQLite's own words.
  case failed(path: String, reason: String)

  public var description: String {
    switch self {
    case .notADatabase(let path): "\(path) is not a SQLite database; choose another file"
    case .foreign(let path):
      "\(path) is a database of something else; choose another file"
    case .newer(let path): "\(path) was written by a newer build of cryptobot; use that one"
    case .changed(let path, let reason):
      "\(path): \(reason); the database was changed since it was written; take a copy from before that, "
        + "or another file"
    case .damaged(let path):
      "\(path): its pages are damaged; take a copy of it, or another file"
    case .busy(let path, let seconds):
      "\(path) is locked: another process has been writing to it for \(seconds) s; "
        + "wait for its end, or choose another file"
    case .failed(let path, let reason): "\(path): \(reason)"
    }
  }
}
