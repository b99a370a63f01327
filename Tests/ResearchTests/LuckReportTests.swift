/// The report of luck and the tables it is made of.
import Testing
import TradingCore

@testable import Research

@Suite("Luck of a run")
struct LuckReportTests {
  static func series(days: Int = 120, seed: UInt64 = 71) -> RunSeries {
    var random = RandomSource(seed: seed, label: "days")
    return RunSeries(
      daily: (0..<days).map { _ in 0.002 + 0.01 * random.normal() },
      profits: (0..<40).map { _ in 10 + 60 * random.normal() }, capital: 10_000)
  }

  @Test("what was chosen from many is less probable, and the figures of paths do not change by it")
  func trials() {
    let alone = LuckReport(Self.series(), LuckSettings())
    var settings = LuckSettings()
    settings.trials = 50
    let chosen = LuckReport(Self.series(), settings)
    func value(_ report: LuckReport, _ name: String) -> Double? {
      (report.sharpe + report.paths + report.trips).first { $0.name == name }?.figure.value
    }
    #expect(value(alone, "deflatedSharpe") == nil)
    let deflated = value(chosen, "deflatedSharpe") ?? 1
    #expect(deflated < value(chosen, "probabilisticSharpe") ?? 0)
    #expect(alone.paths == chosen.paths && alone.trips == chosen.trips)
    settings.trialsVariance = 0
    #expect(value(LuckReport(Self.series(), settings), "luckySharpe") == 0)
  }

  @Test("names are unique, every line has its meaning, and text and JSON hold them all")
  func lines() {
    let report = LuckReport(Self.series(), LuckSettings())
    let lines = report.sharpe + report.paths + report.trips
    #expect(Set(lines.map(\.name)).count == lines.count)
    let (text, json) = (report.text(of: "run"), report.json.text())
    for line in lines {
      #expect(line.meaning.hasSuffix(".") && text.contains(line.label), "\(line.name)")
      #expect(json.contains("\"\(line.name)\": "), "\(line.name)")
      if let band = line.band { #expect(band.lowerBound < band.upperBound, "\(line.name)") }
    }
    #expect(text.hasPrefix("run: 120 days, 40 round trips, 1,000 paths, seed 0\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("a run without days, trips or equity says why it has no figures")
  func nothing() {
    let idle = LuckReport(RunSeries(daily: [], profits: [], capital: 100), LuckSettings())
    #expect((idle.sharpe + idle.paths + idle.trips).allSatisfy { $0.figure.value == nil })
    #expect(idle.blockDays == nil && idle.text(of: "idle").contains("n/a"))
    let one = LuckReport(RunSeries(daily: [0.1], profits: nil, capital: 100), LuckSettings())
    #expect(one.sharpe[0].figure.reason == "1 return; it needs at least 2")
    let broke = RunSeries(daily: [-0.5, -1], profits: [-100, 20, 5], capital: 100)
    let trips = LuckReport(broke, LuckSettings()).trips
    #expect(trips.allSatisfy { $0.figure.reason == "equity was lost entirely" })
  }

  static let names = (equity: "e.csv", trades: "t.csv")

  @Test("a run's tables are read back to the same series, whatever a cell holds")
  func tables() throws {
    let market = ReportFixture().market
    let points = [(0, 1_000), (1, 1_100), (3, 990)].map { day, units in
      EquityPoint(
        time: WindowPlanTests.day(Int64(day) + 20_000),
        equity: Money(units: Int128(units) * Money.one.units + 7))
    }
    let equity = CSVFiles.equityHeader + "\n" + points.map { CSVFiles.line($0, market) }.joined()
    let trades = "instrument,profit\n\"a,\"\"b\"\"\n\",-2.5\r\nX,4\n"
    let series = try RunSeries(equity: equity, trades: trades, capital: nil, files: Self.names)
    let days = ReturnTables.daily(points, capital: points[0].equity).map(\.fraction)
    #expect(series.daily == Array(days.dropFirst()) && series.daily.count == 3)
    #expect(series.profits == [-2.5, 4])
    #expect(series.capital == 1_000)
  }

  /// The series of a table of equity by itself, a row for each of `cells` and `perDay` rows a day.
  static func series(_ cells: [String], perDay: Int = 1) throws(TableFault) -> RunSeries {
    var table = "time_ns,equity\n"
    for (row, cell) in cells.enumerated() {
      let nanoseconds = (20_000 + Int64(row / perDay)) * Interval.day.nanoseconds
      table += "\(nanoseconds + Int64(row % perDay)),\(cell)\n"
    }
    return try RunSeries(equity: table, trades: nil, capital: nil, files: names)
  }

  @Test("without a report the first row is the start: only what follows on its day is a return")
  func firstRow() throws {
    #expect(try Self.series(["100"]).daily == [])
    #expect(try Self.series((1...13).map { String($0) }).daily == (1...12).map { 1 / Double($0) })
    #expect(try Self.series(["100", "150", "300", "600"], perDay: 2).daily == [0.5, 3])
    let report = try RunSeries(
      equity: "time,equity\n2024-01-01,110\n", trades: nil,
      capital: Money(units: 100 * Money.one.units), files: Self.names)
    #expect(report.daily == [0.1])
  }

  /// What every report keeps: a finite figure or a reason, and bands that have two finite ends.
  static func isWhole(_ report: LuckReport) -> Bool {
    (report.sharpe + report.paths + report.trips).allSatisfy { line in
      let ends = [line.band, line.correctedBand].compactMap { $0 }
      return (line.figure.value == nil) != line.figure.reason.isEmpty
        && ends.allSatisfy { $0.lowerBound.isFinite && $0.upperBound.isFinite }
    }
  }

  @Test("days that double and treble have bands, though the growth of a year is beyond its cubes")
  func steep() throws {
    let cells = (0..<14).reduce(into: [1_000]) { $0.append($0[$0.count - 1] * (2 + $1 % 2)) }
    let report = LuckReport(try Self.series(cells.map { String($0) }), LuckSettings())
    #expect(Self.isWhole(report))
    #expect(report.paths[1].correctedBand != nil)
  }

  @Test("equity that was lost or owed has no figures of days, but the reason")
  func lost() throws {
    for end in ["0", "-50"] {
      let cells = (100...120).map { String($0) } + [end, "-100", "30"]
      let report = LuckReport(try Self.series(cells), LuckSettings())
      #expect(report.sharpe[0].figure.reason == "equity was lost entirely", "\(end)")
      #expect(report.paths.allSatisfy { $0.figure.reason == "equity was lost entirely" })
    }
  }

  @Test("whatever amounts and settings there are, a report is made")
  func extremes() throws {
    let most = "170141183460469231731.687303715884105727"
    let cells = [
      "0.000000000000000001", "1", "1.000000000000000001", "1.5", "7", most, "0", "-" + most,
    ]
    var random = RandomSource(seed: 73, label: "extremes")
    for round in 0..<600 {
      let kinds = round.isMultiple(of: 3) ? cells.count : 6
      var settings = LuckSettings()
      settings.paths = Int(random.integer(in: 1...30))
      settings.confidence = [0.9, 1e-300, 0.9999999999999999][round % 3]
      settings.scheme = BlockScheme.allCases[Int(random.below(3))]
      settings.blockDays = [nil, 1, .infinity][Int(random.below(3))]
      settings.trials = [1, 2, 1e12][Int(random.below(3))]
      settings.benchmark =
        [0, -.greatestFiniteMagnitude, .greatestFiniteMagnitude, 1e-300][
          Int(random.below(4))]
      let rows = (0...random.below(40)).map { _ in cells[Int(random.below(UInt64(kinds)))] }
      guard var series = try? Self.series(rows) else { continue }
      series.profits = rows.compactMap { Money(exact: $0)?.approximate }
      let report = LuckReport(series, settings)
      #expect(Self.isWhole(report), "seed 73, round \(round)")
      #expect(!report.text(of: "run").isEmpty && !report.json.text().isEmpty)
    }
  }

  @Test("a fault of a table names the line its row begins on")
  func faults() {
    func fault(_ trades: String) -> String {
      do throws(TableFault) {
        _ = try RunSeries(
          equity: "time,equity\n2024-01-01,1\n", trades: trades, capital: nil, files: Self.names)
      } catch { return "\(error)" }
      return ""
    }
    #expect(fault("profit\n1\n") == "")
    #expect(fault("a,profit\n\"x\ny\",1\nz,q\n") == "t.csv:4: \"q\" is not an amount")
    #expect(fault("a\n1\n") == "t.csv:1: no column `profit`; there are a")
    #expect(fault("a,profit\n\"1,1\n") == "t.csv:2: 1 cells under 2 columns")
  }

  @Test(
    "exact amounts are read as they are written, and nothing else is",
    arguments: [
      ("0", 0), ("-1", -1_000_000_000_000_000_000), ("12.5", 12_500_000_000_000_000_000),
      ("-0.000000000000000001", -1), ("100000", 100_000_000_000_000_000_000_000),
    ] as [(String, Int128)])
  func exactText(text: String, units: Int128) {
    #expect(Money(exact: text) == Money(units: units))
    #expect(Money(units: units).exactText == text)
  }

  @Test(
    "text that is no amount is none",
    arguments: [
      "", "-", ".", "1.", ".5", "1e3", "+1", "1,0", "--1", "1.2.3", "٣", "0.0000000000000000001",
      "999999999999999999999999",
    ])
  func noAmounts(text: String) {
    #expect(Money(exact: text) == nil)
  }

  @Test("the capital of a report is read, and a file that is none is refused")
  func capital() throws {
    #expect(
      try RunSeries.capital(ofReport: #"{"capital": "12.5"}"#, file: "r")
        == Money(units: 12_500_000_000_000_000_000))
    for text in ["", "[]", "{}", #"{"capital": 5}"#, #"{"capital": "0"}"#] {
      #expect(throws: TableFault.self) { try RunSeries.capital(ofReport: text, file: "r") }
    }
  }
}
