/// `cryptobot journal …`: files in and out.

import ArgumentParser

struct JournalGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Make, read and check journals.",
    subcommands: [])
}
