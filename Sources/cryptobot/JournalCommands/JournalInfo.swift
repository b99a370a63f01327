/// `cryptobot journal info`: what a journal holds, and the fingerprint of the state it leads to.

import ArgumentParser
import Journal
import Research
import TradingCore

struct JournalInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what a journal holds.",
    discussion: """
      Reads the whole journal, checks its hashes on the way, and folds it into state: the fingerprint \
      is the state after the last event, the chain head the hash over all content.

      Examples:
        cryptobot journal info january
        cryptobot journal info january --json
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @OptionGroup var common: CommonFlags

  func run() throws {
    let description = try JournalDescription(reading: journal, isQuiet: common.quiet)
    try Output.result(common.json ? description.json.text() : description.text)
  }
}
