/// `cryptobot walkforward`: search on one part of time, be judged by the next, fold after fold.

import ArgumentParser
import Glibc
import Research
import Store
import TradingCore

struct WalkForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walkforward",
    abstract: "Search a scenario's parameters on one part of time and judge them by the next.",
    discussion: """
      The period is cut into folds. In each a search as `optimize` makes it sees the in-sample part only; \
      its best is then run over the out-of-sample part after it, which nothing was chosen by. The \
      out-of-sample parts one after the other are what choosing anew at every fold would have earned.

      --warm-up lets strategies see the time before each part, for their averages; nothing is traded or \
      measured in it. --purge leaves out time between a fold's two parts, --embargo between one \
      out-of-sample part and the next.

      Efficiency is the yearly return out of sample ÷ that in sample (Pardo 2008): near 1 what was found \
      holds, far below it was fitted to its sample. Each fold is a study of its own: with --sqlite a \
      stopped or killed walk goes on where it was. The answer is the same for any number of workers.

      Examples:
        cryptobot walkforward ema.yaml --in 90d --out 30d --over fast=2..20 --over slow=20..200:10
        cryptobot walkforward ema.yaml --in 180d --folds 6 --anchored --warm-up 2d --purge 1d
        cryptobot walkforward ema.yaml --sampler tpe --trials 50 --sqlite walk.db --json
        cryptobot walkforward ema.yaml --html walk.html
      """)

  @Argument(help: "A scenario file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(name: .customLong("set"), help: "Change a key of the scenario, such as latency=50ms.")
  var changes: [String] = []

  @OptionGroup var windows: WindowOptions
  @OptionGroup var options: SearchOptions

  @Option(help: "Trials at a time; the answer is the same for any number. Default: the processors.")
  var workers: Int?

  @Option(
    help: "Keep every trial in an SQLite database, and go on from those it has.",
    completion: .file())
  var sqlite: String?

  @OptionGroup var pages: PageFiles

  @Flag(help: "Replace a report that exists; a database is added to.")
  var force = false

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard workers.map({ (1...256).contains($0) }) != false else {
      throw ValidationError("--workers is 1 to 256")
    }
    guard ![sqlite, pages.html, pages.png].contains("") else {
      throw ValidationError("--sqlite, --html and --png need a name; one given is empty")
    }
  }

  func run() throws {
    try expectRoom()
    let given = windows.given + options.given
    let all = changes + given.map(\.change)
    let text = try ScenarioText(scenario, setting: all)
    var walk = try GivenOption.naming(given, beside: changes) {
      try WalkForward(text, build: Version.text)
    }
    let runner = SearchRunner(
      store: try sqlite.map(DatabaseFile.open), workers: workers,
      isQuiet: common.quiet || common.json)
    let started = monotonicSeconds()
    var folds: [WalkForwardFold] = []
    while let fold = try walkFold(of: &walk, runner) { folds.append(fold) }
    let report = WalkForwardReport(walk.study, walk.windows, walk.plan, folds)
    let seconds = monotonicSeconds() - started
    try pages.write(
      { report.html(over: walk.plan.space, of: scenario, setting: all) }, replacing: force)
    try Output.result(common.json ? report.json.text() : report.text(seconds: seconds))
    guard report.stitched != nil else {
      let reason = report.untraded.first.map { ": \($0)" } ?? ""
      throw CommandFailure(.badInput, "no fold could be traded\(reason)")
    }
  }

  /// Searches the next fold and judges what was found; `nil` when all folds are done.
  private func walkFold(
    of walk: inout WalkForward, _ runner: SearchRunner
  ) throws -> WalkForwardFold? {
    try runner.keeping {
      guard var next = try walk.nextSearch(wrapping: { WatchedFeed($0) }) else { return nil }
      let title = "fold \(next.fold.number) of \(walk.windows.folds.count)"
      let trials = next.hasData ? try runner.run(&next.search, title: title) : []
      for warning in next.search.warnings { Output.warn("\(title): \(warning.text)") }
      let fold = try walk.judge(
        next.fold, next.search.study, after: trials, wrapping: { WatchedFeed($0) })
      try Interrupt.check()
      return fold
    }
  }
}

extension WalkForwardCommand {
  private func expectRoom() throws {
    try pages.expectRoom(replacing: force)
    try DatabaseFile.expectRoom(sqlite)
    try Files.expectApart([("SCENARIO", scenario), ("--sqlite", sqlite)] + pages.named)
  }
}
