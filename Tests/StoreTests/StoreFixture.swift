/// A small report whose every number is written out by hand, and Python's own sqlite3 to read back
/// what was stored.
import Foundation
import TradingCore

enum StoreFixture {
  static let instrument = InstrumentID(0)
  static let definition = InstrumentDefinition(
    instrument: instrument, base: AssetID(1), quote: AssetID(0),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5))

  /// One order, one fill of 0.5 at 60000.01, one sample a minute later.
  static func report(run: String = "run-1") -> RunReport {
    let start = Timestamp(nanoseconds: 1_723_206_605_000_000_007)
    let market = ReportMarket(
      instruments: [ReportInstrument(symbol: "BTC'USDT", definition: definition)],
      assets: [ReportAsset(code: "USDT"), ReportAsset(code: "BTC")],
      reportingAsset: AssetID(0), chartInstrument: instrument)
    let identity = RunIdentity(
      runID: run, scenarioName: "Robert'); DROP TABLE run;--", strategy: "ema-cross",
      parameters: [ReportParameter(name: "fast", value: "12", unit: "bars")],
      fingerprint: 0xAB, source: "journal x", build: "0.1.0")
    var report = RunReport(
      identity: identity, market: market,
      assumptions: RunAssumptions(
        fillRule: "quote", isOptimistic: false, latency: .zero, fees: "none", account: "spot"),
      firstTime: start, lastTime: start + .minute, capital: Money(units: 100_000 * Money.one.units),
      counts: RunCounts(events: 9, orders: 1, fills: 1, refusals: [CountedText("halted", 2)]))
    fillIn(&report, start)
    return report
  }

  private static func fillIn(_ report: inout RunReport, _ start: Timestamp) {
    let half = Quantity(lots: 50_000)
    let terms = OrderTerms(
      instrument: instrument, side: .buy, type: .limit, quantity: half,
      price: Price(ticks: 6_000_001))
    report.orders = [
      OrderRecord(
        id: OrderID(5), time: start, order: Order(cause: 4, terms: terms), filled: half,
        outcome: .filled, closedTime: start)
    ]
    report.fills = [
      FillRecord(
        sequence: 6, time: start,
        fill: Fill(
          order: OrderID(5), instrument: instrument, side: .buy, price: Price(ticks: 6_000_001),
          quantity: half, fee: 3_000_000_050, feeAsset: AssetID(0), tradeID: 1, liquidity: .taker),
        positionAfter: half)
    ]
    report.roundTrips = [
      RoundTrip(
        instrument, side: .sell, entryTime: start, exitTime: start + .minute,
        quantity: Money(units: Money.one.units / 2), entryValue: Money(units: 3 * Money.one.units),
        exitValue: Money(units: 2 * Money.one.units), fees: Money(units: 1),
        profit: Money(units: Money.one.units - 1))
    ]
    report.equity = [
      EquityPoint(
        time: start + .minute, equity: Money(units: 99_970 * Money.one.units + 1),
        price: Price(ticks: 6_000_001), position: half, drawdown: 0.0003)
    ]
    report.balances = [BalanceRecord(asset: AssetID(1), amount: Money(units: Money.one.units / 2))]
    report.positions = [
      PositionRecord(
        instrument: instrument, amount: Money(units: Money.one.units / 2),
        cost: Money(units: 30_000 * Money.one.units), mark: Price(ticks: 6_000_001),
        realised: .zero, unrealised: nil)
    ]
    report.metrics = [
      MetricLine(
        name: "sharpe", label: "Sharpe", unit: .ratio,
        strategy: Figure(missing: "fewer than two days of data"), benchmark: Figure(1.5),
        definition: "mean over deviation")
    ]
    report.warnings = [RunWarning(code: "gaps", text: "The recording has gaps.")]
  }

  /// What Python's sqlite3 module answers to a query: rows as lines, values as `repr`, split by `|`.
  static func python(_ path: String, _ query: String) throws -> [String] {
    let code = """
      import sqlite3, sys
      database = sqlite3.connect(sys.argv[1], isolation_level=None)
      for row in database.execute(sys.argv[2]):
          print("|".join(repr(value) for value in row))
      """
    return try run("python3", ["-c", code, path, query])
  }

  /// The lines a program prints.
  static func run(_ program: String, _ arguments: [String]) throws -> [String] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
