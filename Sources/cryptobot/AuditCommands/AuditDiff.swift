/// `cryptobot audit diff`: the first place at which two runs part, and why.

public import ArgumentParser
import Research
import TradingCore

extension RunAlignment: ExpressibleByArgument {}

struct AuditDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Name the first event at which two runs part.",
    discussion: """
      Says what the two were begun with that is not the same (parameters, limits, fees, models, \
      definitions), the first pair of events that differs behind that, the fields of the state that \
      differ before it, and what led to it on each side.

      --align sequence compares event by event: two runs of one scenario, two versions, two \
      configurations. Where both heads are equal, fingerprints are bisected first, and only what lies \
      behind the last equal one is compared; --thorough compares everything. --align market compares \
      the market's events, the decisions and each order's fills, each for themselves: a live run and \
      its backtest. Without --align it is `market` where one journal is the other's source.

      Exit code 0: equal; 1: different.

      Examples:
        cryptobot audit diff runs/a/journal runs/b/journal
        cryptobot audit diff live backtest/journal --align market
        cryptobot audit diff runs/a/journal runs/b/journal --json | jq .partings
      """)

  @Argument(help: "The journal of a run, a folder.", completion: .directory)
  var left: String

  @Argument(help: "The journal of the other.", completion: .directory)
  var right: String

  @Option(help: "How events find each other: sequence or market.")
  var align: RunAlignment?

  @Flag(help: "Also compare what lies before the last equal fingerprint.")
  var thorough = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    var progress = Progress("diff", unit: "pairs", isQuiet: common.quiet || common.json)
    let found = try RunComparison(left, right, alignment: align, thoroughly: thorough) { done in
      try Interrupt.check()
      if let done { progress.update(done: done, share: nil) }
    }
    progress.clear()
    let text = try RunComparisonText(found) { try Interrupt.check() }
    try Output.result(common.json ? text.json.text() : text.text)
    if !found.isEqual { throw CommandFailure(.no, "") }
  }
}
