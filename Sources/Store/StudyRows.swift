/// Studies and their trials in the file: each trial is kept as soon as its generation is through, so
/// that a killed search goes on where it was.

import Foundation
import GRDB
public import TradingCore

extension RunStore {
  /// Keeps what a study is, unless it is there.
  /// - Throws: `StoreError.failed` when SQLite says no.
  public func save(_ study: StudyRecord) throws(StoreError) {
    try write { database in
      let known = try Bool.fetchOne(
        database, sql: "SELECT 1 FROM study WHERE study_id = ?", arguments: [study.id])
      guard known == nil else { return }
      try database.insert("study", of: study.id, [RunStore.row(study)])
      try database.insert(
        "study_dimensions", of: study.id,
        study.dimensions.enumerated().map {
          [$0.offset, $0.element.name, $0.element.key, $0.element.values]
        })
      try database.insert(
        "study_constraints", of: study.id,
        study.constraints.enumerated().map { [$0.offset, $0.element] })
      try database.insert(
        "study_metrics", of: study.id, study.metrics.enumerated().map { [$0.offset, $0.element] })
    }
  }

  /// Keeps trials of a study that is there, in one transaction; a trial that is there stays as it is.
  /// - Throws: `StoreError.failed` when SQLite says no.
  public func save(_ trials: [TrialRecord], of study: StudyRecord) throws(StoreError) {
    try write { database in
      for trial in trials where try !RunStore.holds(trial.number, of: study.id, database) {
        try database.insert("trials", of: study.id, [RunStore.row(trial)])
        try database.insert(
          "trial_values", of: study.id,
          zip(trial.values, trial.texts).enumerated().map {
            [trial.number, $0.offset, $0.element.0, $0.element.1]
          })
        try database.insert(
          "trial_metrics", of: study.id,
          trial.figures.enumerated().map {
            [trial.number, $0.offset, $0.element.value, $0.element.reason]
          })
      }
    }
  }

  /// The trials of a study in order of number, none where the study is not there. O(rows).
  /// - Throws: `StoreError.failed` when SQLite says no.
  public func trials(of study: String) throws(StoreError) -> [TrialRecord] {
    try read { database in
      var trials: [TrialRecord] = []
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT number, score, reason, fingerprint, curve, curve_stride FROM trials
          WHERE study_id = ? ORDER BY number
          """, arguments: [study])
      while let row = try rows.next() { trials.append(RunStore.trial(row)) }
      try RunStore.addValues(to: &trials, study, database)
      try RunStore.addFigures(to: &trials, study, database)
      return trials
    }
  }

  private static func holds(_ number: Int, of study: String, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT 1 FROM trials WHERE study_id = ? AND number = ?",
      arguments: [study, number]) != nil
  }

  private static func row(_ study: StudyRecord) -> [Cell] {
    [
      study.scenarioName, study.scenarioText, study.strategy, study.source, study.sourceChainHead,
      study.sampler, String(study.seed), study.generation, study.objective, study.build,
      Int64(study.logicVersion),
    ]
  }

  private static func row(_ trial: TrialRecord) -> [Cell] {
    var curve = Data(capacity: trial.curve.count * 8)
    for value in trial.curve {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { curve.append(contentsOf: $0) }
    }
    return [
      trial.number, trial.score, trial.reason, trial.fingerprintText, curve, trial.curveStride,
    ]
  }

  private static func trial(_ row: Row) -> TrialRecord {
    let fingerprint: String? = row[3]
    let bytes: Data = row[4]
    let curve = stride(from: 0, to: bytes.count - 7, by: 8).map { place in
      let bits = (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[bytes.startIndex + place + $1]) << (8 * UInt64($1))
      }
      return Double(bitPattern: bits)
    }
    return TrialRecord(
      number: row[0], values: [], texts: [], score: row[1], reason: row[2],
      fingerprint: fingerprint.flatMap { UInt64($0, radix: 16) }, curve: curve,
      curveStride: row[5])
  }

  private static func addValues(
    to trials: inout [TrialRecord], _ study: String, _ database: Database
  ) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT number, value, text FROM trial_values WHERE study_id = ? ORDER BY number, place",
      arguments: [study])
    try match(rows, to: &trials) { row, trial in
      trial.values.append(row[1])
      trial.texts.append(row[2])
    }
  }

  private static func addFigures(
    to trials: inout [TrialRecord], _ study: String, _ database: Database
  ) throws {
    let rows = try Row.fetchCursor(
      database,
      sql:
        "SELECT number, value, reason FROM trial_metrics WHERE study_id = ? ORDER BY number, place",
      arguments: [study])
    try match(rows, to: &trials) { row, trial in
      let value: Double? = row[1]
      trial.figures.append(value.map { Figure($0) } ?? Figure(missing: row[2]))
    }
  }

  /// Gives each row to the trial whose number stands first in it; both are in order of number.
  private static func match(
    _ rows: RowCursor, to trials: inout [TrialRecord],
    _ take: (Row, inout TrialRecord) -> Void
  ) throws {
    var place = 0
    while let row = try rows.next() {
      let number: Int = row[0]
      while place < trials.count, trials[place].number < number { place += 1 }
      guard place < trials.count, trials[place].number == number else { continue }
      take(row, &trials[place])
    }
  }
}
