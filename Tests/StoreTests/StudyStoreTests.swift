/// Studies come back from the file as they were kept, to the last bit, and others can read them.

import Foundation
import Store
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
    #expect(try StoreFixture.python(path, "PRAGMA user_version") == ["2"])
  }
}
