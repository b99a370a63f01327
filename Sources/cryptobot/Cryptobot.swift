/// The command: one binary, verb first. Reading it top to bottom is reading what the product does.

import ArgumentParser
import Research
import TradingCore

@main
struct Cryptobot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cryptobot",
    abstract: "A deterministic, event-sourced trading engine.",
    discussion: """
      Every market event, signal, order and fill goes into a journal; one reducer rebuilds all \
      state from it. Results are written to stdout, progress and errors to stderr.

      A first walk:
        cryptobot journal import binance-trades BTCUSDT-trades-2024-01.zip -o january
        cryptobot journal info january
        cryptobot strategies list
        cryptobot replay scenarios/quiet-range.yaml --html report.html

      Exit codes: 0 yes · 1 the answer is no · 64 usage · 65 bad input · 66 no such input · \
      70 internal · 73 cannot create output · 74 input or output failed · 77 refused · \
      130 interrupted.

      Shell completions: cryptobot --generate-completion-script bash|zsh|fish
      """,
    subcommands: [
      Replay.self, Optimize.self, WalkForwardCommand.self, ScenarioGroup.self, JournalGroup.self,
      StrategiesGroup.self, IndicatorsGroup.self, FeaturesGroup.self, Calibrate.self,
      Exchange.self, VenuesGroup.self, Record.self, Download.self, TradeCommand.self,
      KeysGroup.self,
      CheckGroup.self,
      AuditGroup.self,
      Simulate.self,
      Luck.self, ConfigGroup.self, Doctor.self,
    ])

  @Flag(help: "Show the release, the build and the logic version.")
  var version = false

  func run() throws {
    guard version else { throw CleanExit.helpRequest(self) }
    try Output.result(Version.text)
  }

  static func main() {
    Interrupt.install()
    SecretInput.clearEnvironment()
    do {
      try expectVerb()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// The parser would call an unknown verb's options unknown; the verb itself is to be named.
  private static func expectVerb() throws(CommandFailure) {
    let verbs = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let verb = CommandLine.arguments.dropFirst().first, !verb.hasPrefix("-"),
      !verbs.contains(verb)
    else { return }
    let hint = nearestName(to: verb, among: verbs).map { "; did you mean `\($0)`?" } ?? ""
    throw CommandFailure(
      .usage, "there is no verb `\(verb)`; see `cryptobot --help` for all of them\(hint)")
  }

  /// Says what went wrong and leaves with the code that goes with it.
  private static func end(with error: any Error) -> Never {
    let failure = CommandFailure(error)
    if failure == nil, exitCode(for: error).isSuccess {
      try? Output.result(fullMessage(for: error))
      exit(withCode: .success)
    }
    let told = failure ?? CommandFailure(parser: error)
    told.tell()
    exit(withCode: told.outcome)
  }

  private static func exit(withCode outcome: Outcome) -> Never {
    exit(withError: outcome == .success ? nil : ExitCode(outcome.rawValue))
  }
}
