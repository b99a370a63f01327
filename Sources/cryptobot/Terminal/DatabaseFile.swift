/// The database that `--sqlite` names: refused where nothing would be kept, and waited for with a word to the
/// user where another process writes to it.

import Research
import Store

enum DatabaseFile {
  /// Refuses before the work what could not be kept after it.
  /// - Parameter path: as the option has it; `nil` where there is none.
  /// - Throws: as `Files.expectRoom`; `.usage` also for the name under which SQLite keeps nothing.
  static func expectRoom(_ path: String?) throws {
    guard path != ":memory:" else {
      throw CommandFailure(.usage, "--sqlite :memory: would keep nothing; name a file")
    }
    try Files.expectRoom(path, replacing: true)
  }

  /// Opens the database, with the folders above it.
  /// - Throws: `StoreError`, `ReportError`.
  static func open(_ path: String) throws -> RunStore {
    try OutputFolder.make(above: path)
    return try RunStore(path: path) { seconds in
      if seconds == 1 {
        Output.note(
          "\(path) is locked by another process; waiting up to \(RunStore.patience) s for it")
      }
      return !Interrupt.isRequested
    }
  }
}
