/// `cryptobot journal export`: every field of every event, exact, for other programs.

public import ArgumentParser
import Journal
public import Research
import TradingCore

extension LineFormat: ExpressibleByArgument {}

struct JournalExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write events as JSON lines or CSV.",
    discussion: """
      Prices and quantities are decimal text with the digits of their instrument's grid, times whole \
      nanoseconds since 1970 UTC, ids whole numbers; what a venue did not give is null, or empty in \
      CSV. Terms that few orders, limits or fees have are left out of JSON where they do not. Nothing \
      is rounded. In CSV, control characters in a text other than line ends are written as \\u{1b}.

      Examples:
        cryptobot journal export january --format csv -o january.csv
        cryptobot journal export january --kind trade | head
        cryptobot journal export run --format csv --kind fill -o fills.csv
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(help: "jsonl or csv.")
  var format = LineFormat.jsonl

  @Option(name: .shortAndLong, help: "The file to write; default: stdout.", completion: .file())
  var output: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(help: "No progress on stderr.")
  var quiet = false

  @OptionGroup var flags: SelectionFlags

  func run() throws {
    let output = try ByteOutput(path: output, replacing: force)
    switch format {
    case .jsonl: try export(to: output, JSONLineVisitor(appendingTo: []))
    case .csv:
      var visitor = CSVRowVisitor(columns: try columns(), appendingTo: [])
      visitor.header()
      try export(to: output, visitor)
    }
    try output.finish()
  }

  private func export(to output: ByteOutput, _ start: some LineVisitor) throws {
    var visitor = start
    var fields = EventFields()
    var progress = Progress("export", unit: "events", isQuiet: quiet || self.output == nil)
    var done: UInt64 = 0
    try walk(journal, flags.selection(), learning: &fields) { event, sequence, fields in
      visitor.append(event, sequence, fields)
      done += 1
      if visitor.bytes.count >= ByteOutput.drainAt {
        output.buffer.append(contentsOf: visitor.takeBytes())
        try output.drain()
        progress.update(done: done, share: nil)
      }
      return true
    }
    output.buffer.append(contentsOf: visitor.takeBytes())
    progress.clear()
  }

  /// The fields of every kind that the journal holds and that was asked for, each kind's in its
  /// order. Reads only until every kind was seen once.
  private func columns() throws -> [String] {
    var missing = try JournalTotals(of: journal).kinds.map(\.kind)
    if !flags.kinds.isEmpty { missing.removeAll { !flags.kinds.contains($0) } }
    var present: [EventKind: ColumnVisitor] = [:]
    var fields = EventFields()
    try walk(journal, Selection(kinds: missing), learning: &fields) { event, sequence, fields in
      if let index = missing.firstIndex(of: event.kind) {
        missing.remove(at: index)
        fields.visit(event, sequence: sequence, by: &present[event.kind, default: ColumnVisitor()])
      }
      return !missing.isEmpty
    }
    var all = ColumnVisitor()
    for kind in EventKind.allCases {
      for column in present[kind]?.columns ?? [] { all.visit(column, .missing) }
    }
    return all.columns
  }
}
