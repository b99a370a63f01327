/// `cryptobot journal snapshot`: states kept beside a journal, each proven before it is written.

import ArgumentParser
import Journal
import Research
import TradingCore

struct JournalSnapshot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Keep states beside a journal, so that replays begin late.",
    discussion: """
      Folds the journal and writes its state as a file into its folder: at the end, and with --every \
      after each so many events. Every snapshot is proven before it is written: a second fold, from \
      the usable snapshot before it (from the start, where there is none), must arrive at the same \
      fingerprint. The newest three are kept, or as many as --keep says.

      A snapshot is a cache. `cryptobot replay JOURNAL --from-snapshot` gives the same result as \
      without; a snapshot that is damaged, of another journal or of another logic version is named \
      and not used, and all of them may be removed at any time.

      Examples:
        cryptobot journal snapshot january
        cryptobot journal snapshot january --every 1000000 --keep 10
        cryptobot replay january --from-snapshot --until 2024-01-15
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(help: "Also after each so many events.")
  var every: UInt64?

  @Option(help: "How many snapshots to keep, the newest ones.")
  var keep = SnapshotStore.defaultKept

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard every != 0 else { throw ValidationError("--every 0 is no stride; it is at least 1") }
    guard keep >= 1 else { throw ValidationError("--keep \(keep) keeps none; it is at least 1") }
  }

  func run() throws {
    var run = try SnapshotRun(journal, isQuiet: common.quiet || common.json)
    var made: [MadeSnapshot] = []
    while let next = try run.next(every: every, keeping: keep) {
      made.append(next)
      if !common.json { try Output.result("\(journal): \(next.text)") }
    }
    if common.json {
      let kept = try SnapshotStore(of: journal).sequences.reversed().map(JSONValue.count)
      let members = [("made", JSONValue.array(made.map(\.json))), ("kept", .array(kept))]
      try Output.result(JSONValue.object(members).text())
    }
  }
}

/// A snapshot that was made, and what proved it.
struct MadeSnapshot {
  let sequence: Sequence64
  let fingerprint: UInt64
  let bytes: UInt64
  /// The sequence of the snapshot that the proof began from; 0 for the journal's start.
  let provenFrom: Sequence64

  var text: String {
    let start = provenFrom > 0 ? "the snapshot at \(provenFrom)" : "the start"
    return "\(SnapshotStore.name(sequence)), \(NumberText.grouped(bytes)) bytes, "
      + "fingerprint \(hexadecimal(fingerprint)), equal when replayed from \(start)"
  }

  var json: JSONValue {
    .object([
      ("file", .string(SnapshotStore.name(sequence))), ("sequence", .count(sequence)),
      ("bytes", .count(bytes)), ("fingerprint", .string(hexadecimal(fingerprint))),
      ("provenFrom", .count(provenFrom)),
    ])
  }
}
