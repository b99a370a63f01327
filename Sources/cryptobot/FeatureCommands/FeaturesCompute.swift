/// `cryptobot features JOURNAL`: a table of features for training elsewhere, as CSV or SQLite.

import ArgumentParser
import Research
import TradingCore

struct FeaturesCompute: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute",
    abstract: "Write a journal's features, row by row, as CSV or SQLite.",
    discussion: """
      NAME is a feature, with parameters where the usual ones do not do: ofi, level_ofi:levels=3,window=30. \
      Without any name all features are written as they usually are.

      Rows stand in order of time, each with the receive time as of which it is and the sequence of the last \
      event in it. --every is a span, whose rows lie at its multiples since 1970; or trade, quote or book for \
      a row behind each of those; or bars such as volume:10, for a row behind each trade that ends one. An \
      instant with no event since the one before has no row. What is not known is empty (NULL): until a feature has seen enough, while the book is out of step, and behind a loss. \
      Numbers read back to the same double.

      Features say what was known at their row. Labels (--labels) look ahead, which their names say: the \
      return of the middle within each horizon.

      Examples:
        cryptobot features january --csv january.csv
        cryptobot features january ofi microprice vpin:volume=20 --every trade --csv -
        cryptobot features january vpin roll_spread --every dollar:1000000 --csv bars.csv
        cryptobot features january --every 100ms --labels 1s,10s,1m --sqlite january.db
        cryptobot features january --symbol BTC/USDT --from 2024-01-02 --to 2024-01-03 --csv day.csv
        cryptobot features list
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Argument(
    help: "Features, such as ofi or ofi:window=30.",
    completion: .list(FeatureRegistry.all.map(\.name)))
  var names: [String] = []

  @Option(help: ArgumentHelp("When there is a row.", valueName: "span|trade|quote|book|bars"))
  var every = "1s"

  @Option(
    name: .customLong("symbol"),
    help: "Only this market; may be repeated. Default: every market of the journal.")
  var symbols: [String] = []

  @Option(
    help: ArgumentHelp(
      "The first row's sequence, or UTC time. What is before it still warms features up.",
      valueName: "seq|time"))
  var from: String?

  @Option(help: ArgumentHelp("The last row's sequence, or time.", valueName: "seq|time"))
  var to: String?

  @Option(help: ArgumentHelp("Horizons of labels, such as 1s,10s,1m.", valueName: "spans"))
  var labels: String?

  @Option(help: "The CSV file to write; - is stdout.", completion: .file())
  var csv: String?

  @Option(help: "The SQLite file to write.", completion: .file())
  var sqlite: String?

  @Flag(help: "Replace files that exist.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    let request = try request()
    try expectOutputs()
    let outputs = try FeatureOutputs(
      csv: csv, sqlite: sqlite, replacing: force, request: request, every: every, journal: journal)
    var progress = Progress(
      "features", unit: "events", isQuiet: common.quiet || common.json || csv == "-")
    let table = try FeatureTable.read(
      journal: journal, request,
      progress: { done, all in
        try Interrupt.check()
        progress.update(done: done, share: Double(done) / Double(max(1, all)))
      }, outputs.write)
    progress.clear()
    try outputs.finish()
    try report(table, request, seconds: progress.elapsed)
  }

  private func request() throws -> FeatureRequest {
    let all = names.isEmpty ? FeatureRegistry.all.map(\.name) : names
    let span = try FoldLimit.span(from: from, to: to)
    return FeatureRequest(
      choices: try all.map(FeatureChoice.init(spelled:)), pace: try pace(), symbols: symbols,
      from: span.from, to: span.to,
      labels: try labels.map { text in
        try text.split(separator: ",", omittingEmptySubsequences: false).map(label)
      } ?? [])
  }

  private func pace() throws(CommandFailure) -> FeaturePace {
    do { return try FeaturePace(every) } catch {
      throw CommandFailure(.usage, "--every \(every): \(error); or trade, quote or book")
    }
  }

  private func label(_ text: Substring) throws -> FeatureLabel {
    guard let label = FeatureLabel(String(text)) else {
      throw CommandFailure(.usage, "--labels \(text): spans such as 1s,10s,1m")
    }
    return label
  }

  private func expectOutputs() throws {
    guard csv != nil || sqlite != nil else {
      throw CommandFailure(.usage, "say where to write: --csv FILE, --csv - or --sqlite FILE")
    }
    guard sqlite != "-" else {
      throw CommandFailure(.usage, "--sqlite writes a file; only --csv can write to stdout")
    }
    guard !common.json || csv != "-" else {
      throw CommandFailure(.usage, "--json and --csv - both want stdout; give --csv a file")
    }
    let file = csv == "-" ? nil : csv
    try Files.expectRoom(file, replacing: force)
    try Files.expectRoom(sqlite, replacing: force)
    try Files.expectApart([("the journal", journal), ("--csv", file), ("--sqlite", sqlite)])
  }

  private func report(
    _ table: FeatureTable, _ request: FeatureRequest, seconds: Double
  ) throws {
    guard !common.json else {
      let files = [("csv", csv), ("sqlite", sqlite)].map {
        ($0, $1.map(JSONValue.string) ?? JSONValue.null)
      }
      return try Output.result(
        JSONValue.object(
          [
            ("rows", .count(table.rows)),
            ("symbols", .array(table.symbols.map { .string($0) })),
            ("columns", .array(request.names.map { .string($0) })),
          ] + files
        ).text())
    }
    let text =
      "\(NumberText.grouped(table.rows)) rows of \(request.names.count) columns for "
      + "\(table.symbols.joined(separator: ", ")): "
      + [csv, sqlite].compactMap { $0 }.joined(separator: ", ")
    if csv == "-" {
      if !common.quiet { Output.note(printable(text)) }
    } else {
      try Output.result(printable(text))
    }
  }
}
