/// `cryptobot journal salvage`: a new journal of what is left of a damaged one.

import ArgumentParser
import Journal
import Research

struct JournalSalvage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract: "Read what is left of a damaged journal into a new one.",
    discussion: """
      Takes every block that is whole, whatever happened around it. Each event keeps its sequence; for \
      each one lost stands a `gap`, so that a replay does not trust what it cannot know. What was lost \
      behind the last block left cannot be known. The damaged journal is not changed.

      Example:
        cryptobot journal salvage damaged -o salvaged
      """)

  @Argument(help: "The damaged journal, a folder.", completion: .directory)
  var journal: String

  @Option(name: .shortAndLong, help: "The new journal.", completion: .directory)
  var output: String

  @Flag(help: "Replace the output if it is a journal.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    let progress = WatchedProgress("salvage", unit: "blocks", isQuiet: common.quiet || common.json)
    let report = try Salvage.salvage(
      journal, to: output, replacing: force, build: Version.text, watch: progress.watch)
    progress.clear()
    let figures = JournalFigures(report.summary)
    if common.json {
      let lost = report.lost.map { range in
        JSONValue.object([
          ("first", .count(range.lowerBound)), ("last", .count(range.upperBound)),
        ])
      }
      let members =
        figures.members + [
          ("lostEvents", .count(report.lostCount)), ("lost", .array(lost)),
          ("disbelievedBlocks", .count(report.disbelievedBlocks)),
        ]
      return try Output.result(JSONValue.object(members).text())
    }
    for range in report.lost {
      Output.note("lost: sequences \(range.lowerBound)…\(range.upperBound)")
    }
    if report.disbelievedBlocks > 0 {
      Output.warn(
        "\(report.disbelievedBlocks) blocks left out: they say that more than "
          + "\(NumberText.grouped(Salvage.mostLost)) events are missing before them")
    }
    try Output.result(
      "\(output): \(NumberText.grouped(figures.events)) events, "
        + "\(NumberText.grouped(report.lostCount)) of them lost and marked as gaps")
  }
}
