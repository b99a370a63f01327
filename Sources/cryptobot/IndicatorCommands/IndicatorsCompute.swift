/// `cryptobot indicators compute`: bars of a journal with indicators beside them.

import ArgumentParser
import Research
import TradingCore

struct IndicatorsCompute: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute",
    abstract: "Bars of a journal, and indicators over them.",
    discussion: """
      The journal is read once from its start, whatever --from says, so that an answer never depends on \
      where one begins to look. A bar stands where something traded and nowhere else; the last one is \
      shown once some event shows that it has ended, and --from and --to may name that event by its \
      sequence. Answers are empty (CSV), null (JSON) or – while an \
      indicator warms up; CSV and JSON give every digit.

      Imbalance bars learn from what they saw: tick-imbalance:500 begins with a bar of 500 trades; \
      ,span=50 and ,signs=tick-rule change how. An indicator that compares two series takes the other \
      symbol's closes: --against, or the journal's only other one.

      Examples:
        cryptobot indicators compute january rsi bollinger:length=50,width=2.5 --bars 15m
        cryptobot indicators compute january ema:length=12 ema:length=26 --bars 1h --csv ema.csv
        cryptobot indicators compute ticks --bars dollar:1000000 --csv - | head
        cryptobot indicators compute both beta --symbol ETHUSDT --against BTCUSDT --json
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Argument(
    help: ArgumentHelp(
      "Indicators; `cryptobot indicators list` names them. None: the bars alone.",
      valueName: "name[:parameter=number,…]"))
  var names: [String] = []

  @OptionGroup var bars: BarOptions

  @Option(
    help: ArgumentHelp(
      "The symbol that indicators of two series compare with.", valueName: "symbol"))
  var against: String?

  @Option(help: ArgumentHelp("Write CSV to a file, or to stdout.", valueName: "file|-"))
  var csv: String?

  @Flag(help: "Replace the file if it exists.")
  var force = false

  @OptionGroup var common: CommonFlags

  func validate() throws {
    if csv != nil, common.json { throw ValidationError("--csv and --json exclude each other") }
  }

  func run() throws {
    let requests = try names.map { try request($0) }
    let span = try bars.span()
    let file = csv == "-" ? nil : csv
    try Files.expectRoom(file, replacing: force)
    try Files.expectApart([("the journal", journal), ("--csv", file)])
    let source = try BarSource(journal)
    let origin = try source.origin(bars.origin)
    let table = try table(requests, source, origin)
    let output = try ByteOutput(path: file, replacing: force)
    try write(table, of: source, origin, within: span, to: output)
    try output.finish()
  }

  private func request(_ text: String) throws(CommandFailure) -> IndicatorRequest {
    do {
      return try IndicatorRequest(text)
    } catch {
      throw CommandFailure(error, asked: text)
    }
  }

  private func table(
    _ requests: [IndicatorRequest], _ source: BarSource, _ origin: BarOrigin
  ) throws -> IndicatorTable {
    let spec = try bars.spec()
    let main = try source.instrument(bars.symbol)
    let isPair = requests.contains { $0.entry.input == .pair }
    let other =
      try against.map { symbol throws(CommandFailure) in try source.instrument(symbol) }
      ?? (isPair ? source.other(than: main) : nil)
    guard other != main else {
      throw CommandFailure(.usage, "--against names the symbol itself; choose another")
    }
    return try IndicatorTable(
      requests, main: BarStream(main, of: origin, spec: spec),
      other: other.map { BarStream($0, of: origin, spec: spec) })
  }

  private var format: IndicatorFormat { csv != nil ? .csv : common.json ? .jsonLines : .table }

  private func write(
    _ start: IndicatorTable, of source: BarSource, _ origin: BarOrigin, within span: BarSpan,
    to output: ByteOutput
  ) throws {
    var table = start
    let total = source.count(origin.kind)
    let text = IndicatorText(format, columns: table.columns)
    var (fields, done) = (EventFields(), UInt64(0))
    let toFile = csv != nil && csv != "-"
    var progress = Progress("indicators", unit: "events", isQuiet: common.quiet || !toFile)
    output.buffer += text.header.utf8
    func put(_ rows: [IndicatorRow], by sequence: Sequence64) throws -> Bool {
      guard let definition = table.main.definition else { return true }
      for row in rows where !span.isPast(row.bar, shownBy: sequence) {
        if !span.isBefore(row.bar, shownBy: sequence) {
          output.buffer += text.line(row, of: definition).utf8
        }
      }
      try output.drain()
      return rows.last.map { !span.isPast($0.bar, shownBy: sequence) } ?? true
    }
    let selection = Selection(to: span.lastEvent, kinds: [origin.kind])
    try walk(journal, selection, learning: &fields) { event, sequence, fields in
      done += 1
      if done % 4_096 == 0 {
        progress.update(done: done, share: Double(done) / Double(max(1, total)))
      }
      return try put(try table.take(event, fields.names), by: sequence)
    }
    _ = try put(table.finish(), by: source.lastSequence)
    progress.clear()
  }
}
