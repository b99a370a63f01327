/// Studies come back from the file as they were kept, to the last bit, and others can read them.

import Foundation
import Store
import Synchronization
import Testing
import TradingCore

@Suite final class StudyStoreTests {
  private let folder: String
  private var path: String { folder + "/studies.sqlite" }

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("cryptobot-study-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static func study(_ id: String = "00000000000000ab") -> StudyRecord {
    StudyRecord(
      id: id, scenarioName: "it's", scenarioText: "a: 1", strategy: "ema-cross", source: "j",
      sourceChainHead: "",
      dimensions: [
        StudyDimension(name: "fast", key: "strategy.parameters.fast", values: "2..9"),
        StudyDimension(name: "rule", key: "fills", values: "quote|book"),
      ], constraints: ["fast < 8"], sampler: "random", seed: .max, generation: 8,
      objective: "sharpe", metrics: ["return", "sharpe"], build: "b")
  }

  private static func trial(_ number: Int) -> TrialRecord {
    TrialRecord(
      number: number, values: [2.0 + Double(number), 1], texts: ["\(2 + number)", "book"],
      score: 0.1 + Double(number) / 3, figures: [Figure(1.0 / 3), Figure(missing: "no day")],
      fingerprint: UInt64.max - UInt64(number), curve: [1e5, 0.1 + 0.2, -.pi], curveStride: 4)
  }

  private static let failed = TrialRecord(
    number: 2, values: [9, 0], texts: ["9", "quote"], reason: "fast must be less than slow")

  @Test("trials come back as they were kept, in order of number")
  func roundTrip() throws {
    let store = try RunStore(path: path)
    let trials = [Self.trial(0), Self.trial(1), Self.failed]
    try store.save(Self.study())
    try store.save(Array(trials.reversed()), of: Self.study())
    #expect(try RunStore(path: path).trials(of: Self.study().id) == trials)
    #expect(try store.trials(of: "none").isEmpty)
  }

  @Test("what is kept stays: a study or a trial saved again changes nothing")
  func savedAgain() throws {
    let store = try RunStore(path: path)
    var other = Self.study()
    other.build = "another"
    try store.save(Self.study())
    try store.save([Self.trial(0)], of: Self.study())
    try store.save(other)
    var changed = Self.trial(0)
    changed.score = 99
    try store.save([changed, Self.trial(1)], of: other)
    #expect(try store.trials(of: other.id) == [Self.trial(0), Self.trial(1)])
    #expect(try StoreFixture.python(path, "SELECT build FROM study") == ["'b'"])
  }

  @Test("studies stand beside each other and beside runs")
  func beside() throws {
    let store = try RunStore(path: path)
    try store.save(StoreFixture.report())
    for id in ["a", "b"] {
      try store.save(Self.study(id))
      try store.save([Self.trial(id == "a" ? 0 : 1)], of: Self.study(id))
    }
    #expect(try store.trials(of: "a") == [Self.trial(0)])
    #expect(try store.trials(of: "b") == [Self.trial(1)])
    #expect(try StoreFixture.python(path, "SELECT count(*) FROM run") == ["1"])
    #expect(try StoreFixture.python(path, "PRAGMA foreign_key_check").isEmpty)
  }

  @Test("others read the numbers")
  func others() throws {
    let store = try RunStore(path: path)
    try store.save(Self.study())
    try store.save([Self.trial(0), Self.failed], of: Self.study())
    let expected: [(String, [String])] = [
      ("SELECT seed, objective FROM study", ["'18446744073709551615'|'sharpe'"]),
      (
        "SELECT name, key, range FROM study_dimensions ORDER BY place",
        ["'fast'|'strategy.parameters.fast'|'2..9'", "'rule'|'fills'|'quote|book'"]
      ),
      (
        "SELECT number, score, reason, fingerprint FROM trials ORDER BY number",
        ["0|0.1|''|'ffffffffffffffff'", "2|None|'fast must be less than slow'|None"]
      ),
      (
        "SELECT m.name, t.value, t.reason FROM trial_metrics t JOIN study_metrics m USING (study_id, place) ORDER BY place",
        ["'return'|0.3333333333333333|''", "'sharpe'|None|'no day'"]
      ),
      ("SELECT length(curve), curve_stride FROM trials WHERE number = 0", ["24|4"]),
    ]
    for (query, rows) in expected {
      #expect(try StoreFixture.python(path, query) == rows, "\(query)")
    }
  }

  @Test("a file of the version before studies is brought up to date, its runs untouched")
  func migrated() throws {
    try RunStore(path: path).save(StoreFixture.report())
    for table in [
      "trial_metrics", "trial_values", "trials", "study_metrics", "study_constraints",
      "study_dimensions", "study",
    ] { _ = try StoreFixture.python(path, "DROP TABLE \(table)") }
    _ = try StoreFixture.python(path, "PRAGMA user_version = 1")
    let store = try RunStore(path: path)
    try store.save(Self.study())
    #expect(try StoreFixture.python(path, "SELECT run_id FROM run") == ["'run-1'"])
    #expect(try StoreFixture.python(path, "PRAGMA user_version") == ["3"])
  }

  @Test("trials that were kept before there were digests are believed, and watched from then on")
  func migratedTrials() throws {
    let trials = [Self.trial(0), Self.failed]
    try keep(trials)
    for column in ["digest", "values_digest", "metrics_digest"] {
      _ = try StoreFixture.python(path, "ALTER TABLE trials DROP COLUMN \(column)")
    }
    _ = try StoreFixture.python(path, "PRAGMA user_version = 2")
    #expect(try RunStore(path: path).trials(of: Self.study().id) == trials)
    _ = try StoreFixture.python(path, "UPDATE trials SET score = 9 WHERE number = 0")
    #expect(throws: StoreError.self) { try RunStore(path: path).trials(of: Self.study().id) }
  }

  private func keep(_ trials: [TrialRecord]) throws {
    let store = try RunStore(path: path)
    try store.save(Self.study())
    try store.save(trials, of: Self.study())
  }

  @Test(
    "what somebody changed by hand is refused with table and trial",
    arguments: [
      ("UPDATE trials SET score = 9.5 WHERE number = 1", "trials, trial 1 of"),
      (
        "UPDATE trials SET score = 'high' WHERE number = 1",
        "trial 1 of study 00000000000000ab: its `score`"
      ),
      ("UPDATE trials SET score = NULL WHERE number = 0", "trials, trial 0 of"),
      ("UPDATE trials SET reason = 'no' WHERE number = 0", "trials, trial 0 of"),
      ("UPDATE trials SET fingerprint = 'feed' WHERE number = 0", "trials, trial 0 of"),
      ("UPDATE trials SET fingerprint = 'none' WHERE number = 1", "trials, trial 1 of"),
      ("UPDATE trials SET curve = x'00' WHERE number = 1", "trials, trial 1 of"),
      ("UPDATE trials SET curve = 7 WHERE number = 1", "its `curve` is of another kind"),
      ("UPDATE trials SET curve_stride = 2 WHERE number = 0", "trials, trial 0 of"),
      ("UPDATE trials SET curve_stride = 'far' WHERE number = 0", "its `curve_stride` is"),
      ("UPDATE trials SET digest = '' WHERE number = 0", "trials, trial 0 of"),
      ("UPDATE trials SET number = 7 WHERE number = 1", "trial 1 of"),
      (
        "UPDATE trial_values SET value = 77 WHERE number = 1 AND place = 0",
        "trial_values, trial 1 of"
      ),
      (
        "UPDATE trial_values SET value = 'x' WHERE number = 0",
        "trial_values, trial 0 of study 00000000000000ab: its `value`"
      ),
      (
        "UPDATE trial_values SET text = '8' WHERE number = 0 AND place = 0",
        "trial_values, trial 0 of"
      ),
      ("DELETE FROM trial_values WHERE number = 0 AND place = 1", "trial_values, trial 0 of"),
      (
        "UPDATE trial_metrics SET value = 2 WHERE number = 0 AND place = 0",
        "trial_metrics, trial 0 of"
      ),
      (
        "UPDATE trial_metrics SET reason = 'why' WHERE number = 1 AND place = 1",
        "trial_metrics, trial 1 of"
      ),
      ("DELETE FROM trial_metrics WHERE number = 1", "trial_metrics, trial 1 of"),
      (
        "DELETE FROM trials WHERE number = 1",
        "trial 1 of study 00000000000000ab: its row in trials is gone"
      ),
      ("DROP TABLE trial_metrics", "no such table: trial_metrics"),
      ("ALTER TABLE trials DROP COLUMN score", "no such column"),
    ])
  func changed(by change: String, says words: String) throws {
    try keep([Self.trial(0), Self.trial(1), Self.failed])
    _ = try StoreFixture.python(path, change)
    let error = #expect(throws: StoreError.self) {
      try RunStore(path: path).trials(of: Self.study().id)
    }
    let said = error.map { "\($0)" } ?? ""
    #expect(said.hasPrefix(path) && said.contains(words), "\(said)")
    #expect(said.contains("the database was changed since it was written; "), "\(said)")
  }

  @Test("tables that somebody changed are named where a study is to be written")
  func changedBeforeWriting() throws {
    for change in ["DROP TABLE study", "ALTER TABLE study ADD COLUMN mine TEXT"] {
      try? FileManager.default.removeItem(atPath: path)
      let store = try RunStore(path: path)
      _ = try StoreFixture.python(path, change)
      let error = #expect(throws: StoreError.self) { try store.save(Self.study()) }
      let said = error.map { "\($0)" } ?? ""
      #expect(said.contains("table") && said.contains("was changed since"), "\(said)")
    }
  }

  @Test("a file that another process holds is waited for, and the waiting can be ended")
  func locked() throws {
    try keep([Self.trial(0)])
    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "python3", "-c",
      """
      import sqlite3, sys
      database = sqlite3.connect(sys.argv[1], isolation_level=None)
      database.execute("BEGIN EXCLUSIVE")
      print("held", flush=True)
      sys.stdin.read()
      """, path,
    ]
    (holder.standardInput, holder.standardOutput) = (input, output)
    try holder.run()
    defer { holder.terminate() }
    _ = output.fileHandleForReading.availableData
    let seconds = Mutex<[Int]>([])
    let error = #expect(throws: StoreError.self) {
      try RunStore(path: path) { waited in
        seconds.withLock { $0.append(waited) }
        return waited < 2
      }
    }
    #expect(error == .busy(path: path, seconds: RunStore.patience))
    #expect(seconds.withLock { $0 } == [0, 1, 2])
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    #expect(try RunStore(path: path).trials(of: Self.study().id) == [Self.trial(0)])
  }
}
