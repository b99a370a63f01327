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
        let digests = TrialDigests(trial, of: study.id)
        try database.insert("trials", of: study.id, [RunStore.row(trial) + digests.cells])
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
  /// - Throws: `StoreError.changed` where a trial is not what was written, `.failed` when SQLite says no.
  public func trials(of study: String) throws(StoreError) -> [TrialRecord] {
    try read { database in try TrialRows(of: study, in: database, path: path).sound() }
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
}
