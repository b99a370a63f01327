/// Rows into tables whose first column says whose they are.

import GRDB

/// One value of a row.
typealias Cell = (any DatabaseValueConvertible)?

extension Database {
  /// Inserts rows whose values follow the table's columns; the first, `owner`, is added here. O(rows).
  func insert(_ table: String, of owner: String, _ rows: some Sequence<[Cell]>) throws {
    var statement: Statement?
    for row in rows {
      let marks = String(repeating: ", ?", count: row.count)
      let prepared =
        try statement ?? makeStatement(sql: "INSERT INTO \(table) VALUES (?\(marks))")
      statement = prepared
      try prepared.execute(arguments: StatementArguments([owner] + row))
    }
  }
}
