/// A study's trials read back from the file, and only as they were written: what somebody changed since is
/// refused with its place.

import Foundation
import GRDB
import TradingCore

struct TrialRows {
  private let study: String
  private let database: Database
  private let path: String

  init(of study: String, in database: Database, path: String) {
    (self.study, self.database, self.path) = (study, database, path)
  }

  /// The trials in order of number, each found to be what was written. O(rows).
  /// - Throws: `StoreError.changed` naming table and trial.
  func sound() throws -> [TrialRecord] {
    let trials = try records()
    for (trial, digests) in zip(trials, try digests()) {
      let found = TrialDigests(trial, of: study)
      for (table, isSound) in [
        ("trials", found.row == digests.row), ("trial_values", found.values == digests.values),
        ("trial_metrics", found.metrics == digests.metrics),
      ] where !isSound {
        throw changed(table, trial.number, "its rows are not those that were written")
      }
    }
    return trials
  }

  /// Writes the digests of trials that an earlier build kept without them. O(rows).
  func seal() throws {
    for trial in try records() {
      let digests = TrialDigests(trial, of: study)
      try database.execute(
        sql: """
          UPDATE trials SET digest = ?, values_digest = ?, metrics_digest = ?
          WHERE study_id = ? AND number = ?
          """, arguments: StatementArguments(digests.cells + [study, trial.number]))
    }
  }

  private func records() throws -> [TrialRecord] {
    var trials: [TrialRecord] = []
    let cells = try rows(
      "trials", ["score", "reason", "fingerprint", "curve", "curve_stride"], ordered: "number")
    try each(cells, of: "trials") { row, number in trials.append(try trial(row, number)) }
    try match("trial_values", ["value", "text"], to: &trials) { row, trial in
      trial.values.append(try cell(row, "value", "trial_values", trial.number))
      trial.texts.append(try cell(row, "text", "trial_values", trial.number))
    }
    try match("trial_metrics", ["value", "reason"], to: &trials) { row, trial in
      let value: Double? = try cell(row, "value", "trial_metrics", trial.number)
      let reason: String = try cell(row, "reason", "trial_metrics", trial.number)
      trial.figures.append(value.map { Figure($0) } ?? Figure(missing: reason))
    }
    return trials
  }

  /// What the digests were when the trials were written, in order of number.
  private func digests() throws -> [TrialDigests] {
    var digests: [TrialDigests] = []
    let cells = try rows("trials", TrialDigests.columns, ordered: "number")
    try each(cells, of: "trials") { row, number in
      let texts: [String] = try TrialDigests.columns.map {
        try cell(row, $0, "trials", number)
      }
      digests.append(TrialDigests(row: texts[0], values: texts[1], metrics: texts[2]))
    }
    return digests
  }

  private func trial(_ row: Row, _ number: Int) throws -> TrialRecord {
    let fingerprint: String? = try cell(row, "fingerprint", "trials", number)
    let bytes: Data = try cell(row, "curve", "trials", number)
    let curve = stride(from: 0, to: bytes.count - 7, by: 8).map { place in
      let bits = (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[bytes.startIndex + place + $1]) << (8 * UInt64($1))
      }
      return Double(bitPattern: bits)
    }
    return TrialRecord(
      number: number, values: [], texts: [], score: try cell(row, "score", "trials", number),
      reason: try cell(row, "reason", "trials", number),
      fingerprint: fingerprint.flatMap { UInt64($0, radix: 16) }, curve: curve,
      curveStride: try cell(row, "curve_stride", "trials", number))
  }
}

// MARK: - Cells

extension TrialRows {
  private func rows(
    _ table: String, _ columns: [String], ordered order: String
  ) throws -> RowCursor {
    try Row.fetchCursor(
      database,
      sql: """
        SELECT number, \(columns.joined(separator: ", ")) FROM \(table)
        WHERE study_id = ? ORDER BY \(order)
        """, arguments: [study])
  }

  private func each(
    _ rows: RowCursor, of table: String, _ body: (Row, Int) throws -> Void
  ) throws {
    while let row = try rows.next() { try body(row, try cell(row, "number", table, nil)) }
  }

  /// Gives each row of a table to the trial whose number stands in it; both are in order of number.
  private func match(
    _ table: String, _ columns: [String], to trials: inout [TrialRecord],
    _ take: (Row, inout TrialRecord) throws -> Void
  ) throws {
    var place = 0
    try each(try rows(table, columns, ordered: "number, place"), of: table) { row, number in
      while place < trials.count, trials[place].number < number { place += 1 }
      guard place < trials.count, trials[place].number == number else {
        throw changed(table, number, "its row in trials is gone")
      }
      try take(row, &trials[place])
    }
  }

  /// A cell, of the kind that was written and no other: SQLite would make a number of any text.
  private func cell<Value: DatabaseValueConvertible>(
    _ row: Row, _ column: String, _ table: String, _ trial: Int?
  ) throws -> Value {
    let value: DatabaseValue = row[column]
    guard let read = Value.fromDatabaseValue(value) else {
      throw changed(table, trial, "its `\(column)` is of another kind")
    }
    return read
  }

  private func changed(_ table: String, _ trial: Int?, _ reason: String) -> StoreError {
    let place = trial.map { "\(table), trial \($0) of study \(study)" } ?? table
    return .changed(path: path, reason: "table \(place): \(reason)")
  }
}
