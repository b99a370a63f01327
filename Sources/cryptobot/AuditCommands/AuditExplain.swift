/// `cryptobot audit explain`: why an order was placed, was refused, or was never asked for.

import ArgumentParser
import Journal
import Research
import TradingCore

struct AuditExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why an order was placed, refused, or not placed.",
    discussion: """
      The engine makes the journal's decisions again up to the event asked about and tells what it \
      does there: what each strategy read and which tests it made, how a weight became lots, what the \
      risk gate weighed against which limit, and what became of the order. A moment stands for the \
      last fact of a traded instrument at or before it, so that silence is explained as well. It \
      begins at the journal's first event: a snapshot holds the state, not what a strategy remembers.

      An order goes by its sequence, by its venue's number as venue:12345, or by the name it had at \
      the venue (32 hexadecimal digits). A fill, a cancel or another report stands for its order.

      Examples:
        cryptobot audit explain runs/btc/journal 1234
        cryptobot audit explain runs/btc/journal 2024-08-08T12:03:05.120
        cryptobot audit explain live venue:28457 --html order.html
        cryptobot audit explain live 2024-08-08T12:03 --instrument ETHUSDT --json | jq .answer
      """)

  @Argument(help: "The journal of a run, a folder.", completion: .directory)
  var journal: String

  @Argument(help: "An order, a sequence or a UTC time.")
  var target: String

  @Option(help: "With a time: the last fact of this instrument.")
  var instrument: String?

  @Option(help: "Write the story with a timeline, one self-contained file.", completion: .file())
  var html: String?

  @Flag(help: "Replace an HTML file that exists.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    try Files.expectRoom(html, replacing: force)
    try Files.expectApart([("the journal", journal), ("--html", html)])
    guard let target = StoryTarget(target) else {
      throw CommandFailure(
        .usage,
        "\(target) is no sequence, order or UTC time; write 1234, venue:12345 or 2024-08-08T23:55")
    }
    if instrument != nil, !target.isMoment {
      throw CommandFailure(.usage, "--instrument belongs to a time; an event is of one already")
    }
    let run = try RecordedRun(of: journal)
    let progress = WatchedProgress("explain", unit: "events", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    let story = try DecisionStory(
      of: run, target, on: try instrument.map { try id(of: $0, in: run) }, watch: progress.watch)
    progress.clear()
    if let html { try story.writeHTML(to: html, replacing: force) }
    try Output.result(common.json ? story.json.text() : story.text)
  }

  private func id(of symbol: String, in run: RecordedRun) throws -> InstrumentID {
    let ids = run.names.instruments.indices.map { InstrumentID(UInt16($0)) }
    if let id = ids.first(where: { run.names.symbol($0) == symbol }) { return id }
    let known = ids.compactMap { run.names.symbol($0) }.joined(separator: ", ")
    throw CommandFailure(.usage, "\(journal) has no instrument \(symbol); it has \(known)")
  }
}
