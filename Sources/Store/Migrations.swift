/// The tables, made by numbered migrations that are only ever added to.
///
/// Every exact number is decimal text; beside it stands the nearest double in a column that ends in
/// `_real`, for plots and SQL arithmetic. Times are UTC: ISO 8601 text, and nanoseconds since 1970 in
/// a column that ends in `_ns`. Every table hangs on `run`; deleting a run deletes its rows.
///
/// A study's trials hang on `study` likewise. `curve` is equity at equal intervals as 8-byte
/// little-endian doubles, `curve_stride` of the run's samples apart; what the digests are of, `TrialDigests`
/// says.
///
/// The number of the last migration is SQLite's `user_version`. All of it happens inside one
/// transaction of the caller's, so that several processes may make one new file at the same time:
/// the first to write makes the tables, the others find them.

import GRDB

enum Migrations {
  /// Marks the file as ours (`PRAGMA application_id`): "cbot".
  private static let applicationID: Int64 = 0x6362_6F74

  /// What brings a file from version `index` to the next one.
  private static let steps = [[run, trading, result], [study], [digests]]

  /// Makes or updates the tables; call it in a transaction that has the write lock.
  /// - Throws: `StoreError.foreign` for somebody else's tables, `.newer` for a later build's.
  static func apply(to database: Database, path: String) throws {
    guard try isOurs(database) else { throw StoreError.foreign(path: path) }
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard version != steps.count else { return }
    guard version < steps.count else { throw StoreError.newer(path: path) }
    for sql in steps.dropFirst(version).joined() { try database.execute(sql: sql) }
    if version == 2 { try sealTrials(of: database, path) }
    try database.execute(
      sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(steps.count)")
  }

  /// Trials kept before there were digests get theirs of what they are now.
  private static func sealTrials(of database: Database, _ path: String) throws {
    for study in try String.fetchAll(database, sql: "SELECT study_id FROM study") {
      try TrialRows(of: study, in: database, path: path).seal()
    }
  }

  /// Whether the file holds nothing yet, or our tables.
  private static func isOurs(_ database: Database) throws -> Bool {
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    return tables == 0 || application == applicationID
  }

  private static let run = """
    CREATE TABLE run (
      run_id TEXT PRIMARY KEY, scenario TEXT NOT NULL, scenario_text TEXT NOT NULL,
      strategy TEXT NOT NULL, fingerprint TEXT NOT NULL, chain_head TEXT NOT NULL,
      source TEXT NOT NULL, source_id TEXT NOT NULL, source_chain_head TEXT NOT NULL,
      build TEXT NOT NULL, logic_version INTEGER NOT NULL,
      first_time TEXT NOT NULL, first_time_ns INTEGER NOT NULL,
      last_time TEXT NOT NULL, last_time_ns INTEGER NOT NULL,
      reporting_asset TEXT NOT NULL, capital TEXT NOT NULL, capital_real REAL,
      final_equity TEXT, final_equity_real REAL,
      events INTEGER NOT NULL, market_events INTEGER NOT NULL, orders INTEGER NOT NULL,
      fills INTEGER NOT NULL, cancels INTEGER NOT NULL, rejections INTEGER NOT NULL,
      refusals INTEGER NOT NULL, gaps INTEGER NOT NULL,
      fill_rule TEXT NOT NULL, optimistic INTEGER NOT NULL, latency_ns INTEGER NOT NULL,
      fees TEXT NOT NULL, account TEXT NOT NULL);
    CREATE TABLE parameters (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, name TEXT NOT NULL,
      value TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (run_id, name));
    CREATE TABLE refusals (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, reason TEXT NOT NULL,
      count INTEGER NOT NULL, PRIMARY KEY (run_id, reason));
    CREATE TABLE warnings (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL,
      code TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run_id, number));
    """

  private static let trading = """
    CREATE TABLE orders (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, order_id INTEGER NOT NULL,
      time TEXT NOT NULL, time_ns INTEGER NOT NULL, instrument TEXT NOT NULL, side TEXT NOT NULL,
      type TEXT NOT NULL, time_in_force TEXT NOT NULL, reduce_only INTEGER NOT NULL,
      price TEXT, price_real REAL, quantity TEXT NOT NULL, quantity_real REAL,
      filled TEXT NOT NULL, filled_real REAL, outcome TEXT NOT NULL, closed_time TEXT,
      closed_time_ns INTEGER, cause INTEGER NOT NULL, PRIMARY KEY (run_id, order_id));
    CREATE TABLE fills (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, sequence INTEGER NOT NULL,
      time TEXT NOT NULL, time_ns INTEGER NOT NULL, instrument TEXT NOT NULL, side TEXT NOT NULL,
      price TEXT NOT NULL, price_real REAL, quantity TEXT NOT NULL,
      quantity_real REAL, fee TEXT NOT NULL, fee_real REAL,
      fee_asset TEXT NOT NULL, order_id INTEGER NOT NULL, liquidity TEXT NOT NULL,
      trade_id INTEGER NOT NULL, position_after TEXT NOT NULL, position_after_real REAL,
      PRIMARY KEY (run_id, sequence));
    CREATE TABLE round_trips (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL,
      instrument TEXT NOT NULL, side TEXT NOT NULL, entry_time TEXT NOT NULL,
      entry_time_ns INTEGER NOT NULL, exit_time TEXT NOT NULL, exit_time_ns INTEGER NOT NULL,
      quantity TEXT NOT NULL, quantity_real REAL, entry_price TEXT NOT NULL,
      exit_price TEXT NOT NULL, entry_value TEXT NOT NULL, entry_value_real REAL,
      exit_value TEXT NOT NULL, exit_value_real REAL, fees TEXT NOT NULL,
      fees_real REAL, profit TEXT NOT NULL, profit_real REAL, return REAL,
      PRIMARY KEY (run_id, number));
    """

  private static let result = """
    CREATE TABLE positions (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, instrument TEXT NOT NULL,
      amount TEXT NOT NULL, amount_real REAL, cost TEXT NOT NULL, cost_real REAL,
      mark TEXT NOT NULL, mark_real REAL, realised TEXT NOT NULL,
      realised_real REAL, unrealised TEXT, unrealised_real REAL,
      PRIMARY KEY (run_id, instrument));
    CREATE TABLE balances (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, asset TEXT NOT NULL,
      amount TEXT NOT NULL, amount_real REAL, PRIMARY KEY (run_id, asset));
    CREATE TABLE equity (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL,
      time TEXT NOT NULL, time_ns INTEGER NOT NULL, equity TEXT NOT NULL,
      equity_real REAL, buy_and_hold TEXT, buy_and_hold_real REAL,
      drawdown REAL, price TEXT, price_real REAL, position TEXT NOT NULL,
      position_real REAL, PRIMARY KEY (run_id, number));
    CREATE TABLE metrics (
      run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE, name TEXT NOT NULL,
      label TEXT NOT NULL, unit TEXT NOT NULL, value REAL, reason TEXT NOT NULL,
      buy_and_hold REAL, buy_and_hold_reason TEXT NOT NULL, definition TEXT NOT NULL,
      PRIMARY KEY (run_id, name));
    """

  private static let study = """
    CREATE TABLE study (
      study_id TEXT PRIMARY KEY, scenario TEXT NOT NULL, scenario_text TEXT NOT NULL,
      strategy TEXT NOT NULL, source TEXT NOT NULL, source_chain_head TEXT NOT NULL,
      sampler TEXT NOT NULL, seed TEXT NOT NULL, generation INTEGER NOT NULL,
      objective TEXT NOT NULL, build TEXT NOT NULL, logic_version INTEGER NOT NULL);
    CREATE TABLE study_dimensions (
      study_id TEXT NOT NULL REFERENCES study ON DELETE CASCADE, place INTEGER NOT NULL,
      name TEXT NOT NULL, key TEXT NOT NULL, range TEXT NOT NULL, PRIMARY KEY (study_id, place));
    CREATE TABLE study_constraints (
      study_id TEXT NOT NULL REFERENCES study ON DELETE CASCADE, place INTEGER NOT NULL,
      text TEXT NOT NULL, PRIMARY KEY (study_id, place));
    CREATE TABLE study_metrics (
      study_id TEXT NOT NULL REFERENCES study ON DELETE CASCADE, place INTEGER NOT NULL,
      name TEXT NOT NULL, PRIMARY KEY (study_id, place));
    CREATE TABLE trials (
      study_id TEXT NOT NULL REFERENCES study ON DELETE CASCADE, number INTEGER NOT NULL,
      score REAL, reason TEXT NOT NULL, fingerprint TEXT, curve BLOB NOT NULL,
      curve_stride INTEGER NOT NULL, PRIMARY KEY (study_id, number));
    CREATE TABLE trial_values (
      study_id TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, value REAL NOT NULL,
      text TEXT NOT NULL, PRIMARY KEY (study_id, number, place),
      FOREIGN KEY (study_id, number) REFERENCES trials ON DELETE CASCADE);
    CREATE TABLE trial_metrics (
      study_id TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, value REAL,
      reason TEXT NOT NULL, PRIMARY KEY (study_id, number, place),
      FOREIGN KEY (study_id, number) REFERENCES trials ON DELETE CASCADE);
    """

  private static let digests = """
    ALTER TABLE trials ADD COLUMN digest TEXT NOT NULL DEFAULT '';
    ALTER TABLE trials ADD COLUMN values_digest TEXT NOT NULL DEFAULT '';
    ALTER TABLE trials ADD COLUMN metrics_digest TEXT NOT NULL DEFAULT '';
    """
}
