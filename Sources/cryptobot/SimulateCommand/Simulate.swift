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
      what happened last, and the command that shows it again. With --shrink the mishaps are reduced to the \
      fewest that still break the same invariant.

      Examples:
        cryptobot simulate --runs 200
        cryptobot simulate --seed 4711 --story
        cryptobot simulate --runs 10000 --jobs 2 --require-all --json
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

  @Flag(help: "Reduce the first failure to the fewest mishaps, for at most a minute.")
  var shrink = false

  @Flag(help: "Tell the story of the first seed, whether it fails or not.")
  var story = false

  @Flag(help: "Answer no when a mishap, an order status or a branch of recovery was never reached.")
  var requireAll = false

  @Option(
    help: ArgumentHelp("Leave the journal of the first failure in a folder.", valueName: "dir"),
    completion: .directory)
  var keep: String?

  @Option(help: ArgumentHelp("Plant a bug.", visibility: .hidden))
  var plant: String?

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard runs > 0, runs <= 100_000_000 else { throw ValidationError("--runs is at least 1") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs is 1 to 256") }
    if let plant, Plant(rawValue: plant) == nil {
      let known = Plant.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--plant \(plant) is no bug of ours; known: \(known)")
    }
    if let until, Interval(until).map({ $0 > .zero && $0 <= .hour }) != true {
      throw ValidationError("--until \(until) is no span of at most an hour such as 30s")
    }
  }

  func run() throws {
    let started = monotonicSeconds()
    let report = try campaign().run(stopsAtFailure: failFast, watch: watch())
    try Interrupt.check()
    var findings = SimulationFindings(report, seconds: monotonicSeconds() - started)
    if let failure = report.failures.first {
      findings.failure = try shown(failure)
    } else if story {
      findings.failure = try told(seed)
    }
    findings.requiresAll = requireAll
    findings.command = command
    try Output.result(common.json ? findings.json.text() : findings.text)
    if let reason = findings.objection { throw CommandFailure(.no, reason) }
  }

  private func campaign() -> Campaign {
    var campaign = Campaign(seed: seed, runs: runs)
    campaign.jobs = jobs
    campaign.span = until.flatMap { Interval($0) }
    campaign.plant = plant.flatMap { Plant(rawValue: $0) }
    return campaign
  }

  private func watch() -> @Sendable (Int) -> Bool {
    let progress = SharedProgress("simulate", unit: "seeds", isQuiet: common.quiet || common.json)
    let runs = runs
    return { done in
      progress.update(done: done, of: runs)
      return !Interrupt.isRequested
    }
  }

  /// The failure with its story, as small as was asked for.
  private func shown(_ failure: SimulationResult) throws -> SimulationResult {
    var order = campaign().order(failure.seed)
    order.keep = keep
    guard shrink, var shrinker = TapeShrinker(order, failure) else {
      return try told(failure.seed)
    }
    let end = monotonicSeconds() + Self.shrinkSeconds
    return try shrinker.shrink { monotonicSeconds() < end && !Interrupt.isRequested }
  }

  private static let shrinkSeconds = 55.0

  private func told(_ seed: UInt64) throws -> SimulationResult {
    var order = campaign().order(seed)
    order.isTold = true
    order.keep = keep
    return try SimulationResult.of(order)
  }

  /// What shows a seed again.
  private func command(_ seed: UInt64) -> String {
    "cryptobot simulate --seed \(seed)" + (until.map { " --until \($0)" } ?? "")
      + (plant.map { " --plant \($0)" } ?? "") + " --story"
  }
}
