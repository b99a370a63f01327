/// `cryptobot journal anchor`: the note to publish off the machine.

import ArgumentParser
import Journal
import Research

struct JournalAnchor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anchor",
    abstract: "Print the newest checkpoint, to publish it off the machine.",
    discussion: """
      Once the note is where nobody who writes the journal can reach it (a mail, another machine, a \
      public log), no event up to its sequence can be changed or dropped unseen: `journal verify \
      --anchor` compares. The note is a C2SP checkpoint; --key prints the key that verifies it.

      Examples:
        cryptobot journal anchor live > "$(date -I).note"
        cryptobot journal anchor live --key
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Flag(help: "Print the key that signed the note, as name+hash+base64, instead of the note.")
  var key = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    guard let signed = try SignedCheckpoint.newest(in: journal) else {
      throw CommandFailure(
        .badInput, "\(journal): it has no checkpoint to publish; live journals with keys have them")
    }
    if common.json { return try Output.result(json(signed).text()) }
    // Whoever added a signature chose its name, and the lines of a note end it.
    let note = printable(String("\(signed.note)".dropLast()), longest: .max)
    try Output.result(key ? "\(signed.key)" : note)
  }

  private func json(_ signed: SignedCheckpoint) -> JSONValue {
    .object([
      ("journal", .string("\(signed.checkpoint.journal)")),
      ("treeSize", .count(signed.checkpoint.treeSize)),
      ("root", .string(signed.checkpoint.root.hex)),
      ("sequence", .count(signed.checkpoint.sequence)),
      ("note", .string("\(signed.note)")), ("key", .string("\(signed.key)")),
    ])
  }
}
