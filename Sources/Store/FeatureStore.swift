/// A table of features as an SQLite file of its own, with what each column means beside the rows.
///
/// It is written under another name and renamed when it is complete: a file that is there is whole.

import Foundation
import GRDB
public import TradingCore

public final class FeatureStore {
  /// A column of numbers and what it means.
  public struct Column: Sendable {
    public var name: String
    /// The feature, or `label` for what looks ahead.
    public var feature: String
    /// Its parameters, such as `levels=5,window=10`.
    public var parameters: String
    public var unit: String
    /// What it looks at, joined by commas.
    public var inputs: String
    public var meaning: String
    public var source: String
    public var looksAhead: Bool

    public init(
      name: String, feature: String, parameters: String, unit: String, inputs: String,
      meaning: String, source: String, looksAhead: Bool
    ) {
      self.name = name
      self.feature = feature
      self.parameters = parameters
      self.unit = unit
      self.inputs = inputs
      self.meaning = meaning
      self.source = source
      self.looksAhead = looksAhead
    }
  }

  private let path: String
  private let temporary: String
  private var queue: DatabaseQueue?
  private let insertion: String
  private var rows: [StatementArguments] = []
  private static let batch = 1_000

  /// Begins a file that `finish` puts at `path`; without that nothing is left.
  /// - Parameter about: what is said of the whole table, by name.
  /// - Throws: `StoreError.failed` when it cannot be made.
  public init(
    path: String, columns: [Column], about: [(name: String, value: String)]
  ) throws(StoreError) {
    self.path = path
    temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    let marks = String(repeating: ", ?", count: columns.count)
    insertion = "INSERT INTO feature_rows VALUES (?, ?, ?, ?\(marks))"
    do {
      let queue = try DatabaseQueue(path: temporary)
      self.queue = queue
      // Nobody else reads the file before it has its name, and a torn one is thrown away.
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      }
      try queue.write { try FeatureStore.makeTables($0, columns, about) }
    } catch { throw failure(error) }
  }

  /// Adds a row; `numbers` follow the columns.
  /// - Throws: `StoreError.failed`.
  public func append(
    time: Timestamp, sequence: Sequence64, symbol: String, numbers: ContiguousArray<Double?>
  ) throws(StoreError) {
    var cells: [(any DatabaseValueConvertible)?] = [
      time.iso8601, time.nanoseconds, Int64(clamping: sequence), symbol,
    ]
    for number in numbers { cells.append(number) }
    rows.append(StatementArguments(cells))
    if rows.count == Self.batch { try flush() }
  }

  /// Writes the rest and gives the file its name.
  /// - Throws: `StoreError.failed`.
  public func finish() throws(StoreError) {
    try flush()
    do {
      try queue?.close()
      queue = nil
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
    } catch { throw failure(error) }
    guard rename(temporary, path) == 0 else {
      throw .failed(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    try? queue?.close()
    unlink(temporary)
  }

  private func flush() throws(StoreError) {
    do {
      try queue?.write { database in
        let statement = try database.cachedStatement(sql: insertion)
        for row in rows { try statement.execute(arguments: row) }
      }
    } catch { throw failure(error) }
    rows.removeAll(keepingCapacity: true)
  }

  private static func makeTables(
    _ database: Database, _ columns: [Column], _ about: [(name: String, value: String)]
  ) throws {
    let numbers = columns.map { ", \"\($0.name)\" REAL" }.joined()
    try database.execute(
      sql: """
        CREATE TABLE feature_rows (
          time TEXT NOT NULL, time_ns INTEGER NOT NULL, sequence INTEGER NOT NULL,
          symbol TEXT NOT NULL\(numbers));
        CREATE TABLE feature_columns (
          position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, feature TEXT NOT NULL,
          parameters TEXT NOT NULL, unit TEXT NOT NULL, inputs TEXT NOT NULL,
          meaning TEXT NOT NULL, source TEXT NOT NULL, looks_ahead INTEGER NOT NULL);
        CREATE TABLE feature_table (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """)
    for (place, column) in columns.enumerated() {
      try database.execute(
        sql: "INSERT INTO feature_columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          place + 1, column.name, column.feature, column.parameters, column.unit, column.inputs,
          column.meaning, column.source, column.looksAhead,
        ])
    }
    for (name, value) in about {
      try database.execute(
        sql: "INSERT INTO feature_table VALUES (?, ?)", arguments: [name, value])
    }
  }

  private func failure(_ error: any Error) -> StoreError {
    let reason = (error as? DatabaseError)?.message ?? String(describing: error)
    return .failed(path: path, reason: reason)
  }
}
