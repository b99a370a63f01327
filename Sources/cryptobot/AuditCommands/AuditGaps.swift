/// `cryptobot audit gaps`: what of a journal cannot be trusted.

import ArgumentParser
import Research
import TradingCore

struct AuditGaps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaps",
    abstract: "Say what of a journal cannot be trusted.",
    discussion: """
      For each instrument and stream: every untrustworthy span, from the last event before something was \
      missing to the first that can be believed again (of a book, the end of its next snapshot), why, and \
      how much is known to be lost; connections, clocks, and how long after the venue's time events were \
      received. Percentiles are too high by a sixteenth at most. A book without a snapshot is not trusted \
      either.

      Examples:
        cryptobot audit gaps live-january
        cryptobot audit gaps live-january --json | jq .instruments
        cryptobot audit gaps live-january --csv > gaps.csv
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Flag(help: "Write every span as CSV instead.")
  var csv = false

  @OptionGroup var common: CommonFlags

  func validate() throws {
    if csv, common.json { throw ValidationError("--csv and --json are two answers; choose one") }
  }

  func run() throws {
    var progress = Progress(
      "gaps", unit: "events", isQuiet: common.quiet || common.json || csv)
    let output = try ByteOutput(path: nil, replacing: false)
    if csv { output.buffer.append(contentsOf: TrustReport.csvHeader.utf8) }
    let reading = try TrustReading(of: journal) { sequence in
      try Interrupt.check()
      progress.update(done: sequence, share: nil)
    } each: { span, names in
      guard csv else { return }
      output.buffer.append(contentsOf: TrustReport.csvLine(span, names).utf8)
      try output.drain()
    }
    progress.clear()
    if csv { return try output.finish() }
    let report = TrustReport(reading)
    try Output.result(common.json ? report.json.text() : report.text)
  }
}
