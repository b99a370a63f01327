/// `cryptobot replay`: a scenario as a backtest, or a journal folded into state.

import ArgumentParser
import Journal
import Research
import Store
import TradingCore

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a scenario as a backtest, or fold a journal into state.",
    discussion: """
      A scenario (.yaml) names a source, a strategy, an account, fees, latency and a fill rule. The \
      run is a journal of its own, and the same scenario gives the same bytes every time. A journal \
      (a folder) is folded by the reducer: positions, risk and metrics at its end or at --until.

      Examples:
        cryptobot replay scenarios/quiet-range.yaml
        cryptobot replay btc.yaml --set strategy.parameters.fast=9 --set latency=50ms
        cryptobot replay btc.yaml -o runs/btc --html btc.html --sqlite runs.db
        cryptobot replay btc.yaml --json | jq .metrics
        cryptobot replay runs/btc/journal --until 2024-08-08T23:55
        cryptobot replay runs/btc/journal --from-snapshot

      -o DIR holds journal/, report.json, fills.csv, trades.csv, books.csv and equity.csv.
      `cryptobot scenario new` writes a scenario to start from; its comments explain every key.

      Metrics (365 days a year, UTC days):
      \(MetricDefinition.all.map { "  \($0.label): \($0.text)" }.joined(separator: "\n"))
      """)

  @Argument(
    help: "A scenario file, or the folder of a journal.",
    completion: .file(extensions: ["yaml", "yml"]))
  var input: String

  @Option(name: .customLong("set"), help: "Change a key of the scenario, such as latency=50ms.")
  var changes: [String] = []

  @Option(
    name: .shortAndLong, help: "Keep journal, report and tables here.", completion: .directory)
  var output: String?

  @OptionGroup var pages: PageFiles

  @Option(help: "Add the run to an SQLite database.", completion: .file())
  var sqlite: String?

  @Option(help: "Fold a journal up to a sequence or a UTC time, inclusive.")
  var until: String?

  @Flag(
    help: "Fold a journal from its newest usable snapshot at or before the target; same result.")
  var fromSnapshot = false

  @Flag(help: "Replace outputs that exist.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    if Files.isFolder(input) {
      guard changes.isEmpty, output == nil, pages.isEmpty, sqlite == nil else {
        throw CommandFailure(
          .usage, "--set, -o, --html, --png and --sqlite belong to a scenario; \(input) is a folder"
        )
      }
      return try FoldRun(
        journal: input, until: until, fromSnapshot: fromSnapshot, common: common
      ).run()
    }
    guard Files.exists(input) else {
      throw CommandFailure(.noInput, "\(input): no such scenario or journal; check the path")
    }
    guard !fromSnapshot else {
      throw CommandFailure(.usage, "--from-snapshot belongs to a journal; \(input) is a scenario")
    }
    guard until == nil else {
      throw CommandFailure(.usage, "--until belongs to a journal; a scenario has `period: {to: …}`")
    }
    try backtest()
  }

  private func backtest() throws {
    guard ![output, pages.html, pages.png, sqlite].contains("") else {
      throw CommandFailure(
        .usage, "-o, --html, --png and --sqlite need a name; the one given is empty")
    }
    try pages.expectRoom(replacing: force)
    try DatabaseFile.expectRoom(sqlite)
    try Files.expectApart([("-o", output), ("--sqlite", sqlite)] + pages.named)
    let scenario = try ScenarioFile.read(input, setting: changes)
    if case .journal(let source, _) = scenario.source {
      try Files.expectApart([("the source", source), ("-o", output)] + pages.named)
    }
    let backtest = try Backtest(scenario, file: input)
    let folder = try output.map { try RunFolder($0, replacing: force) }
    let build = Version.text
    let progress = FeedProgress(
      "replay", isQuiet: common.quiet || common.json, total: backtest.plan.survey.eventCount)
    let result = try backtest.run(
      journal: folder.map { "\($0.path)/journal" }, build: build,
      wrapping: progress.wrapping)
    let timing = RunTiming(seconds: progress.finish(), events: result.report.counts.events)
    try Interrupt.check()
    if let folder {
      try ReportFiles.write(result.report, directory: folder.path, replacing: false)
      try folder.finish()
    }
    try pages.write({ HTMLReport.text(result.report) }, replacing: force)
    if let sqlite { try DatabaseFile.open(sqlite).save(result.report) }
    try Output.result(trimmed(text(result.report, timing)))
  }

  private func text(_ report: RunReport, _ timing: RunTiming) -> String {
    common.json
      ? JSONReport.text(report, timing: timing)
      : TerminalReport.text(report, timing: timing, color: Output.resultIsTerminal)
  }

  private func trimmed(_ text: String) -> String {
    text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
