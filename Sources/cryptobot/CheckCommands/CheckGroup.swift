/// `cryptobot check …`: does what must be true of a journal hold, and what is the least that shows it
/// does not?

import ArgumentParser

struct CheckGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try properties on a recorded journal, and shrink one that fails.",
    discussion: """
      `cryptobot check JOURNAL` is short for `cryptobot check journal JOURNAL`; its options:

      \(options)
      Examples:
        cryptobot check runs/btc/journal
        cryptobot check runs/btc/journal --property no-look-ahead --cases 100 --seed 7
        cryptobot check shrink runs/btc/journal --property no-look-ahead
        cryptobot check --list
      """,
    subcommands: [CheckJournal.self, CheckShrink.self],
    defaultSubcommand: CheckJournal.self)

  /// The options of the default, as its own help lists them.
  private static var options: String {
    let lines = CheckJournal.helpMessage(columns: 100).split(
      separator: "\n", omittingEmptySubsequences: false)
    let first = lines.firstIndex { $0.hasPrefix("OPTIONS:") } ?? lines.endIndex
    return lines[first...].dropFirst().joined(separator: "\n")
  }
}
