/// `cryptobot journal seal`: finishes a journal whose writer died.

import ArgumentParser
import Journal
import Research

struct JournalSeal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal",
    abstract: "Finish a journal whose writer died.",
    discussion: """
      Keeps every whole block. What a crash left behind them is kept aside as `.torn`, cut, and the \
      segment is sealed. Damage in bytes that were durable is no crash: then nothing is changed, and \
      the block is named; see `journal repair` and `journal salvage`. A journal that is sealed stays \
      as it is.

      Example:
        cryptobot journal seal live
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @OptionGroup var common: CommonFlags

  func run() throws {
    let done = try Repair.seal(journal)
    if common.json { return try Output.result(json(done).text()) }
    guard !done.isEmpty else { return try Output.result("\(journal): sealed already") }
    for segment in done { try Output.result(line(segment)) }
  }

  private func line(_ segment: RecoveredSegment) -> String {
    let kept =
      "\(journal)/\(segment.segment): sealed with \(NumberText.grouped(segment.keptBytes)) bytes, "
      + "last sequence \(segment.lastSequence)"
    guard let evidence = segment.evidence else { return kept }
    return kept + "; \(NumberText.grouped(segment.cutBytes)) torn bytes kept in \(evidence)"
  }

  private func json(_ done: [RecoveredSegment]) -> JSONValue {
    .object([
      (
        "segments",
        .array(
          done.map { segment in
            .object([
              ("segment", .string(segment.segment)), ("keptBytes", .count(segment.keptBytes)),
              ("cutBytes", .count(segment.cutBytes)),
              ("evidence", segment.evidence.map(JSONValue.string) ?? .null),
              ("lastSequence", .count(segment.lastSequence)),
            ])
          })
      )
    ])
  }
}
