/// `cryptobot luck`: how much of a run's result may be luck.

import ArgumentParser
import Research
import TradingCore

struct Luck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "luck",
    abstract: "Say how much of a run's result may be luck.",
    discussion: """
      Of a run's days: how probable a true Sharpe ratio above --benchmark is, how long a record it takes to
      know, and what is left of it when the run was chosen from --trials. Of its days drawn again in blocks,
      and its round trips in another order: where the figures of other paths lie. Every figure comes with a
      sentence, or with the reason why there is none. The same seed gives the same bytes.

      A table of your own needs the columns `time` (UTC, or `time_ns`) and `equity`; it has no round trips.

      Sources: Bailey and López de Prado 2012 and 2014 (probabilistic, deflated Sharpe), Politis and Romano
      1994 (stationary bootstrap), Politis and White 2004, corrected 2009 (block length), Efron 1987 (BCa).

      Examples:
        cryptobot replay btc.yaml -o btc && cryptobot luck btc
        cryptobot luck btc --trials 100
        cryptobot luck btc --trials 100 --trials-variance 0.5 --benchmark 1
        cryptobot luck equity.csv --blocks circular --block-days 5 --json
      """)

  @Argument(
    help: "The folder of a run (replay -o), or a table of equity.",
    completion: .file(extensions: ["csv"]))
  var input: String

  @Option(help: "How many independent trials the run was chosen from.")
  var trials = 1.0

  @Option(help: "Variance of their yearly Sharpe ratios; default: that of trials without skill.")
  var trialsVariance: Double?

  @Option(help: "The yearly Sharpe ratio to be above.")
  var benchmark = 0.0

  @Option(help: "The share of paths inside a band, above 0 and below 1.")
  var confidence = 0.9

  @Option(help: "Paths to draw, 1 to 1000000.")
  var paths = 1_000

  @Option(
    help: "How days are drawn: \(BlockScheme.allCases.map(\.rawValue).joined(separator: ", ")).")
  var blocks = BlockScheme.stationary.rawValue

  @Option(help: "Mean length of a block in days; default: from how long days remember each other.")
  var blockDays: Double?

  @Option(help: "The share of the starting equity at which a path is ruined, 0 to below 1.")
  var ruin = 0.5

  @Option(help: "Seeds the paths.")
  var seed: UInt64 = 0

  @OptionGroup var common: CommonFlags

  func run() throws {
    let settings = try settings()
    let report = LuckReport(try series(), settings)
    try Output.result(common.json ? report.json.text() : report.text(of: input))
  }

  private func settings() throws -> LuckSettings {
    guard trials >= 1, trials <= 1e12 else { throw ValidationError("--trials is 1 or more") }
    if let trialsVariance, !(trialsVariance >= 0 && trialsVariance.isFinite) {
      throw ValidationError("--trials-variance is 0 or more")
    }
    guard benchmark.isFinite else { throw ValidationError("--benchmark is a yearly Sharpe ratio") }
    guard confidence > 0, confidence < 1 else {
      throw ValidationError("--confidence is above 0 and below 1, such as 0.9")
    }
    guard (1...1_000_000).contains(paths) else { throw ValidationError("--paths is 1 to 1000000") }
    guard let scheme = BlockScheme(rawValue: blocks) else {
      let schemes = BlockScheme.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--blocks is one of \(schemes)")
    }
    if let blockDays, !(blockDays >= 1) { throw ValidationError("--block-days is 1 or more") }
    guard ruin >= 0, ruin < 1 else { throw ValidationError("--ruin is 0 to below 1, such as 0.5") }
    var settings = LuckSettings()
    (settings.trials, settings.trialsVariance) = (trials, trialsVariance)
    (settings.benchmark, settings.confidence) = (benchmark, confidence)
    (settings.paths, settings.scheme) = (paths, scheme)
    (settings.blockDays, settings.ruinLevel, settings.seed) = (blockDays, ruin, seed)
    return settings
  }

  /// The tables of a run's folder, or one table by itself.
  private func series() throws -> RunSeries {
    guard Files.isFolder(input) else {
      return try RunSeries(
        equity: try text(input), trades: nil, capital: nil, files: (input, ""))
    }
    let files = (equity: "\(input)/equity.csv", trades: "\(input)/trades.csv")
    let report = "\(input)/report.json"
    guard Files.exists(files.equity), Files.exists(report) else {
      throw CommandFailure(
        .badInput,
        "\(input): no run's folder, which has report.json and equity.csv; make one with: "
          + "cryptobot replay SCENARIO.yaml -o \(input)-run")
    }
    return try RunSeries(
      equity: try text(files.equity),
      trades: Files.exists(files.trades) ? try text(files.trades) : nil,
      capital: try RunSeries.capital(ofReport: try text(report), file: report), files: files)
  }

  private func text(_ path: String) throws(CommandFailure) -> String {
    try Files.text(path, upTo: RunSeries.largestByteCount)
  }
}
