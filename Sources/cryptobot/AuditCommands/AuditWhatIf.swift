/// `cryptobot audit whatif`: a recorded run with another turn.

import ArgumentParser
import Research
import TradingCore

struct AuditWhatIf: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whatif",
    abstract: "Fork a recorded run and see what a change would have done.",
    discussion: """
      Up to the fork the run is what was recorded, proven event by event. From there the same market goes \
      on against a simulated exchange, once with nothing changed and once with the change; both stand \
      beside what was recorded, so that the simulator's own difference is not taken for the change's. \
      Nobody reacts to what is done differently: the share of the traded volume says how far that can be \
      believed.

      Of a run that was simulated the simulation is repeated, so that an unchanged fork is the run itself. \
      Of a run at a venue the orders live at the fork are taken over, at the back of their queues.

      What can change: \(ForkChanges.groups.joined(separator: ", ")). Keys are a scenario's, see `cryptobot scenario new`; \
      max_position is maxPosition. Changes come into the journal as facts. The journal must be sealed \
      (`cryptobot journal seal`), and a journal that -o kept is not forked again behind its own change.

      Examples:
        cryptobot audit whatif runs/btc/journal --at 5000 --set risk.max_position=20%
        cryptobot audit whatif runs/btc/journal --at 2024-01-01T00:10 --latency 50ms --json
        cryptobot audit whatif live --at 120000 --strategy ema-cross:fast=5,slow=20 --until 180000
        cryptobot audit whatif live --at 120000 --fees 0.02%,0.05% -o cheaper --html cheaper.html
      """)

  @Argument(help: "The journal of a run, a folder.", completion: .directory)
  var journal: String

  @Option(help: ArgumentHelp("The last of the past.", valueName: "seq|time"))
  var at: String

  @Option(help: ArgumentHelp("The last that is of interest.", valueName: "seq|time"))
  var until: String?

  @Option(name: .customLong("set"), help: "Change a key of the scenario, such as size.equity=50%.")
  var settings: [String] = []

  @Option(help: ArgumentHelp("Another strategy.", valueName: "name[:p=v,…]"))
  var strategy: String?

  @Option(help: "Another latency, such as 50ms.")
  var latency: String?

  @Option(help: ArgumentHelp("Other fees, such as 0.02%,0.05%.", valueName: "maker[,taker]"))
  var fees: String?

  @Option(name: .shortAndLong, help: "Keep the changed run here.", completion: .directory)
  var output: String?

  @Option(
    help: "Write the three sides and the changed run's report, one file.", completion: .file())
  var html: String?

  @Flag(help: "Replace outputs that exist.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    try Files.expectRoom(html, replacing: force)
    try Files.expectApart([("the journal", journal), ("-o", output), ("--html", html)])
    let run = try RecordedRun(of: journal)
    guard let strategies = run.strategies else { throw AuditError.factsOnly(journal: journal) }
    guard run.hasOurRules else { throw run.otherRules() }
    var progress = Progress("look", unit: "events", isQuiet: common.quiet || common.json)
    let fork = try ForkPoint(
      of: journal, at: try FoldLimit(at, option: "--at"),
      until: try until.map { try FoldLimit($0, option: "--until") } ?? .none
    ) { sequence in
      try Interrupt.check()
      progress.update(done: sequence, share: nil)
    }
    progress.clear()
    let changes = try ForkChanges(try changes(strategies, fork), of: run, names: fork.names)
    let folder = try output.map { try RunFolder($0, replacing: force) }
    let answer = try WhatIf(
      run, fork, changes, output: folder.map { "\($0.path)/journal" }, build: Version.text,
      wrapping: watched)
    try Interrupt.check()
    if let folder {
      try ReportFiles.write(answer.report, directory: folder.path, replacing: false)
      try folder.finish()
    }
    let report = WhatIfReport(answer)
    if let html { try report.writeHTML(to: html, replacing: force) }
    try Output.result(common.json ? report.json.text() : report.text)
  }

  /// A feed that shows how far its side is.
  private func watched(_ name: String, _ feed: any Feed) -> any Feed {
    FeedProgress(name, isQuiet: common.quiet || common.json, total: nil).wrapping(feed)
  }

  /// All changes, the short options as keys of a scenario.
  private func changes(_ strategies: RunStrategies, _ fork: ForkPoint) throws -> [ForkChange] {
    var changes = settings.map { ForkChange(set: $0) }
    if let strategy {
      changes.append(
        try ForkChange(
          strategy: strategy, insteadOf: strategies, bar: fork.state.settings.barInterval))
    }
    if let latency { changes.append(try ForkChange(latency: latency)) }
    if let fees { changes.append(try ForkChange(fees: fees)) }
    return changes
  }
}
