/// `cryptobot optimize`: a search over a scenario's parameters.

import ArgumentParser
import Research
import Store
import TradingCore

struct Optimize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Search the parameters of a scenario.",
    discussion: """
      The scenario's section `search` says what may vary, or the options here do. Every trial is the run \
      that `replay` makes of the same values, to the last bit; trials of a generation read the source \
      together, so it is decoded once for all of them and memory does not grow with it. The ranking is \
      the same for any number of workers.

      With --sqlite the trials of a generation are kept as soon as all of them are through: the same command \
      goes on where it was stopped or killed, and --trials may be more than before. A change of anything \
      that could change a trial begins a study of its own in the same file.

      Values are written as \(Dimension.forms).
      Samplers: grid tries all, the last parameter fastest; random draws evenly, in log: by magnitude; \
      tpe learns from the trials before, as Optuna's TPESampler does. Without --sampler and --trials a \
      grid of up to \(SearchPlan.usualGrid) points is tried whole, anything larger by tpe.
      An objective is a metric of `replay --json`, or a sum such as sharpe=1,maxDrawdown=-0.5.

      The best of many trials looks better than it is. The more trials, the more so: walkforward shows \
      what is left of it on data that the search has not seen.

      Examples:
        cryptobot optimize ema.yaml --over fast=2..20 --over slow=20..200:10 --where 'fast < slow'
        cryptobot optimize ema.yaml --sampler tpe --trials 200 --objective sharpe --sqlite ema.db
        cryptobot optimize ema.yaml --objective return=1,maxDrawdown=-2 --min-trips 30 --csv trials.csv
        cryptobot optimize ema.yaml --html ema.html
        cryptobot optimize ema.yaml --json | jq -r .again
      """)

  @Argument(help: "A scenario file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(name: .customLong("set"), help: "Change a key of the scenario, such as latency=50ms.")
  var changes: [String] = []

  @OptionGroup var options: SearchOptions

  @Option(help: "Trials at a time; the answer is the same for any number. Default: the processors.")
  var workers: Int?

  @Option(help: "Trials that the table shows.")
  var top = 10

  @Option(
    help: "Keep trials in an SQLite database, a generation at a time, and go on from those it has.",
    completion: .file())
  var sqlite: String?

  @Option(help: "Write all trials as CSV, - for stdout.", completion: .file())
  var csv: String?

  @OptionGroup var pages: PageFiles

  @Flag(help: "Replace outputs that exist; a database is added to.")
  var force = false

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard workers.map({ (1...256).contains($0) }) != false else {
      throw ValidationError("--workers is 1 to 256")
    }
    guard top >= 1 else { throw ValidationError("--top is at least 1") }
    guard csv != "-" || !common.json else {
      throw ValidationError("--csv - and --json both write to stdout: name a file for one")
    }
  }

  func run() throws {
    try expectRoom()
    let all = changes + options.given.map(\.change)
    let text = try ScenarioText(scenario, setting: all)
    let plan = try GivenOption.naming(options.given, beside: changes) {
      try text.search().searchPlan()
    }
    var search = try ParameterSearch(SearchedScenario(text), plan, build: Version.text)
    let runner = SearchRunner(
      store: try sqlite.map(DatabaseFile.open), workers: workers,
      isQuiet: common.quiet || common.json)
    let started = monotonicSeconds()
    let trials = try runner.run(&search, title: "optimize")
    let report = SearchReport(search.study, trials: trials, of: text, warnings: search.warnings)
    let seconds = monotonicSeconds() - started
    try pages.write({ report.html(over: plan.space, setting: all) }, replacing: force)
    try finish(report, seconds: seconds)
  }

  private func expectRoom() throws {
    guard ![sqlite, csv, pages.html, pages.png].contains("") else {
      throw CommandFailure(
        .usage, "--sqlite, --csv, --html and --png need a name; one given is empty")
    }
    try Files.expectRoom(csv == "-" ? nil : csv, replacing: force)
    try pages.expectRoom(replacing: force)
    try DatabaseFile.expectRoom(sqlite)
    try Files.expectApart(
      [("SCENARIO", scenario), ("--csv", csv), ("--sqlite", sqlite)] + pages.named)
  }

  private func finish(_ report: SearchReport, seconds: Double) throws {
    if let csv, csv != "-" { try ReportFiles.write(report.csv, to: csv, replacing: force) }
    let text =
      csv == "-"
      ? report.csv : common.json ? report.json.text() : report.text(top: top, seconds: seconds)
    try Output.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    guard report.best != nil else {
      let reason = report.mainReason.map { ": \($0)" } ?? ""
      throw CommandFailure(.badInput, "no trial has a score\(reason)")
    }
  }
}
