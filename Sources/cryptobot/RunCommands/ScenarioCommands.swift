/// `cryptobot scenario`: writes a scenario to start from, and checks one without running it.

import ArgumentParser
import Research
import TradingCore

struct ScenarioGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Write a scenario to start from, or check one.",
    subcommands: [ScenarioNew.self, ScenarioCheck.self])
}

struct ScenarioNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a scenario with every key explained.",
    discussion: """
      Examples:
        cryptobot scenario new first.yaml
        cryptobot scenario new btc.yaml --journal january --strategy mean-reversion
      """)

  @Argument(help: "The file to write, or - for stdout.", completion: .file())
  var file: String

  @Option(help: "A journal as source; the default is the generator.", completion: .directory)
  var journal: String?

  @Option(help: "The strategy, with its parameters at their defaults.")
  var strategy = "ema-cross"

  @Flag(help: "Replace the file if it exists.")
  var force = false

  func run() throws {
    guard let entry = StrategyRegistry.entry(named: strategy) else {
      let names = StrategyRegistry.all.map(\.name)
      let hint = nearestName(to: strategy, among: names).map { "did you mean \($0)?" }
      throw CommandFailure(
        .usage, "no strategy \(strategy); " + (hint ?? "one of \(names.joined(separator: ", "))"))
    }
    let text = ScenarioTemplate.text(strategy: entry, journal: journal)
    let output = try ByteOutput(path: file == "-" ? nil : file, replacing: force)
    output.buffer = Array(text.utf8)
    try output.finish()
    if file != "-" {
      Output.note("\(file) written; run it with: cryptobot replay \(ShellCommand.path(file))")
    }
  }
}

struct ScenarioCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a scenario and its source without running it.",
    discussion: """
      Every key, value, symbol and asset is checked against the source; what would be run is printed.

      Examples:
        cryptobot scenario check btc.yaml
        cryptobot scenario check btc.yaml --set latency=50ms --json
      """)

  @Argument(help: "The scenario.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(name: .customLong("set"), help: "Change a key of the scenario.")
  var changes: [String] = []

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  func run() throws {
    let scenario = try ScenarioFile.read(file, setting: changes)
    let plan = try Backtest(scenario, file: file).plan
    let lines = PlanDescription(plan)
    try Output.result(json ? lines.json.text() : lines.text)
  }
}
