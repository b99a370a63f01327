/// `cryptobot check …`: does what must be true of a journal hold, and what is the least that shows it
/// does not?

import ArgumentParser

struct CheckGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try properties on a recorded journal, and shrink one that fails.",
    subcommands: [CheckJournal.self, CheckShrink.self],
    defaultSubcommand: CheckJournal.self)
}
