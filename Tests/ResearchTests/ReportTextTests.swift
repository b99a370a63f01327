/// The terminal, JSON and CSV reports of a made-up run, read back by others where others exist.
import Foundation
import Testing
import TradingCore

@testable import Research

@Suite struct ReportTextTests {
  static let reports: [(String, RunReport)] = [
    ("long", ReportFixture(points: 3_000).report()),
    ("no fills", ReportFixture(points: 500, flipEvery: 0).report()),
    ("one day", ReportFixture(points: 1_440, step: .minute).report()),
    ("empty", ReportFixture(points: 0).report()),
    ("one sample", ReportFixture(points: 1).report()),
    ("hostile", hostile),
    ("huge prices", ReportFixture(points: 300, priceTicks: 4_000_000_000_000_000).report()),
  ]

  /// Names that try to leave their place.
  static var hostile: RunReport {
    var report = ReportFixture(
      points: 400, name: "<script>alert(1)</script>\u{1B}[31m\u{202E}\r\n\"x\",y&amp;"
    ).report()
    report.market.instruments[0].symbol = "BTC,\"USDT\"\n</script><b>"
    report.market.assets[0].code = "US'D\"T<img src=x onerror=alert(1)>"
    report.identity.strategy = "ema\u{07}-cross</title>"
    report.identity.scenarioText = "a: </pre><script>alert(2)</script>\n\tb: 1\u{2028}"
    report.identity.source = "http://example.com/<script src=//example.com/x.js>"
    report.warnings.append(RunWarning(code: "x", text: "</ul><script>alert(3)</script>"))
    return report
  }

  @Test(
    "no line of the terminal report is longer than 100 columns or drives the terminal",
    arguments: reports.indices)
  func terminalWidth(index: Int) {
    let text = TerminalReport.text(Self.reports[index].1, timing: RunTiming(seconds: 2, events: 9))
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(line.count <= 100, "\(Self.reports[index].0): \(line)")
    }
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  @Test("colour is only codes: without them the text is the plain one", arguments: reports.indices)
  func terminalColour(index: Int) {
    let report = Self.reports[index].1
    let coloured = TerminalReport.text(report, color: true)
    #expect(coloured.contains("\u{1B}[1m"))
    #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == TerminalReport.text(report))
  }

  @Test("a missing figure says n/a with its reason, and warnings come before figures")
  func terminalReasons() throws {
    let text = TerminalReport.text(ReportFixture(points: 600, step: .minute).report())
    #expect(text.contains("n/a (fewer than two days of data): Volatility, Sharpe, Sortino\n"))
    let warning = try #require(text.range(of: "! Fills at the price"))
    let figures = try #require(text.range(of: "buy and hold\n"))
    #expect(warning.upperBound < figures.lowerBound)
  }

  /// Python's json, because Foundation's reads some doubles a bit wrong on Linux.
  @Test(
    "JSON is what Python reads, bit for bit, with the keys programs rely on",
    arguments: reports.indices)
  func json(index: Int) throws {
    let report = Self.reports[index].1
    let folder = try TemporaryFolder()
    try ReportFiles.write(report, directory: folder.path, replacing: false)
    let code = """
      import json, sys
      report = json.load(open(sys.argv[1] + "/report.json", encoding="utf-8"))
      print(report["fingerprint"], report["events"], report["finalEquity"])
      print((report["scenario"]["name"] + report["scenario"]["text"]).encode("utf-8").hex())
      for name, value in report["metrics"].items():
          print(name, value, report["metricsNotAvailable"].get(name, ""), sep=";")
      """
    let equity = report.equity.last?.equity.exactText ?? "None"
    let lines = try python(code, folder.path)
    #expect(lines[0] == "0123456789abcdef \(report.counts.events) \(equity)")
    let names = report.identity.scenarioName + report.identity.scenarioText
    #expect(lines[1] == names.utf8.map { String(256 + Int($0), radix: 16).dropFirst() }.joined())
    #expect(lines.count == 2 + MetricDefinition.all.count)
    for (text, line) in zip(lines.dropFirst(2), report.metrics) {
      let fields = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      #expect(fields[0] == line.name && fields[2] == line.strategy.reason)
      #expect(Double(fields[1]) == line.strategy.value, "\(text)")
    }
  }

  @Test("every metric has a name of its own and a definition that ends a sentence")
  func metricNames() {
    #expect(Set(MetricDefinition.all.map(\.name)).count == MetricDefinition.all.count)
    #expect(MetricDefinition.all.allSatisfy { $0.text.hasSuffix(".") })
  }

  @Test("timing is printed only where it is asked for")
  func timing() {
    let report = Self.reports[0].1
    #expect(!JSONReport.text(report).contains("eventsPerSecond"))
    let timed = JSONReport.text(report, timing: RunTiming(seconds: 0.5, events: 1_000))
    #expect(timed.contains("\"eventsPerSecond\": 2000.0"))
  }

  @Test("numbers that are none are null, and text in JSON cannot end a script")
  func jsonEdges() {
    let value = JSONValue.object([
      ("a", .number(.nan)), ("b", .number(-.infinity)), ("c", .array([.count(1), .null])),
      ("d", .string("</script>\u{2028}\u{0}\"\\é")), ("e", .object([])), ("f", .number(0.1)),
    ])
    #expect(
      value.text(pretty: false)
        == #"{"a":null,"b":null,"c":[1,null],"d":"\u003c/script>\u2028\u0000\"\\é","e":{},"f":0.1}"#
    )
    #expect(
      JSONValue.object([("a", .array([.object([])]))]).text() == "{\n  \"a\": [\n    {}\n  ]\n}")
  }

  @Test(
    "Python's csv and decimal modules find every fill, trade and sample, exactly",
    arguments: [0, 1, 3, 5])
  func csv(index: Int) throws {
    let report = Self.reports[index].1
    let folder = try TemporaryFolder()
    try ReportFiles.write(report, directory: folder.path, replacing: false)
    let code = """
      import csv, decimal, sys
      decimal.getcontext().prec = 60
      for name, column in (("fills", "fee"), ("trades", "profit"), ("equity", "equity")):
          with open(sys.argv[1] + "/" + name + ".csv", newline="") as file:
              rows = list(csv.DictReader(file, strict=True))
          assert all(None not in row and None not in row.values() for row in rows)
          total = sum((decimal.Decimal(row[column]) for row in rows), decimal.Decimal(0))
          print(name, len(rows), format(total.normalize(), "f") if total else "0")
      """
    let fees = report.fills.reduce(Money.zero) { $0 + report.market.fee($1.fill) }
    let profit = report.roundTrips.reduce(Money.zero) { $0 + $1.profit }
    let equity = report.equity.reduce(Money.zero) { $0 + $1.equity }
    #expect(
      try python(code, folder.path) == [
        "fills \(report.fills.count) \(fees.exactText)",
        "trades \(report.roundTrips.count) \(profit.exactText)",
        "equity \(report.equity.count) \(equity.exactText)",
      ])
  }

  @Test("two writes of one report are the same bytes, and no temporary file stays")
  func sameBytes() throws {
    let folders = [try TemporaryFolder(), try TemporaryFolder()]
    for folder in folders {
      try ReportFiles.write(Self.reports[0].1, directory: folder.path, replacing: false)
    }
    let names = ["books.csv", "equity.csv", "fills.csv", "report.json", "trades.csv"]
    for folder in folders {
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
    }
    for name in names {
      let files = folders.map { FileManager.default.contents(atPath: "\($0.path)/\(name)") }
      #expect(files[0] != nil && files[0] == files[1], "\(name)")
    }
  }

  @Test("a file that exists is kept unless replacing it is asked for")
  func existing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/report.html"
    try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: ReportError.exists(path: path)) {
      try ReportFiles.write(HTMLReport.text(Self.reports[0].1), to: path, replacing: false)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    try ReportFiles.write(HTMLReport.text(Self.reports[0].1), to: path, replacing: true)
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<!doctype html>"))
    #expect(throws: ReportError.self) {
      try ReportFiles.write(
        HTMLReport.text(Self.reports[0].1), to: "\(path)/no/such", replacing: true)
    }
  }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("cryptobot-report-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The lines a Python program prints; its failure is the test's.
func python(_ code: String, _ arguments: String...) throws -> [String] {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-c", code] + arguments
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
}
