/// `cryptobot journal import`: other people's files become a journal.

import ArgumentParser
import Import
import Journal
import Research
import TradingCore

struct JournalImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn recordings and data files into a journal.",
    discussion: """
      Prices and quantities are taken digit by digit, both clocks as recorded. Instruments come from \
      --instruments or are inferred from the data; the journal says which. Two imports of one file \
      are identical, byte for byte.

      Examples:
        cryptobot journal import binance-trades BTCUSDT-trades-2024-01.zip -o january
        cryptobot journal import binance-raw btcusdt.gz ethusdt.gz -o capture
        cryptobot journal import ohlcv-csv BTC-1m.csv --symbol BTC/USDT -o minutes
        zcat capture.gz | cryptobot journal import binance-raw - -o capture
        cryptobot journal import ohlcv-csv 20180404_trade.csv --symbol BTC/USD -o day \\
          --columns time,open,high,low,close,volume

      A YAML list of instruments: `BTCUSDT: {base: BTC, quote: USDT, tick: 0.01, lot: 0.00001}`.

      An existing output is refused without --force; an import that fails or is interrupted leaves \
      nothing behind.
      """)

  @OptionGroup var input: ImportOptions

  @Option(name: .shortAndLong, help: "The journal to make, a folder.", completion: .directory)
  var output: String

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    guard force || !Files.exists(output) else {
      throw CommandFailure(.cannotCreate, "\(output) exists; choose another name or add --force")
    }
    try Output.clearRemains(beside: output)
    let importer = try Importer(input.request())
    var progress = Progress("import", unit: "events", isQuiet: common.quiet)
    try survey(importer, &progress)
    let head = try input.files.contains(where: Files.isStream) ? gatherHead(importer) : []
    let identity = try ImportIdentity.make(input, head: head)
    var writer = try JournalWriter(creating: output, identity: identity, replacing: force)
    var tally = ImportTally()
    for batch in head {
      tally.take(batch)
      try writer.append(batch)
    }
    var batch = EventBatch()
    while try importer.next(into: &batch) {
      tally.take(batch)
      try writer.append(batch)
      progress.update(done: tally.events, share: importer.progress.share)
      try Interrupt.check()
    }
    progress.clear()
    try Interrupt.check()
    let summary = try writer.seal()
    try report(summary, tally, seconds: progress.elapsed)
  }

  /// The first pass over the files: symbols, digits, intervals.
  private func survey(_ importer: Importer, _ progress: inout Progress) throws {
    var shown = progress
    try importer.prepare {
      shown.update(done: 0, share: $0.share)
      return !Interrupt.isRequested
    }
    progress = shown
    try Interrupt.check()
  }

  /// The first 65,536 events of a stream that can be read only once.
  private func gatherHead(_ importer: Importer) throws -> [EventBatch] {
    var head: [EventBatch] = []
    var batch = EventBatch()
    while head.count < 16, try importer.next(into: &batch) {
      try Interrupt.check()
      head.append(batch)
    }
    return head
  }

  private func report(_ summary: JournalSummary, _ tally: ImportTally, seconds: Double) throws {
    if common.json {
      let members = JournalFigures(summary).members + [("notices", tally.json)]
      return try Output.result(JSONValue.object(members).text())
    }
    let perSecond =
      seconds > 0 ? ", \(NumberText.rate(Double(summary.events) / seconds)) events/s" : ""
    try Output.result(
      "\(output): \(NumberText.grouped(summary.events)) events, \(NumberText.grouped(summary.bytes)) bytes, "
        + "\(decimalText(Int128(seconds * 10), scale: 1)) s\(perSecond)")
    for line in tally.lines { try Output.result("  \(printable(line))") }
  }
}

/// Flags that most verbs share.
struct CommonFlags: ParsableArguments {
  @Flag(help: "Write JSON with stable keys.")
  var json = false

  @Flag(help: "No progress on stderr.")
  var quiet = false
}

extension ImportProgress {
  /// The share of the bytes that was read, 0…1; `nil` where an input has no known end.
  var share: Double? {
    bytesTotal.map { $0 > 0 ? Double(bytesRead) / Double($0) : 1 }
  }
}
