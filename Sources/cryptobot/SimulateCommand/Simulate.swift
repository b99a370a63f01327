/// `cryptobot simulate`: the whole live loop under virtual time, with everything that can go wrong.

import ArgumentParser
import Research
import Simulator
import TradingCore

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run the whole live loop in a simulation where everything goes wrong.",
    discussion: """
      The production engine, its journal on a simulated disk, the account's session and the recorder over \
      a simulated network, against the simulated exchange: one thread, one virtual clock. Every seed \
      switches some mishaps on (power cuts, failing disks, kills, lost and late answers, 5xx, duplicates, \
      resets, bans, clocks that jump) and checks throughout that no order leaves before its intent is \
      durable, that none is asked for twice, that recovery keeps what was promised, and that a replay \
      decides the same. Then everything works again, and within a minute the journal and the exchange \
      must agree to the last unit. Each seed is run twice, and both runs must be the same.

      Exit code 0: every invariant held; 1: one did not. It prints the seed, what went wrong on purpose, \
      what happened last, and the command that shows it again. With --shrink the first failure is made \
      smaller as long as the same invariant fails in the same words: fewer mishaps, fewer words of the \
      operator, no strategy, a calmer market, an earlier end. What is left is a tape, which is run again \
      with --tape; --keep leaves it as DIR.tape beside the journal.

      Examples:
        cryptobot simulate --runs 200
        cryptobot simulate --seed 4711 --story
        cryptobot simulate --runs 10000 --jobs 2 --require-all --json
        cryptobot simulate --runs 500 --fail-fast --shrink --keep found
        cryptobot simulate --tape found.tape --story
      """)

  @Option(help: "The first seed; the others follow it.")
  var seed: UInt64 = 1

  @Option(help: "How many seeds.")
  var runs = 1

  @Option(help: "Threads; the answer is the same for any number.")
  var jobs = 1

  @Option(help: "How long things go wrong in each run, such as 30s; else 10 to 40 s by the seed.")
  var until: String?

  @Flag(help: "Stop at the first seed that fails.")
  var failFast = false

  @Option(
    name: .customLong("tape"),
    help: ArgumentHelp(
      "Run a kept tape, a file or its text, instead of seeds; may be repeated.", valueName: "tape"),
    completion: .file())
  var tapes: [String] = []

  @Flag(help: "Make the first failure smaller, for at most a minute.")
  var shrink = false

  @Flag(help: "Tell the story of the first seed, whether it fails or not.")
  var story = false

  @Flag(help: "Answer no when a mishap, an order status or a branch of recovery was never reached.")
  var requireAll = false

  @Option(
    help: ArgumentHelp(
      "Leave the journal of the first failure, or of the story, in a new folder DIR, and its tape in DIR.tape.",
      valueName: "dir"),
    completion: .directory)
  var keep: String?

  @Option(help: ArgumentHelp("Plant a bug.", visibility: .hidden))
  var plant: String?

  @OptionGroup var common: CommonFlags

  mutating func validate() throws {
    // A folder may be named with a slash at its end; its tape stands beside it, not in it.
    while keep?.hasSuffix("/") == true { keep?.removeLast() }
    guard keep != "" else { throw ValidationError("--keep needs the name of a new folder") }
    guard runs > 0, runs <= 100_000_000 else { throw ValidationError("--runs is at least 1") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs is 1 to 256") }
    guard tapes.isEmpty || (seed == 1 && runs == 1 && until == nil && plant == nil) else {
      throw ValidationError("--tape says all of a run: leave out --seed, --runs, --until")
    }
    if let plant, Plant(rawValue: plant) == nil {
      let known = Plant.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--plant \(plant) is no bug of ours; known: \(known)")
    }
    if let until, Interval(until).map({ $0 > .zero && $0 <= .hour }) != true {
      throw ValidationError("--until \(until) is no span of at most an hour such as 30s")
    }
  }

  func run() throws {
    try expectRoom()
    let campaign = try campaign()
    let started = monotonicSeconds()
    let report = try campaign.run(stopsAtFailure: failFast, watch: watch(campaign.runs))
    try Interrupt.check()
    var findings = SimulationFindings(report, seconds: monotonicSeconds() - started)
    if let failure = report.failures.first {
      (findings.shown, findings.before) = (try shown(failure), shrink ? failure : nil)
    } else if story {
      findings.shown = try told(campaign.order(at: 0))
    }
    if let shown = findings.shown { try keepTape(of: shown) }
    if shrink { findings.journal = try findings.shown?.journal.flatMap(small) }
    findings.requiresAll = requireAll
    try Output.result(common.json ? findings.json.text() : findings.text)
    if let reason = findings.objection { throw CommandFailure(.no, reason) }
  }

  private func campaign() throws -> Campaign {
    var campaign =
      tapes.isEmpty
      ? Campaign(seed: seed, runs: runs) : Campaign(try tapes.map(Simulate.order(of:)))
    campaign.jobs = jobs
    campaign.span = until.flatMap { Interval($0) }
    campaign.plant = plant.flatMap { Plant(rawValue: $0) }
    return campaign
  }

  /// The run of a tape, which is a file or the text itself.
  private static func order(of tape: String) throws -> RunOrder {
    let isFile = Files.exists(tape)
    guard isFile || tape.contains(" ") else {
      throw CommandFailure(.noInput, "\(tape): no such file; `--keep` leaves tapes")
    }
    let text = isFile ? String(decoding: try Files.read(tape), as: UTF8.self) : tape
    do throws(TapeError) {
      return try RunOrder(tape: text)
    } catch {
      throw CommandFailure(
        isFile ? .badInput : .usage, (isFile ? "\(tape): " : "--tape ") + "\(error)")
    }
  }

  private func watch(_ runs: Int) -> @Sendable (Int) -> Bool {
    let progress = SharedProgress("simulate", unit: "seeds", isQuiet: common.quiet || common.json)
    return { done in
      progress.update(done: done, of: runs)
      return !Interrupt.isRequested
    }
  }

  /// The failure with its story, as small as was asked for.
  private func shown(_ failure: SimulationResult) throws -> SimulationResult {
    var result: SimulationResult
    if shrink, var shrinker = TapeShrinker(failure) {
      shrinker.keep = keep
      let end = monotonicSeconds() + Self.shrinkSeconds
      result = try shrinker.shrink { monotonicSeconds() < end && !Interrupt.isRequested }
    } else {
      result = try told(failure.order)
    }
    // Two runs that are not alike fail together, and neither of them alone.
    result.violation = result.violation ?? failure.violation
    return result
  }

  /// The least of a journal that shows its fault; `nil` where it is not seen without the rest.
  private func small(_ journal: DisagreeingJournal) throws -> ShrunkJournal? {
    let end = monotonicSeconds() + Self.journalSeconds
    do {
      return try journal.shrunk { monotonicSeconds() < end && !Interrupt.isRequested }
    } catch is ShrinkError { return nil }
  }

  private static let shrinkSeconds = 45.0
  private static let journalSeconds = 10.0

  private func told(_ order: RunOrder) throws -> SimulationResult {
    var order = order
    (order.isTold, order.keep) = (true, keep)
    return try SimulationResult.of(order)
  }

  // MARK: What is kept

  /// Refuses what could not be kept before the first run.
  private func expectRoom() throws(CommandFailure) {
    guard let keep else { return }
    for path in [keep, keep + ".tape"] where Files.exists(path) {
      throw CommandFailure(
        .cannotCreate, "\(path) exists; choose another name for --keep, or remove it")
    }
    let parent = keep.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = parent.isEmpty ? "." : parent.joined(separator: "/")
    guard folder.isEmpty || Files.isFolder(folder) else {
      throw CommandFailure(.cannotCreate, "\(keep): there is no folder \(folder) to keep it in")
    }
  }

  private func keepTape(of run: SimulationResult) throws {
    guard let keep else { return }
    let file = try ByteOutput(path: keep + ".tape", replacing: false)
    let verdict =
      run.violation.map { "fails \($0.invariant): \($0.text)" } ?? "every invariant held"
    let lines = ["# \(printable(verdict))"] + run.order.tape
    file.buffer += Array((lines.joined(separator: "\n") + "\n").utf8)
    try file.finish()
  }
}
