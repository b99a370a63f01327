/// `cryptobot journal cat`: events as lines for eyes and pipes.

public import ArgumentParser
import Glibc
import Research
public import TradingCore

extension EventKind: ExpressibleByArgument {
  public init?(argument: String) {
    guard let kind = EventKind.allCases.first(where: { $0.name == argument }) else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { allCases.map(\.name) }
}

/// Which events: shared by `cat` and `export`.
struct SelectionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The first sequence, or the UTC time of receipt to begin at.", valueName: "seq|time"))
  var from: String?

  @Option(help: ArgumentHelp("The last sequence, or time of receipt.", valueName: "seq|time"))
  var to: String?

  @Option(
    name: .customLong("kind"),
    help: ArgumentHelp("Only events of this kind; may be repeated.", valueName: "kind"))
  var kinds: [EventKind] = []

  @Option(help: "At most so many events.")
  var limit: UInt64?

  /// - Throws: `CommandFailure.usage` for what is neither a sequence nor a time, or out of order.
  func selection() throws -> Selection {
    let span = try FoldLimit.span(from: from, to: to)
    return Selection(from: span.from, to: span.to, limit: limit ?? .max, kinds: kinds)
  }
}

struct JournalCat: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Show events, one a line.",
    discussion: """
      Examples:
        cryptobot journal cat january --limit 20
        cryptobot journal cat run --kind order --kind fill
        cryptobot journal cat january --from 100000 --to 100010 --json
        cryptobot journal cat january --from 2024-01-01T00:20 --limit 5
        cryptobot journal cat live --kind fill --follow
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @OptionGroup var flags: SelectionFlags

  @Flag(help: "Write JSON lines, as `journal export` does.")
  var json = false

  @Flag(help: "Go on with what is written to a live journal, until Ctrl-C.")
  var follow = false

  func run() throws {
    let output = try ByteOutput(path: nil, replacing: false)
    var fields = EventFields()
    try walk(
      journal, flags.selection(), learning: &fields,
      follow: { follow ? try wait(output) : false },
      { event, sequence, fields in
        output.buffer.appendLine(event, sequence, fields, asJSON: json)
        try output.drain()
        return true
      })
    try output.finish()
  }

  /// Shows what there is and waits a moment; false once the user has seen enough.
  private func wait(_ output: ByteOutput) throws -> Bool {
    try output.flush()
    usleep(Self.pollMicroseconds)
    return !Interrupt.isRequested
  }

  /// The time between two looks at a live journal.
  private static let pollMicroseconds: UInt32 = 50_000
}
