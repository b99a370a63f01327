/// `cryptobot audit verify`: does the run, decided again from its facts, come out as it was recorded?

import ArgumentParser
import Journal
import Research
import TradingCore

struct AuditVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Decide a recorded run again and compare every decision.",
    discussion: """
      Feeds the journal's facts to this build's engine: reducer, strategies, sizing and risk. Every \
      signal, order, refusal and fingerprint must come out at its place. The strategies and their \
      parameters are read from the journal itself. A live, paper or backtest journal will do; fills \
      are facts, so this proves decisions; to prove the simulated exchange, replay the scenario.

      Exit code 0: identical; 1: diverged, or the journal is damaged; 77: it differs and was made by \
      other rules (a logic version that is not this build's) or behind a change of its strategy, and the \
      build or the journal to ask is named.

      Examples:
        cryptobot audit verify runs/btc/journal
        cryptobot audit verify live --json | jq .divergence
      """)

  @Argument(help: "The journal of a run, a folder.", completion: .directory)
  var journal: String

  @OptionGroup var common: CommonFlags

  func run() throws {
    do {
      let (found, seconds) = try verified()
      if let refusal = found.refusal, !common.json { throw refusal }
      let text = try VerificationText(found, seconds: seconds, build: Version.text)
      try Output.result(common.json ? text.json.text() : text.text)
      if let refusal = found.refusal { throw refusal }
      if !found.isIdentical { throw CommandFailure(.no, "") }
    } catch let error as JournalError where error.isDamage {
      throw CommandFailure(.no, "\(error)")
    } catch EngineFault.source(let reason) {
      throw CommandFailure(.no, reason)
    }
  }

  private func verified() throws -> (Verification, seconds: Double) {
    let total = try JournalReader(opening: journal, acceptingOpen: true).facts.events
    let progress = FeedProgress("verify", isQuiet: common.quiet || common.json, total: total)
    let found = try Verification(of: journal, wrapping: progress.wrapping)
    return (found, progress.finish())
  }
}
