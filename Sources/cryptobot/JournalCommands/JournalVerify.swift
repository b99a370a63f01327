/// `cryptobot journal verify`: is every byte of it as it was written?

import ArgumentParser
import Journal
import Research

struct JournalVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of a journal.",
    discussion: """
      Headers, blocks, index and trailer are checked against their hashes, the hashes against the \
      chain, the sequences against each other. Exit code 0: whole; 1: damaged, and where.

      Example:
        cryptobot journal verify january
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @OptionGroup var common: CommonFlags

  func run() throws {
    do {
      let report = try JournalVerifier.verify(journal)
      let figures = JournalFigures(report.facts, bytes: report.bytes)
      if common.json {
        let members = [("isWhole", JSONValue.bool(true))] + figures.members
        return try Output.result(JSONValue.object(members).text())
      }
      try Output.result(
        "\(journal): whole; \(NumberText.grouped(figures.events)) events in \(NumberText.grouped(UInt64(report.blocks))) "
          + "blocks, \(NumberText.grouped(figures.bytes)) bytes, chain head \(figures.chainHead)")
    } catch let error as JournalError where isDamage(error) {
      if common.json {
        let members = [("isWhole", JSONValue.bool(false)), ("damage", .string("\(error)"))]
        try Output.result(JSONValue.object(members).text())
      }
      throw CommandFailure(.no, "\(error)")
    }
  }

  /// Whether the error answers the question, rather than keeps it from being asked.
  private func isDamage(_ error: JournalError) -> Bool {
    switch error {
    case .damagedHeader, .damagedBlock, .damagedFooter, .missingSegment, .unsealed: true
    default: false
    }
  }
}
