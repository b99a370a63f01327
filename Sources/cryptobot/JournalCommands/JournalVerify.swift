/// `cryptobot journal verify`: is every byte of it as it was written?

import ArgumentParser
import Journal
import Research
import TradingCore

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
      let figures = try readAll()
      if common.json {
        let members = [("isWhole", JSONValue.bool(true))] + figures.members
        return try Output.result(JSONValue.object(members).text())
      }
      try Output.result(
        "\(journal): whole; \(grouped(figures.events)) events in \(figures.segments) "
          + "segment\(figures.segments == 1 ? "" : "s"), chain head \(figures.chainHead)")
    } catch let error as JournalError where isDamage(error) {
      if common.json {
        let members = [("isWhole", JSONValue.bool(false)), ("damage", .string("\(error)"))]
        try Output.result(JSONValue.object(members).text())
      }
      throw CommandFailure(.no, "\(error)")
    }
  }

  /// Reads the journal to its end, which checks all of it, and compares its counts.
  private func readAll() throws -> JournalFigures {
    let totals = try JournalTotals(of: journal)
    var reader = try JournalReader(opening: journal)
    var progress = Progress("verify", unit: "events", isQuiet: common.quiet)
    var batch = EventBatch()
    var counts = [UInt64](repeating: 0, count: 256)
    var done: UInt64 = 0
    while try reader.next(into: &batch) {
      try Interrupt.check()
      for event in batch.events { counts[Int(event.kind.rawValue)] += 1 }
      done += UInt64(batch.events.count)
      progress.update(done: done, share: Double(done) / Double(max(1, reader.facts.events)))
    }
    progress.clear()
    for (kind, count) in totals.kinds where counts[Int(kind.rawValue)] != count {
      throw CommandFailure(
        .no,
        "\(journal): the index says \(count) \(kind.name) events, the blocks hold "
          + "\(counts[Int(kind.rawValue)]); restore it from a copy")
    }
    return JournalFigures(reader.facts, totals)
  }

  /// Whether the error answers the question, rather than keeps it from being asked.
  private func isDamage(_ error: JournalError) -> Bool {
    switch error {
    case .damagedHeader, .damagedBlock, .damagedFooter, .missingSegment, .unsealed: true
    default: false
    }
  }
}
