/// `cryptobot audit state`: how things stood after an event, how a field came to be what it is, and
/// stepping through a journal.

import ArgumentParser
import Journal
import Research
import TradingCore

struct AuditState: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract: "Show the state after an event, a field's changes, or step through events.",
    discussion: """
      With --at every field of the state after an event; with --watch every change of one field with \
      the event that caused it, as JSON lines with --json. Without either, in a terminal, it steps: \
      arrow keys by one event, PgUp and PgDn by 1,000, n and p to the next and previous order, f and F \
      to fills, / searches by kind or symbol, g goes to a sequence or a time, q ends. --script does the \
      same without a terminal.

      Examples:
        cryptobot audit state runs/btc/journal --at 1234
        cryptobot audit state runs/btc/journal --at 2024-08-08T12:03 --json | jq .fields.equity
        cryptobot audit state runs/btc/journal --watch positions.BTCUSDT.lots
        cryptobot audit state runs/btc/journal --script 'n n f back'
        cryptobot audit state runs/btc/journal --list
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(help: ArgumentHelp("After this event, or the last one by then.", valueName: "seq|time"))
  var at: String?

  @Option(help: "Every change of a field such as equity or markets.BTCUSDT.bid.")
  var watch: String?

  @Option(help: ArgumentHelp("With --watch: up to here.", valueName: "seq|time"))
  var until: String?

  @Flag(help: "The fields that --watch takes, with their meaning.")
  var list = false

  @Flag(help: "Step, which is what happens in a terminal anyway.")
  var step = false

  @Option(
    help: "Step by words: forward back page-forward page-back first last n p f F /TEXT gSEQ.")
  var script: String?

  @OptionGroup var common: CommonFlags

  func run() throws {
    guard [at != nil, watch != nil, list, step, script != nil].count(where: { $0 }) <= 1 else {
      throw CommandFailure(.usage, "only one of --at, --watch, --list, --step and --script")
    }
    guard until == nil || watch != nil else {
      throw CommandFailure(.usage, "--until belongs to --watch")
    }
    if list { return try listFields() }
    if let watch { return try changes(of: watch) }
    if let script { return try StepScript(journal, common).run(script) }
    if at == nil, step || (Output.resultIsTerminal && TerminalInput.isTerminal) {
      return try TerminalStepper(journal).run()
    }
    try show()
  }

  private func show() throws {
    let limit = try at.map { try FoldLimit($0, option: "--at") } ?? .none
    let progress = WatchedProgress("state", unit: "events", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    var steps = try JournalSteps(opening: journal)
    switch limit {
    case .none: try steps.go(to: steps.lastSequence, watch: progress.watch)
    case .time(let time): try steps.go(to: time, watch: progress.watch)
    case .sequence(let sequence):
      guard sequence <= steps.lastSequence else {
        throw CommandFailure(.usage, "\(journal) ends at event \(steps.lastSequence), before --at")
      }
      try steps.go(to: sequence, watch: progress.watch)
    }
    progress.clear()
    let fields = StateFields.all(steps.state, steps.names)
    try Output.result(common.json ? json(fields, steps) : StateFields.text(fields))
  }

  private func json(_ fields: [StateField], _ steps: borrowing JournalSteps) -> String {
    JSONValue.object([
      ("journal", .string(journal)), ("sequence", .count(steps.state.sequence)),
      ("fingerprint", .string(hexadecimal(steps.state.fingerprint))),
      ("fields", .object(fields.map { ($0.path, $0.value) })),
      ("units", .object(fields.filter { !$0.unit.isEmpty }.map { ($0.path, .string($0.unit)) })),
    ]).text()
  }

  private func listFields() throws {
    let patterns = StateFields.patterns
    try Output.result(
      common.json
        ? JSONValue.object(patterns.map { ($0.path, .string($0.meaning)) }).text()
        : StateFields.listing)
  }

  private func changes(of path: String) throws {
    guard StateFields.isConceivable(path) else {
      throw CommandFailure(
        .usage, "no state has a field \(path); `cryptobot audit state \(journal) --list` names all")
    }
    let limit = try until.map { try FoldLimit($0, option: "--until") } ?? .none
    let progress = WatchedProgress("state", unit: "events", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    let output = try ByteOutput(path: nil, replacing: false)
    let unit = try StateFields.watch(path, in: journal, upTo: limit, watch: progress.watch) {
      output.buffer += (common.json ? $0.json.text(pretty: false) : $0.text).utf8
      output.buffer.append(UInt8(ascii: "\n"))
      try output.drain()
    }
    progress.clear()
    guard unit != nil else {
      throw CommandFailure(
        .usage, "\(journal) never has a field \(path); `--at` shows those that it has")
    }
    try output.finish()
  }
}

/// Stepping by the words of a script.
struct StepScript {
  private let journal: String
  private let common: CommonFlags

  init(_ journal: String, _ common: CommonFlags) {
    self.journal = journal
    self.common = common
  }

  /// Shows each event that a word leads to, one a line, then the screen.
  func run(_ script: String) throws {
    let progress = WatchedProgress("state", unit: "events", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    var machine = try StepMachine(opening: journal, watch: progress.watch)
    var stops: [JSONValue] = []
    for word in script.split(separator: " ").map(String.init) {
      guard let keys = StepKeys.keys(ofWord: word) else {
        throw CommandFailure(
          .usage, "\(word) is no step; write forward, back, n, p, f, F, /kind, g1234, first or last"
        )
      }
      var goesOn = true
      for key in keys where goesOn { goesOn = try machine.press(key) }
      try Interrupt.check()
      stops.append(stop(word, machine))
      if !common.json { try Output.result(line(word, machine)) }
      if !goesOn { break }
    }
    progress.clear()
    try Output.result(
      common.json
        ? JSONValue.array(stops).text()
        : "\n" + machine.screen(width: 100, height: 30).dropLast().joined(separator: "\n"))
  }

  private func line(_ word: String, _ machine: borrowing StepMachine) -> String {
    let said = machine.remark.isEmpty ? machine.eventLine : machine.remark
    return "\(word)  #\(machine.sequence)  \(said)"
  }

  private func stop(_ word: String, _ machine: borrowing StepMachine) -> JSONValue {
    .object([
      ("step", .string(word)), ("sequence", .count(machine.sequence)),
      ("kind", machine.current.map { .string($0.event.kind.name) } ?? .null),
      ("event", .string(machine.eventLine)), ("remark", .string(machine.remark)),
      (
        "changed",
        .array(
          machine.changes.map { change in
            .object([
              ("field", .string(change.field)), ("from", change.first), ("to", change.second),
            ])
          })
      ),
    ])
  }
}
