/// The database as others see it: every table is read back by Python's sqlite3, not by our library.
import Foundation
import Store
import Synchronization
import Testing
import TradingCore

/// Each test has a folder of its own, gone when it ends.
@Suite final class RunStoreTests {
  private let folder: String
  private var path: String { folder + "/runs.sqlite" }

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("cryptobot-store-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test("every table holds the report's numbers as exact text")
  func tables() throws {
    try RunStore(path: path).save(StoreFixture.report())
    let expected: [(String, [String])] = [
      (
        "SELECT scenario, fingerprint, capital, capital_real, final_equity, refusals FROM run",
        [
          "\"Robert'); DROP TABLE run;--\"|'00000000000000ab'|'100000'|100000.0|'99970.000000000000000001'|2"
        ]
      ),
      ("SELECT name, value, unit FROM parameters", ["'fast'|'12'|'bars'"]),
      ("SELECT reason, count FROM refusals", ["'halted'|2"]),
      (
        "SELECT order_id, type, price, price_real, quantity, filled, outcome, cause FROM orders",
        ["5|'limit'|'60000.01'|60000.01|'0.50000'|'0.50000'|'filled'|4"]
      ),
      (
        "SELECT sequence, time, time_ns, instrument, price, fee, fee_real, fee_asset, liquidity FROM fills",
        [
          "6|'2024-08-09T12:30:05.000000007Z'|1723206605000000007|\"BTC'USDT\"|'60000.01'|'30.00000050'|30.0000005|'USDT'|'taker'"
        ]
      ),
      (
        "SELECT side, quantity, entry_price, exit_price, profit, return FROM round_trips",
        ["'short'|'0.5'|'6'|'4'|'0.999999999999999999'|0.3333333333333333"]
      ),
      ("SELECT amount, cost, mark, unrealised FROM positions", ["'0.5'|'30000'|'60000.01'|None"]),
      ("SELECT asset, amount, amount_real FROM balances", ["'BTC'|'0.5'|0.5"]),
      (
        "SELECT equity, buy_and_hold, drawdown, price, position FROM equity",
        ["'99970.000000000000000001'|None|0.0003|'60000.01'|'0.50000'"]
      ),
      (
        "SELECT value, reason, buy_and_hold FROM metrics WHERE name = 'sharpe'",
        ["None|'fewer than two days of data'|1.5"]
      ),
      ("SELECT number, code FROM warnings", ["1|'gaps'"]),
    ]
    for (query, rows) in expected {
      #expect(try StoreFixture.python(path, query) == rows, "\(query)")
    }
  }

  @Test("a market order has no price")
  func marketOrder() throws {
    var report = StoreFixture.report()
    report.orders[0].order.terms.type = .market
    report.orders[0].outcome = .open
    report.orders[0].closedTime = .none
    try RunStore(path: path).save(report)
    #expect(
      try StoreFixture.python(
        path, "SELECT price, price_real, closed_time, closed_time_ns FROM orders")
        == ["None|None|None|None"])
  }

  @Test("a run written again replaces its rows, and another run stands beside it")
  func replaceAndAppend() throws {
    let store = try RunStore(path: path)
    var changed = StoreFixture.report()
    changed.fills = []
    changed.counts.fills = 0
    try store.save(StoreFixture.report())
    try store.save(StoreFixture.report(run: "run-2"))
    try store.save(changed)
    #expect(
      try StoreFixture.python(path, "SELECT run_id, fills FROM run ORDER BY run_id")
        == ["'run-1'|0", "'run-2'|1"])
    #expect(try StoreFixture.python(path, "SELECT run_id FROM fills") == ["'run-2'"])
    for table in ["orders", "equity", "metrics", "round_trips", "warnings", "positions"] {
      #expect(try StoreFixture.python(path, "SELECT count(*) FROM \(table)") == ["2"], "\(table)")
    }
  }

  @Test("the file opens again, passes SQLite's own check, and leaves no second file")
  func complete() throws {
    try RunStore(path: path).save(StoreFixture.report())
    try RunStore(path: path).save(StoreFixture.report(run: "run-2"))
    #expect(try StoreFixture.python(path, "PRAGMA integrity_check") == ["'ok'"])
    #expect(try StoreFixture.python(path, "PRAGMA foreign_key_check").isEmpty)
    #expect(try StoreFixture.python(path, "PRAGMA journal_mode") == ["'delete'"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["runs.sqlite"])
  }

  @Test("many may make one new file at the same time, and every run is in it")
  func madeTogether() throws {
    let report = StoreFixture.report()
    for round in 0..<20 {
      let path = folder + "/\(round).sqlite"
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do { try RunStore(path: path).save(report) } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      #expect(try StoreFixture.python(path, "SELECT count(*) FROM run") == ["1"])
    }
  }

  @Test("two stores of one report are the same bytes")
  func sameBytes() throws {
    let paths = [folder + "/a.sqlite", folder + "/b.sqlite"]
    for path in paths { try RunStore(path: path).save(StoreFixture.report()) }
    let files = paths.map { FileManager.default.contents(atPath: $0) }
    #expect(files[0] != nil && files[0] == files[1])
  }

  @Test("a file that is no database is refused and left as it was")
  func noDatabase() throws {
    let text = String(repeating: "not a database ", count: 100)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: StoreError.notADatabase(path: path)) { try RunStore(path: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test("a database of something else is refused and left without our tables")
  func foreignDatabase() throws {
    _ = try StoreFixture.python(path, "CREATE TABLE recipes (name)")
    #expect(throws: StoreError.foreign(path: path)) { try RunStore(path: path) }
    #expect(try StoreFixture.python(path, "SELECT name FROM sqlite_schema") == ["'recipes'"])
  }

  @Test("a folder that does not exist is an error that names the file")
  func noFolder() throws {
    let path = folder + "/none/runs.sqlite"
    let error = #expect(throws: StoreError.self) { try RunStore(path: path) }
    #expect(error.map { "\($0)".hasPrefix(path) } == true)
  }
}
