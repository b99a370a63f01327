/// `cryptobot journal repair`: whole segments of a copy in the place of damaged ones.

import ArgumentParser
import Journal
import Research

struct JournalRepair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Replace damaged or missing segments by those of a copy.",
    discussion: """
      Every segment of the copy is read whole before it is taken; the damaged file is kept as \
      `.broken`. Afterwards the whole journal is verified. Without a copy, `journal seal` mends what a \
      crash left, and `journal salvage` reads what is left of the rest.

      Example:
        cryptobot journal repair live --from /backup/live
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(
    name: .customLong("from"), help: ArgumentHelp("A copy of it.", valueName: "journal"),
    completion: .directory)
  var copy: String

  @OptionGroup var common: CommonFlags

  func run() throws {
    let isQuiet = common.quiet || common.json
    let comparing = WatchedProgress("repair", unit: "segments", isQuiet: isQuiet)
    let done = try Repair.repair(journal, from: copy, watch: comparing.watch)
    comparing.clear()
    let verifying = WatchedProgress("verify", unit: "events", isQuiet: isQuiet)
    let report = try JournalVerifier.verify(journal, watch: verifying.watch)
    verifying.clear()
    let events = NumberText.grouped(report.facts.events)
    if common.json {
      let segments = done.map { segment in
        JSONValue.object([
          ("segment", .string(segment.segment)), ("damage", .string(segment.damage)),
          ("evidence", segment.evidence.map(JSONValue.string) ?? .null),
        ])
      }
      let members: [(String, JSONValue)] = [
        ("replaced", .array(segments)), ("events", .count(report.facts.events)),
        ("chainHead", .string(report.facts.chainHead.hex)),
      ]
      return try Output.result(JSONValue.object(members).text())
    }
    for segment in done {
      let kept = segment.evidence.map { "; the damaged file is kept as \($0)" } ?? ""
      try Output.result("\(segment.damage); replaced by the copy's\(kept)")
    }
    try Output.result("\(journal): whole, \(events) events")
  }
}
